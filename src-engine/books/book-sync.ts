/**
 * Whether a book may be trusted: it follows the venue's snapshots and changes under the venue's own rule, and knows
 * the age of what it shows. It reads no clock: all times come with the input.
 *
 *   syncing --snapshot--> live --silence--> stale --update or sign of life--> live
 *   live, stale --checksum mismatch, sequence gap, closed connection--> syncing
 */
import type { BookState } from '../domain/event.ts';
import { type BookUpdate, NONE } from '../domain/market-data.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import { type BookVerifier, LinkedNumbers } from './book-verifier.ts';
import { MOST_STALE_US } from './continuity.ts';
import type { OrderBook } from './order-book.ts';
import { OwnOrdersOverlay } from './own-orders-overlay.ts';
import { TouchOverlay } from './touch-overlay.ts';

/** What became of one message. After a mismatch or a gap the book needs a fresh snapshot: resubscribe. An uncountable one is not asked for again. */
export type BookResult =
  | 'applied'
  /** A delta before its snapshot, which is on its way; what the book has already; a touch that shows nothing new. */
  | 'ignored'
  | 'checksum-mismatch'
  /** Its checksum covers a quantity larger than a book counts: a further snapshot would say the same. */
  | 'uncountable'
  | 'sequence-gap';

export class BookSync {
  readonly book: OrderBook;
  state: BookState = 'syncing';
  /** Why the state is what it is, for a person. */
  reason = 'waiting for a snapshot';
  /** When the last applied message arrived here: the age of the last change. 0 before the first. */
  lastUpdateUs: TimeUs = 0;
  /** When the venue says that this message happened; 0 where it does not say. */
  lastVenueUs: TimeUs = 0;
  /** Last proof that the book is what the venue has: a message, or a heartbeat of its connection. */
  lastAliveUs: TimeUs = 0;
  /** Sequence number of the last applied message, or NONE; touches do not count. */
  lastSeq = NONE;
  /** Messages since the start of the run that did not fit. */
  mismatches = 0;
  gaps = 0;
  /** How often it ceased to be what the venue has: what was known of its queues is void since. */
  losses = 0;
  readonly #verifier: BookVerifier;
  /** When the first of the messages with earlier numbers came, since one was applied; 0: none did. */
  #behindUs: TimeUs = 0;
  /** Made with the first touch: books of most venues never get one. */
  #overlay: TouchOverlay | undefined;
  /** Made with the first own order that rests there. */
  #own: OwnOrdersOverlay | undefined;

  /** @param verifier of this book alone. */
  constructor(book: OrderBook, verifier: BookVerifier = new LinkedNumbers()) {
    this.book = book;
    this.#verifier = verifier;
  }

  /**
   * Takes one message into the book. While syncing only a snapshot counts, and it replaces all there was: it
   * never merges into an older book. The levels of a book that lost its sync stay readable for valuation;
   * only a `live` book may be traded on.
   */
  apply(update: BookUpdate): BookResult {
    const own = this.#own;
    if (own === undefined) return this.#take(update);
    // Messages and checksums meet the book as its venue shows it.
    own.lift();
    const result = this.#take(update);
    own.lay(this.lastUpdateUs);
    return result;
  }

