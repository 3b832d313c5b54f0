/**
 * Follows order books through a class of ccxt. Where the class has connections, each change of a book is sent, and a book that is quiet is
 * asked for by REST besides, as ccxt shows no sign of life of a connection. Else all books are asked for by REST in turn, at the pace that
 * ccxt keeps for the venue.
 */
import { exactText } from './exact-number.ts';
import type { CcxtBook, CcxtExchange, CcxtLevel } from './exchange.ts';
import { type Failure, failureOf } from './failure.ts';

export type FollowerOptions = {
  /** Answers in text. */
  readonly exchange: CcxtExchange;
  /** Answers in doubles; undefined: ccxt has no connection to this venue's books. */
  readonly watcher: CcxtExchange | undefined;
  readonly say: (line: object) => void;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
};

type Way = 'rest' | 'watch';

type Followed = {
  readonly symbol: string;
  /** When the last book of it was sent. */
  sentMs: number;
  /** When it may be asked for by REST again. */
  dueMs: number;
  isAsked: boolean;
  /** Its connection has brought a book. */
  isWatched: boolean;
  /** In a row. */
  failures: number;
  /** Which of LIMITS is tried, by the way, as long as no book has come by it. */
  readonly trial: Record<Way, number>;
  /** A change that waits until the next frame of the book may be sent. */
  pending: object | undefined;
};

/** Levels a side that are sent. */
const DEPTH = 20;
/** Depths that are asked for: the next one where the venue refuses the one before. Undefined: as many as the venue likes. */
const LIMITS: readonly (number | undefined)[] = [DEPTH, 25, 50, 100, undefined];
/** Least time between two frames of one book. */
const SPACING_MS = 100;
/** Least time between two questions for one book, and how long one with a connection may be quiet before it is asked for. */
const AGAIN_MS = 250;
const QUIET_MS = 1_500;
/** Questions under way at once; ccxt keeps them at the venue's pace. */
const AT_ONCE = 3;
const IDLE_MS = 50;
/** Failures in a row after which the engine hears of them: the book is older than any limit by then. */
const MOST_FAILURES = 3;
const RETRY_MS = { first: 500, longest: 30_000 };
const BUSY_MS = { first: 5_000, longest: 300_000 };

export class BookFollower {
  readonly #options: FollowerOptions;
  readonly #all = new Map<string, Followed>();
  /** Which of LIMITS has brought a book of any pair, by the way it came. A later refusal is that of a pair. */
  readonly #known: Record<Way, number | undefined> = { rest: undefined, watch: undefined };
  /** Why books are no longer taken from connections; empty: they are. */
  #inexact = '';
  #busy = 0;
  #pausedUntilMs = 0;
  #isPolling = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Answers of each symbol by itself, under the number of the request. */
  async subscribe(id: number, symbols: readonly string[]): Promise<void> {
    const { exchange, watcher, say } = this.#options;
    let failure: Failure | undefined;
    try {
      const markets = exchange.markets ?? (await exchange.loadMarkets());
      watcher?.setMarkets(markets);
    } catch (error) {
      failure = failureOf(error);
    }
    for (const symbol of symbols) {
      const isKnown = exchange.markets?.[symbol]?.spot === true;
      const error = failure?.text ?? (isKnown ? '' : `ccxt lists no spot market ${symbol}`);
      say({ event: 'ack', id, verb: 'subscribe', symbol, error, isFinal: failure === undefined && !isKnown });
      if (error === '') this.#follow(symbol);
    }
  }

