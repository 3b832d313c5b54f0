/**
 * Recording a market log. The hot path only adds text to a bounded buffer; a pump writes it to the disk. Market
 * data that does not fit because the disk is slow is dropped and counted, never waited for.
 *
 * A file is named `.part` until it is whole and on the disk. Gzipped files are written as one gzip member a
 * flush, so that one which breaks off can be read up to its last flush.
 */
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { UserError } from '../domain/errors.ts';
import type { InstrumentSpec } from '../domain/instrument.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Side } from '../domain/order.ts';
import type { FundingPayment, PerpetualContract, PerpetualReading } from '../domain/perpetual.ts';
import { formatTimeUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { type LogLevel, MARKET_LOG_FORMAT, MARKET_LOG_VERSION } from './market-log-types.ts';
import { paymentLine, readingLine } from './market-log-perpetuals.ts';
import { type LoggedRules, rulesFields } from './market-log-rules.ts';
import { LogSummer } from './market-log-sums.ts';
import { makeFolder } from '../lib/folders.ts';
import { placeNew } from '../lib/whole-file.ts';
import { storageError } from './storage-errors.ts';

const zip = promisify(gzip);

export type MarketLogWriterOptions = {
  /** Made when it is not there. */
  readonly folder: string;
  readonly venue: VenueName;
  readonly instruments: readonly InstrumentSpec[];
  /** Of a log of perpetuals. */
  readonly perpetuals?: readonly PerpetualContract[];
  /** When the recording starts; it is part of the file names. */
  readonly startedUs: TimeUs;
  readonly gzip?: boolean;
  /** A file ends after the flush with which it reaches this size on disk. */
  readonly maxFileBytes?: number;
  /** … and with the first event of another span of this length, counted from midnight UTC. */
  readonly maxFileUs?: number;
  /** Most text that waits for the disk, in UTF-16 units. */
  readonly maxBufferedChars?: number;
  /** Called once, when the disk refuses: the recording has ended, what was written stays as `.part`. */
  readonly onError: (error: UserError) => void;
  /**
   * Called when a further file was begun. Its deltas follow on the books of the file before; a caller that wants
   * every file to stand alone asks the venue for fresh snapshots.
   */
  readonly onRotate?: (file: string) => void;
};

export type RecordingSummary = {
  /** Finished files in order, and the `.part` of one that the disk refused. */
  readonly files: readonly string[];
  readonly events: number;
  /** Events that did not fit into the buffer, or came after the disk refused. */
  readonly dropped: number;
};

const HOUR_US = 3_600 * US_PER_SECOND;
const DEFAULT_FILE_BYTES = 256 * 1024 * 1024;
const DEFAULT_BUFFERED_CHARS = 32 * 1024 * 1024;
/** Text is written when this much is there, or after this time. */
const FLUSH_CHARS = 256 * 1024;
const FLUSH_MS = 1_000;
const PART = '.part';

type OpenFile = {
  readonly path: string;
  readonly handle: FileHandle;
  readonly sums: LogSummer;
  bytes: number;
  readonly span: number;
};
/** Events of one span of time, hence of one file. */
type Chunk = { readonly span: number; readonly lines: string[]; chars: number };

/** Files in `folder` that a recording was writing when it was interrupted, sorted by name. */
export async function findUnfinishedLogs(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(`.jsonl${PART}`) || name.endsWith(`.jsonl.gz${PART}`))
    .sort()
    .map((name) => join(folder, name));
}

/** One recording: one or several files. */
export class MarketLogWriter {
  readonly #options: MarketLogWriterOptions;
  readonly #spanUs: number;
  readonly #maxFileBytes: number;
  readonly #maxChars: number;
  #queue: Chunk[] = [];
  /** Characters in the queue. */
  #chars = 0;
  #writing: Chunk | undefined;
  #file: OpenFile | undefined;
  #files: string[] = [];
  #number = 0;
  #lastUs = 0;
  #recorded = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #pump: Promise<void> | undefined;
  #failed = false;
  #closed = false;
  /** A further file has just begun, and what it begins with is being added. */
  #isRotating = false;

