/** A short choice, all of it visible. */
export function Segments<T extends string>({
  label,
  values,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly values: readonly T[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset className="segments" aria-label={label}>
      {values.map((value) => (
        <button
          key={value}
          type="button"
          className="segment"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {value}
        </button>
      ))}
    </fieldset>
  );
}
