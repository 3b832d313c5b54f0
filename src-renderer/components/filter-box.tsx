import { Search } from 'lucide-react';

type FilterBoxProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  /** For a shortcut that goes to it. */
  readonly id?: string;
  /** Has the focus when its dialog opens. */
  readonly isFirst?: boolean;
};

/** Narrows a list to what has the typed words. */
export function FilterBox({ label, value, onChange, placeholder = 'Filter', id, isFirst }: FilterBoxProps) {
  return (
    <label className="filter">
      <Search size={12} aria-hidden="true" />
      <input
        id={id}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={value}
        data-autofocus={isFirst === true ? '' : undefined}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
