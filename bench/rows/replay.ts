/** Replay of a market log of raw frames, from the file to the decision, against tardis-dev's order book. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderBook } from 'tardis-dev';
import type { Instrument } from '../../src-engine/domain/instrument.ts';
import { readMarketLog } from '../../src-engine/storage/market-log.ts';
import { MARKET_LOG_FORMAT, MARKET_LOG_VERSION } from '../../src-engine/storage/market-log-types.ts';
import type { FrameStream } from '../frame-stream.ts';
import { HotPath } from '../hot-path.ts';
import { median } from '../measure.ts';
import { type Row, rowOf, versionOf } from '../report.ts';

const ROUNDS = 7;
const WARM_UP = 2;

export async function replayRows(instruments: readonly Instrument[], stream: FrameStream): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  try {
    const path = join(folder, 'session.jsonl');
    writeLog(path, instruments, stream);
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      // Made before the clock starts: a backtest enumerates its cycles once, however long its log is.
      const hot = new HotPath(instruments);
      const oursPerSecond = await perSecond(() => replay(path, hot));
      const peerPerSecond = await perSecond(() => tardis(path));
      if (round < 0) continue;
      ours.push(oursPerSecond);
      peers.push(peerPerSecond);
    }
    const common = { name: `replay of a JSONL log (${stream.name})`, unit: 'messages/s', ours: median(ours) };
    return [
      rowOf({ ...common, peer: 'at least', peerValue: 250_000, atLeast: 1, less: false }),
      rowOf({
        ...common,
        peer: `tardis-dev ${versionOf('tardis-dev')} order book, no checksum, no detection`,
        peerValue: median(peers),
        atLeast: 3,
        less: false,
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeLog(path: string, instruments: readonly Instrument[], stream: FrameStream): void {
  const header = {
    format: MARKET_LOG_FORMAT,
    version: MARKET_LOG_VERSION,
    venue: 'kraken',
    instruments: instruments.map(({ symbol, base, quote, priceDecimals, qtyDecimals, ...rest }) => ({
      symbol,
      base,
      quote,
      priceDecimals,
      qtyDecimals,
      tickSize: rest.tickSize.toFixed(),
      lotSize: rest.lotSize.toFixed(),
      minQty: rest.minQty.toFixed(),
      minNotional: rest.minNotional.toFixed(),
      takerFee: rest.takerFee.toFixed(),
    })),
  };
  const lines = [...stream.snapshots, ...stream.updates].map((raw, i) =>
    JSON.stringify({ t: 1e15 + i, raw }),
  );
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
      hot.take(event.frame, event.tUs);
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

/** The same file, a line at a time, into one tardis-dev book a symbol, with its best prices read as a user would. */
async function tardis(path: string): Promise<number> {
  const books = new Map<string, OrderBook>();
  const toLevel = ({ price, qty }: { price: number; qty: number }): { price: number; amount: number } => ({
    price,
    amount: qty,
  });
  let messages = 0;
  let crossed = 0;
  const lines = (await readFile(path, 'utf8')).split('\n');
  for (const line of lines.slice(1)) {
    if (line === '') continue;
    const { t, raw } = JSON.parse(line) as { t: number; raw: string };
    const { type, data } = JSON.parse(raw) as KrakenBook;
    const [{ symbol, timestamp, bids, asks }] = data;
    let book = books.get(symbol);
    if (book === undefined) {
      book = new OrderBook();
      books.set(symbol, book);
    }
    book.update({
      type: 'book_change',
      symbol,
      exchange: 'kraken',
      isSnapshot: type === 'snapshot',
      bids: bids.map(toLevel),
      asks: asks.map(toLevel),
      timestamp: new Date(timestamp),
      localTimestamp: new Date(t / 1_000),
    });
    if ((book.bestBid()?.price ?? 0) >= (book.bestAsk()?.price ?? Number.POSITIVE_INFINITY)) crossed++;
    messages++;
  }
  if (crossed > messages / 2) throw new Error('the peer’s books are crossed: it was fed wrongly');
  return messages;
}
