/**
 * Which coins are traded back to their targets: those that have left their band, where that pays. The benefit of a trade is the growth that the deviation costs over a time
 * (half the variance of what is held beyond the targets: the loss of growth beside Kelly's portfolio, to the second order), and of what a signal asks for the edge that is expected
 * of it. The cost is the fee, half the spread, and what the order's size takes of the book beyond; of what a signal asks for the way back as well, which is paid for then. A purchase is
 * paid with cash that is there: what a sale of the same bar brings is there once it was filled. Shares are of the portfolio's value.
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
  /** What signals asked for before, and is held: above 0 more, below 0 less. Its way back was paid for when it was begun. */
  readonly lent: number;
  /** Bars that it waits, as what was wanted before was not carried out. */
  readonly waits: number;
  /** Of a trade of this value, in stakes, below 0: sold. */
  readonly costOf: (value: number) => FillCost;
};

export type Why =
  | 'traded'
  /** Traded as well: all of it goes back after a signal. */
  | 'way-back'
  | 'within-band'
  | 'cost-above-benefit'
  | 'no-cash'
  | 'variance-unknown'
  | 'waits'
  | Extract<FillCost, string>;

export type Proposal = {
  readonly target: number;
  readonly actual: number;
  /** By which a signal moves the target. */
  readonly tilt: number;
  /** Of the trade that brings it back, below 0: a sale; 0: none is needed. */
  readonly trade: number;
  /** In shares of the portfolio's value, as the trade; null: not known. */
  readonly fee: number | null;
  readonly spread: number | null;
  readonly slippage: number | null;
  readonly wayBack: number | null;
  /** Part of this cost that was a cost of the trade which a signal asked for before. */
  readonly prepaid: number | null;
  readonly growth: number | null;
  readonly signal: number | null;
  readonly why: Why;
};

export const isTraded = ({ why }: Pick<Proposal, 'why'>): boolean => why === 'traded' || why === 'way-back';

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
  if (!(whole > 0)) return coins.map((coin) => nothing(Math.max(0, coin.base), 0, 0, 'no-cash'));
  const tilts = tiltsOf(coins, terms.cash);
  const targets = coins.map(({ base }, at) => Math.max(0, base + (tilts[at] as number)));
  const shares = coins.map(({ value }) => value / whole);
  const beyond = shares.map((share, at) => share - (targets[at] as number));
  let free = cash / whole - terms.cash;
  const rows: Proposal[] = coins.map((_, at) =>
    nothing(targets[at] as number, shares[at] as number, tilts[at] as number, 'within-band'),
  );
  // Sales come first, and the furthest from its target.
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
    const tilt = tilts[at] as number;
    const { lent, ...rest } = coins[at] as Coin;
    const coin = { ...rest, tilt, lent: overOf(lent, tilt) };
    const row = propose(coin, at, beyond, { whole, free, toEdge: terms.toEdge }, varianceOf);
    if (row === undefined) continue;
    rows[at] = { ...(rows[at] as Proposal), ...row };
    if (!isTraded(row)) continue;
    beyond[at] = (beyond[at] as number) + row.trade;
    // A sale may be refused: what it brings is spent at a later bar.
    if (row.trade > 0) free -= row.trade + (row.fee ?? 0) + (row.spread ?? 0) + (row.slippage ?? 0);
  }
  return rows;
}

/** Of a share: what doubles round. */
const ROUNDING = 1e-9;

type Purse = { readonly whole: number; readonly free: number; readonly toEdge: boolean };
type Judged = Omit<Proposal, 'target' | 'actual' | 'tilt'>;

