/** Takes down what a review of a run needs, while the run goes: its trades with their books, and its curves. */
import type { BookStore } from '../books/book-store.ts';
import type { OrderBook } from '../books/order-book.ts';
import { type DecimalText, fromUnits } from '../domain/decimal.ts';
import { shortened } from '../domain/equity-curve.ts';
import type { EngineEvent, EquitySample, ExecutionRecord, FillRecord, OrderRecord } from '../domain/event.ts';
import type { ExecutionId, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { CaptureTally } from '../backtest/metrics/capture.ts';
import type { StoredBook, StoredTrade } from './stored-run.ts';
import { PriceTracks } from './price-tracks.ts';

/** Most trades that are kept whole; the figures count all of them. */
export const MAX_TRADES = 10_000;
/** Levels a side of a book at a decision. */
const BOOK_LEVELS = 10;
/** Most equity samples that are held at once; beyond it the curve is shortened to half of them. */
const MAX_SAMPLES = 200_000;

type Books = Pick<BookStore, 'sync' | 'instruments'>;

type OpenTrade = {
  readonly opportunity: Opportunity | null;
  readonly books: StoredBook[];
  readonly orders: Map<OrderId, OrderRecord>;
  readonly fills: FillRecord[];
};

const NOTHING_BEGUN: OpenTrade = { opportunity: null, books: [], orders: new Map(), fills: [] };

export class RunRecorder {
  readonly capture = new CaptureTally();
  readonly trades: StoredTrade[] = [];
  readonly prices: PriceTracks;
  samples: EquitySample[] = [];
  dropped = 0;
  readonly #open = new Map<ExecutionId, OpenTrade>();
  #books: Books | undefined;
  #ids: ReadonlyMap<string, InstrumentId> = new Map();

  /** @param spanUs length of the data: prices are kept at a pace that fits it. */
  constructor(spanUs: number) {
    this.prices = new PriceTracks(spanUs);
  }

  begin(portfolio: Pick<Portfolio, 'valueOf'>, books: Books): void {
    this.capture.begin(portfolio);
    this.#books = books;
    this.#ids = new Map(books.instruments.map(({ venue, symbol, id }) => [`${venue} ${symbol}`, id]));
  }

  onMarket(instrumentId: InstrumentId, atUs: TimeUs): void {
    const sync = this.#books?.sync(instrumentId);
    const instrument = this.#books?.instruments[instrumentId];
    if (sync === undefined || instrument === undefined || sync.state === 'syncing') return;
    this.prices.see(instrument, sync.book, atUs);
  }

  /** The events of one step, before the market moves on. */
  onEvents(events: readonly EngineEvent[]): void {
    this.capture.onEvents(events);
    for (const event of events) this.#take(event);
  }

  #take(event: EngineEvent): void {
    if (event.type === 'equitySampled') this.#sample(event.sample);
    else if (event.type === 'executionStarted') this.#begin(event.executionId, event.opportunity, event.atUs);
    else if (event.type === 'sweepStarted') this.#begin(event.executionId, null, event.atUs);
    else if (event.type === 'executionFinished') this.#finish(event.execution);
    else if ('order' in event && event.type !== 'foreignOrderSeen') {
      this.#order(event.order, event.atUs);
      if (event.type === 'orderFilled') this.#open.get(event.fill.executionId)?.fills.push(event.fill);
    }
  }

  #sample(sample: EquitySample): void {
    this.samples.push(sample);
    if (this.samples.length > MAX_SAMPLES) this.samples = shortened(this.samples, MAX_SAMPLES / 2);
  }

  #begin(executionId: ExecutionId, opportunity: Opportunity | null, atUs: TimeUs): void {
    const symbols = [...new Set(opportunity?.legs.map(({ symbol }) => symbol))];
    const books = symbols.flatMap((symbol) => this.#bookOf(opportunity?.venue ?? '', symbol, atUs) ?? []);
    this.#open.set(executionId, { opportunity, books, orders: new Map(), fills: [] });
  }

  #order(order: OrderRecord, atUs: TimeUs): void {
    this.#open.get(order.executionId)?.orders.set(order.orderId, order);
    const id = this.#ids.get(`${order.venue} ${order.symbol}`);
    const instrument = id === undefined ? undefined : this.#books?.instruments[id];
    if (id === undefined || instrument === undefined || this.#books === undefined) return;
    // What the trade met is on the chart at the very moment.
    this.prices.keep(instrument, this.#books.sync(id).book, atUs);
    this.prices.traded(id);
  }

  #finish(execution: ExecutionRecord): void {
    // A late fill is a record of its own, which nothing has begun.
    const open = this.#open.get(execution.executionId) ?? NOTHING_BEGUN;
    this.#open.delete(execution.executionId);
    if (this.trades.length >= MAX_TRADES) {
      this.dropped++;
      return;
    }
    const { opportunity, books, orders, fills } = open;
    this.trades.push({ execution, opportunity, orders: [...orders.values()], fills, books });
  }

  #bookOf(venue: string, symbol: string, atUs: TimeUs): StoredBook | undefined {
    const id = this.#ids.get(`${venue} ${symbol}`);
    const instrument = id === undefined ? undefined : this.#books?.instruments[id];
    if (id === undefined || instrument === undefined || this.#books === undefined) return undefined;
    const sync = this.#books.sync(id);
    return {
      symbol,
      ageUs: Math.max(0, atUs - sync.lastUpdateUs),
      bids: levels(sync.book, instrument, 'bid'),
      asks: levels(sync.book, instrument, 'ask'),
    };
  }
}

function levels(
  book: OrderBook,
  { priceDecimals, qtyDecimals }: Instrument,
  side: 'bid' | 'ask',
): [DecimalText, DecimalText][] {
  const isBid = side === 'bid';
  const prices = isBid ? book.bidPrices : book.askPrices;
  const qtys = isBid ? book.bidQtys : book.askQtys;
  const count = Math.min(BOOK_LEVELS, isBid ? book.bidCount : book.askCount);
  return Array.from({ length: count }, (_, at) => [
    fromUnits(prices[at] ?? 0, priceDecimals).toFixed(priceDecimals),
    fromUnits(qtys[at] ?? 0, qtyDecimals).toFixed(),
  ]);
}
