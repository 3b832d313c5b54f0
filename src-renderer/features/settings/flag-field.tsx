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
