/** Market logs as the source of a replay: merged by time, decoded line by line. */
import { type BookDepth, bookDepthOf } from '../domain/book-depth.ts';
import type { VenueName } from '../domain/ids.ts';
import { UserError } from '../domain/errors.ts';
import { type Instrument, takeChange } from '../domain/instrument.ts';
import type { TimeUs } from '../domain/time.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { expandLogs } from './log-paths.ts';
import { LogTurns } from './log-turns.ts';
import { MergedLogs } from './merged-logs.ts';
import { recordedDepth } from './raw-frames.ts';
import { ReplayFeed } from './replay-feed.ts';
import type { OnRead, Played, ReplaySource } from './replay-source.ts';
import {
  HeaderRules,
  type InstrumentOverrides,
  type RunInstruments,
  sinkUnder,
  uniteInstruments,
} from './run-instruments.ts';

/** Levels a side of books that were recorded without checksums: deeper than any order reaches. */
const PLAIN_DEPTH = 1_000;

export type LogSourceOptions = {
  /** Files, and folders that stand for all market logs in them. */
  readonly logs: readonly string[];
  readonly allowUnfinished: boolean;
  readonly overrides: InstrumentOverrides;
  /** Instead of the depth that the logs were recorded at. */
  readonly bookDepth?: number | undefined;
  /** Called whenever a log is read on, in bytes of all files. */
  readonly onRead?: OnRead | undefined;
};

export class LogSource implements ReplaySource {
  readonly bookDepth: BookDepth;
  readonly firstUs: TimeUs;
  readonly #logs: MergedLogs;
  readonly #united: RunInstruments;

  readonly #overrides: InstrumentOverrides;
  readonly #onRead: OnRead | undefined;

  private constructor(
    logs: MergedLogs,
    united: RunInstruments,
    options: Pick<LogSourceOptions, 'overrides' | 'bookDepth' | 'onRead'>,
    firstUs: TimeUs,
  ) {
    this.#logs = logs;
    this.#united = united;
    this.#overrides = options.overrides;
    this.#onRead = options.onRead;
    this.bookDepth = options.bookDepth ?? depthOf(logs);
    this.firstUs = firstUs;
  }

  get instruments(): RunInstruments['instruments'] {
    return this.#united.instruments;
  }

  /** @throws UserError when a log cannot be read, two of them contradict each other, or there is no event. */
  static async open(options: LogSourceOptions): Promise<LogSource> {
    const logs = await MergedLogs.open(await expandLogs(options.logs), options.allowUnfinished);
    try {
      const { firstUs } = logs;
      if (firstUs === undefined) {
        throw new UserError({
          code: 'no-events',
          field: 'market log',
          value: options.logs.join(' '),
          message: 'has no events',
          remedy: 'Record for longer.',
        });
      }
      demandBooks(logs, options.logs);
      const united = uniteInstruments(logs.headed, options.overrides);
      return new LogSource(logs, united, options, firstUs);
    } catch (error) {
      await logs.close();
      throw error;
    }
  }

  /** @param between awaited whenever a log is read on: events that were given out may have to go somewhere first. */
  async play(
    sink: MarketSink,
    advanceTo: (atUs: TimeUs) => void,
    between?: () => Promise<void>,
  ): Promise<Played> {
    const { ids } = this.#united;
    // Frames are compared with the rules of that moment: they change as the log goes on.
    const instruments = this.#united.instruments.map((instrument) => ({ ...instrument }));
    const { logs } = this.#logs;
    const paths = logs.map(({ path }) => path);
    const turns = logs.length > 1 ? new LogTurns(paths, instruments) : undefined;
    const headers = new HeaderRules(this.#logs.headed, ids);
    let current = -1;
    const total = logs.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
    const readOn = async (): Promise<void> => {
      const done = logs.reduce((sum, { readBytes }) => sum + readBytes(), 0);
      this.#onRead?.(done, total, 'bytes');
      await between?.();
    };
    const ruled = sinkUnder(sink, this.#overrides);
    const inTurn: MarketSink = {
      ...ruled,
      onBook: (update) => {
        turns?.take(update.instrumentId, current, update.receivedUs);
        sink.onBook(update);
      },
      onInstrumentChange: (id, change, atUs) => {
        takeChange(instruments[id] as Instrument, change);
        headers.take(id, change);
        ruled.onInstrumentChange?.(id, change, atUs);
      },
    };
    const feed = new ReplayFeed({
      logs,
      instruments,
      ids,
      sink: inTurn,
      advanceTo,
    });
    await this.#logs.forEach((event, logIndex) => {
      if (logIndex !== current) {
        current = logIndex;
        for (const [id, change] of headers.begin(logIndex)) {
          advanceTo(event.tUs);
          inTurn.onInstrumentChange?.(id, change, event.tUs);
        }
      }
      feed.report(event, logIndex);
    }, readOn);
    const { events, unreadableFrames, firstFault } = feed;
    const unfinishedLogs = this.#logs.logs.filter((log) => log.cutShort()).map((log) => log.path);
    return { events, unreadableFrames, firstFault, unfinishedLogs };
  }

  close(): Promise<void> {
    return this.#logs.close();
  }
}

/** Perpetuals are replayed beside books, and are no market of their own. @throws UserError */
function demandBooks({ headed }: MergedLogs, files: readonly string[]): void {
  if (headed.some(({ header }) => header.instruments.length > 0)) return;
  throw new UserError({
    code: 'no-books',
    field: 'market log',
    value: files.join(' '),
    message: 'has readings of perpetuals and no books',
    remedy: 'Give it together with the recording of a spot market.',
  });
}

/** Levels a side of the books of these logs. Frames with checksums need the very depth they were recorded at. */
export function depthOf(logs: MergedLogs): BookDepth {
  const depths = new Map<VenueName, number>();
  for (const [index, events] of logs.openings.entries()) {
    const venue = logs.logs[index]?.header.venue ?? '';
    const recorded = recordedDepth(venue, events) ?? 0;
    depths.set(venue, Math.max(depths.get(venue) ?? 0, recorded));
  }
  for (const [venue, depth] of depths) if (depth === 0) depths.set(venue, PLAIN_DEPTH);
  return bookDepthOf(depths);
}
