import { useId } from 'react';

type FigureFieldProps = {
  readonly label: string;
  readonly unit: string;
  /** What it is for, while it is well. */
  readonly help: string;
  /** Beside it in small type: its name, default and range. */
  readonly facts?: string | undefined;
  /** What is wrong with what was typed; empty: nothing. */
  readonly error: string;
  readonly value: string;
  readonly isReadOnly?: boolean;
  /** Words instead of a figure. */
  readonly isText?: boolean;
  readonly onChange: (value: string) => void;
};

/** A figure with its unit, checked where it is typed. */
export function FigureField(props: FigureFieldProps) {
  const { label, unit, help, facts, error, value, isReadOnly = false, isText = false, onChange } = props;
  const helpId = useId();
  const isBad = error !== '';
  return (
    <label className="field field-row">
      <span className="field-label">{label}</span>
      <span className="field-input">
        <input
          className={isText ? 'input' : 'input num'}
          inputMode={isText ? 'text' : 'decimal'}
          spellCheck={false}
          autoComplete="off"
          aria-label={label}
          aria-invalid={isBad}
          aria-describedby={helpId}
          value={value}
          // Words may be longer than the field.
          title={isText ? value : undefined}
          readOnly={isReadOnly}
          onChange={(event) => onChange(event.target.value)}
        />
        <span className="unit">{unit}</span>
      </span>
      <span id={helpId} className={isBad ? 'field-error' : 'field-help'}>
        {isBad ? error : help}
        {facts !== undefined && <small className="field-facts">{facts}</small>}
      </span>
    </label>
  );
}
