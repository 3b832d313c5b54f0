import type { ReactNode } from 'react';

type PanelProps = {
  readonly title: string;
  /** Beside the title: counts, states. */
  readonly note?: ReactNode;
  /** At the right end of the head. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
};

/** A named region of the window with a head. */
export function Panel({ title, note, actions, className = '', children }: PanelProps) {
  return (
    <section className={`panel ${className}`} aria-label={title}>
      <header
        className={note === undefined && actions === undefined ? 'panel-head panel-head-bare' : 'panel-head'}
      >
        <h2>{title}</h2>
        {note !== undefined && <span className="panel-note">{note}</span>}
        {actions !== undefined && <span className="panel-actions">{actions}</span>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
