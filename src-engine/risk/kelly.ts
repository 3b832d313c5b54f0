/**
 * The stake that the record of finished executions allows. Kelly (1956), "A New Interpretation of Information Rate",
 * Bell System Technical Journal 35(4): of a bet that is won with probability p and then pays b for each unit that it
 * costs when lost, the fraction f = p − (1 − p) / b of the capital makes it grow fastest. b is the average win over the
 * average loss. As p and b are only estimated, and a whole stake can be lost at once, a fraction of f is used.
 */
import { type Decimal, decimal } from '../domain/decimal.ts';
import type { RiskLimits } from '../domain/limits.ts';
import type { TradeRecord } from '../domain/risk.ts';
import { kellyOfOdds } from '../domain/kelly.ts';

export const EMPTY_RECORD: TradeRecord = { wins: 0, losses: 0, won: '0', lost: '0' };

/** From this many executions on the record is halved: what is long past counts ever less. */
const MOST_TRADES = 400;
/** Places of a stake, and of the halved sums. */
const STAKE_DECIMALS = 8;

/** The record with one more execution, by its profit in the home currency; one of exactly zero says nothing. */
export function recorded(record: TradeRecord, profitHome: Decimal): TradeRecord {
  if (profitHome.isZero()) return record;
  const { wins, losses, won, lost } = profitHome.gt(0)
    ? { ...record, wins: record.wins + 1, won: decimal(record.won).plus(profitHome).toString() }
    : { ...record, losses: record.losses + 1, lost: decimal(record.lost).minus(profitHome).toString() };
  if (wins + losses < MOST_TRADES) return { wins, losses, won, lost };
  const half = (sum: string): string => decimal(sum).div(2).toDecimalPlaces(STAKE_DECIMALS).toString();
  return { wins: wins / 2, losses: losses / 2, won: half(won), lost: half(lost) };
}

/** Kelly's fraction of the capital, 0 to 1. With no loss on record it is 1, without a win 0. */
export function kellyFraction({ wins, losses, won, lost }: TradeRecord): number {
  if (wins === 0) return 0;
  if (losses === 0) return 1;
  const p = wins / (wins + losses);
  const b = Number(won) / wins / (Number(lost) / losses);
  const f = kellyOfOdds(p, b);
  return f > 0 ? Math.min(1, f) : 0;
}

/** True when the record is long enough to be believed, and allows no stake at all. */
export function hasNoEdge(record: TradeRecord, limits: RiskLimits): boolean {
  return record.wins + record.losses >= limits.minKellyTrades && kellyFraction(record) === 0;
}

/** Largest stake in the home currency; undefined while the record holds less than the limits ask for. */
export function kellyStake(record: TradeRecord, equity: Decimal, limits: RiskLimits): Decimal | undefined {
  if (record.wins + record.losses < limits.minKellyTrades) return undefined;
  const share = kellyFraction(record) * limits.kellyFraction;
  return equity.times(share).toDecimalPlaces(STAKE_DECIMALS);
}
