/**
 * Replays of a recorded market: from a log of raw frames to the decision, and from a tape through the whole engine,
 * each against tardis-dev's order book.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderBook } from 'tardis-dev';
import { assembleRun, settingsOf } from '../../src-engine/backtest/backtest.ts';
import { makeTape } from '../../src-engine/backtest/tape-maker.ts';
import { TapeSource } from '../../src-engine/backtest/tape-source.ts';
import { type Instrument, specOf } from '../../src-engine/domain/instrument.ts';
import { readMarketLog } from '../../src-engine/storage/market-log.ts';
import { MARKET_LOG_FORMAT, MARKET_LOG_VERSION } from '../../src-engine/storage/market-log-types.ts';
import { readTape } from '../../src-engine/storage/tape/tape-file.ts';
import type { Tape } from '../../src-engine/storage/tape/tape-format.ts';
import type { FrameStream } from '../frame-stream.ts';
import { HotPath } from '../hot-path.ts';
import { PARSES, parseUs } from '../calibration.ts';
import { type Row, rowOf, versionOf } from '../report.ts';

/** Logged at 5,000 messages a second. */
const START_US = 1e15;
const SPACING_US = 200;
const LEAST_FRAMES = 300_000;
const ROUNDS = 7;
const WARM_UP = 2;
/** Calls of the calibration that a message of a log, and an event of a tape, may take. */
const MESSAGE_PARSES = 4;
const EVENT_PARSES = 0.5;

export async function replayRows(instruments: readonly Instrument[], stream: FrameStream): Promise<Row[]> {
  return withLog(instruments, stream, async (path) => {
    const ours: number[] = [];
    const peers: number[] = [];
    const parsesUs: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      // Made before the clock starts: a backtest enumerates its cycles once, however long its log is.
      const hot = new HotPath(instruments);
      const oursPerSecond = await perSecond(() => replay(path, hot));
      const peerPerSecond = await perSecond(() => tardis(path));
      if (round < 0) continue;
      ours.push(oursPerSecond);
      peers.push(peerPerSecond);
      parsesUs.push(parseUs());
    }
    const common = { name: `replay of a JSONL log (${stream.name})`, unit: 'messages/s', ours };
    return [
      rowOf({ ...common, ...within(MESSAGE_PARSES, parsesUs), atLeast: 1, less: false }),
      rowOf({
        ...common,
        peer: `tardis-dev ${versionOf('tardis-dev')} order book, no checksum, no detection`,
        peerValue: peers,
        atLeast: 3,
        less: false,
      }),
    ];
  });
}

/** From a tape in memory through detection, risk and paper execution. */
export async function tapeRows(instruments: readonly Instrument[], stream: FrameStream): Promise<Row[]> {
  return withLog(instruments, stream, async (log) => {
    const path = `${log}.tape`;
    await makeTape({ logs: [log], path });
    const tape = await readTape(path);
    const messages = parsedBooks(stream);
    const ours: number[] = [];
    const peers: number[] = [];
    const parsesUs: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const oursPerSecond = await engineRate(tape);
      const peerPerSecond = await perSecond(async () => feedTardis(messages));
      if (round < 0) continue;
      ours.push(oursPerSecond);
      peers.push(peerPerSecond);
      parsesUs.push(parseUs());
    }
    const name = `replay of a tape through the whole engine (${stream.name})`;
    const common = { name, unit: 'events/s', ours };
    return [
      rowOf({ ...common, ...within(EVENT_PARSES, parsesUs), atLeast: 1, less: false }),
      rowOf({
        ...common,
        peer: `tardis-dev ${versionOf('tardis-dev')} order book, fed parsed messages from memory`,
        peerValue: peers,
        less: false,
      }),
    ];
  });
}

/** The least rate, of each round: one of them within so many calls of the calibration. */
function within(
  parses: number,
  parsesUs: readonly number[],
): { readonly peer: string; readonly peerValue: number[] } {
  return {
    peer: `at least one in ${parses} ${PARSES}`,
    peerValue: parsesUs.map((us) => 1e6 / (parses * us)),
  };
}

/** Events a second of one run; its engine is put together before the clock starts. */
async function engineRate(tape: Tape): Promise<number> {
  const source = new TapeSource(tape, {}, undefined);
  const settings = settingsOf({ logs: [] }, source);
  const run = assembleRun(source, settings, { append: () => undefined });
  run.runner.begin();
  const rate = await perSecond(async () => {
    const { events } = await source.play(run.sink, (atUs) => run.time.advanceTo(atUs));
    return events;
  });
  const mismatches = run.kernel.store.syncs.reduce((sum, sync) => sum + sync.mismatches, 0);
  if (mismatches > 0) throw new Error(`${mismatches} books were lost on the way`);
  return rate;
}

