/** Makes a tape: replays market logs once, without an engine, and keeps the calls that their feed makes. */
import type { BookDepth } from '../domain/book-depth.ts';
import { dirname, relative, resolve } from 'node:path';
import { BookStore } from '../books/book-store.ts';
import type { BookResult } from '../books/book-sync.ts';
import { type Instrument, specOf } from '../domain/instrument.ts';
import type { TimeUs } from '../domain/time.ts';
import { TapeBuilder } from '../storage/tape/tape-builder.ts';
import { tapeSourceOf, writeTape } from '../storage/tape/tape-file.ts';
import type { TapeHead } from '../storage/tape/tape-format.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { verifierOf } from '../venues/registry.ts';
import { expandLogs } from './log-paths.ts';
import { LogSource } from './log-source.ts';

/** The announced checksum is kept: a replay finds the same. */
const CHECKSUM_FAULTS: ReadonlySet<BookResult> = new Set<BookResult>(['checksum-mismatch', 'uncountable']);

export type TapeOptions = {
  /** Market logs, and folders of them, merged by time into one tape. */
  readonly logs: readonly string[];
  /** File to write. */
  readonly path: string;
  /** Reads logs that break off up to their last complete line. */
  readonly allowUnfinished?: boolean | undefined;
  /** Hears how far it is. */
  readonly onProgress?: ((progress: TapeProgress) => void) | undefined;
};

export type TapeProgress = {
  /** Logs are decoded; then their checksums are taken and the tape is written. */
  readonly phase: 'reading' | 'writing';
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'files';
};

/** @throws UserError for a log or an event at fault, or a file that cannot be written; no half a tape is left. */
export async function makeTape(options: TapeOptions): Promise<TapeHead> {
  const { path, allowUnfinished = false, onProgress } = options;
  const logs = await expandLogs(options.logs);
  const source = await LogSource.open({
    logs,
    allowUnfinished,
    overrides: {},
    onRead: (done, total) => onProgress?.({ phase: 'reading', done, total, unit: 'bytes' }),
  });
  try {
    const { instruments, bookDepth } = source;
    const venues = [...new Set(instruments.map(({ venue }) => venue))];
    const builder = new TapeBuilder();
    const { sink, advanceTo } = tapeRecorder(builder, instruments, venues, bookDepth);
    const played = await source.play(sink, advanceTo);
    // What made no call at the very end still moved the time.
    advanceTo(Number.POSITIVE_INFINITY);
    const folder = dirname(resolve(path));
    const sources = [];
    for (const log of logs) {
      onProgress?.({ phase: 'writing', done: sources.length, total: logs.length, unit: 'files' });
      sources.push(await tapeSourceOf(log, relative(folder, resolve(log))));
    }
    const { events: logEvents, unreadableFrames, firstFault, unfinishedLogs } = played;
    const specs = instruments.map((instrument) => ({ venue: instrument.venue, spec: specOf(instrument) }));
    const counts = { logEvents, unreadableFrames, firstFault, unfinishedLogs };
    return await writeTape(path, builder, { sources, instruments: specs, venues, bookDepth, ...counts });
  } finally {
    await source.close();
  }
}

/** Follows the books as the engine will, so that each checksum is compared once and for all runs. `advanceTo` comes before each call. */
export function tapeRecorder(
  builder: TapeBuilder,
  instruments: readonly Instrument[],
  venues: readonly string[],
  depth: BookDepth,
): { readonly sink: MarketSink; readonly advanceTo: (atUs: TimeUs) => void } {
  const store = new BookStore(instruments, { depth, verifierOf });
  let entries = 0;
  let toldUs: TimeUs | undefined;
  const advanceTo = (atUs: TimeUs): void => {
    if (toldUs !== undefined && builder.events === entries) builder.time(toldUs);
    entries = builder.events;
    toldUs = atUs;
  };
  const sink: MarketSink = {
    onBook: (update) => builder.book(update, CHECKSUM_FAULTS.has(store.apply(update))),
    onTrade: (trade) => builder.trade(trade),
    onAlive: (venue, atUs) => builder.alive(venues.indexOf(venue), atUs),
    onFeed: (event) => {
      if (event.state !== 'open') store.desyncVenue(event.venue, event.reason);
      builder.add({ call: 'feed', event }, event.atUs);
    },
    onBookLost: (instrumentId, reason, atUs) => {
      store.sync(instrumentId).desync(reason);
      builder.add({ call: 'lost', instrumentId, reason }, atUs);
    },
    onInstrumentStatus: (instrumentId, status, atUs) =>
      builder.add({ call: 'status', instrumentId, status }, atUs),
    onInstrumentChange: (instrumentId, change, atUs) =>
      builder.add({ call: 'rules', instrumentId, change }, atUs),
    onInstrumentStopped: (instrumentId, reason, atUs) =>
      builder.add({ call: 'stopped', instrumentId, reason }, atUs),
    onRaw: () => undefined,
  };
  return { sink, advanceTo };
}