  unsubscribe(id: number, symbols: readonly string[]): void {
    for (const symbol of symbols) {
      this.#all.delete(symbol);
      this.#options.say({ event: 'ack', id, verb: 'unsubscribe', symbol, error: '', isFinal: false });
    }
    if (this.#all.size === 0) this.#closeConnections();
  }

  /** A connection brought a number that a double does not keep: its books are asked for by REST from now on, as text. */
  onInexact(number: string): void {
    if (this.#inexact !== '') return;
    this.#inexact = number.slice(0, 40);
    const text = `${this.#inexact} has more digits than ccxt keeps of a connection: books are asked for by REST`;
    this.#options.say({ event: 'note', text, isByRest: true });
    this.#closeConnections();
    for (const followed of this.#all.values()) {
      followed.isWatched = false;
      followed.dueMs = Math.min(followed.dueMs, this.#options.nowMs() + AGAIN_MS);
    }
  }

  /** A later call of `watchOrderBook` opens them anew. */
  #closeConnections(): void {
    this.#options.watcher?.close().catch(() => undefined);
  }

  #follow(symbol: string): void {
    if (this.#all.has(symbol)) return;
    const times = { sentMs: 0, dueMs: 0, failures: 0 };
    const followed: Followed = {
      symbol,
      ...times,
      isAsked: false,
      isWatched: false,
      trial: { rest: 0, watch: 0 },
      pending: undefined,
    };
    this.#all.set(symbol, followed);
    const { watcher } = this.#options;
    if (watcher !== undefined && this.#inexact === '') void this.#watch(watcher, followed);
    if (this.#isPolling) return;
    this.#isPolling = true;
    for (let at = 0; at < AT_ONCE; at++) void this.#poll();
  }

  #isFollowed(followed: Followed): boolean {
    return this.#all.get(followed.symbol) === followed;
  }

  async #watch(watcher: CcxtExchange, followed: Followed): Promise<void> {
    const { wait } = this.#options;
    let failures = 0;
    while (this.#isFollowed(followed) && this.#inexact === '') {
      const limit = this.#limitOf(followed, 'watch');
      try {
        const book = await watcher.watchOrderBook(followed.symbol, LIMITS[limit]);
        failures = 0;
        // With a number that is not exact a level may be wrong without a sign of it.
        if (!this.#isFollowed(followed) || this.#inexact !== '') return;
        this.#took('watch', limit);
        // The book is ccxt's own and changes in place: it is copied before anything else runs.
        this.#changed(followed, this.#frameOf(followed, book));
      } catch (error) {
        followed.isWatched = false;
        const failure = failureOf(error);
        if (isOfDepth(failure) && this.#isNextLimit(followed, 'watch', limit)) continue;
        if (failure.kind === 'final') return;
        await wait(retryMs(failures++));
      }
    }
  }

  #changed(followed: Followed, frame: Frame): void {
    if (frame.left > 0) {
      this.onInexact(frame.why);
      return;
    }
    followed.isWatched = true;
    const { nowMs, wait } = this.#options;
    const earlyMs = followed.sentMs + SPACING_MS - nowMs();
    const isWaiting = followed.pending !== undefined;
    followed.pending = frame;
    if (earlyMs <= 0) this.#send(followed);
    else if (!isWaiting) void wait(earlyMs).then(() => this.#send(followed));
  }

  #send(followed: Followed): void {
    const { pending } = followed;
    followed.pending = undefined;
    if (pending === undefined || !this.#isFollowed(followed)) return;
    followed.sentMs = this.#options.nowMs();
    followed.dueMs = followed.sentMs + (followed.isWatched ? QUIET_MS : AGAIN_MS);
    this.#options.say(pending);
  }

  /** Never ends: its process does. */
  async #poll(): Promise<never> {
    const { nowMs, wait } = this.#options;
    for (;;) {
      const next = nowMs() < this.#pausedUntilMs ? undefined : this.#mostOverdue();
      if (next === undefined) await wait(IDLE_MS);
      else await this.#ask(next);
    }
  }

  #mostOverdue(): Followed | undefined {
    const now = this.#options.nowMs();
    let next: Followed | undefined;
    for (const one of this.#all.values())
      if (!one.isAsked && one.dueMs <= now && (next === undefined || one.sentMs < next.sentMs)) next = one;
    return next;
  }

  async #ask(followed: Followed): Promise<void> {
    const { exchange, nowMs } = this.#options;
    const { sentMs } = followed;
    const limit = this.#limitOf(followed, 'rest');
    followed.isAsked = true;
    try {
      const book = await exchange.fetchOrderBook(followed.symbol, LIMITS[limit]);
      followed.failures = 0;
      this.#took('rest', limit);
      this.#busy = 0;
      followed.dueMs = nowMs() + (followed.isWatched ? QUIET_MS : AGAIN_MS);
      // A change that came meanwhile is younger, or may be.
      if (followed.sentMs !== sentMs || !this.#isFollowed(followed)) return;
      followed.pending = this.#frameOf(followed, book);
      this.#send(followed);
    } catch (error) {
      this.#failed(followed, failureOf(error), limit);
    } finally {
      followed.isAsked = false;
    }
  }

  #failed(followed: Followed, failure: Failure, limit: number): void {
    const now = this.#options.nowMs();
    const { kind, text } = failure;
    if (isOfDepth(failure) && this.#isNextLimit(followed, 'rest', limit)) return;
    if (kind === 'busy')
      this.#pausedUntilMs = now + Math.min(BUSY_MS.longest, BUSY_MS.first * 2 ** Math.min(this.#busy++, 8));
    followed.dueMs = now + (kind === 'final' ? RETRY_MS.longest : retryMs(followed.failures));
    followed.failures++;
    if (kind !== 'final' && followed.failures % MOST_FAILURES !== 0) return;
    if (this.#isFollowed(followed))
      this.#options.say({ event: 'failed', symbol: followed.symbol, text, failures: followed.failures });
  }

  #limitOf({ trial }: Followed, way: Way): number {
    return this.#known[way] ?? trial[way];
  }

  #took(way: Way, limit: number): void {
    this.#known[way] ??= limit;
  }

  /**
   * The depth that was refused may be one that the venue does not have: each pair tries the next one, until one has brought the book of
   * any pair. From then on a refusal is that of the pair, which may be suspended. False: there is no other depth to try at once.
   */
  #isNextLimit({ trial }: Followed, way: Way, refused: number): boolean {
    const known = this.#known[way];
    if (known !== undefined) return known !== refused;
    trial[way] = (refused + 1) % LIMITS.length;
    return trial[way] !== 0;
  }

  #frameOf({ symbol }: Followed, { bids, asks, timestamp }: CcxtBook): Frame {
    const ms = Number(timestamp);
    const buys = sideOf(bids, -1);
    const sells = sideOf(asks, 1);
    const left = buys.left + sells.left;
    const time = Number.isSafeInteger(ms) && ms > 0 ? ms : null;
    return {
      event: 'book',
      symbol,
      time,
      bids: buys.levels,
      asks: sells.levels,
      left,
      why: buys.why === '' ? sells.why : buys.why,
    };
  }
}

