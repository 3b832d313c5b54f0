/**
 * What a maker–taker strategy would have done over recorded markets of two venues: its quotes rest at a simulated venue with a place
 * in the queue, its hedges take what the other's book shows, and both go through latencies. No order is sent.
 */
import { BookStore } from '../../books/book-store.ts';
import { IN_QUOTE } from '../../detection/fee-charge.ts';
import { type Decimal, decimal, fromUnits, ZERO } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { VenueName } from '../../domain/ids.ts';
import { type Instrument, isTradable, takeChange, takeStatus } from '../../domain/instrument.ts';
import type { Side, VenueOrderEvent } from '../../domain/order.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import { SeededRandom } from '../../lib/random.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import {
  type Action,
  MakerTaker,
  type MakerTakerSettings,
} from '../../strategies/maker-taker/maker-taker.ts';
import type { Purse } from '../../strategies/maker-taker/purse.ts';
import type { QuoteMarket } from '../../strategies/maker-taker/quote-rule.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import { verifierOf } from '../../venues/registry.ts';
import type { LatencySettings } from '../../venues/simulated/latency-model.ts';
import type { FillSettings } from '../../venues/simulated/resting-orders.ts';
import { SimulatedVenue } from '../../venues/simulated/simulated-venue.ts';
import type { ReplaySource } from '../replay-source.ts';

export type RehearsalOptions = {
  readonly symbol: string;
  readonly makerVenue: VenueName;
  readonly hedgeVenue: VenueName;
  readonly settings: MakerTakerSettings;
  /** At each venue at the start: base, and quote. */
  readonly base: Decimal;
  readonly quote: Decimal;
  readonly latency: LatencySettings;
  readonly fills: FillSettings;
  readonly seed: number;
  /** A book without a message for longer is not quoted on, in ms. */
  readonly maxBookAgeMs: number;
};

export type Rehearsal = {
  readonly quotes: number;
  readonly cancels: number;
  readonly quoteFills: number;
  readonly hedges: number;
  /** Of them, those that found nothing. */
  readonly hedgeMisses: number;
  /** Base that quotes traded, both sides added. */
  readonly quotedBase: Decimal;
  /** What all balances gained in quote, base valued at the hedge's last middle price; fees included. */
  readonly profit: Decimal;
  /** Most base that was not hedged at a time, longest time with enough for a hedge, and what is left at the end. */
  readonly mostNaked: Decimal;
  readonly longestNakedUs: number;
  readonly openBase: Decimal;
};

const TICK_US = 100 * US_PER_MS;
/** After the last event, what is under way may take so much longer. */
const DRAIN_US = 30 * US_PER_SECOND;

/** @throws UserError for a market that the recordings do not have, or have without a fee. */
export async function rehearseMakerTaker(
  source: ReplaySource,
  options: RehearsalOptions,
): Promise<Rehearsal> {
  const run = new Run(source, options);
  await source.play(run.sink, (atUs) => run.advanceTo(atUs));
  return run.end();
}

