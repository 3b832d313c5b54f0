import type { Flag } from './fields.ts';
import { useFits } from './settings-search.ts';

type FlagFieldProps = {
  /** Its name in the API and the files: it is searched for too. */
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly isOn: boolean;
  readonly isDisabled: boolean;
  readonly onChange: (isOn: boolean) => void;
};

/** A setting that is on or off; left out where it is not what is searched for. */
export function FlagField({ name, label, hint, isOn, isDisabled, onChange }: FlagFieldProps) {
  if (!useFits(name, label, hint)) return null;
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={isOn}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}: {hint}
      </span>
    </label>
  );
}

type FlagFieldsProps<F extends string> = {
  readonly rows: readonly Flag<F>[];
  readonly current: Readonly<Record<F, boolean>>;
  readonly isDisabled: boolean;
  readonly onChange: (field: F, isOn: boolean) => void;
};

/** All of a table; one that means nothing without another is disabled as long as that is off. */
export function FlagFields<F extends string>({ rows, current, isDisabled, onChange }: FlagFieldsProps<F>) {
  return rows.map(({ field, needs, label, hint }) => (
    <FlagField
      key={field}
      name={field}
      label={label}
      hint={hint}
      isOn={current[field]}
      isDisabled={isDisabled || (needs !== undefined && !current[needs])}
      onChange={(isOn) => onChange(field, isOn)}
    />
  ));
}
