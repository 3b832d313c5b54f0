/** The totals of a profile: what the database held when its session began, and every fact since. Exact. */
import { isNewsEvent } from '../../contract/topics.ts';
import type { ActivityTotals } from '../../contract/total-records.ts';
import { type Decimal, type DecimalText, decimal, ZERO } from '../../domain/decimal.ts';
import type { EngineEvent, OrderRecord } from '../../domain/event.ts';
import type { Asset } from '../../domain/ids.ts';
import type { StoredTotals } from '../../storage/queries/totals.ts';

export class ActivityTally {
  #orders: number;
  #fills: number;
  #executions: number;
  #opportunities: number;
  #events: number;
  #profitHome: Decimal;
  readonly #fees: Map<Asset, Decimal>;
  /** Orders that were counted and are not over. */
  readonly #open = new Set<string>();

  constructor(stored: StoredTotals) {
    this.#orders = stored.orders;
    this.#fills = stored.fills;
    this.#executions = Object.values(stored.executions).reduce((sum, count) => sum + count, 0);
    this.#opportunities = stored.opportunities;
    this.#events = stored.events;
    this.#profitHome = stored.profitHome;
    this.#fees = new Map(stored.fees);
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
    if (state === 'created' || state === 'accepted' || state === 'unknown') this.#open.add(orderId);
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
