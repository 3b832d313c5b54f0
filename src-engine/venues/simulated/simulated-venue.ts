/**
 * What takes the orders of paper, ghost and backtest runs: real books, seeded latency, made fills. The engine's own
 * strategies send orders that take what is there or nothing; an order that rests waits in a queue (resting-orders.ts).
 */
import type { BookStore } from '../../books/book-store.ts';
import type { InstrumentId, OrderId, VenueName } from '../../domain/ids.ts';
import { type Instrument, type InstrumentStatus, ruleFaultOf } from '../../domain/instrument.ts';
import { type Decimal, ZERO } from '../../domain/decimal.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { Fill, VenueOrder, VenueOrderEvent } from '../../domain/order.ts';
import type { TimeUs } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { OrderVenue, Placement } from '../../execution/order-venue.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SeededRandom } from '../../lib/random.ts';
import { FillModel, type LevelFill, RunningFee } from './fill-model.ts';
import type { Hardship } from './hardship.ts';
import { LatencyModel, type LatencySettings } from './latency-model.ts';
import { DEFAULT_FILLS, type FillSettings, MAX_RESTING, RestingOrders } from './resting-orders.ts';

export type SimulatedVenueOptions = {
  /** Of the run: part of every order's and fill's id, so that no later run of the account repeats one. */
  readonly runId: string;
  readonly venue: VenueName;
  readonly store: BookStore;
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly latency: LatencySettings;
  /** How orders that rest are filled; `DEFAULT_FILLS` when left out. */
  readonly fills?: FillSettings | undefined;
  /** None when left out. */
  readonly hardship?: Hardship | undefined;
};

/** Of a post-only order: at its arrival it would have traded. */
const WOULD_TAKE = 'post-only: it would have taken';

/** An order that was accepted: what of it was filled so far. */
type Accepted = {
  readonly placement: Placement;
  readonly venueOrderId: string;
  filled: Decimal;
  fillCount: number;
};