  /** Own orders that rest in this book, which is shown without them. */
  get ownOrders(): OwnOrdersOverlay {
    return (this.#own ??= new OwnOrdersOverlay(this.book));
  }

  #take(update: BookUpdate): BookResult {
    if (update.isTouch) return this.#touch(update);
    if (!update.isSnapshot) {
      if (this.state === 'syncing') return 'ignored';
      if (update.prevSeq !== NONE && this.lastSeq !== NONE) {
        const continuity = this.#verifier.continuity(update, this.lastSeq);
        if (continuity === 'stale') return this.#isBehind(update) ? 'sequence-gap' : 'ignored';
        if (continuity === 'gap') {
          this.gaps++;
          this.desync(
            `sequence gap: the message follows ${update.prevSeq}, the last one was ${this.lastSeq}`,
          );
          return 'sequence-gap';
        }
      }
    }
    const overlay = this.#overlay;
    overlay?.lift();
    this.book.apply(update);
    if (!this.#verifier.matches(this.book, update)) {
      if (this.#verifier.isUncountable(this.book)) {
        this.desync(
          'its checksum covers a quantity of more than 2^53 units, more than a book can count exactly',
        );
        return 'uncountable';
      }
      this.mismatches++;
      this.desync(this.#verifier.mismatch(update));
      return 'checksum-mismatch';
    }
    this.lastSeq = update.seq;
    this.#behindUs = 0;
    this.lastUpdateUs = update.receivedUs;
    this.lastVenueUs = update.venueUs;
    this.lastAliveUs = update.receivedUs;
    overlay?.settle(update);
    if (this.state !== 'live') {
      this.reason = this.state === 'syncing' ? 'snapshot received' : 'updates resumed';
      this.state = 'live';
    }
    return 'applied';
  }

  /** The ladder as its own stream left it, with own orders and without the touch that lies over it: what a recording begins with. */
  readLadder(read: () => void): void {
    this.#own?.lift();
    this.#overlay?.lift();
    try {
      read();
    } finally {
      this.#overlay?.layAgain();
      this.#own?.lay(this.lastUpdateUs);
    }
  }

  /** The faster stream's best levels: in view until the book has come as far. They need a live book of known number. */
  #touch(update: BookUpdate): BookResult {
    if (this.state !== 'live' || this.lastSeq === NONE) return 'ignored';
    this.#overlay ??= new TouchOverlay(this.book);
    if (!this.#overlay.take(update, this)) return 'ignored';
    this.lastUpdateUs = update.receivedUs;
    this.lastAliveUs = update.receivedUs;
    return 'applied';
  }

  /**
   * A sign of life of the connection that would have carried any change of this book (a heartbeat;
   * messages of one connection stay in order). A quiet book is then as good as a busy one. Not for feeds
   * whose protocol has no such guarantee. True when it made the book live again.
   */
  confirmAlive(receivedUs: TimeUs): boolean {
    if (this.state === 'syncing') return false;
    if (receivedUs > this.lastAliveUs) this.lastAliveUs = receivedUs;
    if (this.state === 'live') return false;
    this.state = 'live';
    this.reason = 'connection alive again';
    return true;
  }

  /** Whether this earlier number is one of too many: the book is lost then. The same number again shows nothing. */
  #isBehind({ seq, receivedUs }: BookUpdate): boolean {
    if (seq >= this.lastSeq) return false;
    if (this.#behindUs === 0) this.#behindUs = receivedUs;
    if (receivedUs - this.#behindUs < MOST_STALE_US) return false;
    this.gaps++;
    this.desync(`its messages are numbered from ${seq} on again, the last one was ${this.lastSeq}`);
    return true;
  }

  /** Makes a live book stale whose last sign of life is older than `maxAgeUs`. True when it did. */
  markStale(nowUs: TimeUs, maxAgeUs: DurationUs): boolean {
    const ageUs = nowUs - this.lastAliveUs;
    if (this.state !== 'live' || ageUs <= maxAgeUs) return false;
    this.state = 'stale';
    this.reason = `no message for ${Math.floor(ageUs / 1_000)} ms`;
    return true;
  }

  /** The book is no longer what the venue has, for example as its connection closed. True when it was. */
  desync(reason: string): boolean {
    this.reason = reason;
    this.lastSeq = NONE;
    this.#behindUs = 0;
    this.#own?.lift();
    this.#overlay?.clear();
    this.#own?.lay(this.lastUpdateUs);
    if (this.state === 'syncing') return false;
    this.losses++;
    this.state = 'syncing';
    return true;
  }
}
