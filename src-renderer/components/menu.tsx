/** A button that opens a short list of choices below it; arrow keys move, Escape closes. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';

type MenuProps = {
  readonly label: ReactNode;
  readonly children: ReactNode;
};

export function Menu({ label, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const page = host.current?.ownerDocument ?? document;
    host.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const onOutside = (event: PointerEvent) => {
      if (!host.current?.contains(event.target as Node)) setOpen(false);
    };
    page.addEventListener('pointerdown', onOutside);
    return () => page.removeEventListener('pointerdown', onOutside);
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape' || event.key === 'Tab') {
      setOpen(false);
      button.current?.focus();
    }
    moveInMenu(event, host.current);
  };
  return (
    <div ref={host} className="menu" onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        className="layout-button"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
      </button>
      {open && (
        <div className="menu-list" role="menu" onClick={() => setOpen(false)}>
          {children}
        </div>
      )}
    </div>
  );
}

/** Arrow keys, Home and End move the focus among the choices of a menu. */
export function moveInMenu(event: KeyboardEvent, menu: HTMLElement | null): void {
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
  const at = items.findIndex((item) => item === menu?.ownerDocument.activeElement);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  const to = moves[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  items[(to + items.length) % items.length]?.focus();
}

type MenuItemProps = {
  readonly hint?: string;
  readonly onChoose: () => void;
  readonly children: ReactNode;
};

export function MenuItem({ hint, onChoose, children }: MenuItemProps) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className="menu-item" onClick={onChoose}>
      <span className="menu-item-name">{children}</span>
      {hint !== undefined && <span className="menu-item-hint">{hint}</span>}
    </button>
  );
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <p className="menu-label">{children}</p>;
}
