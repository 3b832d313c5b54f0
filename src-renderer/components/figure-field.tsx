import { useId } from 'react';
import { FigureInput } from './figure-input.tsx';

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
  /** Several figures with words between them. */
  readonly isList?: boolean;
  readonly onChange: (value: string) => void;
};

/** A figure with its unit, checked where it is typed. */
export function FigureField(props: FigureFieldProps) {
  const { label, unit, help, facts, error, value, isReadOnly = false, onChange } = props;
  const { isText = false, isList = false } = props;
  const helpId = useId();
  const isBad = error !== '';
  const shared = {
    spellCheck: false,
    autoComplete: 'off',
    'aria-label': label,
    'aria-invalid': isBad,
    'aria-describedby': helpId,
    value,
    // Words may be longer than the field.
    title: isText || isList ? value : undefined,
    readOnly: isReadOnly,
  };
  return (
    <label className="field field-row">
      <span className="field-label">{label}</span>
      <span className="field-input">
        {isText ? (
          <input className="input" {...shared} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <FigureInput isList={isList} {...shared} onChange={onChange} />
        )}
        <span className="unit">{unit}</span>
      </span>
      <span id={helpId} className={isBad ? 'field-error' : 'field-help'}>
        {isBad ? error : help}
        {facts !== undefined && <small className="field-facts">{facts}</small>}
      </span>
    </label>
  );
}
