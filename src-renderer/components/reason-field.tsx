/** Why a person does something that is kept with its reason. */
const LONGEST = 200;

export type ReasonFieldProps = {
  /** Of what, for a screen reader. */
  readonly of: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help: string;
};

export function ReasonField({ of, value, onChange, help }: ReasonFieldProps) {
  return (
    <label className="field field-row">
      <span className="field-label">Reason</span>
      <input
        className="input"
        value={value}
        maxLength={LONGEST}
        aria-label={`Reason of the ${of}`}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="field-help">{help}</span>
    </label>
  );
}
