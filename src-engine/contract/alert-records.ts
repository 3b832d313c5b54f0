/** Schemas of alerts, and of the rules by which a trader makes alerts of his own. */
import { z } from 'zod';
import { amountText, timeUs } from '../domain/value-schemas.ts';

export const alertSeverity = z.enum(['critical', 'warning', 'info']);
export type AlertSeverity = z.infer<typeof alertSeverity>;

/** Where the thing stands that an alert is about; a window opens the panel of that name. */
export const alertPanel = z.enum([
  'risk',
  'account',
  'health',
  'executions',
  'orders',
  'opportunities',
  'profit',
  'book',
  'audit',
  'logs',
  'venues',
  'inventory',
  'strategies',
  'funding',
]);

export const alert = z.object({
  /** Rises by one within a profile. */
  alertId: z.number().int().positive(),
  /** What it is about. The same key again, while the alert is not acknowledged, is the same alert. */
  key: z.string(),
  severity: alertSeverity,
  title: z.string(),
  detail: z.string(),
  panel: alertPanel,
  /** Of the instrument it is about; empty: of none. */
  venue: z.string(),
  symbol: z.string(),
  /** First and last time, and how often. */
  atUs: timeUs,
  lastUs: timeUs,
  times: z.number().int().positive(),
  /** False: it was of a moment. True: it goes on until `endedUs`. */
  lasts: z.boolean(),
  endedUs: timeUs.nullable(),
  acknowledgedUs: timeUs.nullable(),
});
export type Alert = z.infer<typeof alert>;

export const alertsView = z.object({
  unread: z.number().int(),
  /** The worst of those that are not acknowledged; null: all are. */
  worst: alertSeverity.nullable(),
  /** Newest first. */
  alerts: z.array(alert),
});

/** Alerts that are kept of a profile, and rules that it may have. */
export const MAX_ALERTS = 500;
export const MAX_RULES = 50;

const common = {
  enabled: z.boolean().default(true),
  severity: alertSeverity.default('warning'),
  /** Seconds before it may fire again, whatever happens. */
  restS: z.number().int().min(10).max(86_400).default(60),
};
const price = amountText.refine((text) => /[1-9]/.test(text), 'must be above zero');

/**
 * When an alert is made. A rule fires once, and again only after the value has been back on the other side by
 * `backBy` and `restS` have passed.
 */
export const alertRule = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('price'),
    venue: z.string().min(1).max(40),
    symbol: z.string().min(3).max(40),
    side: z.enum(['above', 'below']),
    /** The middle price that is crossed, in quote. */
    price,
    /** Percent of the price. */
    backBy: z.number().min(0).max(50).default(0.1),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('edge'),
    /** Net edge of any opportunity, in bps. */
    netBps: z.number().min(-100).max(1_000),
    /** In bps. */
    backBy: z.number().min(0).max(1_000).default(1),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('drawdown'),
    /** Percent of the highest equity that is lost. */
    pct: z.number().min(0.01).max(100),
    /** In percent of the highest equity. */
    backBy: z.number().min(0).max(100).default(0.5),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('stale'),
    /** One instrument; both empty: any. */
    venue: z.string().max(40).default(''),
    symbol: z.string().max(40).default(''),
    /** Its book was not live for so long. */
    seconds: z.number().int().min(2).max(3_600),
  }),
]);
export type AlertRule = z.infer<typeof alertRule>;

/** A rule and how it stands. */
export const ruleStanding = z.object({
  ruleId: z.number().int().positive(),
  rule: alertRule,
  /** `waiting`: it fired, or began beyond its price, and waits for the value to come back. `unknown`: there is no value. */
  state: z.enum(['armed', 'waiting', 'unknown', 'off']),
  /** In the rule's own unit (a price, bps, percent, seconds); null: not known. */
  value: z.string().nullable(),
  firedUs: timeUs.nullable(),
});
export type RuleStanding = z.infer<typeof ruleStanding>;

/** A rule as it rests in the database. */
export const storedRule = z.object({
  ruleId: z.number().int().positive(),
  rule: alertRule,
  /** Undefined before its first look at the value. */
  isArmed: z.boolean().optional(),
  firedUs: timeUs.nullable(),
});
export type StoredRule = z.infer<typeof storedRule>;
