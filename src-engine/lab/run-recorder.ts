/** Takes down what a review of a run needs, while the run goes: its trades with their books, and its curves. */
import type { BookStore } from '../books/book-store.ts';
import { shortened } from '../domain/equity-curve.ts';
import type { EngineEvent, EquitySample, OrderRecord } from '../domain/event.ts';
import type { InstrumentId } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { CaptureTally } from '../backtest/metrics/capture.ts';
import { type FinishedStory, StoryKeeper } from '../runner/story-keeper.ts';
import type { StoredTrade } from './stored-run.ts';
import { PriceTracks } from './price-tracks.ts';

/** Most trades that are kept whole; the figures count all of them. */
export const MAX_TRADES = 10_000;
/** Most equity samples that are held at once; beyond it the curve is shortened to half of them. */
const MAX_SAMPLES = 200_000;

type Books = Pick<BookStore, 'sync' | 'instruments'>;

export class RunRecorder {
  readonly capture = new CaptureTally();
  readonly trades: StoredTrade[] = [];
  readonly prices: PriceTracks;
  samples: EquitySample[] = [];
  dropped = 0;
  #stories: StoryKeeper | undefined;
  #books: Books | undefined;
  #ids: ReadonlyMap<string, InstrumentId> = new Map();

  /** @param spanUs length of the data: prices are kept at a pace that fits it. */
  constructor(spanUs: number) {
    this.prices = new PriceTracks(spanUs);
  }

  begin(portfolio: Pick<Portfolio, 'valueOf'>, books: Books): void {
    this.capture.begin(portfolio);
    this.#books = books;
    this.#stories = new StoryKeeper(books, (story) => this.#finish(story));
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
    this.#stories?.onStep([event], event.atUs, undefined);
    if ('order' in event && event.type !== 'foreignOrderSeen') this.#order(event.order, event.atUs);
  }

  #sample(sample: EquitySample): void {
    this.samples.push(sample);
    if (this.samples.length > MAX_SAMPLES) this.samples = shortened(this.samples, MAX_SAMPLES / 2);
  }

  #order(order: OrderRecord, atUs: TimeUs): void {
    const id = this.#ids.get(`${order.venue} ${order.symbol}`);
    const instrument = id === undefined ? undefined : this.#books?.instruments[id];
    if (id === undefined || instrument === undefined || this.#books === undefined) return;
    // What the trade met is on the chart at the very moment.
    this.prices.keep(instrument, this.#books.sync(id).book, atUs);
    this.prices.traded(id);
  }

  #finish({ execution, opportunity, orders, fills, books, fillBooks, times }: FinishedStory): void {
    if (this.trades.length >= MAX_TRADES) {
      this.dropped++;
      return;
    }
    this.trades.push({
      execution,
      opportunity,
      orders: [...orders],
      fills: [...fills],
      books: [...books],
      fillBooks: [...fillBooks],
      times: [...times],
    });
  }
}
