/** What must add up once a world has come to rest: ledgers, orders, limits, and what is held. */
import { type Decimal, decimal } from '../domain/decimal.ts';
import type { OrderRecord } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { checkHeld, type HeldParts } from './held-checks.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import { givenUp, heldByStrategies } from './strategy-checks.ts';
import type { World } from './world.ts';

type Breach = (what: string) => void;

/** @param durable orders by their ids, as they were made. */
export function checkAtRest(world: World, durable: ReadonlyMap<string, OrderRecord>, breach: Breach): void {
  const { engine } = world;
  if (engine === undefined) return breach('no engine came up again');
  if (engine.isBusy && !waitsForMoney(world, engine)) breach('cycles are still under way');
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
  for (const { asset, reserved } of portfolio.snapshot()) {
    const own = ofStrategies(engine, asset);
    if (Number(reserved) !== 0 && decimal(reserved).gt(own))
      breach(`${reserved} ${asset} are still reserved`);
  }
  checkHeld(heldOf(world, engine), breach);
}

function ofStrategies({ kernel }: EngineUnderTest, asset: Asset): Decimal {
  const { strategies, portfolio } = kernel;
  const coins = { all: strategies.all(), absent: strategies.absent.all };
  return heldByStrategies(coins, asset, (coin, venue) => portfolio.universe.at(coin, venue));
}

function heldOf({ events, exchanges }: World, engine: EngineUnderTest): HeldParts {
  const { kernel } = engine;
  const { universe, balances } = kernel.portfolio;
  return {
    events,
    instruments: kernel.config.instruments,
    assets: kernel.portfolio
      .snapshot()
      .flatMap(({ asset, total }) => (universe.isCash(asset) || Number(total) === 0 ? [] : [asset])),
    isCash: (asset) => universe.isCash(asset),
    total: (asset) => balances.total(asset),
    began: (asset) =>
      decimal(exchanges.find(({ venue }) => universe.isAt(asset, venue))?.capital[assetName(asset)] ?? '0'),
    residuals: kernel.desk.sequencer.sweeper.residuals,
    ofStrategies: (asset) => ofStrategies(engine, asset).plus(givenUp(events, asset)),
  };
}

/**
 * No cycle is under way, and fills of quotes that are not hedged wait for money that orders of another program hold back, while trading is
 * halted for them: what becomes of them is an operator's matter.
 */
function waitsForMoney({ events, clock }: World, { kernel }: EngineUnderTest): boolean {
  const { desk, orders, portfolio, store } = kernel;
  if (orders.openCount > 0 || desk.sequencer.activeCount > 0) return false;
  const waiting = desk.maker.standings(clock.nowUs()).map(({ symbol, quotedAt, hedgedAt, open }) => {
    const hedge = store.instruments.find(
      ({ venue, base, quote }) => venue === hedgedAt && `${assetName(base)}/${assetName(quote)}` === symbol,
    );
    if (hedge === undefined || decimal(open).abs().lt(hedge.minQty)) return undefined;
    const said = ` filled at ${quotedAt} and not hedged at ${hedgedAt} `;
    const isReported = events.some(
      (one) =>
        one.type === 'tradingHalted' &&
        one.code === 'stranded' &&
        one.venue === hedgedAt &&
        one.reason.includes(said),
    );
    return isReported && portfolio.balances.held(open.startsWith('-') ? hedge.quote : hedge.base).gt(0);
  });
  const waits = new Set(waiting);
  return waits.has(true) && !waits.has(false);
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