export class SimulatedVenue implements OrderVenue {
  readonly venue: VenueName;
  readonly #runId: string;
  readonly #store: BookStore;
  readonly #clock: Clock;
  readonly #latency: LatencyModel;
  readonly #hardship: Hardship | undefined;
  readonly #fills: FillModel;
  readonly #resting: RestingOrders;
  /** Orders that rest, by their ids. */
  readonly #open = new Map<OrderId, Accepted>();
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
    const { instruments, books } = options.store;
    this.#fills = new FillModel(instruments, books);
    this.#resting = new RestingOrders(options.store, this.#fills, options.fills ?? DEFAULT_FILLS);
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
  }

  place(placement: Placement): void {
    const arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    const instrument = this.#store.instruments[placement.instrumentId];
    const fee = new RunningFee(instrument ?? { takerFee: undefined });
    const stop = this.#clock.schedule(arrivesUs, () => {
      this.#underway.delete(placement.orderId);
      this.#execute(placement, fee);
    });
    this.#underway.set(placement.orderId, { arrivesUs, stop });
  }

  /**
   * Requests of one connection arrive in order: a cancel comes after its order, and an order that does not rest is over
   * by then.
   */
  cancel(orderId: OrderId): void {
    const arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    this.#clock.schedule(Math.max(arrivesUs, this.#underway.get(orderId)?.arrivesUs ?? 0), () => {
      const order = this.#open.get(orderId);
      if (order !== undefined) this.#end(order, 'canceled on request');
      else
        this.#report((atUs) => ({ kind: 'cancel-rejected', orderId, reason: 'no such order is open', atUs }));
    });
  }

  /** As a cancel: it arrives after every order that was sent before it, and then none is open. */
  cancelAll(): void {
    let arrivesUs = this.#clock.nowUs() + this.#latency.sampleUs();
    for (const order of this.#underway.values()) arrivesUs = Math.max(arrivesUs, order.arrivesUs);
    this.#clock.schedule(arrivesUs, () => {
      for (const order of this.#open.values()) this.#end(order, 'canceled with all others');
      this.#report((atUs) => ({ kind: 'open-orders', venue: this.venue, count: 0, atUs }));
    });
  }

  /** It keeps no account: what it knows are the orders under way and those that rest, and it never loses a report. */
  reconcile(sinceUs: TimeUs): void {
    const orders = [...this.#open.values()].map(openOrder);
    this.#report((atUs) => ({
      kind: 'account',
      account: { venue: this.venue, orders, fills: [], balances: undefined, sinceUs },
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

  /** Informs the fill model that the market moved; called after the kernel has taken the change in. */
  onBook(instrumentId: InstrumentId): void {
    this.#fills.onBook(instrumentId);
    if (this.#open.size === 0) return;
    for (const { orderId, ...part } of this.#resting.onBook(instrumentId, this.#clock.nowUs())) {
      this.#fillOf(orderId, part);
    }
  }

  /** A public trade: it may reach orders that rest. Called after the kernel has taken it in. */
  onTrade(trade: TradePrint): void {
    if (this.#open.size === 0) return;
    for (const { orderId, ...part } of this.#resting.onTrade(trade)) this.#fillOf(orderId, part);
  }

  /** Ends it silently: what is under way never arrives, reports under way are not delivered. */
  async stop(): Promise<void> {
    for (const { stop } of this.#underway.values()) stop();
    this.#underway.clear();
    this.#open.clear();
    this.#resting.clear();
    this.#sink = () => undefined;
  }

  #execute(placement: Placement, fee: RunningFee): void {
    const { orderId, instrumentId, side, price, qty } = placement;
    const fate = this.#hardship?.fate() ?? 'passes';
    const refusal =
      fate === 'rejected' ? 'rejected by the venue (assumed by this run)' : this.#refusal(placement);
    if (refusal !== undefined) {
      const cause = refusal === WOULD_TAKE ? 'would-take' : undefined;
      this.#report((atUs) => ({ kind: 'rejected', orderId, reason: refusal, cause, atUs }));
      return;
    }
    this.#count++;
    const venueOrderId = `${this.#runId}-sim${this.#count}`;
    this.#report((atUs) => ({ kind: 'accepted', orderId, venueOrderId, atUs }));
    const instrument = this.#store.instruments[instrumentId];
    const rests = placement.timeInForce === 'gtc';
    // A swap that is not made has cost its gas.
    const missed = (reason: string): void =>
      this.#report((atUs) => ({
        kind: 'canceled',
        orderId,
        reason,
        charge: chargeOf(instrument, fee),
        atUs,
      }));
    // Where the book is not in step, it is unknown what would have filled: nothing does.
    if (this.#store.sync(instrumentId).state !== 'live') {
      missed('no live book at arrival');
      return;
    }
    if (instrument === undefined || (fate === 'too-late' && !rests)) {
      missed('a competitor was faster');
      return;
    }
    // Where each order costs something it is a swap, which is made whole or reverted.
    if (
      instrument.orderCost !== undefined &&
      !rests &&
      !this.#fills.fillsWhole(instrumentId, side, price, qty)
    ) {
      missed('reverted: the book no longer gives all of it within its limit');
      return;
    }
    const order: Accepted = { placement, venueOrderId, filled: ZERO, fillCount: 0 };
    const parts = this.#fills.take(instrumentId, side, price, qty, fee);
    // What a competitor took is used up as well: a resting order must not find it a moment later.
    if (fate !== 'too-late') for (const part of parts) this.#reportFill(order, part);
    const left = qty.minus(order.filled);
    if (left.lte(0)) return;
    if (rests) {
      this.#open.set(orderId, order);
      this.#resting.add(orderId, instrument, side, price, left, fee);
    } else {
      const filledQty = order.filled.toString();
      const reason = 'no liquidity for the rest';
      this.#report((atUs) => ({ kind: 'canceled', orderId, reason, filledQty, atUs }));
    }
  }

  /** Reports one part of an order's fill. */
  #reportFill(order: Accepted, { price, qty, fee }: LevelFill): void {
    const { orderId, instrumentId } = order.placement;
    order.filled = order.filled.plus(qty);
    const fillId = `${order.venueOrderId}-${++order.fillCount}`;
    // As any venue it names assets by its own codes; the kernel names them as the run does.
    const feeAsset = assetName(this.#store.instruments[instrumentId]?.quote ?? '');
    this.#report((atUs) => {
      const amounts = { price: price.toString(), qty: qty.toString(), fee: fee.toString() };
      const fill: Fill = { fillId, orderId, ...amounts, feeAsset, atUs };
      return { kind: 'fill', orderId, fill, atUs };
    });
  }

  /** An order that rests was reached. */
  #fillOf(orderId: OrderId, part: LevelFill): void {
    const order = this.#open.get(orderId);
    if (order === undefined) return;
    this.#reportFill(order, part);
    if (order.filled.gte(order.placement.qty)) this.#open.delete(orderId);
  }

  /** Takes an order that rests off the book. */
  #end(order: Accepted, reason: string): void {
    const { orderId } = order.placement;
    this.#open.delete(orderId);
    this.#resting.remove(orderId);
    const filledQty = order.filled.toString();
    this.#report((atUs) => ({ kind: 'canceled', orderId, reason, filledQty, atUs }));
  }

  /** As a venue it goes by its rules at the arrival, whatever they were when the order was sent. */
  #refusal({ instrumentId, symbol, side, price, qty, timeInForce, postOnly, expireUs }: Placement) {
    if (this.#clock.nowUs() > expireUs) return 'its deadline passed before it arrived';
    if (timeInForce === 'gtc' && this.#open.size >= MAX_RESTING) return `${MAX_RESTING} orders rest already`;
    const instrument = this.#store.instruments[instrumentId];
    const status = this.#statuses.get(instrumentId) ?? instrument?.status;
    if (status !== 'online' || instrument === undefined)
      return `${symbol} is closed for trading: ${status ?? 'not listed'}`;
    const fault = ruleFaultOf(instrument, price, qty)?.detail;
    if (fault !== undefined || postOnly !== true) return fault;
    return this.#fills.wouldTake(instrumentId, side, price) ? WOULD_TAKE : undefined;
  }

  #report(make: (atUs: number) => VenueOrderEvent): void {
    const atUs = Math.max(this.#lastReportUs, this.#clock.nowUs() + this.#latency.sampleUs());
    this.#lastReportUs = atUs;
    this.#clock.schedule(atUs, () => this.#sink(make(atUs)));
  }
}

/** What an order costs that was not made. Undefined: nothing. */
function chargeOf(instrument: Instrument | undefined, { fixed }: RunningFee) {
  return instrument === undefined || fixed.isZero()
    ? undefined
    : { asset: assetName(instrument.quote), amount: fixed.toFixed(), isSimulated: true as const };
}

function openOrder({ placement, venueOrderId, filled }: Accepted): VenueOrder {
  const { orderId, symbol, side, price, qty } = placement;
  const amounts = { price: price.toString(), qty: qty.toString(), filledQty: filled.toString() };
  return { orderId, venueOrderId, symbol, side, ...amounts, state: 'open' };
}
