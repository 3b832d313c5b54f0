/** What is held once a world has come to rest: every amount of it has its reason. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { amountWords, assetName, venueOfAsset } from '../domain/venue-asset.ts';
import { byCoin } from '../execution/netting.ts';
import type { Residuals } from '../execution/residuals.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';

export type HeldParts = {
  readonly events: readonly EngineEvent[];
  readonly instruments: readonly Instrument[];
  /** What is held beside cash. */
  readonly assets: readonly Asset[];
  isCash(asset: Asset): boolean;
  total(asset: Asset): Decimal;
  /** What the account began with. */
  began(asset: Asset): Decimal;
  readonly residuals: Pick<Residuals, 'of' | 'owed'>;
  /** What strategies hold, and what they gave up; left out where there are none. */
  ofStrategies?(asset: Asset): Decimal;
};

/**
 * What was sold of a coin at one venue and has to be bought back is paid back by what is over of it anywhere, and takes what was left of it there:
 * while some is missing the coin adds up as a whole, to the last digit, and not place by place.
 */
export function checkHeld(parts: HeldParts, breach: (what: string) => void): void {
  const owed = parts.residuals.owed();
  const missing = new Set(owed.map(({ asset }) => assetName(asset)));
  for (const asset of parts.assets) {
    if (!missing.has(assetName(asset))) judge([asset], unexplainedOf(parts, asset), parts, breach);
  }
  for (const coin of missing) {
    const places = placesOf(coin, parts);
    if (places.some((asset) => parts.isCash(asset))) continue;
    const short = owed.filter(({ asset }) => assetName(asset) === coin);
    const sum = [
      ...places.map((asset) => unexplainedOf(parts, asset)),
      ...short.map(({ amount }) => amount),
    ].reduce((all, one) => all.plus(one), ZERO);
    judge(places, sum, parts, breach);
  }
}

/** Where a coin may lie, with nothing of it as well. */
function placesOf(coin: string, { instruments }: HeldParts): Asset[] {
  const traded = new Set(instruments.flatMap(({ base, quote }) => [base, quote]));
  return [...traded].filter((asset) => assetName(asset) === coin);
}

function judge(
  assets: readonly Asset[],
  unexplained: Decimal,
  parts: HeldParts,
  breach: (what: string) => void,
): void {
  const held = assets.map((asset) => `${parts.total(asset).toFixed()} ${asset}`).join(' and ');
  if (unexplained.gt(0)) breach(`${held} are held and nothing says why ${unexplained.toFixed()} of it`);
  const taken = assets.reduce((sum, asset) => sum.plus(takenOf(parts, asset)), ZERO);
  const lacking = unexplained.negated().minus(taken);
  if (lacking.gt(0))
    breach(`${held} are held: ${lacking.toFixed()} less than what is said to be left, and no fill took it`);
}

/**
 * Holdings beyond what the account began with wait for a sweep, are the profit of cycles that start with them, or were
 * reported as stranded when trading was halted for them, amount by amount; nothing else explains them.
 */
function unexplainedOf(parts: HeldParts, asset: Asset): Decimal {
  let unexplained = parts
    .total(asset)
    .minus(parts.began(asset))
    .minus(parts.residuals.of(asset))
    .minus(carriedOf(parts, asset))
    .minus(gatheredOf(parts, asset))
    .minus(parts.ofStrategies?.(asset) ?? ZERO);
  // What was offered for a missing coin and not taken is no part of what is left.
  const words = new RegExp(`(?<!not bought back for |[0-9.])${amountWords('([0-9.]+)', asset)}\\b`, 'g');
  for (const event of parts.events) {
    if (event.type !== 'executionFinished') continue;
    const { path, profit, outcome } = event.execution;
    if (path[0] === asset) unexplained = unexplained.minus(profit);
    if (outcome !== 'stranded') continue;
    for (const [, amount = '0'] of event.execution.detail.matchAll(words))
      unexplained = unexplained.minus(amount);
  }
  return unexplained;
}

/**
 * What fills of quotes left below the least order of their hedge, over or missing at either venue: it waits for further fills, and a
 * later record has its hedge. So records of this life of the engine add up, signed, to what is not hedged; what those before left is a residual.
 */
