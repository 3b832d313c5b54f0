import { FigureInput } from '../../components/figure-input.tsx';
import { Plus, X } from 'lucide-react';
import {
  FIRST_FIELDS,
  LAB_FIELDS,
  type LabField,
  labField,
  LIMITS,
  parseRange,
  rangeExample,
} from './lab-fields.ts';
import { TextField } from './form-fields.tsx';
import { redisError } from './start-account.ts';
import { MAX_PARAMETERS, type ParameterDraft, type SearchDraft } from './sweep-draft.ts';

type SweepFieldsProps = {
  readonly parameters: readonly ParameterDraft[];
  readonly onParameters: (parameters: readonly ParameterDraft[]) => void;
  readonly search: SearchDraft;
  readonly onSearch: (search: SearchDraft) => void;
  /** Address of a Redis whose workers run the trials; empty: threads of the engine. */
  readonly redis: string;
  readonly onRedis: (redis: string) => void;
  /** What keeps the sweep from being started; empty: nothing. */
  readonly trouble: string;
};

const METHODS: readonly { readonly value: SearchDraft['method']; readonly label: string }[] = [
  { value: 'grid', label: 'Grid: every combination' },
  { value: 'random', label: 'Random draws' },
  { value: 'latin-hypercube', label: 'Latin hypercube' },
];

/** What a sweep varies, how it searches, and how it is judged. */
export function SweepFields(props: SweepFieldsProps) {
  const { parameters, onParameters, search, onSearch, redis, onRedis, trouble } = props;
  const change = (at: number, draft: ParameterDraft) =>
    onParameters(parameters.map((each, index) => (index === at ? draft : each)));
  const free = LAB_FIELDS.find((field) => !parameters.some(({ name }) => name === field.name));
  return (
    <fieldset className="lab-sweep-fields">
      <legend>Vary</legend>
      {parameters.map((draft, at) => (
        <ParameterRow
          key={draft.name}
          draft={draft}
          taken={parameters.map(({ name }) => name)}
          onChange={(next) => change(at, next)}
          onRemove={() => onParameters(parameters.filter((_, index) => index !== at))}
        />
      ))}
      <div className="lab-row">
        <button
          type="button"
          className="bar-button"
          disabled={free === undefined || parameters.length >= MAX_PARAMETERS}
          onClick={() => free !== undefined && onParameters([...parameters, { name: free.name, text: '' }])}
        >
          <Plus size={11} aria-hidden="true" /> Another setting
        </button>
      </div>
      <div className="lab-search">
        <label>
          Search{' '}
          <select
            className="input"
            value={search.method}
            onChange={(event) => onSearch({ ...search, method: event.target.value as SearchDraft['method'] })}
          >
            {METHODS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {search.method !== 'grid' && (
          <NumberInput
            label="Trials"
            value={search.trials}
            onChange={(trials) => onSearch({ ...search, trials })}
          />
        )}
        <NumberInput
          label="Folds"
          title="Consecutive test periods; each is traded with the best setting of the data before it"
          value={search.folds}
          onChange={(folds) => onSearch({ ...search, folds })}
        />
        <label>
          Rank by{' '}
          <select
            className="input"
            value={search.rankBy}
            onChange={(event) => onSearch({ ...search, rankBy: event.target.value as SearchDraft['rankBy'] })}
          >
            <option value="sharpe">Sharpe in test</option>
            <option value="return">Return in test</option>
          </select>
        </label>
      </div>
      <TextField
        label="Redis workers"
        help={
          redisError(redis) ||
          'Empty: threads of this machine. Else a Redis address; start parallax worker --redis ADDRESS on each machine with the recordings.'
        }
        isBad={redisError(redis) !== ''}
        isWide
        value={redis}
        placeholder="redis://127.0.0.1:6379"
        onChange={onRedis}
      />
      {trouble !== '' && <p className="field-error">{trouble}</p>}
    </fieldset>
  );
}

type ParameterRowProps = {
  readonly draft: ParameterDraft;
  readonly taken: readonly string[];
  readonly onChange: (draft: ParameterDraft) => void;
  readonly onRemove: () => void;
};

function ParameterRow({ draft, taken, onChange, onRemove }: ParameterRowProps) {
  const field = labField(draft.name);
  const parsed = field === undefined ? null : parseRange(field, draft.text);
  const isFree = ({ name }: LabField) => name === draft.name || !taken.includes(name);
  const option = ({ name, label, unit }: LabField) => (
    <option key={name} value={name}>
      {unit === '' ? label : `${label} (${unit})`}
    </option>
  );
  return (
    <div className="lab-parameter">
      <select
        className="input"
        aria-label="Setting to vary"
        value={draft.name}
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      >
        {FIRST_FIELDS.filter(isFree).map(option)}
        <optgroup label="Risk limits">{LIMITS.filter(isFree).map(option)}</optgroup>
      </select>
      <FigureInput
        inputMode="text"
        aria-label={`Values of ${field?.label ?? draft.name}`}
        aria-invalid={parsed?.ok === false}
        placeholder={rangeExample()}
        value={draft.text}
        onChange={(text) => onChange({ ...draft, text })}
      />
      <span className="dim num">{parsed?.ok === true ? `${parsed.count} values` : ''}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={`Do not vary ${field?.label ?? ''}`}
        onClick={onRemove}
      >
        <X size={13} aria-hidden="true" />
      </button>
    </div>
  );
}

type NumberInputProps = {
  readonly label: string;
  readonly title?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function NumberInput({ label, title, value, onChange }: NumberInputProps) {
  return (
    <label title={title}>
      {label} <FigureInput className="input num lab-short" value={value} onChange={onChange} />
    </label>
  );
}
