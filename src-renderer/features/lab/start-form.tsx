import { type FormEvent, useState } from 'react';
import type { ProfileName } from '../../../src-engine/contract/records.ts';
import { DEFAULT_CAPITAL } from '../../../src-engine/domain/default-capital.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { ChoiceField, SettingField, TextField } from './form-fields.tsx';
import {
  type BacktestSettings,
  checkTyped,
  FIRST_FIELDS,
  type LabField,
  labField,
  LIMITS,
  settingsOf,
  type Typed,
  valuesOf,
} from './lab-fields.ts';
import { useLab } from './lab-store.ts';
import { withPoint } from '../../lib/decimal-text.ts';
import { listText } from '../../lib/figure-list.ts';
import { overProfile, profileSettings } from './profile-account.ts';
import { accountBase, type CheckedAccount, checkAccount, redisError } from './start-account.ts';
import { type ParameterDraft, planOf, type SearchDraft } from './sweep-draft.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { SweepFields } from './sweep-fields.tsx';

const exampleBalances = (): string => listText(['kraken.USD=1000', `kraken.BTC=${withPoint('0.1')}`]);

type Kind = 'backtest' | 'sweep';
/** The profile whose orders were measured; empty: none. */
type Measured = ProfileName;

const FIRST_PARAMETERS: readonly ParameterDraft[] = [
  { name: 'detection.minNetBps', text: '0.5, 1, 2, 4' },
  { name: 'latency.minUs', text: '5, 15, 40' },
];
const FIRST_SEARCH: SearchDraft = { method: 'grid', trials: '100', folds: '3', rankBy: 'sharpe' };
const LATENCIES: readonly { readonly value: Measured; readonly label: string }[] = [
  { value: '', label: 'As typed' },
  { value: 'demo', label: 'Measured: demo' },
  { value: 'paper', label: 'Measured: paper' },
  { value: 'rehearsal', label: 'Measured: rehearsal' },
  { value: 'live', label: 'Measured: live' },
];
const LATENCY_FIELDS = ['latency.minUs', 'latency.tailUs'];
const BOTH_FEES = 'Give the fee or the volume, not both.';

