/** What must add up once a world has come to rest: ledgers, orders, limits, and what is held. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, OrderRecord } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import type { Instrument } from '../domain/instrument.ts';
import { amountWords, assetName, venueOfAsset } from '../domain/venue-asset.ts';
import { byCoin } from '../execution/netting.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import type { World } from './world.ts';

type Breach = (what: string) => void;

/** @param durable orders by their ids, as they were made. */
export function checkAtRest(world: World, durable: ReadonlyMap<string, OrderRecord>, breach: Breach): void {
  const { engine } = world;
  if (engine === undefined) return breach('no engine came up again');
  if (engine.isBusy) breach('cycles are still under way');
  for (const exchange of world.exchanges) {
    checkLedger(exchange, engine, breach);
    checkLog(exchange, durable, breach);
    checkOtherProgram(exchange, engine, breach);
    if (exchange.openOrders > exchange.otherProgram.open.length)
      breach(
        `orders of ours are open at ${exchange.venue}: ${exchange.openOrders - exchange.otherProgram.open.length}`,
      );
    if (exchange.breaches > 0) breach(`${exchange.venue} locked us out for passing its limits`);
  }
  const { portfolio } = engine.kernel;
  for (const { asset, total, reserved } of portfolio.snapshot()) {
    if (Number(reserved) !== 0) breach(`${reserved} ${asset} are still reserved`);
    if (!portfolio.universe.isCash(asset) && Number(total) !== 0)
      explain(world, engine, asset, total, breach);
  }
}

function checkLedger(exchange: SimulatedExchange, engine: EngineUnderTest, breach: Breach): void {
  const venue = exchange.ledger();
  const { balances, universe } = engine.kernel.portfolio;
  const ours = engine.kernel.portfolio
    .snapshot()
    .map(({ asset }) => asset)
    .filter((asset) => universe.isAt(asset, exchange.venue));
  const names = [...venue.keys()].map((code) => universe.at(code, exchange.venue));
  for (const asset of new Set([...names, ...ours])) {
    const theirs = venue.get(assetName(asset)) ?? '0';
    const total = balances.total(asset).toFixed();
    if (theirs.startsWith('-')) breach(`the venue's ledger of ${asset} is negative: ${theirs}`);
    if (theirs !== total) breach(`${asset}: the venue has ${theirs}, our ledger ${total}`);
  }
}

/** What came to the venue is what was decided for it, each order once. */
function checkLog(
  { core, venue, otherProgram }: SimulatedExchange,
  durable: ReadonlyMap<string, OrderRecord>,
  breach: Breach,
): void {
  const placed = core.log.entries.filter(
    ({ kind, orderId }) => kind === 'placed' && !otherProgram.has(orderId),
  );
  if (new Set(placed.map(({ clOrdId }) => clOrdId)).size !== placed.length)
    breach(`a client order id was used twice at ${venue}`);
  for (const { clOrdId, symbol, side } of placed) {
    const order = durable.get(clOrdId.replaceAll('-', ''));
    if (order === undefined) breach(`${venue} took order ${clOrdId}, which was never decided`);
    else if (order.venue !== venue || order.side !== side || bare(order.symbol) !== bare(symbol))
      breach(
        `${venue} took order ${clOrdId} as ${side} ${symbol}: it is ${order.side} ${order.symbol} at ${order.venue}`,
      );
  }
}

/** What another program has open in the account is shown as such, order by order, and nothing that has ended. */
function checkOtherProgram(
  { venue, otherProgram }: SimulatedExchange,
  engine: EngineUnderTest,
  breach: Breach,
): void {
  const standing = engine.kernel.orderEvents.reconciler.standings().find((one) => one.venue === venue);
  // Where an id is one of its pair alone the engine has the pair in front of it.
  const shown = (standing?.strangers.open ?? [])
    .map(({ venueOrderId }) => venueOrderId.replace(/^.*:/, ''))
    .toSorted();
  const open = otherProgram.open.map(({ orderId }) => orderId).toSorted();
  if (shown.join() !== open.join())
    breach(`other programs have [${open.join()}] open at ${venue}, and [${shown.join()}] is shown`);
}

const bare = (symbol: string): string => symbol.replace(/[/-]/, '');

/**
 * Holdings beyond what the account began with wait for a sweep, are the profit of cycles that start with them, or were
 * reported as stranded when trading was halted for them, amount by amount; nothing else explains them.
 */
function explain(world: World, engine: EngineUnderTest, asset: Asset, total: string, breach: Breach): void {
  const { universe } = engine.kernel.portfolio;
  const began = world.exchanges.find(({ venue }) => universe.isAt(asset, venue))?.capital[assetName(asset)];
  let unexplained = decimal(total)
    .minus(decimal(began ?? '0'))
    .minus(engine.kernel.desk.sequencer.sweeper.residuals.of(asset))
    .minus(carriedOf(world, engine, asset))
    .minus(gatheredOf(world, asset));
  const words = new RegExp(amountWords('([0-9.]+)', asset) + String.raw`\b`, 'g');
  for (const event of world.events) {
    if (event.type !== 'executionFinished') continue;
    const { path, profit, outcome } = event.execution;
    if (path[0] === asset) unexplained = unexplained.minus(profit);
    if (outcome !== 'stranded') continue;
    for (const [, amount = '0'] of event.execution.detail.matchAll(words))
      unexplained = unexplained.minus(amount);
  }
  if (unexplained.gt(0))
    breach(`${total} ${asset} are held and nothing says why ${unexplained.toFixed()} of it`);
  const lacking = unexplained.negated().minus(takenOf(world, engine, asset));
  if (lacking.gt(0))
    breach(
      `${total} ${asset} are held: ${lacking.toFixed()} less than what is said to be left, and no fill took it`,
    );
}

/**
 * What fills of quotes left below the least order of their hedge, over or missing at either venue: it waits for further fills, and a
 * later record has its hedge. So records of this life of the engine add up, signed, to what is not hedged; what those before left is a residual.
 */
function gatheredOf({ events }: World, asset: Asset): Decimal {
  let sum = ZERO;
  for (const event of events) {
    if (event.type === 'runStarted') sum = ZERO;
    if (event.type !== 'executionFinished' || event.execution.outcome !== 'quoted') continue;
    for (const left of event.execution.dust) if (left.asset === asset) sum = sum.plus(left.amount);
  }
  return sum;
}

/** What routes moved of an asset without having it over or missing: as much of the same coin moved the other way at another venue. */
function carriedOf({ events }: World, { kernel }: EngineUnderTest, asset: Asset): Decimal {
  const each = [...carriedByRoutes(events, kernel.config.instruments).values()];
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
    if (new Set([...own.keys()].map(venueOfAsset)).size < 2) {
      flows.delete(executionId);
      continue;
    }
    const net = byCoin(own, starts.get(executionId) ?? '');
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
function takenOf({ events }: World, { kernel }: EngineUnderTest, asset: Asset): Decimal {
  const { instruments } = kernel.config;
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
