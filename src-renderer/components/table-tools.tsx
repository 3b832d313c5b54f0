/** Above a table that is narrowed: by what, and how many rows are left; and the button that opens its settings. */
import { SlidersHorizontal, X } from 'lucide-react';
import { formatCount } from '../lib/figures.ts';

type FilterLineProps = {
  readonly filter: string;
  readonly problem: string | undefined;
  readonly listed: number;
  readonly count: number;
  readonly onOpen: () => void;
  readonly onClear: () => void;
};

export function FilterLine({ filter, problem, listed, count, onOpen, onClear }: FilterLineProps) {
  return (
    <p className="filter-line" role="status">
      <button type="button" className="filter-text" title="Change the filter" onClick={onOpen}>
        Filter: {filter}
      </button>{' '}
      <span className="dim">{problem ?? `${formatCount(listed)} of ${formatCount(count)} rows`}</span>
      <button type="button" className="icon-button" aria-label="Clear the filter" onClick={onClear}>
        <X size={12} aria-hidden="true" />
      </button>
    </p>
  );
}

/** In the corner of a table's head; keys reach the same by the menu of a cell. */
export function SettingsButton({ label, onOpen }: { readonly label: string; readonly onOpen: () => void }) {
  return (
    <button
      type="button"
      className="table-settings-button"
      tabIndex={-1}
      title="Filter and columns (Shift+F10 on a cell)"
      aria-label={`Filter and columns of ${label}`}
      onClick={onOpen}
    >
      <SlidersHorizontal size={11} aria-hidden="true" />
    </button>
  );
}