/** Undefined: it is within its band. */
function propose(
  coin: Coin,
  at: number,
  beyond: readonly number[],
  { whole, free, toEdge }: Purse,
  varianceOf: (shares: readonly number[]) => number,
): Judged | undefined {
  const away = beyond[at] as number;
  if (!(Math.abs(away) > coin.band + ROUNDING)) return undefined;
  let trade = toEdge ? -Math.sign(away) * (Math.abs(away) - coin.band) : -away;
  let cost = coin.costOf(trade * whole);
  let hasCash = true;
  if (trade > 0 && typeof cost !== 'string' && trade * (1 + costShare(cost)) > free) {
    const most = free / (1 + costShare(cost));
    const cut = most > 0 ? coin.costOf(most * whole) : 'below-minimum';
    hasCash = cut !== 'below-minimum';
    if (hasCash) [trade, cost] = [most, cut];
  }
  if (typeof cost === 'string') return { ...NOT_KNOWN, trade, why: cost };
  const size = Math.abs(trade);
  const asked = Math.sign(coin.tilt) === Math.sign(trade) ? Math.min(size, Math.abs(coin.tilt)) : 0;
  const returned = Math.sign(coin.lent) === -Math.sign(trade) ? Math.min(size, Math.abs(coin.lent)) : 0;
  const strategic = (size - asked - returned) * Math.sign(trade);
  let growth = 0;
  if (size - asked - returned > ROUNDING) {
    const before = [...beyond];
    before[at] = away + trade - strategic;
    const after = [...beyond];
    after[at] = away + trade;
    growth = Math.max(0, (varianceOf(before) - varianceOf(after)) / 2);
  }
  const one = costShare(cost);
  const row = {
    trade,
    fee: (size * cost.feeBps) / 10_000,
    spread: (size * cost.spreadBps) / 10_000,
    slippage: (size * cost.slippageBps) / 10_000,
    wayBack: asked * one,
    prepaid: returned * one,
    signal: asked * coin.edge,
  };
  if (Number.isNaN(growth)) return { ...row, growth: null, why: 'variance-unknown' };
  const isWayBack = returned >= size - ROUNDING;
  const pays = growth + row.signal + row.prepaid > row.fee + row.spread + row.slippage + row.wayBack;
  return { ...row, growth, why: whyOf() };

  function whyOf(): Why {
    if (!pays && !isWayBack) return 'cost-above-benefit';
    if (!hasCash) return 'no-cash';
    if (coin.waits > 0) return 'waits';
    return isWayBack ? 'way-back' : 'traded';
  }
}

/** After a fill. @param moved share of the portfolio that was bought, below 0: sold. @param tilt which it was for. */
export function lentAfter(
  { lent, tilt }: { readonly lent: number; readonly tilt: number },
  moved: number,
): number {
  const left = lent * moved < 0 ? Math.sign(lent) * Math.max(0, Math.abs(lent) - Math.abs(moved)) : lent;
  if (tilt * moved <= 0) return left;
  const held = Math.sign(left) === Math.sign(tilt) ? Math.abs(left) : 0;
  return Math.sign(tilt) * Math.min(Math.abs(tilt), held + Math.abs(moved));
}

/** No more is lent than is held beyond the trader's target: the rest was sold, or left by the price. */
export function boundTo(lent: number, beyond: number): number {
  return lent > 0 ? Math.min(lent, Math.max(0, beyond)) : Math.max(lent, Math.min(0, beyond));
}

/** What was lent and is asked for no longer. */
function overOf(lent: number, tilt: number): number {
  return Math.sign(lent) === Math.sign(tilt)
    ? Math.sign(lent) * Math.max(0, Math.abs(lent) - Math.abs(tilt))
    : lent;
}

/**
 * Signals move targets from 0 on, and together ask for no more than what is neither to stay cash nor another coin's: for a signal, which is over soon, no coin is sold that the signal
 * does not speak of.
 */
function tiltsOf(coins: readonly Coin[], cash: number): readonly number[] {
  const tilts = coins.map(({ base, tilt }) => Math.max(-base, tilt));
  const more = tilts.reduce((sum, tilt) => sum + Math.max(0, tilt), 0);
  const free =
    1 - cash - coins.reduce((sum, { base }, at) => sum + base + Math.min(0, tilts[at] as number), 0);
  if (more <= free) return tilts;
  const part = Math.max(0, free) / more;
  return tilts.map((tilt) => (tilt > 0 ? tilt * part : tilt));
}

const costShare = ({ feeBps, spreadBps, slippageBps }: Exclude<FillCost, string>): number =>
  (feeBps + spreadBps + slippageBps) / 10_000;

const NOTHING = { trade: 0, fee: 0, spread: 0, slippage: 0, wayBack: 0, prepaid: 0, growth: 0, signal: 0 };
const NOT_KNOWN = {
  fee: null,
  spread: null,
  slippage: null,
  wayBack: null,
  prepaid: null,
  growth: null,
  signal: null,
};

function nothing(target: number, actual: number, tilt: number, why: Why): Proposal {
  return { ...NOTHING, target, actual, tilt, why };
}
