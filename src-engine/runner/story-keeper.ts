/**
 * Keeps the story of each execution while it runs: when each of its orders was decided, journaled, sent, acknowledged and filled, and the
 * books as they stood. It is handed each step after the step's orders have left, and before the market moves on; books are copied as the
 * integers that they are, and become text when the execution has finished.
 */
import { type DecimalText, fromUnits } from '../domain/decimal.ts';
import type { EngineEvent, ExecutionRecord, FillRecord, OrderRecord } from '../domain/event.ts';
import type { ExecutionId, InstrumentId, OrderId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { LegPlan, Opportunity } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** Levels a side of a book at the decision, and at a fill. */
const DECISION_LEVELS = 10;
const FILL_LEVELS = 5;
/** Executions under way, and orders whose times are kept; beyond, the oldest are let go. */
const MAX_OPEN = 1_000;
const MAX_ORDERS = 5_000;

export type KeptBook = {
  readonly symbol: string;
  readonly venue?: string | undefined;
  readonly ageUs: number;
  readonly bids: [DecimalText, DecimalText][];
  readonly asks: [DecimalText, DecimalText][];
};

export type OrderWay = {
  orderId: OrderId;
  decidedUs: TimeUs;
  journaledUs: TimeUs | null;
  sentUs: TimeUs | null;
  acknowledgedUs: TimeUs | null;
  firstFillUs: TimeUs | null;
  lastFillUs: TimeUs | null;
  endedUs: TimeUs | null;
};

export type FinishedStory = {
  readonly execution: ExecutionRecord;
  readonly receivedUs: TimeUs | null;
  readonly opportunity: Opportunity | null;
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
  readonly books: readonly KeptBook[];
  readonly fillBooks: readonly (KeptBook & { readonly orderId: OrderId })[];
  readonly times: readonly OrderWay[];
};

/** What the runner reports of a step. */
export type StepTrace = {
  /** The events of one step, after its orders have left; `receivedUs`: when the book that began it came, undefined for another input. */
  onStep(events: readonly EngineEvent[], atUs: TimeUs, receivedUs: TimeUs | undefined): void;
  /** An order's intent was kept, and then its adapter had taken it. */
  onSent(orderId: OrderId, journaledUs: TimeUs, sentUs: TimeUs): void;
};

type Copy = {
  readonly instrument: Instrument;
  readonly orderId: OrderId | undefined;
  readonly ageUs: number;
  readonly bidPrices: Float64Array;
  readonly bidQtys: Float64Array;
  readonly askPrices: Float64Array;
  readonly askQtys: Float64Array;
};

type OpenStory = {
  readonly opportunity: Opportunity | null;
  readonly receivedUs: TimeUs | null;
  readonly books: readonly Copy[];
  readonly fillBooks: Copy[];
  readonly orders: Map<OrderId, OrderRecord>;
  readonly fills: FillRecord[];
};

const NOTHING_BEGUN = {
  receivedUs: null,
  opportunity: null,
  orders: [],
  fills: [],
  books: [],
  fillBooks: [],
  times: [],
} as const;

type Books = Pick<Kernel['store'], 'sync' | 'instruments'>;
type OrderBook = ReturnType<Books['sync']>['book'];

const ENDED: ReadonlySet<EngineEvent['type']> = new Set([
  'orderCanceled',
  'orderRejected',
  'orderDenied',
  'orderSettled',
]);

export class StoryKeeper implements StepTrace {
  readonly #books: Books;
  readonly #finished: (story: FinishedStory) => void;
  readonly #open = new Map<ExecutionId, OpenStory>();
  readonly #ways = new Map<OrderId, OrderWay>();
  #ids: ReadonlyMap<string, InstrumentId> | undefined;

  /** @param finished hears of each execution once it is over, in the step in which it is. */
  constructor(books: Books, finished: (story: FinishedStory) => void) {
    this.#books = books;
    this.#finished = finished;
  }

  onStep(events: readonly EngineEvent[], atUs: TimeUs, receivedUs: TimeUs | undefined): void {
    for (const event of events) this.#take(event, atUs, receivedUs ?? null);
  }

  onSent(orderId: OrderId, journaledUs: TimeUs, sentUs: TimeUs): void {
    const way = this.#way(orderId, journaledUs);
    way.journaledUs = journaledUs;
    way.sentUs = sentUs;
  }

  #take(event: EngineEvent, atUs: TimeUs, receivedUs: TimeUs | null): void {
    if (event.type === 'executionStarted')
      this.#begin(event.executionId, event.opportunity, atUs, receivedUs);
    else if (event.type === 'sweepStarted') this.#begin(event.executionId, null, atUs, null);
    else if (event.type === 'executionFinished') this.#finish(event.execution);
    else if (event.type === 'executionAbandoned') this.#open.delete(event.executionId);
    else if ('order' in event && event.type !== 'foreignOrderSeen') this.#order(event, atUs);
  }

  #begin(
    executionId: ExecutionId,
    opportunity: Opportunity | null,
    atUs: TimeUs,
    receivedUs: TimeUs | null,
  ): void {
    if (this.#open.size >= MAX_OPEN) dropOldest(this.#open);
    const books = placesOf(opportunity).flatMap(
      ({ venue, symbol }) => this.#copy(venue, symbol, atUs, DECISION_LEVELS, undefined) ?? [],
    );
    this.#open.set(executionId, {
      opportunity,
      receivedUs,
      books,
      fillBooks: [],
      orders: new Map(),
      fills: [],
    });
  }

  #order(event: Extract<EngineEvent, { readonly order: OrderRecord }>, atUs: TimeUs): void {
    const { order, type } = event;
    const open = this.#open.get(order.executionId);
    if (open === undefined) return;
    open.orders.set(order.orderId, order);
    const way = this.#way(order.orderId, atUs);
    if (type === 'orderCreated') way.decidedUs = atUs;
    else if (type === 'orderAccepted') way.acknowledgedUs ??= atUs;
    if (type === 'orderFilled') {
      open.fills.push(event.fill);
      if (way.firstFillUs === null) {
        const copy = this.#copy(order.venue, order.symbol, atUs, FILL_LEVELS, order.orderId);
        if (copy !== undefined) open.fillBooks.push(copy);
      }
      way.firstFillUs ??= atUs;
      way.lastFillUs = atUs;
    }
    if (ENDED.has(type) || order.state === 'filled') way.endedUs = atUs;
  }

  #finish(execution: ExecutionRecord): void {
    // A late fill is a record of its own, which nothing has begun.
    const open = this.#open.get(execution.executionId);
    this.#open.delete(execution.executionId);
    if (open === undefined) return this.#finished({ ...NOTHING_BEGUN, execution });
    const orders = [...open.orders.values()];
    const times = orders.flatMap(({ orderId }) => this.#ways.get(orderId) ?? []);
    for (const { orderId } of orders) this.#ways.delete(orderId);
    const { opportunity, receivedUs, fills } = open;
    // In a route each book names its venue; elsewhere that of the execution is meant.
    const isRoute = opportunity?.legs.some(({ venue }) => venue !== undefined) ?? false;
    const books = open.books.map((copy) => keptBook(copy, isRoute));
    const fillBooks = open.fillBooks.flatMap((copy) =>
      copy.orderId === undefined ? [] : [{ ...keptBook(copy, isRoute), orderId: copy.orderId }],
    );
    this.#finished({ execution, receivedUs, opportunity, orders, fills, books, fillBooks, times });
  }

  #way(orderId: OrderId, decidedUs: TimeUs): OrderWay {
    const known = this.#ways.get(orderId);
    if (known !== undefined) return known;
    if (this.#ways.size >= MAX_ORDERS) dropOldest(this.#ways);
    const way: OrderWay = {
      orderId,
      decidedUs,
      journaledUs: null,
      sentUs: null,
      acknowledgedUs: null,
      firstFillUs: null,
      lastFillUs: null,
      endedUs: null,
    };
    this.#ways.set(orderId, way);
    return way;
  }

  #copy(
    venue: string,
    symbol: string,
    atUs: TimeUs,
    levels: number,
    orderId: OrderId | undefined,
  ): Copy | undefined {
    const { instruments } = this.#books;
    this.#ids ??= new Map(instruments.map((each) => [`${each.venue} ${each.symbol}`, each.id]));
    const id = this.#ids.get(`${venue} ${symbol}`);
    const instrument = id === undefined ? undefined : instruments[id];
    if (id === undefined || instrument === undefined) return undefined;
    const { book, lastUpdateUs } = this.#books.sync(id);
    return { instrument, orderId, ageUs: Math.max(0, atUs - lastUpdateUs), ...sidesOf(book, levels) };
  }
}

