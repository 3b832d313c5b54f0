/** The execution venue of paper, ghost and backtest runs: real books, seeded latency, made fills. */
import type { BookStore } from '../../books/book-store.ts';
import type { InstrumentId, OrderId, VenueName } from '../../domain/ids.ts';
import type { InstrumentStatus } from '../../domain/instrument.ts';
import type { Fill, VenueOrderEvent } from '../../domain/order.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { ExecutionVenue, Placement } from '../../execution/execution-venue.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SeededRandom } from '../../lib/random.ts';
import { FillModel } from './fill-model.ts';
import type { Hardship } from './hardship.ts';
import { LatencyModel, type LatencySettings } from './latency-model.ts';

export type SimulatedVenueOptions = {
  /** Of the run: part of every order's and fill's id, so that no later run of the account repeats one. */
  readonly runId: string;
  readonly venue: VenueName;
  readonly store: BookStore;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly latency: LatencySettings;
  /** None when left out. */
  readonly hardship?: Hardship | undefined;
};

export class SimulatedVenue implements ExecutionVenue {
  readonly venue: VenueName;
  readonly #runId: string;
  readonly #store: BookStore;
  readonly #clock: Clock;
  readonly #latency: LatencyModel;
  readonly #hardship: Hardship | undefined;
  readonly #fills: FillModel;
  /** Orders on their way to the venue: when they arrive, and what keeps them from it. */
  readonly #underway = new Map<OrderId, { readonly arrivesUs: TimeUs; readonly stop: () => void }>();
  /** What the venue last said of its instruments, where that is not how they began. */
  readonly #statuses = new Map<InstrumentId, InstrumentStatus>();
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #count = 0;
  /** Reports leave in order: none overtakes an earlier one. */
  #lastReportUs = 0;

  constructor(options: SimulatedVenueOptions) {
    this.venue = options.venue;
    this.#runId = options.runId;
    this.#store = options.store;
    this.#clock = options.clock;
    this.#latency = new LatencyModel(options.latency, options.random);
    this.#hardship = options.hardship;
    this.#fills = new FillModel(options.store.instruments, options.store.books);
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
  }

  place(placement: Placement): void {
    const arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    const stop = this.#clock.schedule(arrivesUs, () => {
      this.#underway.delete(placement.orderId);
      this.#execute(placement);
    });
    this.#underway.set(placement.orderId, { arrivesUs, stop });
  }

  /**
   * Requests of one connection arrive in order: a cancel comes after its order, and an order that does not rest is over
   * by then.
   */
  cancel(orderId: OrderId): void {
    const arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    this.#clock.schedule(Math.max(arrivesUs, this.#underway.get(orderId)?.arrivesUs ?? 0), () =>
      this.#report((atUs) => ({ kind: 'cancel-rejected', orderId, reason: 'no such order is open', atUs })),
    );
  }

  /** As a cancel: it arrives after every order that was sent before it, and then none is open. */
  cancelAll(): void {
    let arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    for (const order of this.#underway.values()) arrivesUs = Math.max(arrivesUs, order.arrivesUs);
    this.#clock.schedule(arrivesUs, () =>
      this.#report((atUs) => ({ kind: 'open-orders', venue: this.venue, orderIds: [], atUs })),
    );
  }

  /** It keeps no account: what it knows are the orders under way, and it never loses a report. */
  reconcile(sinceUs: TimeUs): void {
    this.#report((atUs) => ({
      kind: 'account',
      account: { venue: this.venue, orders: [], fills: [], balances: undefined, sinceUs },
      atUs,
    }));
  }

  keepAlive(): void {
    // Its orders end with the process that placed them.
  }

  /** The venue opened or closed an instrument: what arrives while it is closed is rejected. */
  onInstrumentStatus(instrumentId: InstrumentId, status: InstrumentStatus): void {
    this.#statuses.set(instrumentId, status);
  }

  /** Tells the fill model that the market moved; called after the kernel has taken the change in. */
  onBook(instrumentId: InstrumentId): void {
    this.#fills.onBook(instrumentId);
  }

  /** Ends it in silence: what is under way never arrives, reports under way are not told. */
  async stop(): Promise<void> {
    for (const { stop } of this.#underway.values()) stop();
    this.#underway.clear();
    this.#sink = () => undefined;
  }

  #execute(placement: Placement): void {
    const { orderId, instrumentId, side, price, qty } = placement;
    const fate = this.#hardship?.fate() ?? 'passes';
    const refusal =
      fate === 'rejected' ? 'the venue refused it (a hardship of this run)' : this.#refusal(placement);
    if (refusal !== undefined) {
      this.#report((atUs) => ({ kind: 'rejected', orderId, reason: refusal, atUs }));
      return;
    }
    this.#count++;
    const venueOrderId = `${this.#runId}-sim${this.#count}`;
    this.#report((atUs) => ({ kind: 'accepted', orderId, venueOrderId, atUs }));
    // Where the book is not known to be true, nobody can say what would have filled: nothing does.
    if (this.#store.sync(instrumentId).state !== 'live') {
      this.#report((atUs) => ({ kind: 'canceled', orderId, reason: 'no live book at arrival', atUs }));
      return;
    }
    if (fate === 'too-late') {
      this.#report((atUs) => ({ kind: 'canceled', orderId, reason: 'a competitor was faster', atUs }));
      return;
    }
    const quote = this.#store.instruments[instrumentId]?.quote ?? '';
    let left = qty;
    for (const [k, part] of this.#fills.take(instrumentId, side, price, qty).entries()) {
      left = left.minus(part.qty);
      this.#report((atUs) => {
        const fill: Fill = {
          fillId: `${venueOrderId}-${k + 1}`,
          orderId,
          price: part.price.toString(),
          qty: part.qty.toString(),
          fee: part.fee.toString(),
          feeAsset: quote,
          atUs,
        };
        return { kind: 'fill', orderId, fill, atUs };
      });
    }
    if (left.gt(0))
      this.#report((atUs) => ({ kind: 'canceled', orderId, reason: 'the rest found no liquidity', atUs }));
  }

  #refusal({ instrumentId, symbol, timeInForce, expireUs }: Placement): string | undefined {
    if (timeInForce !== 'ioc') return 'the simulated venue takes only IOC orders';
    if (this.#clock.nowUs() > expireUs) return 'its deadline passed before it arrived';
    const status = this.#statuses.get(instrumentId) ?? this.#store.instruments[instrumentId]?.status;
    return status === 'online' ? undefined : `${symbol} is closed for trading: ${status ?? 'not listed'}`;
  }

  #report(make: (atUs: number) => VenueOrderEvent): void {
    const atUs = Math.max(this.#lastReportUs, this.#clock.nowUs() + this.#latency.sampleUs());
    this.#lastReportUs = atUs;
    this.#clock.schedule(atUs, () => this.#sink(make(atUs)));
  }
}
