/**
 * Rebuilds every book of a recording under its venue's own rule, and counts what did not fit. The command line's
 * `check-book` prints it.
 */
import { Decimal } from '../../domain/decimal.ts';
import type {
  BookChecksum,
  BookMessage,
  BookRule,
  CaptureMessage,
  CaptureReader,
  OneBookMessage,
  Touch,
} from './book-message.ts';
import { AnswersInTime, type CaptureRecord, ConnectionAddresses, readCaptureLine } from './capture-record.ts';
import {
  type BookReport,
  type CaptureCheck,
  type CheckReport,
  type Fault,
  TOP_LEVELS,
} from './check-report.ts';
import { exact, range } from './exact-numbers.ts';
import { LeftOut } from './left-out.ts';
import { type PlainLevel, plainLevel, type WrittenLevel } from './plain-decimal.ts';
import { WholeBook } from './whole-book.ts';

/** Changes and touches that wait for a snapshot or a later change; an older one is let go beyond it. */
const MAX_WAITING = 500_000;
/** Numbers at which the best levels are remembered. */
const MAX_RECENT = 256;

export class BookCheck implements CaptureCheck {
  readonly #reader: CaptureReader;
  readonly #inTime = new AnswersInTime();
  readonly #addresses = new ConnectionAddresses();
  readonly #books = new Map<string, CheckedBook>();
  readonly #leftOut = new LeftOut();
  #frames = 0;
  #connectionGaps = 0;
  #resyncs = 0;
  #firstFault: Fault | null = null;

  constructor(reader: CaptureReader) {
    this.#reader = reader;
  }

  read(text: string, line: number): void {
    this.#leftOut.attempt(() => {
      const record = this.#addresses.stamp(readCaptureLine(text, line, this.#reader.venues));
      this.#inTime.push(record, (next) => this.#take(next));
    });
  }

  finish(): CheckReport {
    this.#inTime.end((record) => this.#take(record));
    const finished = [...this.#books].sort(([a], [b]) => (a < b ? -1 : 1));
    // A symbol is any text, `__proto__` too.
    const books = Object.fromEntries(finished.map(([symbol, book]) => [symbol, book.finish()]));
    const sum = (of: (book: BookReport) => number): number =>
      Object.values(books).reduce((total, book) => total + of(book), 0);
    return {
      venue: this.#reader.venues[0] ?? '',
      frames: this.#frames,
      gaps: this.#connectionGaps + sum((book) => book.gaps),
      stale: sum((book) => book.stale),
      matched: sum((book) => book.matched),
      mismatched: sum((book) => book.mismatched),
      resyncs: this.#resyncs,
      firstFault: this.#firstFault,
      integrity: this.#reader.integrity,
      ...this.#leftOut.report,
      books,
    };
  }

  #take(record: CaptureRecord): void {
    if (record.kind === 'received') this.#frames++;
    if (record.kind === 'connect') this.#connected(record.connection);
    if (record.kind !== 'received' && record.kind !== 'http') return;
    this.#leftOut.attempt(() => {
      for (const message of this.#reader.read(record)) this.#message(message, record);
    });
  }

  #connected(connection: string): void {
    this.#reader.connected?.(connection);
    for (const book of this.#books.values()) if (book.connection === connection) book.restarts(connection);
  }

  #message(message: CaptureMessage, { kind, connection, line, text }: CaptureRecord): void {
    if (message.kind === 'other') {
      this.#leftOut.other(message.name);
      return;
    }
    if (message.kind !== 'lost-connection') {
      const book = this.#book(message.symbol);
      if (kind === 'received' && book.connection !== connection) book.restarts(connection);
      book.take(message, line, text);
      return;
    }
    for (const book of this.#books.values()) if (book.connection === connection) book.lose();
    this.#connectionGaps++;
    this.#fault({ line, symbol: '*', kind: 'gap', detail: message.detail });
  }

  #book(symbol: string): CheckedBook {
    const known = this.#books.get(symbol);
    if (known !== undefined) return known;
    const book = new CheckedBook(symbol, this.#reader.rule, (fault) => this.#fault(fault));
    this.#books.set(symbol, book);
    return book;
  }

  #fault(fault: Fault): void {
    if (fault.kind !== 'repeat') this.#resyncs++;
    this.#firstFault ??= fault;
  }
}

