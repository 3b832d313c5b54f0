/** Whose an order at an account is, by the order alone: after a restart, and where it is filled after its end. */
import type { Order } from '../../domain/order.ts';
import type { TimeUs } from '../../domain/time.ts';
import { AbsentStrategies } from './absent-strategies.ts';
import { isOfAccountStrategy, isOrderOf } from './at-account.ts';
import type { MarketPosition } from './market-position.ts';
import type { MovedBefore } from './position-ports.ts';
import type { RunningStrategy } from './running-strategy.ts';

export class OrderOwners {
  readonly absent = new AbsentStrategies();
  readonly #running: ReadonlyMap<string, RunningStrategy>;

  constructor(running: ReadonlyMap<string, RunningStrategy>) {
    this.#running = running;
  }

  /** @param open orders of the run before. @param orphan called with each whose strategy is not known any longer. */
  adopt(open: Iterable<Order>, orphan: (order: Order) => void): void {
    for (const order of open) {
      if (!isOfAccountStrategy(order.executionId)) continue;
      const market = this.#marketOf(order);
      market?.adopt(order);
      if (market === undefined && !this.absent.adopt(order)) orphan(order);
    }
  }

  /** An order that had ended was filled. @returns whether it was one of a strategy at an account. */
  onLateFill(order: Order, before: MovedBefore, nowUs: TimeUs): boolean {
    const market = this.#marketOf(order);
    market?.onFilled(order, before, nowUs);
    return market !== undefined || this.absent.onFilled(order, before);
  }

  ownerOf({ executionId }: Order): RunningStrategy | undefined {
    if (!isOfAccountStrategy(executionId)) return undefined;
    return [...this.#running.values()].find(({ setup }) => isOrderOf(setup.strategy, executionId));
  }

  /** One that fell back and is in shadow by now holds nothing of the account: what such an order fills is not its own any longer. */
  #marketOf(order: Order): MarketPosition | undefined {
    const owner = this.ownerOf(order);
    if (owner?.isAtAccount !== true) return undefined;
    return owner.markets.find(
      ({ instrument }) => instrument.venue === order.venue && instrument.symbol === order.symbol,
    );
  }
}