function gatheredOf({ events }: HeldParts, asset: Asset): Decimal {
  let sum = ZERO;
  for (const event of events) {
    if (event.type === 'runStarted') sum = ZERO;
    if (event.type !== 'executionFinished' || event.execution.outcome !== 'quoted') continue;
    for (const left of event.execution.dust) if (left.asset === asset) sum = sum.plus(left.amount);
  }
  return sum;
}

/** What routes moved of an asset without having it over or missing: as much of the same coin moved the other way at another venue. */
function carriedOf({ events, instruments }: HeldParts, asset: Asset): Decimal {
  const each = [...carriedByRoutes(events, instruments).values()];
  return each.reduce((sum, carried) => sum.plus(carried.get(asset) ?? ZERO), ZERO);
}

/** By execution and asset, of those whose fills lie at several venues. */
function carriedByRoutes(
  events: readonly EngineEvent[],
  instruments: readonly Instrument[],
): Map<string, Map<Asset, Decimal>> {
  const flows = new Map<string, Map<Asset, Decimal>>();
  const starts = new Map<string, Asset>();
  const add = (own: Map<Asset, Decimal>, asset: Asset, amount: Decimal): void => {
    own.set(asset, (own.get(asset) ?? ZERO).plus(amount));
  };
  for (const event of events) {
    if (event.type === 'executionFinished')
      starts.set(event.execution.executionId, event.execution.path[0] ?? '');
    if (event.type !== 'orderFilled') continue;
    const { fill } = event;
    const instrument = instruments.find((one) => one.venue === fill.venue && one.symbol === fill.symbol);
    if (instrument === undefined) continue;
    const own = flows.get(fill.executionId) ?? new Map<Asset, Decimal>();
    flows.set(fill.executionId, own);
    const { from, spent, to, received, aside } = fillFlows(fill.side, instrument, fill);
    add(own, from, spent.negated());
    add(own, to, received);
    if (aside !== undefined) add(own, aside.asset, aside.amount.negated());
  }
  for (const [executionId, own] of flows) {
    // One whose fills lie at one venue alone has its profit where it begins, which may be another.
    const start = starts.get(executionId);
    const places = [...own.keys(), ...(start === undefined ? [] : [start])];
    if (new Set(places.map(venueOfAsset)).size < 2) {
      flows.delete(executionId);
      continue;
    }
    const net = byCoin(own, start ?? '');
    for (const [asset, flow] of own) own.set(asset, flow.minus(net.get(asset) ?? ZERO));
    // The start coin's profit counts where the route begins, though nothing of it may lie there.
    for (const [asset, amount] of net) if (!own.has(asset)) own.set(asset, amount.negated());
  }
  return flows;
}

/**
 * At most so much less may be held than the account began with and executions are said to have left: what they took of other
 * assets than their start, fees in the venue's own coin included, and what fills took that no record of an end counts, as of
 * cycles in the middle of which the engine died.
 */
function takenOf({ events, instruments }: HeldParts, asset: Asset): Decimal {
  const recorded = new Map<string, Decimal>();
  const filled = new Map<string, Decimal>();
  let taken = ZERO;
  for (const event of events) {
    if (event.type === 'executionFinished') {
      const { executionId, dust, path, profit } = event.execution;
      const isStart = path[0] === asset;
      const amount = isStart ? profit : (dust.find((left) => left.asset === asset)?.amount ?? '0');
      recorded.set(executionId, decimal(amount));
      if (!isStart) taken = taken.plus(Decimal.max(decimal(amount).negated(), 0));
    } else if (event.type === 'orderFilled') {
      const { fill } = event;
      const { executionId, venue, symbol, side } = fill;
      const instrument = instruments.find((one) => one.venue === venue && one.symbol === symbol);
      if (instrument === undefined) continue;
      const { from, spent, to, received, aside } = fillFlows(side, instrument, fill);
      let flow = filled.get(executionId) ?? ZERO;
      if (from === asset) flow = flow.minus(spent);
      if (to === asset) flow = flow.plus(received);
      if (aside?.asset === asset) flow = flow.minus(aside.amount);
      filled.set(executionId, flow);
    }
  }
  const carried = carriedByRoutes(events, instruments);
  for (const [executionId, moved] of filled) {
    const flow = moved.minus(carried.get(executionId)?.get(asset) ?? ZERO);
    taken = taken.plus(Decimal.max((recorded.get(executionId) ?? ZERO).minus(flow), 0));
  }
  return taken;
}
