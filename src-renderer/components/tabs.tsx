import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { formatCount } from '../lib/figures.ts';

type TabsProps<Name extends string> = {
  readonly label: string;
  readonly names: readonly Name[];
  readonly chosen: Name;
  readonly onChoose: (name: Name) => void;
  /** Behind a name: how many there are; nothing while that is not known. */
  readonly counts?: Readonly<Record<Name, number | undefined>>;
  /** At the end of the row. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** Several lists in one place: one tab stop, arrow keys move between them. */
export function Tabs<Name extends string>(props: TabsProps<Name>) {
  const { label, names, chosen, onChoose, counts, actions, children } = props;
  const baseId = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = names[(names.indexOf(chosen) + step + names.length) % names.length] ?? chosen;
    onChoose(next);
    event.currentTarget.ownerDocument.getElementById(`${baseId}-${next}`)?.focus();
  };
  return (
    <>
      <div className="panel-head tabs">
        <div className="tab-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {names.map((name) => (
            <button
              key={name}
              id={`${baseId}-${name}`}
              type="button"
              role="tab"
              aria-selected={chosen === name}
              aria-controls={`${baseId}-panel`}
              tabIndex={chosen === name ? 0 : -1}
              className="tab"
              onClick={() => onChoose(name)}
            >
              {name} <TabCount count={counts?.[name]} />
            </button>
          ))}
        </div>
        {actions !== undefined && <span className="panel-actions">{actions}</span>}
      </div>
      <div
        id={`${baseId}-panel`}
        className="panel-body"
        role="tabpanel"
        aria-labelledby={`${baseId}-${chosen}`}
      >
        {children}
      </div>
    </>
  );
}

function TabCount({ count }: { readonly count: number | undefined }) {
  return count === undefined ? null : <span className="num dim">{formatCount(count)}</span>;
}
