/**
 * Which coins are traded back to their targets: those that have left their band, where that pays. The benefit of a trade is the growth that the deviation costs over a time
 * (half the variance of what is held beyond the targets: the loss of growth beside Kelly's portfolio, to the second order), and of what a signal asks for the edge that is expected
 * of it. The cost is the fee, half the spread, and what the order's size takes of the book beyond; of what a signal asks for the way back as well. Shares are of the portfolio's value.
 */
import type { FillCost } from '../strategy-port.ts';

export type Coin = {
  readonly value: number;
  /** By the trader. */
  readonly base: number;
  readonly band: number;
  /** Asked by a signal on top: above 0 more, below 0 less; and the move that is expected of it, as a share of what is traded. */
  readonly tilt: number;
  readonly edge: number;
  /** What a signal asked for before, and is held: above 0 more, below 0 less. Its way back was paid for when it was begun. */
  readonly lent: number;
  /** Bars that it waits, as what was wanted before was not carried out. */
  readonly waits: number;
  /** Of a trade of this value, in stakes, below 0: sold. */
  readonly costOf: (value: number) => FillCost;
};

export type Why =
  | 'traded'
  | 'within-band'
  | 'cost-above-benefit'
  | 'no-cash'
  | 'variance-unknown'
  | 'waits'
  | Extract<FillCost, string>;

export type Proposal = {
  readonly target: number;
  readonly actual: number;
  /** Of the trade that brings it back, below 0: a sale; 0: none is needed. */
  readonly trade: number;
  /** In shares of the portfolio's value, as the trade. */
  readonly fee: number;
  readonly spread: number;
  readonly slippage: number;
  readonly wayBack: number;
  readonly growth: number;
  readonly signal: number;
  readonly why: Why;
};

export type Terms = {
  /** Least share that stays cash: purchases leave it. */
  readonly cash: number;
  /** To the edge of the band that was left, and not to the target. */
  readonly toEdge: boolean;
};

/**
 * @param cash in stakes, as values are. @param varianceOf of the sum of returns of what is held beyond its targets, over the time for which a deviation lasts; NaN: not known.
 */
export function proposals(
  coins: readonly Coin[],
  cash: number,
  terms: Terms,
  varianceOf: (shares: readonly number[]) => number,
): readonly Proposal[] {
  const whole = cash + coins.reduce((sum, { value }) => sum + value, 0);
  if (!(whole > 0)) return coins.map((coin) => nothing(Math.max(0, coin.base), 0, 'no-cash'));
  const targets = targetsOf(coins, terms.cash);
  const shares = coins.map(({ value }) => value / whole);
  const beyond = shares.map((share, at) => share - (targets[at] as number));
  let free = cash / whole - terms.cash;
  const rows: Proposal[] = coins.map((_, at) =>
    nothing(targets[at] as number, shares[at] as number, 'within-band'),
  );
  // Sales bring the cash of purchases; the furthest from its target comes first.
  const order = coins
    .map((_, at) => at)
    .sort(
      (x, y) =>
        Math.sign(beyond[y] as number) - Math.sign(beyond[x] as number) || distance(y) - distance(x) || x - y,
    );
  function distance(at: number): number {
    return Math.abs(beyond[at] as number);
  }
  for (const at of order) {
    const coin = coins[at] as Coin;
    const row = propose(coin, at, beyond, { whole, free, toEdge: terms.toEdge }, varianceOf);
    if (row === undefined) continue;
    rows[at] = { ...(rows[at] as Proposal), ...row };
    if (row.why !== 'traded') continue;
    beyond[at] = (beyond[at] as number) + row.trade;
    free -= row.trade + row.fee + row.spread + row.slippage;
  }
  return rows;
}

/** Of a share: what doubles round. */
const ROUNDING = 1e-9;

type Purse = { readonly whole: number; readonly free: number; readonly toEdge: boolean };

/** Undefined: it is within its band. */
function propose(
  coin: Coin,
  at: number,
  beyond: readonly number[],
  { whole, free, toEdge }: Purse,
  varianceOf: (shares: readonly number[]) => number,
): Omit<Proposal, 'target' | 'actual'> | undefined {
  const away = beyond[at] as number;
  if (!(Math.abs(away) > coin.band + ROUNDING)) return undefined;
  let trade = toEdge ? -Math.sign(away) * (Math.abs(away) - coin.band) : -away;
  const refused = (why: Why): Omit<Proposal, 'target' | 'actual'> => ({ ...NOTHING, trade, why });
  if (coin.waits > 0) return refused('waits');
  let cost = coin.costOf(trade * whole);
  if (trade > 0 && typeof cost !== 'string' && trade * (1 + costShare(cost)) > free) {
    if (!(free > 0)) return refused('no-cash');
    trade = free / (1 + costShare(cost));
    cost = coin.costOf(trade * whole);
  }
  if (typeof cost === 'string') return refused(cost);
  const size = Math.abs(trade);
  const asked = Math.sign(coin.tilt) === Math.sign(trade) ? Math.min(size, Math.abs(coin.tilt)) : 0;
  const returned = Math.sign(coin.lent) === -Math.sign(trade) ? Math.min(size, Math.abs(coin.lent)) : 0;
  const strategic = Math.max(0, size - asked - returned) * Math.sign(trade);
  let growth = 0;
  if (strategic !== 0) {
    const before = [...beyond];
    before[at] = away + trade - strategic;
    const after = [...beyond];
    after[at] = away + trade;
    growth = Math.max(0, (varianceOf(before) - varianceOf(after)) / 2);
  }
  if (Number.isNaN(growth)) return refused('variance-unknown');
  const one = costShare(cost);
  const row = {
    trade,
    fee: (size * cost.feeBps) / 10_000,
    spread: (size * cost.spreadBps) / 10_000,
    slippage: (size * cost.slippageBps) / 10_000,
    wayBack: asked * one,
    growth,
    // The way back was a part of the cost when it was begun.
    signal: asked * coin.edge + returned * one,
  };
  const pays = row.growth + row.signal > row.fee + row.spread + row.slippage + row.wayBack;
  const isWayBack = returned >= size;
  return { ...row, why: pays || isWayBack ? 'traded' : 'cost-above-benefit' };
}

/** Signals move targets from 0 on, and together take no more than what is not to stay cash. */
function targetsOf(coins: readonly Coin[], cash: number): readonly number[] {
  const wanted = coins.map(({ base, tilt }) => Math.max(0, base + tilt));
  const sum = wanted.reduce((total, each) => total + each, 0);
  const most = 1 - cash;
  return sum > most ? wanted.map((each) => (each * most) / sum) : wanted;
}

const costShare = ({ feeBps, spreadBps, slippageBps }: Exclude<FillCost, string>): number =>
  (feeBps + spreadBps + slippageBps) / 10_000;

const NOTHING = { trade: 0, fee: 0, spread: 0, slippage: 0, wayBack: 0, growth: 0, signal: 0 };

function nothing(target: number, actual: number, why: Why): Proposal {
  return { ...NOTHING, target, actual, why };
}
