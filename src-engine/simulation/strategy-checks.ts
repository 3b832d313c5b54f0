/** What must hold of strategies at accounts: their orders leave only while the account is armed, none rests, and a position stays within its stake. */
import { CANARY_SHARE } from '../domain/arming.ts';
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, OrderRecord } from '../domain/event.ts';
import { type Asset, STRATEGY_MARK, type VenueName } from '../domain/ids.ts';
import type { StrategyStanding } from '../domain/strategy-schemas.ts';
import { isAtAccount, isOrderOf } from '../strategies/session/at-account.ts';
import { FLIP_STAKE } from './flip-strategy.ts';
import type { World } from './world.ts';

/** By so much the price of an order may be above that of the bar which decided it. */
const MOVED = 1.1;

export class StrategyChecks {
  orders = 0;
  readonly #world: World;
  readonly #breach: (what: string) => void;
  readonly #armed = new Set<VenueName>();
  /** In this life; undefined: as the one before left them. */
  #recorded: readonly StrategyStanding[] | undefined;

  constructor(world: World, breach: (what: string) => void) {
    this.#world = world;
    this.#breach = breach;
  }

  onEvent(event: EngineEvent): void {
    if (event.type === 'runStarted') {
      this.#armed.clear();
      this.#recorded = undefined;
    } else if (event.type === 'strategiesRecorded') this.#recorded = event.strategies;
    else if (event.type === 'orderCreated') this.#onOrder(event.order);
    else if (event.type === 'armingChanged') {
      const venue = event.venue ?? this.#world.engine?.kernel.portfolio.universe.venues[0] ?? '';
      if (event.to === 'disarmed') this.#armed.delete(venue);
      else this.#armed.add(venue);
    }
  }

  #onOrder(order: OrderRecord): void {
    const { orderId, executionId, venue, symbol, side, timeInForce } = order;
    if (!executionId.includes(STRATEGY_MARK)) return;
    this.orders++;
    if (timeInForce !== 'ioc') this.#breach(`order ${orderId} of a strategy may rest at ${venue}`);
    if (!this.#armed.has(venue))
      this.#breach(`order ${orderId} of a strategy left for ${venue}, which was not armed`);
    if (side === 'sell') return;
    // By the facts before this one: they come to rest later than the kernel goes on.
    const known = this.#recorded ?? this.#world.engine?.kernel.config.strategies ?? [];
    const owner = known.find(({ setup }) => isOrderOf(setup.strategy, executionId));
    const at = owner?.setup.markets.findIndex((one) => one.symbol === symbol) ?? -1;
    const worth = decimal(owner?.holdings[at]?.qty ?? '0')
      .plus(order.qty)
      .times(order.price);
    const most = decimal(FLIP_STAKE)
      .times(owner?.setup.mode === 'full' ? 1 : CANARY_SHARE)
      .times(MOVED);
    if (worth.gt(most))
      this.#breach(
        `order ${orderId} would take ${owner?.setup.strategy ?? 'a strategy'} to ${worth.toFixed(2)}, beyond its stake of ${most.toFixed(2)}`,
      );
  }
}

type Coins = {
  readonly all: Iterable<{
    readonly isAtAccount: boolean;
    readonly markets: readonly {
      readonly instrument: { readonly base: Asset };
      readonly holding: { readonly qty: Decimal };
    }[];
  }>;
  readonly absent: readonly StrategyStanding[];
};

/** What strategies hold of an asset. @param at the name of a venue's coin. */
export function heldByStrategies(
  { all, absent }: Coins,
  asset: Asset,
  at: (coin: string, venue: VenueName) => Asset,
): Decimal {
  let sum = ZERO;
  for (const { isAtAccount: isReal, markets } of all)
    for (const { instrument, holding } of isReal ? markets : [])
      if (instrument.base === asset) sum = sum.plus(holding.qty);
  for (const { setup, way, holdings } of absent)
    for (const [k, { base = '', qty }] of isAtAccount(way) ? holdings.entries() : [])
      if (at(base, setup.markets[k]?.venue ?? '') === asset) sum = sum.plus(qty);
  return sum;
}

/** What strategies gave up, as too little of it was left for an order: it stays in the account. */
export function givenUp(events: readonly EngineEvent[], asset: Asset): Decimal {
  let sum = ZERO;
  for (const event of events) {
    if (event.type !== 'strategyMissed' || event.code !== 'left-behind' || event.mode === 'shadow') continue;
    const [, qty = '0', coin] = /^([0-9.]+) ([^:]+):/.exec(event.detail) ?? [];
    if (coin === asset) sum = sum.plus(qty);
  }
  return sum;
}
