import { FigureInput } from '../../components/figure-input.tsx';
import { type ReactNode, useId } from 'react';
import { checkTyped, type LabField } from './lab-fields.ts';

type SettingFieldProps = {
  readonly field: LabField;
  readonly home: string;
  readonly text: string;
  readonly onType: (text: string) => void;
  /** What speaks against it beyond its own value; empty: nothing. */
  readonly conflict?: string;
};

/** One setting, checked where it is typed; empty is the default. */
export function SettingField({ field, home, text, onType, conflict = '' }: SettingFieldProps) {
  const checked = checkTyped(field, text);
  const error = checked === null || checked.ok ? conflict : checked.error;
  const unit = field.unit === 'home' ? home : field.unit;
  return (
    <TextField
      label={field.label}
      unit={unit}
      help={error === '' ? field.help : error}
      isBad={error !== ''}
      isFigure={field.kind !== 'text'}
      value={text}
      placeholder="default"
      onChange={onType}
    />
  );
}

type TextFieldProps = {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly unit?: string;
  readonly isBad?: boolean;
  readonly isDisabled?: boolean;
  readonly placeholder?: string;
  /** As wide as words need it. */
  readonly isWide?: boolean;
  /** One figure. */
  readonly isFigure?: boolean;
  /** Several figures with words between them. */
  readonly isList?: boolean;
  readonly after?: ReactNode;
};

export function TextField(props: TextFieldProps) {
  const { label, help, value, onChange, unit, placeholder, after } = props;
  const { isBad = false, isWide = false, isDisabled = false, isFigure = false, isList = false } = props;
  const helpId = useId();
  const shared = {
    autoComplete: 'off',
    value,
    placeholder,
    disabled: isDisabled,
    'aria-invalid': isBad,
    'aria-describedby': helpId,
  };
  return (
    <div className={isWide ? 'lab-field lab-field-wide' : 'lab-field'}>
      <label>
        <span>{label}</span>
        {isFigure || isList ? (
          <FigureInput isList={isList} {...shared} onChange={onChange} />
        ) : (
          <input
            className={isWide ? 'input' : 'input num'}
            {...shared}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </label>
      {after}
      {unit !== undefined && <span className="unit">{unit}</span>}
      <p id={helpId} className={isBad ? 'field-error' : 'field-help'}>
        {help}
      </p>
    </div>
  );
}

type ChoiceFieldProps<V extends string> = {
  readonly label: string;
  readonly help: string;
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
};

export function ChoiceField<V extends string>({
  label,
  help,
  value,
  choices,
  onChange,
}: ChoiceFieldProps<V>) {
  const helpId = useId();
  return (
    <div className="lab-field">
      <label>
        <span>{label}</span>
        <select
          className="input"
          value={value}
          aria-describedby={helpId}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </label>
      <p id={helpId} className="field-help">
        {help}
      </p>
    </div>
  );
}
