/** Writes one market log of a chosen name: beside it first, and in its place once it is whole and on the disk. */
import { createWriteStream, existsSync, openSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { UserError } from '../../domain/errors.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import type { PerpetualContract } from '../../domain/perpetual.ts';
import { placeNew, PRIVATE_FILE } from '../../lib/whole-file.ts';
import { NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import {
  type LogLevel,
  MARKET_LOG_FORMAT,
  MARKET_LOG_VERSION,
  type MarketLogEvent,
} from '../../storage/market-log-types.ts';
import { paymentLine, readingLine } from '../../storage/market-log-perpetuals.ts';
import { type LoggedRules, rulesFields } from '../../storage/market-log-rules.ts';
import { LogSummer } from '../../storage/market-log-sums.ts';
import { errorCode, storageError } from '../../storage/storage-errors.ts';

const FLUSH_CHARS = 256 * 1024;

export type LogHead = {
  readonly venue: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly perpetuals?: readonly PerpetualContract[];
};

function exists(path: string): UserError {
  return new UserError({
    code: 'file-exists',
    field: '--out',
    value: path,
    message: 'exists already',
    remedy: 'Choose another name, or remove it first.',
  });
}

/** Opened by one writer alone: another one of the same name would write into the same file. @throws UserError */
function newPart(part: string): number {
  try {
    return openSync(part, 'wx', PRIVATE_FILE);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw storageError(part, error);
    throw new UserError({
      code: 'file-busy',
      field: '--out',
      value: part,
      message: 'is being written, or was left by an interrupted write',
      remedy: 'Wait for it, choose another name, or remove it.',
    });
  }
}

export class LogFileWriter {
  readonly #path: string;
  readonly #input: Writable;
  readonly #written: Promise<void>;
  readonly #sums = new LogSummer();
  #lines: string[] = [];
  #chars = 0;
  events = 0;

  /** @param path gzipped when it ends in `.gz`. @throws UserError when there is a file of that name already. */
  constructor(path: string, head: LogHead) {
    if (existsSync(path)) throw exists(path);
    this.#path = path;
    const input = new PassThrough();
    const file = createWriteStream('', { fd: newPart(this.#part) });
    this.#input = input;
    this.#written = path.endsWith('.gz') ? pipeline(input, createGzip(), file) : pipeline(input, file);
    this.#written.catch(() => undefined);
    this.#line(
      JSON.stringify({ format: MARKET_LOG_FORMAT, version: MARKET_LOG_VERSION, sums: 'crc32', ...head }),
    );
  }

  get #part(): string {
    return `${this.#path}.part`;
  }

  snapshot(
    atUs: TimeUs,
    symbol: string,
    bids: readonly LogLevel[],
    asks: readonly LogLevel[],
    seq = NONE,
  ): void {
    this.book('snapshot', atUs, symbol, bids, asks, { seq });
  }

  /** @param more what the venue said of it: sequence numbers (NONE where it has none), its own time (0: not known). */
  book(
    kind: 'snapshot' | 'delta',
    atUs: TimeUs,
    symbol: string,
    bids: readonly LogLevel[],
    asks: readonly LogLevel[],
    {
      seq = NONE,
      prevSeq = NONE,
      venueUs = 0,
    }: { seq?: number; prevSeq?: number; venueUs?: TimeUs | undefined } = {},
  ): void {
    const sequence = { ...(seq === NONE ? {} : { seq }), ...(prevSeq === NONE ? {} : { prev: prevSeq }) };
    const venue = venueUs === 0 ? {} : { v: venueUs };
    this.#event(JSON.stringify({ t: atUs, i: symbol, k: kind, b: bids, a: asks, ...sequence, ...venue }));
  }

  trade(
    atUs: TimeUs,
    symbol: string,
    price: string,
    qty: string,
    side: 'buy' | 'sell',
    venueUs: TimeUs = 0,
  ): void {
    const venue = venueUs === 0 ? {} : { v: venueUs };
    this.#event(JSON.stringify({ t: atUs, i: symbol, k: 'trade', p: price, q: qty, side, ...venue }));
  }

  rules(atUs: TimeUs, symbol: string, rules: LoggedRules): void {
    this.#event(JSON.stringify({ t: atUs, i: symbol, k: 'rules', ...rulesFields(rules) }));
  }

  /** A venue's frame, word for word. */
  frame(atUs: TimeUs, frame: string): void {
    this.#event(`{"t":${atUs},"raw":${JSON.stringify(frame)}}`);
  }

  /** An event as another log has it: a frame word for word, decimals as they were written. */
  copy(event: MarketLogEvent, atUs = event.tUs): void {
    if (event.kind === 'raw') {
      this.#event(`{"t":${atUs},"raw":"${event.bytes.toString('utf8', event.start, event.end)}"}`);
    } else if (event.kind === 'trade') {
      this.trade(atUs, event.symbol, event.price, event.qty, event.side, event.venueUs);
    } else if (event.kind === 'rules') {
      this.rules(atUs, event.symbol, event);
    } else if (event.kind === 'perpetual') {
      this.#event(readingLine(atUs, event.reading));
    } else if (event.kind === 'funding') {
      this.#event(paymentLine(atUs, event.payment));
    } else {
      const { symbol, kind, bids, asks } = event;
      this.book(kind, atUs, symbol, bids, asks, event);
    }
  }

  /** To be awaited now and then, so that no more than a few megabytes wait for the disk. @throws UserError */
  async drained(): Promise<void> {
    if (this.#chars < FLUSH_CHARS) return;
    if (!this.#flush()) {
      await Promise.race([once(this.#input, 'drain'), this.#written]).catch((error: unknown) => {
        throw storageError(this.#path, error);
      });
    }
  }

  /** Whole, on the disk, in its place. @throws UserError when the disk refuses: no file is left. */
  async finish(): Promise<void> {
    try {
      this.#flush(true);
      this.#input.end();
      await this.#written;
      const handle = await open(this.#part, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await placeNew(this.#part, this.#path);
    } catch (error) {
      await this.abandon();
      throw errorCode(error) === 'EEXIST' ? exists(this.#path) : storageError(this.#path, error);
    }
  }

  async abandon(): Promise<void> {
    this.#input.destroy();
    await this.#written.catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  #event(line: string): void {
    this.events++;
    this.#line(line);
  }

  #line(line: string): void {
    this.#lines.push(`${line}\n`);
    this.#chars += line.length;
  }

  /** What waits, and the checksum that covers it. */
  #flush(isEnd = false): boolean {
    const text = this.#lines.join('');
    this.#sums.add(text, this.#lines.length);
    this.#lines = [];
    this.#chars = 0;
    return this.#input.write(text + this.#sums.line(isEnd));
  }
}
