/** The totals of a profile: what was counted before, and every fact since. Exact. The engine's, and a window's between two of them. */
import { type Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import type { EngineEvent, OrderRecord } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import { isNewsEvent } from './topics.ts';
import type { ActivityTotals } from './total-records.ts';

export class ActivityTally {
  #orders: number;
  #fills: number;
  #executions: number;
  #opportunities: number;
  #events: number;
  #profitHome: Decimal;
  readonly #fees: Map<Asset, Decimal>;
  /** Orders that were counted and are not over. */
  readonly #open: Set<string>;

  /** @param open orders that were counted and are not over. */
  constructor(before: Omit<ActivityTotals, 'homeAsset'>, open: Iterable<string> = []) {
    this.#orders = before.orders.count;
    this.#fills = before.fills.count;
    this.#executions = before.executions.count;
    this.#opportunities = before.opportunities.count;
    this.#events = before.events.count;
    this.#profitHome = decimal(before.executions.profitHome);
    this.#fees = new Map(before.fills.fees.map(({ asset, sum }) => [asset, decimal(sum)]));
    this.#open = new Set(open);
  }

  /** Takes a fact that is durable. */
  take(event: EngineEvent): void {
    if (isNewsEvent(event)) this.#events++;
    if (event.type === 'executionFinished') {
      this.#executions++;
      this.#profitHome = this.#profitHome.plus(decimal(event.execution.profitHome));
    } else if (event.type === 'opportunityClosed') {
      this.#opportunities++;
    } else if (event.type === 'orderFilled') {
      const { feeAsset, fee } = event.fill;
      this.#fills++;
      this.#fees.set(feeAsset, (this.#fees.get(feeAsset) ?? ZERO).plus(decimal(fee)));
    }
    if ('order' in event && event.type !== 'foreignOrderSeen') this.#takeOrder(event.order, event.type);
  }

  /** One that was withdrawn had been created and is counted; one that was refused at once had not. */
  #takeOrder({ orderId, state }: OrderRecord, type: EngineEvent['type']): void {
    const isNew = type === 'orderCreated' || (type === 'orderDenied' && !this.#open.has(orderId));
    if (isNew) this.#orders++;
    if (isOpenOrder(state)) this.#open.add(orderId);
    else this.#open.delete(orderId);
  }

  get cyclesProfit(): DecimalText {
    return this.#profitHome.toFixed();
  }

  totals(homeAsset: Asset): ActivityTotals {
    return {
      homeAsset,
      orders: { count: this.#orders },
      fills: {
        count: this.#fills,
        fees: [...this.#fees]
          .map(([asset, sum]) => ({ asset, sum: sum.toFixed() }))
          .sort((a, b) => (a.asset < b.asset ? -1 : 1)),
      },
      executions: { count: this.#executions, profitHome: this.cyclesProfit },
      opportunities: { count: this.#opportunities },
      events: { count: this.#events },
    };
  }
}

/** Whether an order of this state is not over. */
export function isOpenOrder(state: OrderRecord['state']): boolean {
  return state === 'created' || state === 'accepted' || state === 'unknown';
}

/** Whether a fact changes any total. */
export function isCounted(event: EngineEvent): boolean {
  if (isNewsEvent(event) || event.type === 'executionFinished' || event.type === 'opportunityClosed')
    return true;
  return 'order' in event;
}