async function withLog(
  instruments: readonly Instrument[],
  stream: FrameStream,
  run: (path: string) => Promise<Row[]>,
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  try {
    const path = join(folder, 'session.jsonl');
    writeLog(path, instruments, stream);
    return await run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A short session is played again and again, each time from its snapshots. */
function framesOf({ snapshots, updates }: FrameStream): string[] {
  const frames: string[] = [];
  while (frames.length < LEAST_FRAMES) for (const part of [snapshots, updates]) frames.push(...part);
  return frames;
}

function writeLog(path: string, instruments: readonly Instrument[], stream: FrameStream): void {
  const header = {
    format: MARKET_LOG_FORMAT,
    version: MARKET_LOG_VERSION,
    venue: 'kraken',
    instruments: instruments.map(specOf),
  };
  const lines = framesOf(stream).map((raw, i) => JSON.stringify({ t: START_US + i * SPACING_US, raw }));
  writeFileSync(path, `${[JSON.stringify(header), ...lines].join('\n')}\n`);
}

async function perSecond(run: () => Promise<number>): Promise<number> {
  const began = performance.now();
  const messages = await run();
  return (messages / (performance.now() - began)) * 1_000;
}

async function replay(path: string, hot: HotPath): Promise<number> {
  const log = await readMarketLog(path);
  let messages = 0;
  for await (const batch of log.batches) {
    for (const event of batch) {
      if (event.kind !== 'raw') continue;
      hot.take(event);
      messages++;
    }
  }
  hot.check('replay');
  return messages;
}

type KrakenBook = {
  readonly type: string;
  readonly data: readonly [
    {
      readonly symbol: string;
      readonly timestamp: string;
      readonly bids: readonly { readonly price: number; readonly qty: number }[];
      readonly asks: readonly { readonly price: number; readonly qty: number }[];
    },
  ];
};

type TardisMessage = Parameters<OrderBook['update']>[0];

function toTardis(raw: string, atUs: number): TardisMessage {
  const toLevel = ({ price, qty }: { price: number; qty: number }): { price: number; amount: number } => ({
    price,
    amount: qty,
  });
  const { type, data } = JSON.parse(raw) as KrakenBook;
  const [{ symbol, timestamp, bids, asks }] = data;
  return {
    type: 'book_change',
    symbol,
    exchange: 'kraken',
    isSnapshot: type === 'snapshot',
    bids: bids.map(toLevel),
    asks: asks.map(toLevel),
    timestamp: new Date(timestamp),
    localTimestamp: new Date(atUs / 1_000),
  };
}

function parsedBooks(stream: FrameStream): TardisMessage[] {
  return framesOf(stream).map((raw, i) => toTardis(raw, START_US + i * SPACING_US));
}

/** One tardis-dev book a symbol, its best prices read after each message as a user would. */
class TardisBooks {
  readonly #books = new Map<string, OrderBook>();
  #messages = 0;
  #crossed = 0;

  feed(message: TardisMessage): void {
    let book = this.#books.get(message.symbol);
    if (book === undefined) {
      // A feed of limited depth never removes what left its view: levels that were crossed since are old ones.
      book = new OrderBook({ removeCrossedLevels: true });
      this.#books.set(message.symbol, book);
    }
    book.update(message);
    this.#messages++;
    if ((book.bestBid()?.price ?? 0) >= (book.bestAsk()?.price ?? Number.POSITIVE_INFINITY)) this.#crossed++;
  }

  /** Messages taken. @throws Error when most books are crossed: then they were fed wrongly. */
  done(): number {
    if (this.#crossed > this.#messages / 2) throw new Error('the books of the peer are crossed');
    return this.#messages;
  }
}

function feedTardis(messages: readonly TardisMessage[]): number {
  const books = new TardisBooks();
  for (const message of messages) books.feed(message);
  return books.done();
}

/** The same file, a line at a time. */
async function tardis(path: string): Promise<number> {
  const books = new TardisBooks();
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const { t, raw } = JSON.parse(line) as { t: number; raw: string };
    books.feed(toTardis(raw, t));
  }
  return books.done();
}