/** Settings of a backtest or of a sweep, checked where they are typed; what is left empty is the default. */
export function StartForm() {
  const { client, store } = useSession();
  const home = useReplica((replica) => replica.homeAsset) ?? 'USD';
  const recordings = useLab((lab) => lab.recordings);
  const runStarted = useLab((lab) => lab.runStarted);
  const [kind, setKind] = useState<Kind>('backtest');
  const [name, setName] = useState('');
  const [asset, setAsset] = useState<string | null>(null);
  const [amount, setAmount] = useState<string>(DEFAULT_CAPITAL);
  const [balances, setBalances] = useState('');
  const [measured, setMeasured] = useState<Measured>('');
  const [redis, setRedis] = useState('');
  const [typed, setTyped] = useState<Typed>({});
  const [parameters, setParameters] = useState<readonly ParameterDraft[]>(FIRST_PARAMETERS);
  const [search, setSearch] = useState(FIRST_SEARCH);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const [isAsTyped, setAsTyped] = useState(false);
  const couldBegin = useReplica((replica) => profileSettings(replica, recordings) !== undefined) ?? false;
  const isRecording = useReplica(({ status }) => status.recording !== null) ?? false;
  const isSweep = kind === 'sweep';
  const isOwn = !isSweep && couldBegin && !isAsTyped;
  const checked: CheckedAccount = isOwn
    ? { ok: true, account: { balances: {} } }
    : checkAccount({ asset: asset ?? home, amount, balances });
  const varied = isSweep ? parameters.map((parameter) => parameter.name) : [];
  const hidden = new Set([...varied, ...(measured !== '' && !isSweep ? LATENCY_FIELDS : [])]);
  const given = Object.fromEntries(Object.entries(typed).filter(([key]) => !hidden.has(key)));
  const settings = checked.ok ? settingsOf(given, checked.account, measured) : null;
  const values = valuesOf(given);
  const base = checked.ok && values !== null ? { ...accountBase(checked.account), ...values } : null;
  const plan = planOf(parameters, search, base);
  const hasBothFees = isTyped(given, 'feeBps') && isTyped(given, 'feeVolumeUsd');
  const trouble = firstTrouble([
    checked.ok ? '' : checked.error,
    hasBothFees ? BOTH_FEES : '',
    isSweep ? redisError(redis) : '',
    isSweep && !plan.ok ? plan.error : '',
    checked.ok && settings === null ? 'A setting does not fit.' : '',
  ]);
  const isReady = trouble === '' && recordings.length > 0;
  const asProfile = (own: BacktestSettings): BacktestSettings => {
    const { replica } = store.getState();
    const profile = isOwn && replica !== null ? profileSettings(replica, recordings) : undefined;
    return profile === undefined ? own : overProfile(profile, own);
  };
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !isReady) return;
    setBusy(true);
    setProblem(null);
    try {
      const common = { recordings: [...recordings], name: name.trim() };
      if (!isSweep) {
        const started = await client.call('startBacktest', {
          ...common,
          settings: asProfile(settings ?? {}),
        });
        runStarted(started.jobId);
      } else if (plan.ok)
        await client.call('startSweep', { ...common, plan: plan.plan, redis: redis.trim() });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const verb = isSweep ? `Run sweep${plan.ok ? ` of ${plan.trials} trials` : ''}` : 'Run backtest';
  const field = (each: LabField) => (
    <SettingField
      key={each.name}
      field={each}
      home={home}
      text={typed[each.name] ?? ''}
      conflict={hasBothFees && each.name === 'feeVolumeUsd' ? BOTH_FEES : ''}
      onType={(text) => setTyped({ ...typed, [each.name]: text })}
    />
  );
  const isShown = (each: LabField) => !hidden.has(each.name);
  return (
    <form className="lab-form" aria-label="New run" noValidate onSubmit={(event) => void start(event)}>
      <div className="lab-row">
        <h3>New run</h3>
        <KindSwitch kind={kind} onChange={setKind} />
      </div>
      <div className="lab-fields">
        <TextField
          label="Name"
          help="Shown in lists. Empty: the recording’s name."
          isWide
          value={name}
          onChange={setName}
        />
        {!isSweep && couldBegin && (
          <label className="check">
            <input type="checkbox" checked={isOwn} onChange={() => setAsTyped(isOwn)} />
            <span>As this profile stands now: its balances at each venue, its limits, its detection</span>
          </label>
        )}
        {!isOwn && (
          <>
            <TextField
              label="Start with"
              help={
                errorAt(checked, 'capital') ??
                (balances.trim() === ''
                  ? 'Balance at the start, at each venue.'
                  : 'The balances by venue are used instead.')
              }
              isBad={errorAt(checked, 'capital') !== undefined}
              isDisabled={balances.trim() !== ''}
              isFigure
              value={amount}
              onChange={setAmount}
              after={
                <input
                  className="input lab-asset"
                  aria-label="Start asset"
                  value={asset ?? home}
                  disabled={balances.trim() !== ''}
                  onChange={(event) => setAsset(event.target.value)}
                />
              }
            />
            <TextField
              label="Balances by venue"
              help={errorAt(checked, 'balances') ?? `Instead of one amount, such as ${exampleBalances()}.`}
              isBad={errorAt(checked, 'balances') !== undefined}
              isWide
              isList
              value={balances}
              onChange={setBalances}
            />
          </>
        )}
        {!isSweep && (
          <ChoiceField
            label="Latency"
            help="As typed below, or measured from a profile’s orders."
            value={measured}
            choices={LATENCIES}
            onChange={setMeasured}
          />
        )}
        {FIRST_FIELDS.filter(isShown).map(field)}
      </div>
      {isSweep && (
        <SweepFields
          parameters={parameters}
          onParameters={setParameters}
          search={search}
          onSearch={setSearch}
          redis={redis}
          onRedis={setRedis}
          trouble={plan.ok ? '' : plan.error}
        />
      )}
      <details className="lab-details" open={LIMITS.some((each) => isWrong(given, each.name)) || undefined}>
        <summary>Risk limits{limitCount(given)}</summary>
        <div className="lab-fields">{LIMITS.filter(isShown).map(field)}</div>
      </details>
      <div className="lab-submit">
        {problem !== null && (
          <div className="lab-submit-problem">
            <ProblemNotice title="Not started" problem={problem} onDismiss={() => setProblem(null)} />
          </div>
        )}
        <span className={trouble === '' ? 'dim' : 'field-error'}>
          {trouble === '' ? overWords(recordings, isRecording) : trouble}
        </span>
        <button type="submit" className="button button-primary" disabled={busy || !isReady}>
          {busy ? 'Starting…' : verb}
        </button>
      </div>
    </form>
  );
}

/** What keeps the button from being pressed, wherever in the form it is. */
function firstTrouble(troubles: readonly string[]): string {
  return troubles.find((trouble) => trouble !== '') ?? '';
}

function overWords(recordings: readonly string[], isRecording: boolean): string {
  if (recordings.length === 0)
    return isRecording ? 'Stop the recording, then choose it above.' : 'Choose a recording above.';
  const [first = ''] = recordings;
  return recordings.length === 1
    ? `Over ${recordingTitle(first)}.`
    : `Over ${recordings.length} recordings, merged by time.`;
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

function errorAt(
  checked: ReturnType<typeof checkAccount>,
  field: 'capital' | 'balances',
): string | undefined {
  return !checked.ok && checked.field === field ? checked.error : undefined;
}

const isTyped = (typed: Typed, name: string): boolean => (typed[name] ?? '').trim() !== '';

function isWrong(typed: Typed, name: string): boolean {
  const field = labField(name);
  return field !== undefined && checkTyped(field, typed[name] ?? '')?.ok === false;
}

/** How many of them are set, while they are folded away. */
function limitCount(typed: Typed): string {
  const set = LIMITS.filter(({ name }) => isTyped(typed, name)).length;
  return set === 0 ? ': defaults' : `: ${set} set`;
}
