import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { checkLabField, LAB_FIELDS, type LabField, settingsOf, type Typed, valuesOf } from './lab-fields.ts';
import { useLab } from './lab-store.ts';
import { type ParameterDraft, planOf, type SearchDraft } from './sweep-draft.ts';
import { SweepFields } from './sweep-fields.tsx';

type Kind = 'backtest' | 'sweep';

const FIRST_PARAMETERS: readonly ParameterDraft[] = [
  { name: 'detection.minNetBps', text: '0.5, 1, 2, 4' },
  { name: 'latency.minUs', text: '5, 15, 40' },
];
const FIRST_SEARCH: SearchDraft = { method: 'grid', trials: '100', folds: '3', rankBy: 'sharpe' };

/** Settings of a backtest or of a sweep, checked where they are typed; what is left empty is the default. */
export function StartForm() {
  const { client } = useSession();
  const home = useReplica((replica) => replica.homeAsset) ?? 'USD';
  const recordings = useLab((lab) => lab.recordings);
  const [kind, setKind] = useState<Kind>('backtest');
  const [name, setName] = useState('');
  const [asset, setAsset] = useState<string | null>(null);
  const [amount, setAmount] = useState('10000');
  const [typed, setTyped] = useState<Typed>({});
  const [parameters, setParameters] = useState<readonly ParameterDraft[]>(FIRST_PARAMETERS);
  const [search, setSearch] = useState(FIRST_SEARCH);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const capital = { [(asset ?? home).trim().toUpperCase()]: amount.trim() };
  const capitalError = errorOfCapital(asset ?? home, amount);
  const settings = settingsOf(typed, capital);
  const varied = kind === 'sweep' ? parameters.map((parameter) => parameter.name) : [];
  const plan = planOf(parameters, search, withCapital(valuesOf(typed), capital));
  const isReady = capitalError === '' && (kind === 'backtest' ? settings !== null : plan.ok);
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !isReady || recordings.length === 0) return;
    setBusy(true);
    setProblem(null);
    try {
      const common = { recordings: [...recordings], name: name.trim() };
      if (kind === 'backtest') await client.call('startBacktest', { ...common, settings: settings ?? {} });
      else if (plan.ok) await client.call('startSweep', { ...common, plan: plan.plan });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const verb =
    kind === 'backtest' ? 'Run backtest' : `Run sweep${plan.ok ? ` of ${plan.trials} trials` : ''}`;
  return (
    <form className="lab-form" aria-label="New run" noValidate onSubmit={(event) => void start(event)}>
      <div className="lab-row">
        <h3>New run</h3>
        <KindSwitch kind={kind} onChange={setKind} />
      </div>
      <div className="lab-fields">
        <TextField
          label="Name"
          help="For the lists. Empty: that of the recording."
          isWide
          value={name}
          onChange={setName}
        />
        <TextField
          label="Start with"
          help={capitalError === '' ? 'What the account holds at the start.' : capitalError}
          isBad={capitalError !== ''}
          value={amount}
          onChange={setAmount}
          after={
            <input
              className="input lab-asset"
              aria-label="Start asset"
              value={asset ?? home}
              onChange={(event) => setAsset(event.target.value)}
            />
          }
        />
        {LAB_FIELDS.filter((field) => !varied.includes(field.name)).map((field) => (
          <SettingField
            key={field.name}
            field={field}
            home={home}
            text={typed[field.name] ?? ''}
            onType={(text) => setTyped({ ...typed, [field.name]: text })}
          />
        ))}
      </div>
      {kind === 'sweep' && (
        <SweepFields
          parameters={parameters}
          onParameters={setParameters}
          search={search}
          onSearch={setSearch}
          trouble={plan.ok ? '' : plan.error}
        />
      )}
      {problem !== null && (
        <ProblemNotice title="Not started" problem={problem} onDismiss={() => setProblem(null)} />
      )}
      <div className="lab-submit">
        <span className="dim">
          {recordings.length === 0
            ? 'Choose a recording above.'
            : `Over ${recordings.length === 1 ? recordings[0] : `${recordings.length} recordings, merged by time`}.`}
        </span>
        <button
          type="submit"
          className="button button-primary"
          disabled={busy || !isReady || recordings.length === 0}
        >
          {busy ? 'Starting…' : verb}
        </button>
      </div>
    </form>
  );
}

function KindSwitch({ kind, onChange }: { readonly kind: Kind; readonly onChange: (kind: Kind) => void }) {
  return (
    <span className="lab-switch" role="radiogroup" aria-label="Kind of run">
      {(['backtest', 'sweep'] as const).map((each) => (
        <label key={each} className={kind === each ? 'lab-switch-on' : ''}>
          <input
            type="radio"
            name="lab-kind"
            className="visually-hidden"
            checked={kind === each}
            onChange={() => onChange(each)}
          />
          {each === 'backtest' ? 'Backtest' : 'Sweep'}
        </label>
      ))}
    </span>
  );
}

type SettingFieldProps = {
  readonly field: LabField;
  readonly home: string;
  readonly text: string;
  readonly onType: (text: string) => void;
};

function SettingField({ field, home, text, onType }: SettingFieldProps) {
  const checked = checkLabField(field, text);
  const error = checked === null || checked.ok ? '' : checked.error;
  const unit = field.unit === 'home' ? home : field.unit;
  return (
    <TextField
      label={field.label}
      unit={unit}
      help={error === '' ? field.help : error}
      isBad={error !== ''}
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
  readonly placeholder?: string;
  /** Words and not a figure. */
  readonly isWide?: boolean;
  readonly after?: ReactNode;
};

function TextField(props: TextFieldProps) {
  const { label, help, value, onChange, unit, isBad = false, placeholder, isWide = false, after } = props;
  const helpId = useId();
  return (
    <div className={isWide ? 'lab-field lab-field-wide' : 'lab-field'}>
      <label>
        <span>{label}</span>
        <input
          className={isWide ? 'input' : 'input num'}
          autoComplete="off"
          value={value}
          placeholder={placeholder}
          aria-invalid={isBad}
          aria-describedby={helpId}
          onChange={(event) => onChange(event.target.value)}
        />
      </label>
      {after}
      {unit !== undefined && <span className="unit">{unit}</span>}
      <p id={helpId} className={isBad ? 'field-error' : 'field-help'}>
        {help}
      </p>
    </div>
  );
}

function errorOfCapital(asset: string, amount: string): string {
  if (!/^[A-Za-z0-9.]{1,16}$/.test(asset.trim())) return 'The asset must be written like USD.';
  if (!/^\d+(\.\d+)?$/.test(amount.trim()) || Number(amount) === 0) return 'The amount must be above zero.';
  return '';
}

/** What a sweep keeps fixed: the settings, and the capital in the form that it knows. */
function withCapital(
  values: Readonly<Record<string, string | number>> | null,
  capital: Readonly<Record<string, string>>,
): Readonly<Record<string, string | number>> | null {
  if (values === null) return null;
  const start = Object.entries(capital).map(([asset, amount]) => [`capital.${asset}`, amount]);
  return { ...Object.fromEntries(start), ...values } as Record<string, string | number>;
}
