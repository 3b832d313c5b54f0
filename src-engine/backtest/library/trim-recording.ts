/**
 * Cuts a span of time or some pairs out of a market log, or lays several logs of one venue together. What comes out
 * replays by itself: it begins with the books as they stood, as a recording does.
 */
import { BookStore } from '../../books/book-store.ts';
import { pairAmong } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import {
  type Instrument,
  type InstrumentChange,
  specOf,
  takeChange,
  takeStatus,
  takeStop,
} from '../../domain/instrument.ts';
import { formatTimeUs, type TimeUs } from '../../domain/time.ts';
import type { MarketLogEvent, MarketLogRaw } from '../../storage/market-log-types.ts';
import { ladderLevels } from '../../venues/capture/ladder-levels.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import { depthOf } from '../log-source.ts';
import { LogTurns } from '../log-turns.ts';
import { MergedLogs } from '../merged-logs.ts';
import { protocolOf, verifierOf } from '../../venues/registry.ts';
import { ReplayFeed } from '../replay-feed.ts';
import { HeaderRules, uniteInstruments } from '../run-instruments.ts';
import { type LogHead, LogFileWriter } from './log-file-writer.ts';

export type TrimOptions = {
  /** Market logs of one venue; several are merged by time. */
  readonly logs: readonly string[];
  /** Market log to write; gzipped when it ends in `.gz`. */
  readonly out: string;
  /** First and last time that is kept; default: all. */
  readonly fromUs?: TimeUs | undefined;
  readonly toUs?: TimeUs | undefined;
  /** Pairs that are kept; default: all. */
  readonly symbols?: readonly string[] | undefined;
  readonly allowUnfinished?: boolean | undefined;
};

export type TrimResult = {
  readonly file: string;
  readonly events: number;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
};

/** @throws UserError when the venues differ, a pair is not there, no event is in the span, or a log is at fault. */
export async function trimRecording(options: TrimOptions): Promise<TrimResult> {
  const logs = await MergedLogs.open(options.logs, options.allowUnfinished === true);
  try {
    demandOneVenue(logs);
    return await new Trimming(options, logs).run();
  } finally {
    await logs.close();
  }
}

/** Lays logs of one venue together, one after the other. @throws UserError as `trimRecording`, and when two overlap. */
export async function mergeRecordings(
  logs: readonly string[],
  out: string,
  allowUnfinished = false,
): Promise<TrimResult> {
  if (logs.length < 2) {
    throw new UserError({
      code: 'bad-logs',
      field: 'market logs',
      value: String(logs.length),
      message: 'is not enough to merge',
      remedy: 'Name at least two.',
    });
  }
  return trimRecording({ logs, out, allowUnfinished });
}

class Trimming {
  readonly #options: TrimOptions;
  readonly #logs: MergedLogs;
  readonly #instruments: readonly Instrument[];
  /** Per log: position in its header → id of the instrument. */
  readonly #ids: readonly (readonly InstrumentId[])[];
  readonly #headers: HeaderRules;
  readonly #feed: ReplayFeed;
  readonly #store: BookStore;
  readonly #kept: ReadonlySet<InstrumentId>;
  /** Instruments of the current event. */
  readonly #touched = new Set<InstrumentId>();
  readonly #turns: LogTurns;
  /** The answer to a subscription, which says at what depth the books were recorded. */
  #ack: MarketLogRaw | undefined;
  #writer: LogFileWriter | undefined;
  /** What was read so far has frames of the venue. */
  #hasFrames = false;
  #firstUs = 0;
  #lastUs = 0;

