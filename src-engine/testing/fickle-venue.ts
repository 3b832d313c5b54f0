/**
 * A venue that fills orders as it likes: not at all, in part, in several fills, in full, or rejects them, whatever the
 * books show, and reports it twice and out of order. What it fills is within quantity and limit; its ledger is the truth.
 */
import { Decimal } from '../domain/decimal.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, VenueOrder, VenueOrderEvent } from '../domain/order.ts';
import type { OrderVenue, Placement } from '../execution/order-venue.ts';
import type { Clock } from '../lib/clock.ts';
import type { SeededRandom } from '../lib/random.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';

export type FickleOptions = {
  readonly venue: string;
  readonly instruments: readonly Instrument[];
  readonly clock: Clock;
  readonly random: SeededRandom;
  /** In which asset it charges its fees of 10 bps. */
  readonly feeIn: 'quote' | 'base' | 'aside';
  /** Chance of an order to find nothing, or to be rejected. */
  readonly missChance: number;
  /** What the account held at first: with it the venue answers how the account stands. */
  readonly capital?: Readonly<Record<Asset, string>>;
  /** Chance of each of its news to be lost, and of each answer on the account to fail. */
  readonly loseChance?: number;
};

const REPORT_US = 10_000;

export class FickleVenue implements OrderVenue {
  readonly venue: string;
  /** What its fills moved, by asset. */
  readonly moved = new Map<Asset, Decimal>();
  /** Every order that reached it, with its end; and every fill. */
  readonly orders = new Map<OrderId, VenueOrder>();
  readonly fills: Fill[] = [];
  readonly #options: FickleOptions;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #fills = 0;

  constructor(options: FickleOptions) {
    this.venue = options.venue;
    this.#options = options;
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
  }

  place(placement: Placement): void {
    const { random } = this.#options;
    const { orderId, symbol, side, price, qty } = placement;
    if (this.orders.has(orderId)) throw new Error(`order ${orderId} was sent twice`);
    const terms = {
      orderId,
      venueOrderId: `V${orderId}`,
      symbol,
      side,
      price: price.toString(),
      qty: qty.toString(),
    };
    this.orders.set(orderId, { ...terms, filledQty: '0', state: 'canceled' });
    if (random.next() < this.#options.missChance / 3) {
      this.#report([{ kind: 'rejected', orderId, reason: 'not today', atUs: 0 }]);
      return;
    }
    const accepted: VenueOrderEvent = { kind: 'accepted', orderId, venueOrderId: `V${orderId}`, atUs: 0 };
    const fills = random.next() < this.#options.missChance ? [] : this.#fillsOf(placement);
    const filled = fills.reduce((sum, fill) => sum.plus(fill.qty), new Decimal(0));
    const state = filled.eq(qty) ? 'filled' : 'canceled';
    this.orders.set(orderId, { ...terms, filledQty: filled.toString(), state });
    this.fills.push(...fills);
    const reports: VenueOrderEvent[] = fills.map((fill) => ({ kind: 'fill', orderId, fill, atUs: 0 }));
    if (filled.lt(qty)) {
      reports.push({ kind: 'canceled', orderId, reason: 'ioc', filledQty: filled.toString(), atUs: 0 });
    }
    const twice = reports.filter(() => random.next() < 0.3);
    this.#report(this.#shuffled([accepted, ...reports, ...twice]));
  }

  cancel(orderId: OrderId): void {
    this.#later({ kind: 'cancel-rejected', orderId, reason: 'over', atUs: 0 });
  }

  cancelAll(): void {
    this.#later({ kind: 'open-orders', venue: this.venue, count: 0, atUs: 0 });
  }

  reconcile(sinceUs: number): void {
    const { capital, random, loseChance = 0 } = this.#options;
    if (capital === undefined) {
      const account = { venue: this.venue, orders: [], fills: [], balances: undefined, sinceUs };
      this.#later({ kind: 'account', account, atUs: 0 });
    } else if (random.next() < loseChance) {
      this.#later({ kind: 'account-failed', venue: this.venue, reason: 'unavailable', atUs: 0 });
    } else {
      const account = {
        venue: this.venue,
        orders: [...this.orders.values()],
        fills: [...this.fills],
        balances: [...this.balances()].map(([asset, total]) => ({ asset, total: total.toString() })),
        sinceUs,
      };
      this.#later({ kind: 'account', account, atUs: 0 });
    }
  }

