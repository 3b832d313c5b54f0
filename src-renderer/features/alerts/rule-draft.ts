/** A rule as it is typed, checked field by field against the contract's own schema. Pure. */
import type { z } from 'zod';
import { type AlertRule, alertRule } from '../../../src-engine/contract/alert-records.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { checkField } from '../settings/fields.ts';

export type RuleKind = AlertRule['kind'];

/** A rule as typed: figures are the text of their fields. */
export type RuleDraft = {
  readonly kind: RuleKind;
  readonly enabled: boolean;
  readonly severity: AlertRule['severity'];
  /** `venue symbol`; empty: any. */
  readonly instrument: string;
  readonly side: 'above' | 'below';
  readonly bound: string;
  readonly backBy: string;
  readonly restS: string;
};

type FigureField = { readonly name: string; readonly label: string; readonly unit: string };

/** The figure that each kind is about, by the name that the contract has for it. */
export const BOUNDS: Readonly<Record<RuleKind, FigureField>> = {
  price: { name: 'price', label: 'Price', unit: '' },
  edge: { name: 'netBps', label: 'Net edge', unit: 'bps' },
  drawdown: { name: 'pct', label: 'Drawdown', unit: '%' },
  stale: { name: 'seconds', label: 'Not live for', unit: 's' },
};

/** How far the value must move back before the rule is active again; for books it is enough to be live. */
export const BACK_UNITS: Readonly<Record<RuleKind, string | null>> = {
  price: '%',
  edge: 'bps',
  drawdown: 'points',
  stale: null,
};

const STARTS: Readonly<Record<RuleKind, Pick<RuleDraft, 'bound' | 'backBy'>>> = {
  price: { bound: '', backBy: '0.1' },
  edge: { bound: '10', backBy: '1' },
  drawdown: { bound: '2', backBy: '0.5' },
  stale: { bound: '10', backBy: '' },
};

export function newDraft(kind: RuleKind, instrument: string): RuleDraft {
  return {
    kind,
    enabled: true,
    severity: 'warning',
    instrument: kind === 'stale' ? '' : instrument,
    side: 'above',
    restS: '60',
    bound: withPoint(STARTS[kind].bound),
    backBy: withPoint(STARTS[kind].backBy),
  };
}

/** A rule that exists, to be changed. */
export function draftOf(rule: AlertRule): RuleDraft {
  const { kind, enabled, severity, restS } = rule;
  const base = { ...newDraft(kind, ''), enabled, severity, restS: withPoint(String(restS)) };
  switch (rule.kind) {
    case 'price':
      return {
        ...base,
        instrument: `${rule.venue} ${rule.symbol}`,
        side: rule.side,
        bound: withPoint(rule.price),
        backBy: withPoint(String(rule.backBy)),
      };
    case 'edge':
      return { ...base, bound: withPoint(String(rule.netBps)), backBy: withPoint(String(rule.backBy)) };
    case 'drawdown':
      return { ...base, bound: withPoint(String(rule.pct)), backBy: withPoint(String(rule.backBy)) };
    case 'stale':
      return {
        ...base,
        instrument: rule.symbol === '' ? '' : `${rule.venue} ${rule.symbol}`,
        bound: withPoint(String(rule.seconds)),
      };
  }
}

export type CheckedDraft = {
  readonly errors: Readonly<Partial<Record<'instrument' | 'bound' | 'backBy' | 'restS', string>>>;
  /** Undefined while anything is wrong. */
  readonly rule: AlertRule | undefined;
};

/** @param instruments `venue symbol` of all that may be chosen. */
export function checkDraft(draft: RuleDraft, instruments: readonly string[]): CheckedDraft {
  const { kind } = draft;
  const { shape } = schemaOf(kind);
  const figure = (name: string, typed: string) => {
    const schema = shape[name];
    if (schema === undefined) return { ok: true, value: undefined } as const;
    return checkField({ kind: name === 'price' ? 'decimal' : 'number', schema }, plainFigure(typed.trim()));
  };
  const bound = figure(BOUNDS[kind].name, draft.bound);
  const backBy = figure('backBy', draft.backBy);
  const restS = figure('restS', draft.restS);
  const needsInstrument = kind === 'price' || (kind === 'stale' && draft.instrument !== '');
  const isKnown = !needsInstrument || instruments.includes(draft.instrument);
  const errors = {
    ...(isKnown ? {} : { instrument: 'Choose one of the watched instruments.' }),
    ...(bound.ok ? {} : { bound: bound.error }),
    ...(backBy.ok ? {} : { backBy: backBy.error }),
    ...(restS.ok ? {} : { restS: restS.error }),
  };
  if (!isKnown || !bound.ok || !backBy.ok || !restS.ok) return { errors, rule: undefined };
  const [venue = '', symbol = ''] = draft.instrument.split(' ');
  const given = {
    kind,
    enabled: draft.enabled,
    severity: draft.severity,
    restS: restS.value,
    [BOUNDS[kind].name]: bound.value,
    ...(kind === 'stale' ? {} : { backBy: backBy.value }),
    ...(kind === 'price' ? { side: draft.side } : {}),
    ...(kind === 'price' || kind === 'stale' ? { venue, symbol } : {}),
  };
  return { errors, rule: alertRule.safeParse(given).data };
}

function schemaOf(kind: RuleKind): { readonly shape: Readonly<Record<string, z.ZodType>> } {
  const found = alertRule.options.find(({ shape }) => shape.kind.value === kind);
  if (found === undefined) throw new Error(`no rule is of the kind ${kind}`);
  return found;
}