  constructor(options: TrimOptions, logs: MergedLogs) {
    this.#options = options;
    this.#logs = logs;
    const { instruments, ids } = uniteInstruments(logs.headed, {});
    this.#instruments = instruments;
    this.#ids = ids;
    this.#headers = new HeaderRules(logs.headed, ids);
    this.#turns = new LogTurns(
      logs.logs.map(({ path }) => path),
      instruments,
    );
    this.#kept = keptOf(options, instruments);
    this.#store = new BookStore(instruments, { depth: depthOf(logs), verifierOf });
    const advanceTo = (): void => undefined;
    this.#feed = new ReplayFeed({ logs: logs.logs, instruments, ids, sink: this.#sink(), advanceTo });
  }

  async run(): Promise<TrimResult> {
    const { fromUs = 0, toUs = Number.POSITIVE_INFINITY, out } = this.#options;
    try {
      for await (const [event, logIndex] of this.#logs.events()) {
        if (event.tUs > toUs) break;
        this.#joined(logIndex, event.tUs);
        if (event.tUs >= fromUs && this.#writer === undefined) this.#begin(Math.max(fromUs, event.tUs));
        if (
          this.#writer === undefined &&
          this.#ack === undefined &&
          isAck(event, this.#logs.logs[0]?.header.venue ?? '')
        )
          this.#ack = event;
        if (event.kind === 'raw') this.#hasFrames = true;
        this.#touched.clear();
        this.#feed.report(event, logIndex);
        if (event.kind === 'rules') this.#touched.add(this.#ids[logIndex]?.[event.instrumentIndex] ?? -1);
        if (event.kind !== 'rules') for (const id of this.#touched) this.#turns.take(id, logIndex, event.tUs);
        if (this.#writer === undefined || !this.#isKept()) continue;
        this.#lastUs = event.tUs;
        this.#writer.copy(event);
        await this.#writer.drained();
      }
      const writer = this.#writer;
      if (writer === undefined || writer.events === 0) throw this.#nothing();
      await writer.finish();
      return { file: out, events: writer.events, fromUs: this.#firstUs, toUs: this.#lastUs };
    } catch (error) {
      await this.#writer?.abandon();
      throw error;
    }
  }

  /** What the header of a log says otherwise than the log before it is a line of rules of what comes out. */
  #joined(logIndex: number, atUs: TimeUs): void {
    for (const [id, change] of this.#headers.begin(logIndex)) {
      const instrument = this.#instruments[id] as Instrument;
      this.#take(id, change);
      if (this.#kept.has(id))
        this.#writer?.rules(atUs, instrument.symbol, { change, status: undefined, stopped: undefined });
    }
  }

  #take(id: InstrumentId, change: InstrumentChange): void {
    this.#headers.take(id, change);
    takeChange(this.#instruments[id] as Instrument, change);
  }

  #begin(atUs: TimeUs): void {
    const kept = this.#instruments.filter(({ id }) => this.#kept.has(id));
    const venue = kept[0]?.venue ?? this.#logs.logs[0]?.header.venue ?? '';
    const head = { venue, instruments: kept.map(specOf), ...perpetualsOf(this.#logs) };
    this.#writer = new LogFileWriter(this.#options.out, head);
    this.#firstUs = atUs;
    this.#lastUs = atUs;
    if (this.#ack !== undefined) this.#writer.copy(this.#ack, atUs);
    for (const instrument of kept) {
      const sync = this.#store.sync(instrument.id);
      if (sync.state === 'syncing') continue;
      const { bids, asks } = ladderLevels(sync, instrument);
      // Changes in frames of such a venue join on to a frame alone.
      const frame = this.#hasFrames
        ? (this.#feed.bookFrame(venue, instrument.id) ??
          protocolOf(venue)?.frames.bookFrame?.(instrument.symbol, sync.lastSeq, bids, asks))
        : undefined;
      if (frame === undefined) this.#writer.snapshot(atUs, instrument.symbol, bids, asks, sync.lastSeq);
      else this.#writer.frame(atUs, frame);
    }
    for (const { symbol, stoppedFor } of kept) {
      if (stoppedFor === '') continue;
      this.#writer.rules(atUs, symbol, { change: undefined, status: undefined, stopped: stoppedFor });
    }
  }

  #isKept(): boolean {
    if (this.#touched.size === 0) return true;
    for (const id of this.#touched) if (this.#kept.has(id)) return true;
    return false;
  }

  #nothing(): UserError {
    const { logs, fromUs, toUs } = this.#options;
    const bound = (atUs: TimeUs | undefined): string => (atUs === undefined ? '…' : formatTimeUs(atUs));
    return new UserError({
      code: 'no-events',
      field: 'span',
      value: `${bound(fromUs)} to ${bound(toUs)}`,
      message: `has no event of ${logs.join(' ')}`,
      remedy: 'Look at its span with "parallax library list".',
    });
  }

  #sink(): MarketSink {
    const touch = (id: InstrumentId): void => void this.#touched.add(id);
    return {
      onBook: (update) => {
        touch(update.instrumentId);
        this.#store.apply(update);
      },
      onTrade: ({ instrumentId }) => touch(instrumentId),
      onFeed: ({ venue, state, reason }) => {
        if (state !== 'open') this.#store.desyncVenue(venue, reason);
      },
      onBookLost: (instrumentId, reason) => {
        touch(instrumentId);
        this.#store.sync(instrumentId).desync(reason);
      },
      onAlive: () => undefined,
      onInstrumentStatus: (id, status) => takeStatus(this.#instruments[id] as Instrument, status),
      onInstrumentChange: (id, change) => this.#take(id, change),
      onInstrumentStopped: (id, reason) => takeStop(this.#instruments[id] as Instrument, reason),
      onRaw: () => undefined,
    };
  }
}

function isAck(event: MarketLogEvent, venue: VenueName): event is MarketLogRaw {
  return event.kind === 'raw' && protocolOf(venue)?.frames.depthOf(event.frame).depth !== undefined;
}

/** Of all logs, each perpetual once. */
function perpetualsOf({ logs }: MergedLogs): Pick<LogHead, 'perpetuals'> {
  const all = logs.flatMap(({ header }) => header.perpetuals ?? []);
  const once = new Map(all.map((one) => [one.symbol, one]));
  return once.size === 0 ? {} : { perpetuals: [...once.values()] };
}

function demandOneVenue({ logs }: MergedLogs): void {
  const [first, ...more] = logs;
  const other = more.find(({ header }) => header.venue !== first?.header.venue);
  if (other === undefined) return;
  throw new UserError({
    code: 'venues-differ',
    field: `${other.path} venue`,
    value: other.header.venue,
    message: `is not ${first?.header.venue ?? ''}: a market log holds one venue`,
    remedy: 'Make a tape of them, which can hold several venues, or name both in a backtest.',
  });
}

function keptOf({ symbols }: TrimOptions, instruments: readonly Instrument[]): ReadonlySet<InstrumentId> {
  if (symbols === undefined || symbols.length === 0) return new Set(instruments.map(({ id }) => id));
  const known = new Map(instruments.map(({ symbol, id }) => [symbol, id]));
  return new Set(
    symbols.map((symbol) => {
      const id = known.get(pairAmong(symbol, (each) => known.has(each)));
      if (id !== undefined) return id;
      const some = [...known.keys()].sort().slice(0, 20).join(', ');
      throw new UserError({
        code: 'unknown-pair',
        field: '--pairs',
        value: symbol,
        message: 'is not a pair of this recording',
        remedy: `Choose among ${some}.`,
      });
    }),
  );
}
