/** Strategies whose markets are no part of this run, as the run before left them: kept for the next one that has them. */
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { Asset, OrderId } from '../../domain/ids.ts';
import type { Order } from '../../domain/order.ts';
import type { StrategyStanding } from '../../domain/strategy-schemas.ts';
import { isSameCoin } from '../../domain/venue-asset.ts';
import { isAtAccount, isOrderOf } from './at-account.ts';
import { Holding } from './holding.ts';
import { type MovedBefore, NOTHING_BEFORE } from './position-ports.ts';

export class AbsentStrategies {
  all: readonly StrategyStanding[] = [];
  readonly #open = new Set<OrderId>();

  find(strategy: string): StrategyStanding | undefined {
    return this.all.find(({ setup }) => setup.strategy === strategy);
  }

  remove(strategy: string): void {
    this.all = this.all.filter(({ setup }) => setup.strategy !== strategy);
  }

  /** What they hold of a coin at an account. */
  heldOf(asset: Asset): Decimal {
    let held = ZERO;
    for (const { way, holdings } of this.all)
      for (const { base, qty } of isAtAccount(way) ? holdings : [])
        if (base !== undefined && isSameCoin(base, asset)) held = held.plus(qty);
    return held;
  }

  /** @returns whether an order that is open belongs to one of them: what it moves is booked at its end. */
  adopt(order: Order): boolean {
    if (this.#marketOf(order) === undefined) return false;
    this.#open.add(order.orderId);
    return true;
  }

  /** @returns whether the order that ended was one of theirs. */
  onOrderEnded(order: Order): boolean {
    return this.#open.delete(order.orderId) && this.onFilled(order, NOTHING_BEFORE);
  }

  /** @returns whether it was an order of theirs. */
  onFilled(order: Order, before: MovedBefore): boolean {
    const found = this.#marketOf(order);
    if (found === undefined) return false;
    const { of, at } = found;
    const holding = new Holding();
    const saved = of.holdings[at] as StrategyStanding['holdings'][number];
    holding.buy(decimal(saved.qty), decimal(saved.cost));
    const [spent, received] = [order.spent.minus(before.spent), order.received.minus(before.received)];
    const gain = order.side === 'sell' && spent.gt(0) ? holding.sell(spent, received) : ZERO;
    if (order.side === 'buy') holding.buy(received, spent);
    const changed: StrategyStanding = {
      ...of,
      holdings: of.holdings.with(at, { ...saved, qty: holding.qty.toFixed(), cost: holding.cost.toFixed() }),
      realized: decimal(of.realized).plus(gain).toFixed(),
      fills: of.fills + (received.gt(0) ? 1 : 0),
    };
    this.all = this.all.map((one) => (one === of ? changed : one));
    return true;
  }

  #marketOf({ executionId, venue, symbol }: Order): { of: StrategyStanding; at: number } | undefined {
    const of = this.all.find(({ setup, way }) => isAtAccount(way) && isOrderOf(setup.strategy, executionId));
    if (of === undefined) return undefined;
    const at = of.setup.markets.findIndex((one) => one.venue === venue && one.symbol === symbol);
    return at < 0 || of.holdings[at] === undefined ? undefined : { of, at };
  }
}