class Run {
  readonly sink: MarketSink;
  readonly #options: RehearsalOptions;
  readonly #clock: SimulatedClock;
  readonly #store: BookStore;
  readonly #maker: Instrument;
  readonly #hedge: Instrument;
  readonly #venues: ReadonlyMap<VenueName, SimulatedVenue>;
  readonly #purse: Purse;
  readonly #strategy: MakerTaker;
  /** By order id: what it is to the strategy, and its side. */
  readonly #orders = new Map<
    string,
    { readonly isHedge: boolean; readonly side: Side; readonly qty: Decimal; filled: Decimal }
  >();
  #nextTickUs: TimeUs;
  #figures = {
    quotes: 0,
    cancels: 0,
    quoteFills: 0,
    hedges: 0,
    hedgeMisses: 0,
    quotedBase: ZERO,
    mostNaked: ZERO,
    longestNakedUs: 0,
  };

  constructor(source: ReplaySource, options: RehearsalOptions) {
    this.#options = options;
    this.#clock = new SimulatedClock(source.firstUs);
    this.#nextTickUs = source.firstUs + TICK_US;
    const instruments = source.instruments.map((one) => ({ ...one }));
    this.#store = new BookStore(instruments, { depth: source.bookDepth, verifierOf });
    this.#maker = marketOf(instruments, options.symbol, options.makerVenue, '--quote-at');
    this.#hedge = marketOf(instruments, options.symbol, options.hedgeVenue, '--hedge-at');
    const { base, quote, seed, latency, fills } = options;
    this.#purse = { makerBase: base, hedgeBase: base, makerQuote: quote, hedgeQuote: quote };
    this.#strategy = new MakerTaker(options.settings, this.#purse);
    this.#venues = new Map(
      [options.makerVenue, options.hedgeVenue].map((venue, at) => {
        const random = new SeededRandom(seed, at + 1);
        const parts = {
          runId: 'rehearsal',
          venue,
          store: this.#store,
          clock: this.#clock,
          random,
          latency,
          fills,
        };
        const simulated = new SimulatedVenue(parts);
        simulated.connect((event) => this.#onOrder(event));
        return [venue, simulated];
      }),
    );
    this.sink = this.#sinkOf(instruments);
  }

  advanceTo(atUs: TimeUs): void {
    while (this.#nextTickUs <= atUs) {
      this.#clock.advanceTo(this.#nextTickUs);
      this.#nextTickUs += TICK_US;
      this.#store.markStale(this.#clock.nowUs(), this.#options.maxBookAgeMs * US_PER_MS);
      this.#look();
    }
    this.#clock.advanceTo(atUs);
  }

  end(): Rehearsal {
    this.advanceTo(this.#clock.nowUs() + DRAIN_US);
    const { makerBase, hedgeBase, makerQuote, hedgeQuote } = this.#purse;
    const { base, quote } = this.#options;
    const { book } = this.#store.sync(this.#hedge.id);
    const twice = book.isOneSided ? 0 : book.bestBid + book.bestAsk;
    const mid = fromUnits(twice, this.#hedge.priceDecimals).div(2);
    const gained = makerBase.plus(hedgeBase).minus(base.times(2));
    const profit = makerQuote.plus(hedgeQuote).minus(quote.times(2)).plus(gained.times(mid));
    return { ...this.#figures, profit, openBase: this.#strategy.desk.net };
  }

  #sinkOf(instruments: readonly Instrument[]): MarketSink {
    const venueOf = (id: number) => this.#venues.get(instruments[id]?.venue ?? '');
    return {
      onBook: (update) => {
        const { instrumentId } = update;
        this.#store.apply(update);
        if (instrumentId !== this.#maker.id && instrumentId !== this.#hedge.id) return;
        venueOf(instrumentId)?.onBook(instrumentId);
        this.#look();
      },
      onTrade: (trade) => venueOf(trade.instrumentId)?.onTrade(trade),
      onFeed: (event) => {
        if (event.state !== 'open') this.#store.desyncVenue(event.venue, event.reason);
      },
      onAlive: (venue, receivedUs) => this.#store.confirmAlive(venue, receivedUs),
      onBookLost: (id, reason) => this.#store.sync(id).desync(reason),
      onInstrumentStatus: (id, status) => {
        takeStatus(instruments[id] as Instrument, status);
        venueOf(id)?.onInstrumentStatus(id, status);
      },
      onInstrumentChange: (id, change) => takeChange(instruments[id] as Instrument, change),
      onInstrumentStopped: () => undefined,
      onRaw: () => undefined,
    };
  }

  #look(): void {
    const nowUs = this.#clock.nowUs();
    const actions = this.#strategy.look(this.#market(this.#maker), this.#market(this.#hedge), nowUs);
    for (const action of actions) this.#act(action, nowUs);
    this.#watch(nowUs);
  }

  #market(instrument: Instrument): QuoteMarket {
    const { book, state } = this.#store.sync(instrument.id);
    const isLive = state === 'live' && !book.isCrossed && isTradable(instrument);
    return { instrument, book, charge: IN_QUOTE, isLive };
  }

  #act(action: Action, nowUs: TimeUs): void {
    const { makerVenue, hedgeVenue } = this.#options;
    if (action.kind === 'cancel') {
      this.#figures.cancels++;
      this.#venues.get(makerVenue)?.cancel(action.id);
      return;
    }
    const isHedge = action.kind === 'hedge';
    const { side, qty } = isHedge ? action.order : action;
    const price = isHedge ? action.order.limit : action.price;
    const { id: instrumentId, symbol } = isHedge ? this.#hedge : this.#maker;
    if (isHedge) this.#figures.hedges++;
    else this.#figures.quotes++;
    this.#orders.set(action.id, { isHedge, side, qty, filled: ZERO });
    this.#venues.get(isHedge ? hedgeVenue : makerVenue)?.place({
      orderId: action.id,
      instrumentId,
      symbol,
      side,
      price,
      qty,
      timeInForce: isHedge ? 'ioc' : 'gtc',
      postOnly: isHedge ? undefined : true,
      expireUs: nowUs + 10 * US_PER_SECOND,
    });
  }

  #onOrder(event: VenueOrderEvent): void {
    if (!('orderId' in event) || event.orderId === undefined) return;
    const order = this.#orders.get(event.orderId);
    if (order === undefined) return;
    if (event.kind === 'fill') {
      const [qty, price] = [decimal(event.fill.qty), decimal(event.fill.price)];
      const signed = order.side === 'buy' ? qty : qty.negated();
      const cash = signed.times(price).negated().minus(decimal(event.fill.fee));
      order.filled = order.filled.plus(qty);
      const purse = this.#purse;
      if (order.isHedge) {
        purse.hedgeBase = purse.hedgeBase.plus(signed);
        purse.hedgeQuote = purse.hedgeQuote.plus(cash);
        this.#strategy.onHedgeFill(event.orderId, qty, signed, price);
      } else {
        purse.makerBase = purse.makerBase.plus(signed);
        purse.makerQuote = purse.makerQuote.plus(cash);
        this.#figures.quoteFills++;
        this.#figures.quotedBase = this.#figures.quotedBase.plus(qty);
        this.#strategy.onQuoteFill(event.orderId, qty, signed, price);
      }
      if (order.filled.gte(order.qty)) this.#ended(event.orderId);
    } else if (event.kind === 'canceled' || event.kind === 'rejected') this.#ended(event.orderId);
    this.#look();
  }

  #ended(orderId: string): void {
    const order = this.#orders.get(orderId);
    this.#orders.delete(orderId);
    if (order === undefined) return;
    if (!order.isHedge) return this.#strategy.onQuoteEnd(orderId);
    if (order.filled.isZero()) this.#figures.hedgeMisses++;
    this.#strategy.onHedgeEnd(orderId);
  }

  #watch(nowUs: TimeUs): void {
    const { desk } = this.#strategy;
    const open = desk.net.abs();
    if (open.gt(this.#figures.mostNaked)) this.#figures.mostNaked = open;
    this.#figures.longestNakedUs = Math.max(this.#figures.longestNakedUs, desk.nakedUs(nowUs));
  }
}

function marketOf(
  instruments: readonly Instrument[],
  symbol: string,
  venue: VenueName,
  option: string,
): Instrument {
  const found = instruments.find((one) => one.symbol === symbol && one.venue === venue);
  if (found !== undefined && found.takerFee !== undefined) return found;
  const there = instruments.map((one) => `${one.symbol}@${one.venue}`).slice(0, 12);
  throw new UserError({
    code: found === undefined ? 'no-such-market' : 'no-fee',
    field: option,
    value: `${symbol}@${venue}`,
    message: found === undefined ? 'is no market of the recordings' : 'has no known fee',
    remedy: found === undefined ? `Choose one of: ${there.join(', ')}.` : 'Give one with --fee-bps.',
  });
}
