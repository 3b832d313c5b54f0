/** Records a session's market: the books as they stand, then every frame, so that the log replays by itself. */
import type { BookStore } from '../../books/book-store.ts';
import type { UserError } from '../../domain/errors.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import type { Instrument, InstrumentSpec } from '../../domain/instrument.ts';
import { NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { rulesBetween, rulesState, type RulesState } from '../../storage/market-log-rules.ts';
import { MarketLogWriter, type RecordingSummary } from '../../storage/market-log-writer.ts';
import { specOf } from '../../domain/instrument.ts';
import { assetName } from '../../domain/venue-asset.ts';
import { ladderLevels } from '../../venues/capture/ladder-levels.ts';
import { protocolOf } from '../../venues/registry.ts';

/** One venue's part of a session. */
type RecordedMarket = {
  readonly store: BookStore;
  readonly instruments: readonly Instrument[];
  /** As `MarketFeed.bookFrame`. */
  readonly bookFrame?: ((id: InstrumentId) => string | undefined) | undefined;
};

export class MarketRecorder {
  readonly #writer: MarketLogWriter;
  readonly #instruments: readonly Instrument[];
  /** What the log says of each instrument, by its position. */
  readonly #written: RulesState[];

  private constructor(writer: MarketLogWriter, instruments: readonly Instrument[], written: RulesState[]) {
    this.#writer = writer;
    this.#instruments = instruments;
    this.#written = written;
  }

  /** @throws UserError when the folder cannot be written. `onError` is called once if the disk refuses later. */
  static async start(
    folder: string,
    market: RecordedMarket,
    clock: Clock,
    onError: (error: UserError) => void,
  ): Promise<MarketRecorder> {
    const { instruments } = market;
    // The headers of all files are as the recording began: what changed since follows on the books of a later one.
    const begun = instruments.map((instrument) => ({ ...rulesState(instrument), stoppedFor: '' }));
    const writer = await MarketLogWriter.start({
      folder,
      venue: instruments[0]?.venue ?? '',
      instruments: instruments.map(plainSpec),
      startedUs: clock.nowUs(),
      gzip: true,
      onError,
      onRotate: () => {
        writeRules(writer, instruments, [...begun], clock.nowUs());
        writeBooks(writer, market, clock.nowUs());
      },
    });
    const written = [...begun];
    writeRules(writer, instruments, written, clock.nowUs());
    writeBooks(writer, market, clock.nowUs());
    return new MarketRecorder(writer, instruments, written);
  }

  get file(): string {
    return this.#writer.file;
  }

  raw(receivedUs: number, frame: string): void {
    this.#writer.raw(receivedUs, frame);
  }

  /** Some instrument may have changed: what differs from what the log says is written. */
  onInstruments(nowUs: TimeUs): void {
    writeRules(this.#writer, this.#instruments, this.#written, nowUs);
  }

  stop(): Promise<RecordingSummary> {
    return this.#writer.close();
  }
}

/** A log is of one venue: its assets are written as the venue calls them. */
function plainSpec(instrument: Instrument): InstrumentSpec {
  const spec = specOf(instrument);
  return { ...spec, base: assetName(spec.base), quote: assetName(spec.quote) };
}

/** The rules that differ from `written`, which is brought up to date. */
function writeRules(
  writer: MarketLogWriter,
  instruments: readonly Instrument[],
  written: RulesState[],
  atUs: TimeUs,
): void {
  for (const [at, instrument] of instruments.entries()) {
    const now = rulesState(instrument);
    const rules = rulesBetween(written[at] ?? now, now);
    if (rules === undefined) continue;
    written[at] = now;
    writer.rules(atUs, instrument.symbol, rules);
  }
}

/** Every live book as a snapshot, or as a frame of a venue whose changes join on to no other: what the frames that follow change. */
function writeBooks(
  writer: MarketLogWriter,
  { store, instruments, bookFrame }: RecordedMarket,
  atUs: number,
): void {
  for (const instrument of instruments) {
    const sync = store.sync(instrument.id);
    if (sync.state === 'syncing') continue;
    const { id, symbol, venue } = instrument;
    const { bids, asks } = ladderLevels(sync, instrument);
    const frame = bookFrame?.(id) ?? protocolOf(venue)?.frames.bookFrame?.(symbol, sync.lastSeq, bids, asks);
    if (frame === undefined) writer.book('snapshot', atUs, symbol, bids, asks, NONE, NONE);
    else writer.raw(atUs, frame);
  }
}
