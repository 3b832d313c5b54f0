/** The menu of a cell for tables that are painted and not drawn: prices that change many times a second. */
import { type MouseEvent, type ReactNode, useState } from 'react';
import { plainTextOf } from '../lib/cell-value.ts';
import { csvLines, fileNameOf, saveText } from '../lib/csv.ts';
import { type CellActions, CellMenu } from './cell-menu.tsx';
import { elementOf } from '../lib/windows.ts';

/** What stood under the pointer when it was pressed is what is copied. */
export function useCopyMenu(name: string): {
  readonly onContextMenu: (event: MouseEvent<HTMLElement>) => void;
  readonly menu: ReactNode;
} {
  const [actions, setActions] = useState<CellActions | null>(null);
  const onContextMenu = (event: MouseEvent<HTMLElement>) => {
    const target = elementOf(event.target);
    const row = target?.closest('[role="row"]');
    const cell = target?.closest('[role="cell"]');
    if (row == null || cell == null) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll('[role="row"]')].map(textsOf);
    const lines = all.filter((texts) => texts.some((text) => text !== ''));
    setActions({
      x: event.clientX,
      y: event.clientY,
      value: plainTextOf(cell),
      row: textsOf(row),
      hasKeys: false,
      save: () => saveText(fileNameOf(name), 'text/csv', csvLines(lines)),
    });
  };
  const menu = actions === null ? null : <CellMenu actions={actions} onClose={() => setActions(null)} />;
  return { onContextMenu, menu };
}

function textsOf(row: Element): string[] {
  const cells = row.querySelectorAll('[role="cell"], [role="columnheader"]');
  return [...cells].map(plainTextOf);
}
