/** A recording that begins in mid-session replays by itself, whatever its venue's changes join on to. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogSource } from '../../backtest/log-source.ts';
import { trimRecording } from '../../backtest/library/trim-recording.ts';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { BinanceDecoder } from '../../venues/binance/market-decoder.ts';
import { snapshotFrame } from '../../venues/binance/parse.ts';
import type { MarketSink } from '../../venues/market-feed.ts';
import { verifierOf } from '../../venues/registry.ts';
import { MarketRecorder } from './market-recorder.ts';

const START_US = 1_767_225_600_000_000;
const instrument = createInstrument(
  {
    symbol: 'AAABBB',
    base: 'AAA',
    quote: 'BBB',
    tickSize: '0.01',
    lotSize: '0.001',
    minQty: '0',
    minNotional: '0',
    takerFee: '0.001',
  },
  0,
  'binance',
);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'parallax-recorder-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function booksOf(): { store: BookStore; sink: MarketSink } {
  const store = new BookStore([instrument], { depth: 100, verifierOf });
  const nothing = (): void => undefined;
  const sink: MarketSink = {
    onBook: (update) => void store.apply(update),
    onTrade: nothing,
    onFeed: nothing,
    onInstrumentStatus: nothing,
    onAlive: nothing,
    onBookLost: (id, reason) => void store.sync(id).desync(reason),
    onRaw: nothing,
  };
  return { store, sink };
}

async function replayed(file: string): Promise<BookStore> {
  const { store, sink } = booksOf();
  const source = await LogSource.open({ logs: [file], allowUnfinished: false, overrides: {} });
  const { unreadableFrames } = await source.play(sink, () => undefined);
  expect(unreadableFrames).toBe(0);
  await source.close();
  return store;
}

const touch = (u: number, bidQty: string): string =>
  `{"stream":"aaabbb@bookTicker","data":{"u":${u},"s":"AAABBB","b":"9.99","B":"${bidQty}","a":"10.50","A":"3.000"}}`;
const diff = (id: number, qty: string): string =>
  `{"stream":"aaabbb@depth@100ms","data":{"e":"depthUpdate","E":1,"s":"AAABBB","U":${id},"u":${id},"b":[["9.99","${qty}"]],"a":[]}}`;

describe('a recording of books that join on to snapshots', () => {
  it('that begins in mid-session, under a touch, ends with the books of the session; so does a part of it', async () => {
    const { store, sink } = booksOf();
    const clock = new SimulatedClock(START_US);
    const decoder = new BinanceDecoder([instrument], sink, 'binance');
    const see = (text: string): void => void decoder.decode(Buffer.from(text), clock.nowUs());
    see(
      snapshotFrame(
        'AAABBB',
        '{"lastUpdateId":100,"bids":[["10.00","1"],["9.99","4"]],"asks":[["10.50","3"]]}',
      ),
    );
    see(diff(101, '5.000'));
    // The best bid went: the recording begins while the ladder does not know it yet.
    see(touch(105, '2.000'));
    const recorder = await MarketRecorder.start(
      folder,
      { store, instruments: [instrument] },
      clock,
      (error) => {
        throw error;
      },
    );
    for (const [at, text] of [diff(102, '6.000'), touch(106, '1.500'), diff(103, '7.000')].entries()) {
      clock.advanceTo(START_US + (at + 1) * 100_000);
      recorder.raw(clock.nowUs(), text);
      see(text);
    }
    await recorder.stop();
    const [name = ''] = readdirSync(folder);
    const again = await replayed(join(folder, name));
    const bids = ({ book }: { book: { bidPrices: Float64Array; bidQtys: Float64Array; bidCount: number } }) =>
      Array.from({ length: book.bidCount }, (_, at) => [book.bidPrices[at], book.bidQtys[at]]);
    expect(again.sync(0)).toMatchObject({ state: 'live', lastSeq: 103 });
    expect(bids(again.sync(0))).toEqual([[999, 1_500]]);
    expect(bids(again.sync(0))).toEqual(bids(store.sync(0)));
    const out = join(folder, 'part.jsonl');
    await trimRecording({ logs: [join(folder, name)], out, fromUs: START_US + 250_000 });
    const part = await replayed(out);
    expect(part.sync(0)).toMatchObject({ state: 'live', lastSeq: 103 });
    part.sync(0).readLadder(() =>
      expect(bids(part.sync(0))).toEqual([
        [1_000, 1_000],
        [999, 7_000],
      ]),
    );
  });

  it('of a book that is known deeper than its window replays as deep, whole and in part', async () => {
    const { store, sink } = booksOf();
    const clock = new SimulatedClock(START_US);
    const decoder = new BinanceDecoder([instrument], sink, 'binance');
    const see = (text: string): void => void decoder.decode(Buffer.from(text), clock.nowUs());
    const asks = (first: number, last: number, qty: string) =>
      Array.from({ length: last - first + 1 }, (_, at) => [`${first + at}.00`, qty]);
    const change = (id: number, a: readonly (readonly string[])[]): string =>
      JSON.stringify({
        stream: 'aaabbb@depth@100ms',
        data: { e: 'depthUpdate', E: 1, s: 'AAABBB', U: id, u: id, b: [], a },
      });
    const body = { lastUpdateId: 100, bids: [['0.10', '1']], asks: asks(1, 1_000, '1') };
    see(snapshotFrame('AAABBB', JSON.stringify(body), 1_000));
    const market = { store, instruments: [instrument], bookFrame: (id: number) => decoder.bookFrame(id) };
    const recorder = await MarketRecorder.start(folder, market, clock, (error) => {
      throw error;
    });
    // 1,200.00 lies behind what is known: nothing is shown of it, here or there.
    const changes = [[['1200.00', '1']], asks(1, 150, '0'), asks(151, 980, '0')];
    for (const [at, rows] of changes.entries()) {
      clock.advanceTo(START_US + (at + 1) * 100_000);
      recorder.raw(clock.nowUs(), change(101 + at, rows));
      see(change(101 + at, rows));
    }
    await recorder.stop();
    const out = join(folder, 'part.jsonl');
    const [name = ''] = readdirSync(folder);
    await trimRecording({ logs: [join(folder, name)], out, fromUs: START_US + 150_000 });
    for (const one of [store, await replayed(join(folder, name)), await replayed(out)]) {
      const { askCount, bestAsk, bidCount } = one.book(0);
      expect([one.sync(0).state, bestAsk, askCount, bidCount]).toEqual(['live', 98_100, 20, 1]);
    }
  });
});