type Frame = {
  readonly event: 'book';
  readonly symbol: string;
  /** The venue's, in ms; null where it says none. */
  readonly time: number | null;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  /** Levels with a number that is not known to the last digit, and the first of these numbers. */
  readonly left: number;
  readonly why: string;
};

type Level = readonly [price: string, qty: string];

/** The best levels of one side, in exact text. @param direction 1: the lowest price is the best. */
function sideOf(
  rows: readonly CcxtLevel[],
  direction: 1 | -1,
): { readonly levels: readonly Level[]; readonly left: number; readonly why: string } {
  const levels: Level[] = [];
  let left = 0;
  let why = '';
  for (const row of rows) {
    const [price, qty] = [exactText(row[0]), exactText(row[1])];
    if (price === undefined || qty === undefined) {
      left++;
      if (why === '') why = String(price === undefined ? row[0] : row[1]).slice(0, 40);
    } else if (Number(price) > 0 && Number(qty) > 0) levels.push([price, qty]);
  }
  levels.sort(([a], [b]) => direction * (Number(a) - Number(b)));
  return { levels: levels.slice(0, DEPTH), left, why };
}

/** A class that does not take a depth refuses the call, or says that it does not support it. */
function isOfDepth({ kind, name }: Failure): boolean {
  return kind === 'refused' || name === 'NotSupported';
}

function retryMs(failures: number): number {
  return Math.min(RETRY_MS.longest, RETRY_MS.first * 2 ** Math.min(failures, 10));
}
