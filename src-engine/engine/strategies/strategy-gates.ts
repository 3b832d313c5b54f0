/** What the record of a strategy must show before it trades an account, from figures that are kept anyhow. Pure. */
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { StrategyGate, StrategyStanding } from '../../domain/strategy-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** Of a record on paper, and of a canary at the account. */
const NEEDED = {
  canary: { days: 7, fills: 50, where: 'on paper' },
  full: { days: 3, fills: 20, where: 'as a canary' },
} as const;
const US_PER_DAY = 86_400 * US_PER_SECOND;

export type GateRecord = Pick<StrategyStanding, 'fills' | 'realized' | 'sinceUs' | 'stopped'> & {
  readonly untilUs: TimeUs;
};

export type GateFacts = {
  readonly to: 'canary' | 'full';
  /** On paper before a canary, at the account after it; undefined: there is none. */
  readonly record: GateRecord | undefined;
  readonly quote: string;
  /** Why the model rests by what it is watched by; undefined: it does not, or it is no model. */
  readonly mustRest: string | undefined;
  /** Why it was taken back from an account; undefined: it was not. */
  readonly fallen: StrategyStanding['fallen'];
};

export function strategyGatesOf({ to, record, quote, mustRest, fallen }: GateFacts): StrategyGate[] {
  const { days, fills, where } = NEEDED[to];
  const none = `no such strategy was set ${where}, with this code and these parameters`;
  const ran = record === undefined ? 0 : (record.untilUs - record.sinceUs) / US_PER_DAY;
  const net: Decimal = record === undefined ? ZERO : decimal(record.realized);
  return [
    {
      gate: `Days ${where}`,
      value: record === undefined ? none : ran.toFixed(1),
      bound: `at least ${days}`,
      passes: record !== undefined && ran >= days,
    },
    {
      gate: `Fills ${where}`,
      value: String(record?.fills ?? 0),
      bound: `at least ${fills}`,
      passes: (record?.fills ?? 0) >= fills,
    },
    {
      gate: `Net after fees ${where}`,
      value: record === undefined ? 'none' : `${net.toFixed(2)} ${quote}`,
      bound: 'above 0',
      passes: net.gt(0),
    },
    {
      gate: `No fault ${where}`,
      value: record?.stopped == null ? 'none' : record.stopped.detail,
      bound: 'none',
      passes: record?.stopped == null,
    },
    {
      gate: 'Drift and calibration of its model',
      value: mustRest ?? 'nothing is against it',
      bound: 'nothing against it',
      passes: mustRest === undefined,
    },
    {
      gate: 'Not taken back from an account',
      value: fallen?.detail ?? 'it was not',
      bound: 'it was not, since it was set',
      passes: fallen === undefined,
    },
  ];
}