  private constructor(options: MarketLogWriterOptions) {
    this.#options = options;
    this.#spanUs = options.maxFileUs ?? HOUR_US;
    this.#maxFileBytes = options.maxFileBytes ?? DEFAULT_FILE_BYTES;
    this.#maxChars = options.maxBufferedChars ?? DEFAULT_BUFFERED_CHARS;
  }

  /** Begins a recording with its first file. @throws UserError when the folder cannot be written; no file of it is left then. */
  static async start(options: MarketLogWriterOptions): Promise<MarketLogWriter> {
    const writer = new MarketLogWriter(options);
    try {
      makeFolder(options.folder);
      await writer.#begin(writer.#spanOf(options.startedUs));
    } catch (error) {
      await writer.#leave();
      throw recordingError(options.folder, error);
    }
    return writer;
  }

  /** A file that was made and could not be begun is no recording that broke off. */
  async #leave(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    await file.handle.close().catch(() => undefined);
    await rm(file.path, { force: true }).catch(() => undefined);
  }

  /** The file that is being written. */
  get file(): string {
    return this.#file?.path ?? this.#files.at(-1) ?? '';
  }

  get events(): number {
    return this.#recorded;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** A venue's frame, word for word. */
  raw(tUs: TimeUs, frame: string): void {
    this.#add(tUs, (t) => `{"t":${t},"raw":${JSON.stringify(frame)}}\n`);
  }

  /** `seq` and `prevSeq` may be NONE. */
  book(
    kind: 'snapshot' | 'delta',
    tUs: TimeUs,
    symbol: string,
    bids: readonly LogLevel[],
    asks: readonly LogLevel[],
    seq: number,
    prevSeq: number,
  ): void {
    const sequence = `${seq < 0 ? '' : `,"seq":${seq}`}${prevSeq < 0 ? '' : `,"prev":${prevSeq}`}`;
    const levels = `"b":${JSON.stringify(bids)},"a":${JSON.stringify(asks)}`;
    this.#add(tUs, (t) => `{"t":${t},"i":${JSON.stringify(symbol)},"k":"${kind}",${levels}${sequence}}\n`);
  }

  trade(tUs: TimeUs, symbol: string, price: string, qty: string, side: Side): void {
    const what = `"i":${JSON.stringify(symbol)},"k":"trade","p":"${price}","q":"${qty}","side":"${side}"`;
    this.#add(tUs, (t) => `{"t":${t},${what}}\n`);
  }

  /** What changed of an instrument. */
  rules(tUs: TimeUs, symbol: string, rules: LoggedRules): void {
    const what = JSON.stringify({ i: symbol, k: 'rules', ...rulesFields(rules) }).slice(1);
    this.#add(tUs, (t) => `{"t":${t},${what}\n`);
  }

  /** What a venue showed of a perpetual. */
  reading(tUs: TimeUs, reading: PerpetualReading): void {
    this.#add(tUs, (t) => `${readingLine(t, reading)}\n`);
  }

  /** A funding payment, when it became known. */
  payment(tUs: TimeUs, payment: FundingPayment): void {
    this.#add(tUs, (t) => `${paymentLine(t, payment)}\n`);
  }

  /** Writes what waits, finishes the file and says what the recording holds. Safe to call twice. */
  async close(): Promise<RecordingSummary> {
    this.#closed = true;
    clearTimeout(this.#timer);
    while (this.#pump !== undefined || this.#queue.length > 0) {
      this.#flush();
      await this.#pump;
    }
    if (!this.#failed) await this.#guard(() => this.#finish());
    return { files: [...this.#files], events: this.#recorded, dropped: this.#dropped };
  }

  #add(tUs: TimeUs, lineAt: (t: number) => string): void {
    // What a file begins with belongs to it, also where the recording was ended meanwhile.
    if ((this.#closed && !this.#isRotating) || this.#failed) {
      this.#dropped++;
      return;
    }
    // A log's time never decreases; several connections may deliver their frames slightly out of order.
    const t = Math.max(tUs, this.#lastUs);
    const line = lineAt(t);
    if (this.#chars + (this.#writing?.chars ?? 0) + line.length > this.#maxChars) {
      this.#dropped++;
      return;
    }
    this.#lastUs = t;
    this.#recorded++;
    this.#chars += line.length;
    const span = this.#spanOf(t);
    let chunk = this.#queue.at(-1);
    if (chunk === undefined || chunk.span !== span || chunk.chars >= FLUSH_CHARS) {
      chunk = { span, lines: [], chars: 0 };
      this.#queue.push(chunk);
    }
    chunk.lines.push(line);
    chunk.chars += line.length;
    if (this.#isRotating) return;
    if (this.#chars >= FLUSH_CHARS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #spanOf(tUs: TimeUs): number {
    return Math.floor(tUs / this.#spanUs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pump ??= this.#guard(() => this.#drain()).finally(() => {
      this.#pump = undefined;
      if (this.#queue.length > 0) this.#flush();
    });
  }

  async #drain(): Promise<void> {
    let chunk = this.#queue.shift();
    while (chunk !== undefined) {
      this.#chars -= chunk.chars;
      this.#writing = chunk;
      if (
        this.#file === undefined ||
        this.#file.span !== chunk.span ||
        this.#file.bytes >= this.#maxFileBytes
      ) {
        await this.#rotate(chunk.span);
      }
      await this.#write(chunk.lines.join(''), chunk.lines.length, 'sum');
      this.#writing = undefined;
      chunk = this.#queue.shift();
    }
  }

  async #rotate(span: number): Promise<void> {
    await this.#finish();
    await this.#begin(span);
    this.#isRotating = true;
    try {
      this.#options.onRotate?.(this.file);
    } finally {
      this.#isRotating = false;
    }
  }

  async #begin(span: number): Promise<void> {
    const { folder, venue, instruments, perpetuals, startedUs } = this.#options;
    const started = formatTimeUs(startedUs).slice(0, 19).replaceAll(/[-:]/g, '');
    const ending = this.#options.gzip === true ? 'jsonl.gz' : 'jsonl';
    this.#number++;
    // A colon is no letter of a file's name on every system.
    const name = `${venue.replaceAll(':', '-')}-${started}-${String(this.#number).padStart(4, '0')}.market-log.${ending}`;
    const path = join(folder, name + PART);
    // "wx": a file that is there already, finished or not, is never written over.
    const handle = await open(path, 'wx', 0o600);
    this.#file = { path, handle, sums: new LogSummer(), bytes: 0, span };
    const header = {
      format: MARKET_LOG_FORMAT,
      version: MARKET_LOG_VERSION,
      sums: 'crc32',
      venue,
      instruments,
      perpetuals,
    };
    await this.#write(`${JSON.stringify(header)}\n`, 1, 'none');
  }

  /** Whole lines, and the checksum behind them. */
  async #write(text: string, lines: number, checksum: 'none' | 'sum' | 'end'): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    file.sums.add(text, lines);
    const summed = checksum === 'none' ? text : text + file.sums.line(checksum === 'end');
    const bytes = this.#options.gzip === true ? await zip(summed) : Buffer.from(summed);
    await file.handle.appendFile(bytes);
    file.bytes += bytes.length;
  }

  async #finish(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    await this.#write('', 0, 'end');
    await file.handle.sync();
    await file.handle.close();
    const whole = file.path.slice(0, -PART.length);
    await placeNew(file.path, whole);
    this.#files.push(whole);
    this.#file = undefined;
  }

  /** Ends the recording at the first refusal of the disk, and reports it once. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed = true;
      clearTimeout(this.#timer);
      this.#dropWaiting();
      const file = this.#file;
      this.#file = undefined;
      if (file !== undefined) {
        this.#files.push(file.path);
        await file.handle.close().catch(() => undefined);
      }
      this.#options.onError(recordingError(file?.path ?? this.#options.folder, error));
    }
  }

  /** Counts what can no longer be written, and what was being written when the disk refused. */
  #dropWaiting(): void {
    const lost = [...this.#queue, ...(this.#writing === undefined ? [] : [this.#writing])];
    const events = lost.reduce((sum, chunk) => sum + chunk.lines.length, 0);
    this.#recorded -= events;
    this.#dropped += events;
    this.#queue = [];
    this.#writing = undefined;
    this.#chars = 0;
  }
}

function recordingError(file: string, error: unknown): UserError {
  const { problem } = storageError(file, error);
  return new UserError({
    ...problem,
    field: 'recording',
    code: problem.code.replace('storage', 'recording'),
  });
}