type Waiting = { readonly message: BookMessage | Touch; readonly line: number };

class CheckedBook {
  /** That its last frame came by; undefined before. */
  connection: string | undefined;
  readonly #symbol: string;
  readonly #rule: BookRule;
  readonly #onFault: (fault: Fault) => void;
  readonly #book = new WholeBook();
  #state: BookReport['state'] = 'waiting';
  #isPartial = false;
  /** Number that the book holds, once it had a snapshot. */
  #applied = 0;
  #lastFrame = { text: '', line: 0 };
  /** Whether a change was applied since the last snapshot. */
  #isMoved = false;
  /** Last number among the changes that wait: they must follow each other too. */
  #lastWaiting: number | undefined;
  #waiting: Waiting[] = [];
  /** Last number that the connection has sent of this book. */
  #sent = Number.NEGATIVE_INFINITY;
  /** Lines whose gap has been counted: a change that waited is looked at again when its snapshot comes. */
  readonly #gapLines = new Set<number>();
  /** Touches that are ahead of the book, oldest first. */
  #ahead: Touch[] = [];
  /** Best levels at the last numbers, where touches are exact. */
  readonly #recent = new Map<number, readonly (WrittenLevel | undefined)[]>();
  /** The youngest touch that the book has reached. */
  #touch: Touch | undefined;
  readonly #counts = { snapshots: 0, updates: 0, applied: 0, stale: 0, gaps: 0, matched: 0, mismatched: 0 };

  constructor(symbol: string, rule: BookRule, onFault: (fault: Fault) => void) {
    this.#symbol = symbol;
    this.#rule = rule;
    this.#onFault = onFault;
  }