function placesOf(opportunity: Opportunity | null): { readonly venue: string; readonly symbol: string }[] {
  if (opportunity === null) return [];
  const places = opportunity.legs.map(({ venue = opportunity.venue, symbol }: LegPlan) => ({
    venue,
    symbol,
  }));
  return places.filter(
    ({ venue, symbol }, at) =>
      places.findIndex((other) => other.venue === venue && other.symbol === symbol) === at,
  );
}

/** A book as it stands, in exact text. @param nowUs of the run's clock. */
export function bookNow(books: Books, instrument: Instrument, nowUs: TimeUs, levels: number): KeptBook {
  const { book, lastUpdateUs } = books.sync(instrument.id);
  const ageUs = lastUpdateUs === 0 ? 0 : Math.max(0, nowUs - lastUpdateUs);
  return keptBook({ instrument, orderId: undefined, ageUs, ...sidesOf(book, levels) }, true);
}

function sidesOf(book: OrderBook, levels: number): Omit<Copy, 'instrument' | 'orderId' | 'ageUs'> {
  const bids = Math.min(levels, book.bidCount);
  const asks = Math.min(levels, book.askCount);
  return {
    bidPrices: book.bidPrices.slice(0, bids),
    bidQtys: book.bidQtys.slice(0, bids),
    askPrices: book.askPrices.slice(0, asks),
    askQtys: book.askQtys.slice(0, asks),
  };
}

function keptBook({ instrument, ageUs, ...sides }: Copy, isRoute: boolean): KeptBook {
  const { symbol, venue } = instrument;
  return {
    symbol,
    ...(isRoute ? { venue } : {}),
    ageUs,
    bids: levelsOf(instrument, sides.bidPrices, sides.bidQtys),
    asks: levelsOf(instrument, sides.askPrices, sides.askQtys),
  };
}

function levelsOf(
  { priceDecimals, qtyDecimals }: Instrument,
  prices: Float64Array,
  qtys: Float64Array,
): [DecimalText, DecimalText][] {
  return Array.from(prices, (price, at) => [
    fromUnits(price, priceDecimals).toFixed(priceDecimals),
    fromUnits(qtys[at] ?? 0, qtyDecimals).toFixed(),
  ]);
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
