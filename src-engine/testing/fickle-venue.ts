/**
 * A venue that fills orders as it likes: not at all, in part, in several fills, in full, or rejects them, whatever the
 * books show, and tells it twice and out of order. What it fills is within quantity and limit; its ledger is the truth.
 */
import { Decimal } from '../domain/decimal.ts';
import type { Asset, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill, VenueOrderEvent } from '../domain/order.ts';
import type { ExecutionVenue, Placement } from '../execution/execution-venue.ts';
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
};

const REPORT_US = 10_000;

export class FickleVenue implements ExecutionVenue {
  readonly venue: string;
  /** What its fills moved, by asset. */
  readonly moved = new Map<Asset, Decimal>();
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
    const { orderId, qty } = placement;
    if (random.next() < this.#options.missChance / 3) {
      this.#report([{ kind: 'rejected', orderId, reason: 'not today', atUs: 0 }]);
      return;
    }
    const accepted: VenueOrderEvent = { kind: 'accepted', orderId, venueOrderId: `V${orderId}`, atUs: 0 };
    const fills = random.next() < this.#options.missChance ? [] : this.#fillsOf(placement);
    const filled = fills.reduce((sum, fill) => sum.plus(fill.qty), new Decimal(0));
    const told: VenueOrderEvent[] = fills.map((fill) => ({ kind: 'fill', orderId, fill, atUs: 0 }));
    if (filled.lt(qty)) {
      told.push({ kind: 'canceled', orderId, reason: 'ioc', filledQty: filled.toString(), atUs: 0 });
    }
    const twice = told.filter(() => random.next() < 0.3);
    this.#report(this.#shuffled([accepted, ...told, ...twice]));
  }

  cancel(orderId: OrderId): void {
    this.#report([{ kind: 'cancel-rejected', orderId, reason: 'over', atUs: 0 }]);
  }

  cancelAll(): void {
    this.#report([{ kind: 'open-orders', venue: this.venue, orderIds: [], atUs: 0 }]);
  }

  reconcile(sinceUs: number): void {
    const account = { venue: this.venue, orders: [], fills: [], balances: undefined, sinceUs };
    this.#report([{ kind: 'account', account, atUs: 0 }]);
  }

  keepAlive(): void {
    // It forgets nothing.
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

  #report(events: readonly VenueOrderEvent[]): void {
    const { clock, random } = this.#options;
    let atUs = clock.nowUs();
    for (const event of events) {
      atUs += Math.ceil(random.next() * REPORT_US);
      const at = atUs;
      clock.schedule(at, () => this.#sink({ ...event, atUs: at }));
    }
  }
}
