import { useId } from 'react';

/** One of a few values, with its name beside it. */
export function Choice<T extends string | number>({
  label,
  value,
  values,
  text = String,
  onChoose,
}: {
  readonly label: string;
  readonly value: T;
  readonly values: readonly T[];
  readonly text?: (value: T) => string;
  readonly onChoose: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="field-row">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={String(value)}
        onChange={(event) => {
          const chosen = values.find((one) => String(one) === event.target.value);
          if (chosen !== undefined) onChoose(chosen);
        }}
      >
        {values.map((one) => (
          <option key={one} value={String(one)}>
            {text(one)}
          </option>
        ))}
      </select>
    </div>
  );
}
