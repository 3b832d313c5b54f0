/** A rule as a form, checked where you type. */
import { type FormEvent, useMemo, useState } from 'react';
import { alertSeverity } from '../../../src-engine/contract/alert-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Choice } from '../../components/choice.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useQuote, useReplica, useSession } from '../../engine/use-session.ts';
import { groupThousands, priceText } from '../../lib/decimal-text.ts';
import { instrumentKey } from '../../workspace/links.ts';
import { SEVERITY_WORDS } from './alert-words.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { BACK_UNITS, BOUNDS, checkDraft, newDraft, type RuleDraft, type RuleKind } from './rule-draft.ts';

const NONE: readonly InstrumentRecord[] = [];

const KINDS: readonly RuleKind[] = ['price', 'edge', 'drawdown', 'stale'];
const SIDES = ['above', 'below'] as const;

const KIND_WORDS: Readonly<Record<RuleKind, string>> = {
  price: 'a price is crossed',
  edge: 'a net edge is reached',
  drawdown: 'a drawdown is reached',
  stale: 'a book is not live',
};

type RuleFormProps = {
  /** Undefined: a new rule. */
  readonly ruleId: number | undefined;
  readonly start: RuleDraft;
  readonly onDone: () => void;
};

export function RuleForm({ ruleId, start, onDone }: RuleFormProps) {
  const session = useSession();
  const [draft, setDraft] = useState(start);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const keys = useMemo(() => instruments.map(instrumentKey).toSorted(), [instruments]);
  const { errors, rule } = checkDraft(draft, keys);
  const set = (change: Partial<RuleDraft>) => setDraft({ ...draft, ...change });
  const { kind } = draft;
  const chosen = instruments.find((each) => instrumentKey(each) === draft.instrument);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (rule === undefined || busy) return;
    setBusy(true);
    setProblem(null);
    session.client
      .call('saveAlertRule', { rule, ...(ruleId === undefined ? {} : { ruleId }) })
      .then(onDone, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const backUnit = BACK_UNITS[kind];
  const priceNow = usePriceNow(chosen);
  return (
    <form
      className="form rule-form"
      aria-label={ruleId === undefined ? 'New rule' : 'Rule'}
      onSubmit={submit}
      noValidate
    >
      <Choice
        label="Alert when"
        value={kind}
        values={KINDS}
        text={(one) => KIND_WORDS[one]}
        onChoose={(next) => setDraft(newDraft(next, draft.instrument))}
      />
      {(kind === 'price' || kind === 'stale') && (
        <Choice
          label="Instrument"
          value={draft.instrument}
          values={[...new Set([...(kind === 'stale' ? [''] : []), draft.instrument, ...keys])]}
          text={(key) => (key === '' ? 'any instrument' : instrumentText(key, keys.includes(key)))}
          onChoose={(instrument) => set({ instrument })}
        />
      )}
      {errors.instrument !== undefined && <p className="field-error">{errors.instrument}</p>}
      {kind === 'price' && (
        <Choice
          label="Crossed"
          value={draft.side}
          values={SIDES}
          text={(side) => (side === 'above' ? 'upwards' : 'downwards')}
          onChoose={(side) => set({ side })}
        />
      )}
      <FigureField
        label={BOUNDS[kind].label}
        unit={kind === 'price' ? (chosen?.quote ?? '') : BOUNDS[kind].unit}
        value={draft.bound}
        error={errors.bound ?? ''}
        help={kind === 'price' ? priceNow : BOUND_HELP[kind]}
        onChange={(bound) => set({ bound })}
      />
      {backUnit !== null && (
        <FigureField
          label="Reset margin"
          unit={backUnit}
          value={draft.backBy}
          error={errors.backBy ?? ''}
          help="The value must move back by this much before the rule can fire again."
          onChange={(backBy) => set({ backBy })}
        />
      )}
      <FigureField
        label="Minimum interval"
        unit="s"
        value={draft.restS}
        error={errors.restS ?? ''}
        help="Between two alerts of this rule; at least 10 s."
        onChange={(restS) => set({ restS })}
      />
      <Choice
        label="Severity"
        value={draft.severity}
        values={alertSeverity.options}
        text={(one) => SEVERITY_WORDS[one].label}
        onChoose={(severity) => set({ severity })}
      />
      {problem !== null && <ProblemNotice title="Not saved" problem={problem} />}
      <div className="form-actions">
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" className="button button-primary" disabled={rule === undefined || busy}>
          {busy ? 'Saving…' : 'Save rule'}
        </button>
      </div>
    </form>
  );
}

const BOUND_HELP: Readonly<Record<RuleKind, string>> = {
  price: 'Mid price, in quote. If the price is already beyond it, the rule waits until it has moved back.',
  edge: 'Of any opportunity, after fees, depth, rounding and slippage.',
  drawdown: 'Percent below peak equity.',
  stale: 'A syncing or stale book is not live, and not traded.',
};

/** The current best prices, beside the typed one. */
function instrumentText(key: string, isWatched: boolean): string {
  const [venue = '', symbol = ''] = key.split(' ');
  return `${symbol} at ${venueTitle(venue)}${isWatched ? '' : ' (not watched)'}`;
}

function usePriceNow(instrument: InstrumentRecord | undefined): string {
  const quote = useQuote(instrument?.id ?? -1);
  if (instrument === undefined || quote === undefined || quote.bid <= 0) return BOUND_HELP.price;
  const text = (units: number): string => groupThousands(priceText(units, instrument));
  return `Now ${text(quote.bid)} bid, ${text(quote.ask)} ask. The rule uses the mid price.`;
}