  /** What the account holds. */
  balances(): Map<Asset, Decimal> {
    const held = new Map(
      Object.entries(this.#options.capital ?? {}).map(([asset, total]) => [asset, new Decimal(total)]),
    );
    for (const [asset, amount] of this.moved)
      held.set(asset, (held.get(asset) ?? new Decimal(0)).plus(amount));
    return held;
  }

  keepAlive(timeoutMs: number): void {
    this.#later({ kind: 'guarded', venue: this.venue, timeoutMs, refusal: '', atUs: 0 });
  }

  async stop(): Promise<void> {
    this.#sink = () => undefined;
  }

  /** One to three fills of some of the quantity or all of it, at the limit or up to 5 bps better. */
  #fillsOf({ orderId, instrumentId, side, price, qty }: Placement): Fill[] {
    const { random, instruments, feeIn } = this.#options;
    const instrument = instruments[instrumentId];
    if (instrument === undefined) return [];
    const lots = qty.div(instrument.lotSize);
    let left = random.next() < 0.5 ? lots : lots.times(random.next()).ceil();
    const fills: Fill[] = [];
    for (let part = 1; part <= 3 && left.gt(0); part++) {
      const taken = part === 3 ? left : left.times(random.next()).ceil();
      left = left.minus(taken);
      const better = 1 + (side === 'buy' ? -1 : 1) * random.next() * 0.0005;
      const ticks = price.times(better).div(instrument.tickSize);
      const at = (side === 'buy' ? ticks.ceil() : ticks.floor()).times(instrument.tickSize);
      const amount = taken.times(instrument.lotSize);
      const inBase = feeIn === 'base';
      const fee = (inBase ? amount : amount.times(at))
        .times('0.0005')
        .toDecimalPlaces(10, Decimal.ROUND_DOWN);
      const feeAsset = feeIn === 'aside' ? 'VEN' : inBase ? instrument.base : instrument.quote;
      const fillId = `F${++this.#fills}`;
      const fill: Fill = {
        fillId,
        orderId,
        price: at.toString(),
        qty: amount.toString(),
        fee: fee.toString(),
        feeAsset,
        atUs: 0,
      };
      const { from, spent, to, received, aside } = fillFlows(side, instrument, fill);
      this.#move(from, spent.negated());
      this.#move(to, received);
      if (aside !== undefined) this.#move(aside.asset, aside.amount.negated());
      fills.push(fill);
    }
    return fills;
  }

  #move(asset: Asset, amount: Decimal): void {
    this.moved.set(asset, (this.moved.get(asset) ?? new Decimal(0)).plus(amount));
  }

  #shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, at: this.#options.random.next() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }

  /** Reports its events, except the lost ones; where one was lost, it may report an unknown outcome. */
  #report(events: readonly VenueOrderEvent[]): void {
    const { random, loseChance = 0 } = this.#options;
    const kept = events.filter(() => random.next() >= loseChance);
    let delayUs = 0;
    for (const event of kept) delayUs = this.#later(event, delayUs);
    const [first] = events;
    if (kept.length === events.length || random.next() < 0.5 || first === undefined || !('orderId' in first))
      return;
    this.#later({ kind: 'unknown', orderId: first.orderId, reason: 'no answer', atUs: 0 }, delayUs);
  }

  /** @param delayUs of what goes before. Answers its own. */
  #later(event: VenueOrderEvent, delayUs = 0): number {
    const { clock, random } = this.#options;
    const after = delayUs + Math.ceil(random.next() * REPORT_US);
    const atUs = clock.nowUs() + after;
    clock.schedule(atUs, () => this.#sink({ ...event, atUs }));
    return after;
  }
}
