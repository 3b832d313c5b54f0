/** A rule as a form, checked where you type. */
import { type FormEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { alertSeverity } from '../../../src-engine/contract/alert-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useQuote, useReplica, useSession } from '../../engine/use-session.ts';
import { formatUnits, groupThousands } from '../../lib/decimal-text.ts';
import { instrumentKey } from '../../workspace/links.ts';
import { SEVERITY_WORDS } from './alert-words.ts';
import { BACK_UNITS, BOUNDS, checkDraft, newDraft, type RuleDraft, type RuleKind } from './rule-draft.ts';

const NONE: readonly InstrumentRecord[] = [];

const KINDS: Readonly<Record<RuleKind, string>> = {
  price: 'a price is crossed',
  edge: 'an opportunity pays',
  drawdown: 'equity falls',
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
  return (
    <form
      className="form rule-form"
      aria-label={ruleId === undefined ? 'New rule' : 'Rule'}
      onSubmit={submit}
      noValidate
    >
      <Choice
        label="Tell me when"
        value={kind}
        options={Object.entries(KINDS)}
        onChoose={(next) => setDraft(newDraft(next as RuleKind, draft.instrument))}
      />
      {(kind === 'price' || kind === 'stale') && (
        <Choice
          label="Instrument"
          value={draft.instrument}
          error={errors.instrument}
          options={[
            ...(kind === 'stale' ? [['', 'any of them'] as const] : []),
            ...(chosen === undefined && draft.instrument !== ''
              ? [[draft.instrument, `${draft.instrument} (not watched)`] as const]
              : []),
            ...keys.map((key) => [key, key] as const),
          ]}
          onChoose={(instrument) => set({ instrument })}
        />
      )}
      {kind === 'price' && (
        <Choice
          label="Crossed"
          value={draft.side}
          options={[
            ['above', 'upwards'],
            ['below', 'downwards'],
          ]}
          onChoose={(side) => set({ side: side === 'below' ? 'below' : 'above' })}
        />
      )}
      <Figure
        label={BOUNDS[kind].label}
        unit={kind === 'price' ? (chosen?.quote ?? '') : BOUNDS[kind].unit}
        typed={draft.bound}
        error={errors.bound}
        help={kind === 'price' && chosen !== undefined ? <PriceNow instrument={chosen} /> : BOUND_HELP[kind]}
        onType={(bound) => set({ bound })}
      />
      {backUnit !== null && (
        <Figure
          label="Armed again once back by"
          unit={backUnit}
          typed={draft.backBy}
          error={errors.backBy}
          help="So that a value that dances about its bound is told once."
          onType={(backBy) => set({ backBy })}
        />
      )}
      <Figure
        label="And not before"
        unit="s"
        typed={draft.restS}
        error={errors.restS}
        help="Between two alerts of this rule, 10 s at least."
        onType={(restS) => set({ restS })}
      />
      <Choice
        label="Severity"
        value={draft.severity}
        options={alertSeverity.options.map((one) => [one, SEVERITY_WORDS[one].label] as const)}
        onChoose={(severity) => set({ severity: alertSeverity.parse(severity) })}
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
  price: 'Of the middle price, in quote. A rule that begins beyond it waits until it is crossed.',
  edge: 'Net of fees, depth, rounding and slippage, of any opportunity.',
  drawdown: 'Percent of the highest equity that is lost.',
  stale: 'A book that syncs or is stale is not live, and not traded.',
};

function PriceNow({ instrument }: { readonly instrument: InstrumentRecord }) {
  const quote = useQuote(instrument.id);
  if (quote === undefined || quote.bid <= 0) return BOUND_HELP.price;
  const text = (units: number): string => groupThousands(formatUnits(units, instrument.priceDecimals));
  return `Now ${text(quote.bid)} bid, ${text(quote.ask)} ask; the middle price counts, when it is crossed.`;
}

function Choice({
  label,
  value,
  options,
  error,
  onChoose,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly error?: string | undefined;
  readonly onChoose: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="field field-row">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <select
        id={id}
        className="input"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChoose(event.target.value)}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
      <span id={`${id}-help`} className={error === undefined ? 'visually-hidden' : 'field-error'}>
        {error ?? ''}
      </span>
    </div>
  );
}

function Figure({
  label,
  unit,
  typed,
  error,
  help,
  onType,
}: {
  readonly label: string;
  readonly unit: string;
  readonly typed: string;
  readonly error: string | undefined;
  readonly help: ReactNode;
  readonly onType: (typed: string) => void;
}) {
  const id = useId();
  return (
    <div className="field field-row">
      <label htmlFor={id} className="field-label">
        {label}
      </label>
      <span className="field-input">
        <input
          id={id}
          className="input num"
          inputMode="decimal"
          autoComplete="off"
          value={typed}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-help`}
          onChange={(event) => onType(event.target.value)}
        />
        <span className="unit">{unit}</span>
      </span>
      <span id={`${id}-help`} className={error === undefined ? 'field-help' : 'field-error'}>
        {error ?? help}
      </span>
    </div>
  );
}
