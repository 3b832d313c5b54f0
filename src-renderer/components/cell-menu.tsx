/** What can be done with a cell of a table: a menu where the pointer or the cursor is. */
import { useEffect, useRef } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { usePrefs } from '../lib/prefs.ts';
import { MenuItem, moveInMenu } from './menu.tsx';

export type CellActions = {
  /** Of the window, in px. */
  readonly x: number;
  readonly y: number;
  readonly value: string;
  readonly row: readonly string[];
  /** Undefined where the column cannot be sorted by. */
  readonly sort?: { readonly title: string; readonly act: () => void };
  readonly save: () => void;
  /** Opens what is set of the table; undefined where nothing is. */
  readonly settings?: () => void;
  /** Keys do the same, as the table has a cursor. */
  readonly hasKeys: boolean;
};

/** It lies on top of everything, dialogs too; a press elsewhere or Escape closes it. */
export function CellMenu({
  actions,
  onClose,
}: {
  readonly actions: CellActions;
  readonly onClose: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const scale = usePrefs(({ size }) => size / 100);
  useEffect(() => {
    const menu = ref.current;
    if (menu === null) return;
    menu.showPopover();
    const { innerWidth, innerHeight } = menu.ownerDocument.defaultView ?? window;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(0, Math.min(actions.x, innerWidth - width)) / scale}px`;
    menu.style.top = `${Math.max(0, Math.min(actions.y, innerHeight - height)) / scale}px`;
    menu.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [actions, scale]);
  const { value, row, sort, save, settings, hasKeys } = actions;
  const hint = (keys: string) => (hasKeys ? { hint: keys } : {});
  return (
    <div
      ref={ref}
      popover="auto"
      className="menu-list cell-menu"
      role="menu"
      aria-label="Cell"
      onKeyDown={(event) => moveInMenu(event, ref.current)}
      onToggle={(event) => event.newState === 'closed' && onClose()}
      onClick={() => ref.current?.hidePopover()}
    >
      <MenuItem {...hint('c')} onChoose={() => void copyText(value)}>
        Copy value
      </MenuItem>
      <MenuItem {...hint('Shift+C')} onChoose={() => void copyText(row.join('\t'))}>
        Copy row
      </MenuItem>
      {sort !== undefined && (
        <MenuItem {...hint('s')} onChoose={sort.act}>
          Sort by {sort.title}
        </MenuItem>
      )}
      <MenuItem onChoose={save}>Save the listed rows as CSV</MenuItem>
      {settings !== undefined && <MenuItem onChoose={settings}>Filter and columns…</MenuItem>}
    </div>
  );
}
