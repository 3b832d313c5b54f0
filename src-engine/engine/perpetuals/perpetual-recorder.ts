/** Records what the perpetuals of one venue show: a file beside those of the books, in the same form. */
import type { UserError } from '../../domain/errors.ts';
import { perpetualVenue } from '../../domain/perpetual.ts';
import type { Clock } from '../../lib/clock.ts';
import { MarketLogWriter, type RecordingSummary } from '../../storage/market-log-writer.ts';
import type { PerpetualBatch } from '../../venues/toolkit/perpetual-feed.ts';

/** Most batches that wait while the file is being opened, the first ones: minutes of readings. */
const MAX_EARLY = 20;

export type PerpetualRecorderParts = {
  readonly folder: string;
  /** Its name in the session: that of a local exchange where nothing real stands behind it. */
  readonly venue: string;
  readonly clock: Clock;
  readonly onError: (error: UserError) => void;
};

/** The file begins with the first batch: its header names the contracts. */
export class PerpetualRecorder {
  readonly #parts: PerpetualRecorderParts;
  #writer: Promise<MarketLogWriter | undefined> | undefined;
  #open: MarketLogWriter | undefined;
  #symbols: ReadonlySet<string> = new Set();
  readonly #early: PerpetualBatch[] = [];
  /** The file could not be begun, which was reported: this session records nothing. */
  #isFailed = false;

  constructor(parts: PerpetualRecorderParts) {
    this.#parts = parts;
  }

  /** The file that is written; undefined before the first contract is known. */
  get file(): string | undefined {
    return this.#open?.file;
  }

  take(batch: PerpetualBatch): void {
    if (batch.contracts.length === 0 || this.#isFailed) return;
    if (this.#open !== undefined) this.#write(this.#open, batch);
    else if (this.#early.length < MAX_EARLY) this.#early.push(batch);
    this.#writer ??= this.#begin(batch);
  }

  async stop(): Promise<RecordingSummary> {
    const writer = await this.#writer;
    return (await writer?.close()) ?? { files: [], events: 0, dropped: 0 };
  }

  async #begin({ contracts }: PerpetualBatch): Promise<MarketLogWriter | undefined> {
    const { folder, venue, clock, onError } = this.#parts;
    this.#symbols = new Set(contracts.map(({ symbol }) => symbol));
    try {
      const writer = await MarketLogWriter.start({
        folder,
        venue: perpetualVenue(venue),
        instruments: [],
        perpetuals: contracts,
        startedUs: clock.nowUs(),
        gzip: true,
        onError,
      });
      this.#open = writer;
      for (const batch of this.#early.splice(0)) this.#write(writer, batch);
      return writer;
    } catch (error) {
      this.#isFailed = true;
      this.#early.length = 0;
      onError(error as UserError);
      return undefined;
    }
  }

  /** A contract that was listed since the file began is in the next recording. */
  #write(writer: MarketLogWriter, { receivedUs, readings, payments }: PerpetualBatch): void {
    for (const payment of payments)
      if (this.#symbols.has(payment.symbol)) writer.payment(receivedUs, payment);
    for (const reading of readings)
      if (this.#symbols.has(reading.symbol)) writer.reading(receivedUs, reading);
  }
}
