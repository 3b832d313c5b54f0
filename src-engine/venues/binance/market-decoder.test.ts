import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberRanges } from '../../books/book-verifier.ts';
import { BookSync } from '../../books/book-sync.ts';
import { OrderBook } from '../../books/order-book.ts';
import { fromUnits } from '../../domain/decimal.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { plainDecimal } from '../capture/plain-decimal.ts';
import type { MarketSink } from '../market-feed.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { instrumentsFromExchangeInfo } from './instruments.ts';
import { BinanceDecoder } from './market-decoder.ts';
import { BinanceParser, snapshotFrame } from './parse.ts';

type Levels = readonly (readonly [string, string])[];

const SPEC = { base: 'AAA', quote: 'BBB', tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0' };
const INSTRUMENT = createInstrument({ ...SPEC, symbol: 'AAABBB' }, 0, 'binance');

/** A decoder whose books and news can be looked at. */
function rig(instruments: readonly Instrument[] = [INSTRUMENT], depth = 5_000) {
  const syncs = instruments.map(() => new BookSync(new OrderBook(depth), new NumberRanges()));
  const lost: string[] = [];
  const trades: TradePrint[] = [];
  const results: string[] = [];
  let alive = 0;
  const sink: MarketSink = {
    onBook: (update) => void results.push(syncs[update.instrumentId]?.apply(update) ?? 'unknown'),
    onTrade: (trade) => void trades.push(trade),
    onFeed: () => undefined,
    onInstrumentStatus: () => undefined,
    onAlive: () => void alive++,
    onBookLost: (id, reason) => {
      lost.push(reason);
      syncs[id]?.desync(reason);
    },
    onRaw: () => undefined,
  };
  const decoder = new BinanceDecoder(instruments, sink, 'binance');
  const take = (text: string, atUs = 0) => decoder.decode(Buffer.from(text), atUs);
  return { decoder, take, syncs, lost, trades, results, alive: () => alive };
}

const wrapped = (stream: string, data: object): string => JSON.stringify({ stream, data });
const diff = (U: number, u: number, b: Levels, a: Levels = []): string =>
  wrapped('aaabbb@depth@100ms', { e: 'depthUpdate', E: 1_700_000_000_123, s: 'AAABBB', U, u, b, a });
const snapshot = (lastUpdateId: number, bids: Levels, asks: Levels): string =>
  snapshotFrame('AAABBB', JSON.stringify({ lastUpdateId, bids, asks }));

const BIDS: Levels = [['10.00000000', '1.00000000']];
const ASKS: Levels = [['10.50000000', '3.00000000']];

describe('BinanceDecoder', () => {
  it('holds changes until their snapshot is here, drops what it has, and goes on from it without a gap', () => {
    const { take, syncs, results, decoder } = rig();
    for (const frame of [diff(98, 100, [['9.00', '5']]), diff(101, 102, [['9.50', '5']])]) take(frame);
    expect(syncs[0]?.state).toBe('syncing');
    take(snapshot(100, BIDS, ASKS));
    take(diff(103, 105, [['10.00', '0']]));
    // The snapshot and what waited for it are one: what lies between is no longer so.
    expect(results).toEqual(['applied', 'applied']);
    expect(syncs[0]).toMatchObject({ state: 'live', lastSeq: 105, lastVenueUs: 1_700_000_000_123_000 });
    expect(syncs[0]?.book).toMatchObject({ bidCount: 1, bestBid: 950, bestAsk: 1_050 });
    expect(decoder.isJoined(0)).toBe(true);
  });

  it('loses the book at a missing change, and joins the next snapshot with what came since', () => {
    const { take, syncs, lost, decoder } = rig();
    take(snapshot(100, BIDS, ASKS));
    take(diff(102, 103, [['9.00', '5']]));
    expect(lost).toEqual(['changes before update id 102 are missing']);
    expect(decoder.isJoined(0)).toBe(false);
    take(snapshot(100, BIDS, ASKS));
    expect(syncs[0]?.state).toBe('syncing');
    take(snapshot(101, BIDS, ASKS));
    expect(syncs[0]).toMatchObject({ state: 'live', lastSeq: 103 });
  });

  it('shows no level of a snapshot that the changes since have removed, where its known levels ran out meanwhile', () => {
    const { take, syncs, lost } = rig();
    const cut = (id: number, bids: Levels): string =>
      snapshotFrame('AAABBB', JSON.stringify({ lastUpdateId: id, bids, asks: ASKS }), bids.length);
    const bids: Levels = [
      ['10.00', '1'],
      ['9.00', '1'],
    ];
    take(cut(99, bids));
    take(diff(100, 100, [['10.00', '0']]));
    take(diff(101, 101, [['9.00', '0']]));
    expect(lost).toEqual(['every known level of a side is gone: its best price is unknown']);
    // Asked for while the book was live, before 101.
    take(
      cut(100, [
        ['9.00', '1'],
        ['8.00', '2'],
        ['7.00', '2'],
      ]),
    );
    take(diff(102, 102, [['8.00', '3']]));
    expect(syncs[0]?.state === 'live' ? syncs[0].book.bestBid : 800).toBe(800);
  });

  it('loses a book that a change crossed, and goes on from the next snapshot, also where a touch lies over it', () => {
    const { take, syncs, lost, decoder } = rig();
    take(snapshot(100, BIDS, ASKS));
    take(
      wrapped('aaabbb@bookTicker', { u: 109, s: 'AAABBB', b: '10.60', B: '1.000', a: '10.70', A: '1.000' }),
    );
    take(diff(101, 101, [['10.10', '1']]));
    expect([lost, syncs[0]?.state]).toEqual([[], 'live']);
    take(diff(102, 102, [['10.50', '1']]));
    expect(lost).toEqual(['its best bid is not below its best ask']);
    take(snapshot(101, BIDS, ASKS));
    expect([decoder.isJoined(0), syncs[0]?.state]).toEqual([false, 'syncing']);
    take(snapshot(102, BIDS, ASKS));
    expect(syncs[0]).toMatchObject({ state: 'live', lastSeq: 102 });
  });

  it('takes no change for the next one after its connection ended', () => {
    const { take, decoder, syncs } = rig();
    take(snapshot(100, BIDS, ASKS));
    decoder.loseAll();
    syncs[0]?.desync('closed');
    take(diff(101, 101, [['9.00', '5']]));
    expect(syncs[0]?.state).toBe('syncing');
    take(snapshot(100, BIDS, ASKS));
    expect(syncs[0]).toMatchObject({ state: 'live', lastSeq: 101 });
  });

  it('loses one book, by name, to a row that cannot be read; a trade that cannot be read costs none', () => {
    const { take, lost } = rig();
    take(snapshot(100, BIDS, ASKS));
    for (const row of [['9.005', '1'], ['x', '1'], ['9', '-1'], ['0', '1'], ['9'], [9, 1], '9']) {
      const frame = take(
        wrapped('s', { e: 'depthUpdate', E: 1, s: 'AAABBB', U: 101, u: 101, b: [row], a: [] }),
      );
      expect(frame).toMatchObject({ kind: 'error', instrumentId: 0 });
    }
    expect(lost).toHaveLength(7);
    expect(lost[0]).toBe('AAABBB: 9.005 is off the grid');
    const trade = take(wrapped('s', { e: 'trade', s: 'AAABBB', p: 'x', q: '1', T: 1, m: true }));
    expect(trade).toMatchObject({ kind: 'error', instrumentId: undefined });
  });

  it('keeps a level whose quantity is off today’s lot, cut down; and one above what a book can count, at that most', () => {
    const { take, syncs, lost } = rig();
    take(snapshot(100, [['10.00', '0.99990000']], [['10.50', '99999999999999.00000000']]));
    take(diff(101, 101, [['9.99', '0.00010000']]));
    expect(lost).toEqual([]);
    const book = syncs[0]?.book;
    expect(book?.bidQtys[0]).toBe(999);
    expect(book?.askQtys[0]).toBe(Number.MAX_SAFE_INTEGER);
    // Less than a lot is nothing that could be traded.
    expect(book?.bidCount).toBe(1);
  });

  it('reads trades with the taker’s side, answers, and the end that the venue announces', () => {
    const { take, trades } = rig();
    take(
      wrapped('aaabbb@trade', { e: 'trade', E: 2, s: 'AAABBB', t: 1, p: '10.10', q: '0.500', T: 5, m: true }),
    );
    expect(trades).toMatchObject([{ price: 1_010, qty: 500, side: 'sell', venueUs: 5_000 }]);
    expect(take('{"result":null,"id":7}')).toEqual({ kind: 'ack', id: 7, code: 0, error: '' });
    expect(take('{"id":7,"error":{"code":2,"msg":"Invalid request"}}')).toMatchObject({
      code: 2,
      error: 'Invalid request',
    });
    expect(take('{"e":"serverShutdown","E":1}')).toEqual({ kind: 'shutdown' });
    expect(take('{"e":"24hrTicker","s":"AAABBB","u":1,"b":"1","B":"1","a":"2","A":"1"}')).toEqual({
      kind: 'other',
    });
    expect(take('{"stream":"x')).toMatchObject({
      kind: 'error',
      code: 'bad-layout',
      instrumentId: undefined,
    });
  });

  it('reads every change alike by the short way, from inside of a JSON string, and by the general way', () => {
    const text = (places: number) =>
      fc
        .tuple(fc.integer({ min: 1, max: 900_000 }), fc.integer({ min: 0, max: 10 ** places - 1 }))
        .map(([whole, part]) => `${whole}.${String(part).padStart(places, '0').padEnd(8, '0')}`);
    const levels = fc.array(fc.tuple(text(2), text(3)), { maxLength: 30 });
    const id = fc.integer({ min: 0, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(id, id, levels, levels, fc.boolean(), (U, u, b, a, isBare) => {
        const data = { e: 'depthUpdate', E: 1_700_000_000_123, s: 'AAABBB', U, u, b, a };
        const frame = isBare ? JSON.stringify(data) : wrapped('aaabbb@depth@100ms', data);
        const [short, escaped, general] = [1, 2, 3].map(
          () => new BinanceParser(new SymbolIndex([INSTRUMENT])),
        );
        const quoted = Buffer.from(JSON.stringify(frame));
        expect(short?.parse(Buffer.from(frame), 5)).toEqual({ kind: 'depth' });
        expect(escaped?.parseEscaped(quoted, 1, quoted.length - 1, 5)).toEqual({ kind: 'depth' });
        expect(general?.parseText(frame, 5)).toEqual({ kind: 'depth' });
        for (const parser of [short, escaped]) {
          expect(parser?.firstId).toBe(general?.firstId);
          expect(contentOf(parser)).toEqual(contentOf(general));
        }
      }),
    );
  });
});

function contentOf(parser: BinanceParser | undefined): unknown {
  const { bidCount, askCount, bidPrices, bidQtys, askPrices, askQtys, ...rest } =
    parser?.update ?? new BinanceParser(new SymbolIndex()).update;
  return {
    ...rest,
    bids: [bidPrices.slice(0, bidCount), bidQtys.slice(0, bidCount)],
    asks: [askPrices.slice(0, askCount), askQtys.slice(0, askCount)],
  };
}

describe.runIf(HAS_SHARED_DATA)('BinanceDecoder on recorded markets', () => {
  it.each(['BINANCE', 'BINANCE_US'])('ends with the known book of every symbol of %s', (name) => {
    type Line = { readonly t: string; readonly url?: string; readonly data?: string };
    const lines = gunzipSync(readFileSync(sharedFile(`venues/${name}.jsonl.gz`)))
      .toString('utf8')
      .trim()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line) as Line);
    const info = records.find(({ url }) => url?.endsWith('/exchangeInfo') === true);
    const listing = instrumentsFromExchangeInfo(JSON.parse(info?.data ?? '{}'));
    expect(listing.leftOut).toEqual([]);
    const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as Record<
      string,
      {
        readonly symbols: Readonly<
          Record<
            string,
            {
              readonly finalBid: [string, string];
              readonly finalAsk: [string, string];
              readonly lastUpdateId: number;
            }
          >
        >;
      }
    >;
    const known = answers[name]?.symbols ?? {};
    const instruments = listing.instruments
      .filter(({ symbol }) => symbol in known)
      .map((spec, id) => createInstrument(spec, id, 'binance'));
    expect(instruments).toHaveLength(Object.keys(known).length);
    const { take, syncs, lost } = rig(instruments);
    for (const { t, url, data } of records) {
      const symbol = url === undefined ? null : new URL(url).searchParams.get('symbol');
      if (t === 'recv') take(data ?? '');
      else if (symbol !== null) take(snapshotFrame(symbol, data ?? ''));
    }
    expect(lost).toEqual([]);
    for (const { id, symbol, priceDecimals, qtyDecimals } of instruments) {
      const { book, state, lastSeq } = syncs[id] as BookSync;
      const level = (price: number, qty: number) => [
        fromUnits(price, priceDecimals).toFixed(),
        fromUnits(qty, qtyDecimals).toFixed(),
      ];
      const { finalBid, finalAsk, lastUpdateId } = known[symbol] as (typeof known)[string];
      expect({ symbol, state, lastSeq }).toEqual({ symbol, state: 'live', lastSeq: lastUpdateId });
      // The last touch may be younger than the last change.
      syncs[id]?.readLadder(() => {
        expect(level(book.bestBid, book.bidQtys[0] ?? 0)).toEqual(finalBid.map(plainDecimal));
        expect(level(book.bestAsk, book.askQtys[0] ?? 0)).toEqual(finalAsk.map(plainDecimal));
      });
    }
  });
});