  take(message: OneBookMessage, line: number, frame: string): void {
    if (
      (message.kind === 'snapshot' || message.kind === 'delta') &&
      this.#isSameAgain(message, frame, line)
    ) {
      this.#repeat('the same frame came twice', line);
      return;
    }
    if (message.kind === 'checksum') {
      if (this.#state === 'live') this.#prove(message, line);
      return;
    }
    if (message.kind === 'repeated') {
      this.#repeat(message.detail, line);
      return;
    }
    if (message.kind === 'unreadable') {
      this.lose();
      this.#onFault({ line, symbol: this.#symbol, kind: 'unreadable', detail: message.detail });
      return;
    }
    if (message.kind === 'delta') this.#noteSent(message, line);
    if (message.kind === 'snapshot') this.#snapshot(message, line);
    else if (this.#state === 'live' && message.kind === 'delta') {
      this.#counts.updates++;
      this.#follow(message, line);
    } else if (this.#state === 'live' && message.kind === 'touch') this.#see(message, line);
    else this.#wait(message, line);
  }

  /** A recording without any snapshot of this book still shows whether its changes follow each other. */
  finish(): BookReport {
    if (this.#counts.snapshots === 0 && this.#waiting.length > 0) {
      this.#isPartial = true;
      for (const { message } of this.#waiting) {
        if (message.kind === 'touch') this.#see(message, 0);
        else this.#change(message, 0);
      }
      this.#waiting = [];
    }
    const { bids, asks } = this.#book;
    return {
      state: this.#state,
      isPartial: this.#isPartial,
      ...this.#counts,
      removedUnknown: this.#book.removedUnknown,
      bid: bids.best === undefined ? null : plainLevel(bids.best),
      ask: asks.best === undefined ? null : plainLevel(asks.best),
      levels: [bids.levels.length, asks.levels.length],
      top5: {
        bids: bids.levels.slice(0, TOP_LEVELS).map(plainLevel),
        asks: asks.levels.slice(0, TOP_LEVELS).map(plainLevel),
      },
      sha256: this.#book.sha256(),
    };
  }

  /** Its frames come by another connection, whose numbers may go over those of the last one. */
  restarts(connection: string): void {
    this.connection = connection;
    this.#sent = Number.NEGATIVE_INFINITY;
  }

  #noteSent({ first, last }: BookMessage, line: number): void {
    if (this.#rule.refusesRepeats === true && last <= this.#sent) {
      const detail = `${first} to ${last} came again after ${this.#sent}`;
      this.#onFault({ line, symbol: this.#symbol, kind: 'repeat', detail });
    }
    this.#sent = Math.max(this.#sent, last);
  }

  /** The book is no longer the venue's: what follows waits for a snapshot. */
  lose(): void {
    this.#state = 'waiting';
    this.#waiting = [];
    this.#lastWaiting = undefined;
  }

  /** Takes a snapshot, then the changes that waited and go on from it. One that is too old is left: none of them joins on. */
  #snapshot(message: BookMessage, line: number): void {
    const waiting = this.#rule.hasRestSnapshots ? this.#waiting : [];
    const next = waiting.find((held) => held.message.kind === 'delta' && held.message.last > message.last);
    if (next?.message.kind === 'delta' && this.#rule.continuity(next.message, message.last) === 'gap') return;
    // One that is older than the book is not new: a recorder may ask more often than it needs to.
    if (this.#state === 'live' && this.#rule.hasRestSnapshots && message.last < this.#applied) return;
    this.#counts.snapshots++;
    this.#book.replace(message.bids, message.asks);
    this.#applied = message.last;
    this.#isMoved = false;
    this.#state = 'live';
    this.#waiting = [];
    this.#lastWaiting = undefined;
    this.#prove(message, line);
    for (const held of waiting) {
      if (held.message.kind === 'touch') this.#see(held.message, held.line);
      else this.#follow(held.message, held.line);
    }
  }

  #wait(message: BookMessage | Touch, line: number): void {
    if (message.kind === 'delta') {
      this.#counts.updates++;
      const before = this.#lastWaiting;
      if (before !== undefined && this.#rule.continuity(message, before) === 'gap')
        this.#gap(message, before, line);
      if (before === undefined || this.#rule.continuity(message, before) !== 'stale')
        this.#lastWaiting = message.last;
    }
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({ message, line });
  }

  #follow(message: BookMessage, line: number): void {
    switch (this.#rule.continuity(message, this.#applied)) {
      case 'stale':
        // Changes that waited for a snapshot may lie before it; one behind a change that was applied came twice or late.
        if (this.#isMoved && this.#rule.refusesRepeats !== true)
          this.#repeat(`${range(message)} came after ${exact(this.#applied, message)}`, line);
        else this.#counts.stale++;
        break;
      case 'gap':
        this.#gap(message, this.#applied, line);
        this.lose();
        this.#lastWaiting = message.last;
        this.#waiting = [{ message, line }];
        break;
      case 'follows': {
        const unknown =
          this.#rule.refusesUnknownRemovals === true
            ? this.#book.unknownRemoval(message.bids, message.asks)
            : undefined;
        this.#change(message, line);
        if (unknown === undefined) this.#prove(message, line);
        else this.#mismatch(`a level at ${unknown} is removed that the book does not have`, line);
        break;
      }
    }
  }

  /** Messages without numbers show that they came twice by their text alone. */
  #isSameAgain({ last }: BookMessage, text: string, line: number): boolean {
    if (last !== 0) return false;
    const isSame = this.#state === 'live' && text === this.#lastFrame.text && line !== this.#lastFrame.line;
    this.#lastFrame = { text, line };
    return isSame;
  }

  #repeat(detail: string, line: number): void {
    this.#counts.stale++;
    this.#onFault({ line, symbol: this.#symbol, kind: 'repeat', detail });
  }

  #gap(message: BookMessage, before: number, line: number): void {
    if (this.#gapLines.has(line)) return;
    this.#gapLines.add(line);
    this.#counts.gaps++;
    const detail = `${range(message)} came after ${exact(before, message)}`;
    this.#onFault({ line, symbol: this.#symbol, kind: 'gap', detail });
  }

  #change(message: BookMessage, line: number): void {
    const { bids, asks, numbers } = message;
    const isNew = (given: readonly number[] | undefined) => (_level: unknown, at: number) =>
      given === undefined || (given[at] ?? 0) > this.#applied;
    if (numbers === undefined || message.first > this.#applied) this.#book.change(bids, asks);
    else this.#book.change(bids.filter(isNew(numbers.bids)), asks.filter(isNew(numbers.asks)));
    this.#applied = message.last;
    this.#counts.applied++;
    this.#isMoved = true;
    if (this.#rule.hasExactTouches === true) this.#remember();
    while (this.#ahead[0] !== undefined && this.#ahead[0].seq <= this.#applied) {
      this.#touch = this.#ahead.shift();
      if (this.#rule.hasExactTouches === true && this.#touch !== undefined) this.#compare(this.#touch, line);
    }
    if (this.#rule.hasExactTouches !== true && this.#touch !== undefined) this.#compare(this.#touch, line);
  }

  /** Compares the book with what the message says of it; one that differs is lost. */
  #prove(message: BookMessage | BookChecksum, line: number): void {
    if (this.#state !== 'live') return;
    const window = (message.kind === 'checksum' ? undefined : message.window) ?? Number.POSITIVE_INFINITY;
    const most = Math.max(this.#book.bids.levels.length, this.#book.asks.levels.length);
    if (most > window) {
      this.#mismatch(`a side has ${most} levels, more than the ${window} that the venue keeps`, line);
      return;
    }
    const compared = this.#rule.compare?.(this.#book, message);
    if (compared === '') this.#counts.matched++;
    else if (compared !== undefined) {
      this.#counts.mismatched++;
      this.#mismatch(compared, line);
    } else if (this.#rule.refusesCrossed === true) {
      const { bids, asks } = this.#book;
      if (bids.best === undefined || asks.best === undefined) return;
      if (new Decimal(bids.best[0]).lt(asks.best[0])) return;
      this.#mismatch(`the best bid ${bids.best[0]} is not below the best ask ${asks.best[0]}`, line);
    }
  }

  #mismatch(detail: string, line: number): void {
    this.lose();
    this.#onFault({ line, symbol: this.#symbol, kind: 'mismatch', detail });
  }

  #see(touch: Touch, line: number): void {
    if (touch.seq <= this.#applied) {
      if (this.#rule.hasExactTouches === true) this.#compare(touch, line);
      if (this.#touch === undefined || touch.seq >= this.#touch.seq) this.#touch = touch;
      return;
    }
    if (this.#ahead.length >= MAX_WAITING) this.#ahead.shift();
    this.#ahead.push(touch);
  }

  /** With the book as it is; where touches are exact, with the book as it was at their number. */
  #compare(touch: Touch, line: number): void {
    const isExact = this.#rule.hasExactTouches === true;
    const best = isExact ? this.#recent.get(touch.seq) : [this.#book.bids.best, this.#book.asks.best];
    if (best?.[0] === undefined || best[1] === undefined) return;
    if (isSameLevel(best[0], touch.bid) && isSameLevel(best[1], touch.ask)) {
      this.#counts.matched++;
      return;
    }
    this.#counts.mismatched++;
    if (!isExact || this.#state !== 'live') return;
    const shown = `${touch.bid.join(' × ')} | ${touch.ask.join(' × ')}`;
    this.#mismatch(`the best prices with number ${touch.seq} are ${shown}`, line);
  }

  /** Best prices come a moment after the change that they show, at most. */
  #remember(): void {
    this.#recent.set(this.#applied, [this.#book.bids.best, this.#book.asks.best]);
    const [oldest] = this.#recent.size > MAX_RECENT ? this.#recent.keys() : [];
    if (oldest !== undefined) this.#recent.delete(oldest);
  }
}

function isSameLevel(a: WrittenLevel, b: PlainLevel): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
