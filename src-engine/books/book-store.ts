import { assert } from '../domain/errors.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { BookUpdate } from '../domain/market-data.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import { type BookDepth, depthAt } from '../domain/book-depth.ts';
import { type BookResult, BookSync } from './book-sync.ts';
import type { VerifierOf } from './book-verifier.ts';
import { OrderBook } from './order-book.ts';

const NOTHING: readonly InstrumentId[] = [];

/** All books of a run, by the dense id of their instrument. */
export class BookStore {
  readonly instruments: readonly Instrument[];
  /** Indexed by InstrumentId; the objects stay the same for the whole run. */
  readonly books: readonly OrderBook[];
  readonly syncs: readonly BookSync[];
  /** No live book has shown its last sign of life before this. */
  #oldestAliveUs: TimeUs = 0;

  /**
   * @param instruments with ids 0 … n−1 in order. @param options.depth levels a side, as subscribed.
   * @param options.verifierOf the rule of each venue; without it numbers are compared, and no checksum is trusted.
   */
  constructor(
    instruments: readonly Instrument[],
    options: { readonly depth: BookDepth; readonly verifierOf?: VerifierOf | undefined },
  ) {
    for (const [index, instrument] of instruments.entries()) {
      assert(
        instrument.id === index,
        `instrument ${instrument.symbol} has id ${instrument.id}, not ${index}`,
      );
    }
    this.instruments = instruments;
    this.books = instruments.map(({ venue }) => {
      const depth = depthAt(options.depth, venue);
      assert(depth !== undefined, `no book depth is given for ${venue}`);
      return new OrderBook(depth);
    });
    const { verifierOf } = options;
    this.syncs = instruments.map(
      ({ id, venue }) => new BookSync(this.books[id] as OrderBook, verifierOf?.(venue)),
    );
  }

  /** Takes a message into its book. The caller asks the venue for a new snapshot where the result says so. */
  apply(update: BookUpdate): BookResult {
    return this.sync(update.instrumentId).apply(update);
  }

  book(id: InstrumentId): OrderBook {
    return this.sync(id).book;
  }

  sync(id: InstrumentId): BookSync {
    const sync = this.syncs[id];
    assert(sync !== undefined, `no instrument has id ${id}`);
    return sync;
  }

  /** Heartbeat of a venue's connection (see BookSync.confirmAlive). Answers the books that it made live. */
  confirmAlive(venue: VenueName, receivedUs: TimeUs): readonly InstrumentId[] {
    return this.#changed(venue, (sync) => sync.confirmAlive(receivedUs));
  }

  /** Makes stale what has shown no life for `maxAgeUs`. Answers the books that changed. */
  markStale(nowUs: TimeUs, maxAgeUs: DurationUs): readonly InstrumentId[] {
    // Signs of life are only ever renewed: no book can be too old before the oldest one of the last look is.
    if (nowUs - this.#oldestAliveUs <= maxAgeUs) return NOTHING;
    const changed = this.#changed(undefined, (sync) => sync.markStale(nowUs, maxAgeUs));
    this.#oldestAliveUs = nowUs;
    for (const { state, lastAliveUs } of this.syncs) {
      if (state === 'live' && lastAliveUs < this.#oldestAliveUs) this.#oldestAliveUs = lastAliveUs;
    }
    return changed;
  }

  /** The connection to a venue closed: all its books wait for a snapshot. Answers those that changed. */
  desyncVenue(venue: VenueName, reason: string): readonly InstrumentId[] {
    return this.#changed(venue, (sync) => sync.desync(reason));
  }

  #changed(venue: VenueName | undefined, change: (sync: BookSync) => boolean): readonly InstrumentId[] {
    const ids: InstrumentId[] = [];
    for (const instrument of this.instruments) {
      if (venue !== undefined && instrument.venue !== venue) continue;
      if (change(this.sync(instrument.id))) ids.push(instrument.id);
    }
    return ids;
  }
}
