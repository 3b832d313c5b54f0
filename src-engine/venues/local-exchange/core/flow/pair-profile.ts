import type { Pair } from '../pair.ts';

/** How busy and how tight a pair is. */
export type PairProfile = {
  /** Half of the spread that makers aim for, in bps of the fair price. */
  readonly halfSpreadBps: number;
  /** Distance of one level to the next near the top, in bps. */
  readonly stepBps: number;
  /** Median value of one maker's order, in US dollars. */
  readonly levelUsd: number;
  /** Share of the activity, relative to other pairs. */
  readonly weight: number;
};

const MAJOR: PairProfile = { halfSpreadBps: 0.4, stepBps: 0.5, levelUsd: 9_000, weight: 5 };
const LIQUID: PairProfile = { halfSpreadBps: 0.9, stepBps: 0.8, levelUsd: 4_500, weight: 2.5 };
const CURRENCY: PairProfile = { halfSpreadBps: 0.5, stepBps: 0.4, levelUsd: 15_000, weight: 1.5 };
const THIN: PairProfile = { halfSpreadBps: 1.8, stepBps: 1.5, levelUsd: 2_000, weight: 1 };

const CURRENCIES: ReadonlySet<string> = new Set(['USD', 'EUR', 'GBP', 'USDT', 'USDC']);
const LEADERS: ReadonlySet<string> = new Set(['BTC', 'ETH']);

/** @param home what most of the venue's trading is quoted in: `USD` or `USDT`. */
export function profileOf(pair: Pair, home: string): PairProfile {
  if (CURRENCIES.has(pair.base)) return CURRENCY;
  const isLeader = LEADERS.has(pair.base);
  if (isLeader && (pair.quote === home || pair.quote === 'BTC')) return MAJOR;
  return isLeader || pair.quote === home ? LIQUID : THIN;
}
