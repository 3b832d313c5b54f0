/** What a recording holds and how good it is: read once from its first event to its last, without an engine. */
import { deepest } from '../../domain/book-depth.ts';
import { BookStore } from '../../books/book-store.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { isTape, readTape } from '../../storage/tape/tape-file.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import { verifierOf } from '../../venues/registry.ts';
import { LogSource } from '../log-source.ts';
import type { ReplaySource } from '../replay-source.ts';
import { TapeSource } from '../tape-source.ts';

/** A silence of the whole recording that is longer than this is a gap. */
export const GAP_US = 5 * US_PER_SECOND;
/** Gaps that are kept by their times; all are counted. */
const KEPT_GAPS = 50;

export type Gap = { readonly fromUs: TimeUs; readonly toUs: TimeUs };

export type RecordingFigures = {
  readonly kind: 'log' | 'tape';
  readonly venues: readonly string[];
  readonly symbols: readonly string[];
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
  /** Lines of the log, its header not counted. */
  readonly events: number;
  readonly bookMessages: number;
  readonly trades: number;
  /** Levels a side of its books. */
  readonly bookDepth: number;
  /** Times at which nothing arrived for longer than GAP_US: how often, and the first of them. */
  readonly gapCount: number;
  readonly gaps: readonly Gap[];
  /** Messages whose checksum did not match the book, or whose sequence number did not follow. */
  readonly checksumFaults: number;
  readonly sequenceGaps: number;
  /** Frames that the venue's adapter could not read, and what was wrong with the first. */
  readonly unreadableFrames: number;
  readonly firstFault: string;
  /** How often the connection closed, and the longest time for which one book had no news, with its symbol. */
  readonly disconnects: number;
  readonly longestQuietUs: DurationUs;
  readonly quietestSymbol: string;
  /** The log breaks off: read up to its last complete line. */
  readonly isUnfinished: boolean;
};

/** @throws UserError when it is not a recording, or at its first event at fault. */
export async function scanRecording(path: string): Promise<RecordingFigures> {
  const isOfTape = await isTape(path);
  const source: ReplaySource = isOfTape
    ? new TapeSource(await readTape(path), {}, undefined)
    : await LogSource.open({ logs: [path], allowUnfinished: true, overrides: {} });
  try {
    return await figuresOf(source, isOfTape ? 'tape' : 'log');
  } finally {
    await source.close();
  }
}

async function figuresOf(source: ReplaySource, kind: 'log' | 'tape'): Promise<RecordingFigures> {
  const { instruments, bookDepth, firstUs } = source;
  const store = new BookStore(instruments, { depth: bookDepth, verifierOf });
  const silence = new Silence(firstUs);
  const quiet = new Quiet(instruments.length, firstUs);
  const counts = { book: 0, trades: 0, checksum: 0, sequence: 0, disconnects: 0 };
  const sink: MarketSink = {
    onBook: (update) => {
      counts.book++;
      quiet.heard(update.instrumentId, update.receivedUs);
      const result = store.apply(update);
      if (result === 'checksum-mismatch') counts.checksum++;
      else if (result === 'sequence-gap') counts.sequence++;
    },
    onTrade: () => {
      counts.trades++;
    },
    onFeed: ({ venue, state, reason }) => {
      if (state === 'open') return;
      counts.disconnects++;
      store.desyncVenue(venue, reason);
    },
    onBookLost: (instrumentId, reason) => store.sync(instrumentId).desync(reason),
    onAlive: () => undefined,
    onInstrumentStatus: () => undefined,
    onRaw: () => undefined,
  };
  const played = await source.play(sink, (atUs) => silence.event(atUs));
  const [quietest, longestQuietUs] = quiet.longest(silence.lastUs);
  return {
    kind,
    venues: [...new Set(instruments.map(({ venue }) => venue))],
    symbols: instruments.map(({ symbol }) => symbol),
    fromUs: firstUs,
    toUs: silence.lastUs,
    events: played.events,
    bookMessages: counts.book,
    trades: counts.trades,
    bookDepth: deepest(bookDepth),
    gapCount: silence.count,
    gaps: silence.gaps,
    checksumFaults: counts.checksum,
    sequenceGaps: counts.sequence,
    unreadableFrames: played.unreadableFrames,
    firstFault: played.firstFault,
    disconnects: counts.disconnects,
    longestQuietUs,
    quietestSymbol: instruments[quietest]?.symbol ?? '',
    isUnfinished: played.unfinishedLogs.length > 0,
  };
}

/** Times at which nothing at all arrived. */
class Silence {
  lastUs: TimeUs;
  count = 0;
  readonly gaps: Gap[] = [];

  constructor(firstUs: TimeUs) {
    this.lastUs = firstUs;
  }

  event(atUs: TimeUs): void {
    if (atUs - this.lastUs > GAP_US) {
      this.count++;
      if (this.gaps.length < KEPT_GAPS) this.gaps.push({ fromUs: this.lastUs, toUs: atUs });
    }
    this.lastUs = atUs;
  }
}

/** The longest time without news, by instrument; from its first news on. */
class Quiet {
  readonly #lastUs: Float64Array;
  readonly #longestUs: Float64Array;

  constructor(instruments: number, firstUs: TimeUs) {
    this.#lastUs = new Float64Array(instruments).fill(firstUs);
    this.#longestUs = new Float64Array(instruments);
  }

  heard(instrumentId: number, atUs: TimeUs): void {
    const quietUs = atUs - (this.#lastUs[instrumentId] ?? atUs);
    if (quietUs > (this.#longestUs[instrumentId] ?? 0)) this.#longestUs[instrumentId] = quietUs;
    this.#lastUs[instrumentId] = atUs;
  }

  /** @returns instrument and duration. */
  longest(endUs: TimeUs): readonly [number, DurationUs] {
    let [found, longestUs] = [0, 0];
    for (let id = 0; id < this.#lastUs.length; id++) {
      this.heard(id, endUs);
      const quietUs = this.#longestUs[id] ?? 0;
      if (quietUs > longestUs) [found, longestUs] = [id, quietUs];
    }
    return [found, longestUs];
  }
}
