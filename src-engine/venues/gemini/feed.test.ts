import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { geminiAdapter } from './adapter.ts';
import { instrumentsFromDetails } from './instruments.ts';
import { GeminiParser } from './parse.ts';
import { geminiMarketRig, ScriptedGemini } from './testing/scripted-market.ts';

const [AAA, BBB] = geminiMarketRig.specs.map(({ symbol }) => symbol) as [string, string];

async function start(prepare: (peer: ScriptedGemini) => void = () => undefined) {
  const peer = new ScriptedGemini();
  prepare(peer);
  const feed = geminiAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(geminiMarketRig, { ...geminiMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher, first: peer.numberOf(AAA) };
}

describe('the feed of Gemini', () => {
  it('takes a change that begins with the last number, and one that begins and ends there, for what follows', async () => {
    const { peer, feed, watcher, first } = await start();
    peer.depth(
      AAA,
      first,
      first + 3,
      [
        ['10.00', '2.000'],
        ['9.00', '5.000'],
      ],
      [],
    );
    peer.depth(AAA, first + 3, first + 3, [], []);
    peer.depth(AAA, first + 3, first + 9, [['10.00', '3.000']], []);
    expect([watcher.state(0), watcher.bidQty(0), watcher.store.book(0).bidCount]).toEqual(['live', 3_000, 2]);
    await feed.stop();
  });

  it('takes no change for the whole book that is one number long, be it right behind the last one or after one that is missing', async () => {
    const { peer, feed, watcher, first } = await start();
    peer.depth(AAA, first + 1, first + 1, [['9.00', '5.000']], []);
    const { bidCount, askCount } = watcher.store.book(0);
    expect([watcher.state(0), bidCount, askCount]).toEqual(['live', 2, 1]);
    peer.depth(AAA, first + 9, first + 9, [['9.00', '5.000']], []);
    expect(watcher.state(0)).toBe('syncing');
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.store.book(0).askCount]).toEqual(['live', 1]);
    await feed.stop();
  });

  it.each([
    ['begins two behind the last number', 2, '10.00'],
    ['comes twice', -4, '10.00'],
    ['crosses the book', 0, '10.01'],
  ])('loses a book by a change that %s, until the next whole one', async (_what, off, price) => {
    const { peer, feed, watcher, first } = await start();
    peer.change(AAA, '2.000');
    peer.depth(AAA, first + 4 + off, first + 8 + off, [[price, '9.000']], []);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    await feed.stop();
  });

  it('takes the first message of a book for the whole of it, even without a level, and replaces what a connection before it knew', async () => {
    const { peer, feed, watcher, first } = await start();
    peer.depth(AAA, first, first + 3, [['9.00', '5.000']], []);
    expect(watcher.store.book(0).bidCount).toBe(2);
    peer.cut();
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.store.book(0).bidCount]).toEqual(['live', 1]);
    peer.whole.set(AAA, [[], []]);
    peer.cut();
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.store.book(0).bidCount]).toEqual(['live', 0]);
    await feed.stop();
  });

  it('leaves a book that was acknowledged and never came, and asks again until it does', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(BBB, 'silent'));
    await watcher.pass(12_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'syncing']);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(1)).toBe('live');
    await feed.stop();
  });

  it('keeps levels behind its window, which come into view as those before them go', async () => {
    const asks = Array.from({ length: 500 }, (_, at) => [String(20 + at), '1.000']);
    const { peer, feed, watcher, first } = await start(
      (made) => void made.whole.set(AAA, [[['10.00', '1.000']], asks]),
    );
    expect(watcher.store.book(0).askCount).toBe(400);
    peer.depth(AAA, first, first + 1, [], [['20', '0']]);
    const { askCount, askPrices } = watcher.store.book(0);
    expect([askCount, askPrices[0], askPrices[399]]).toEqual([400, 2_100, 42_000]);
    await feed.stop();
  });
});

describe('frames of Gemini', () => {
  const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USD', ...GRID }, 0, 'gemini');
  const parser = new GeminiParser(new SymbolIndex([instrument]));

  it('have their time in nanoseconds, and trades the side of the taker', () => {
    const frame = `{"E":1764550512767893123,"s":"${AAA}","t":1,"p":"10.5","q":"0.25","m":true}`;
    expect(parser.parseText(frame, 7)).toMatchObject({
      kind: 'trades',
      trades: [{ side: 'sell', venueUs: 1_764_550_512_767_893 }],
    });
  });

  it.each([
    ['a change without its number', `{"e":"depthUpdate","s":"${AAA}","U":1,"b":[],"a":[]}`, 0, false],
    ['a book without its symbol', '{"e":"depthUpdate","U":1,"u":1,"b":[],"a":[]}', undefined, false],
    ['a frame of no known kind', '{"b":[],"a":[]}', undefined, true],
    ['what is not JSON', '{"e":"depthUp', undefined, true],
    ['a trade without its price', `{"s":"${AAA}","t":1,"p":"x","q":"1","m":true}`, undefined, false],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, text, instrumentId, costsAll) => {
      expect(parser.parseText(text, 7)).toMatchObject({ kind: 'error', instrumentId, costsAll });
    },
  );
});

it('symbols of Gemini have their steps against the names of the fields; perpetuals and odd rows are left out under their names', () => {
  const row = {
    symbol: 'BTCUSD',
    base_currency: 'BTC',
    quote_currency: 'USD',
    tick_size: 1e-8,
    quote_increment: 0.01,
    min_order_size: '0.00001',
    status: 'open',
    product_type: 'spot',
  };
  const { instruments, leftOut } = instrumentsFromDetails([
    row,
    { ...row, symbol: 'ETHUSD', status: 'cancel_only' },
    { ...row, symbol: 'BTCUSDCPERP', product_type: 'swap' },
    { ...row, symbol: 'ODDUSD', quote_increment: 0 },
  ]);
  expect(instruments).toMatchObject([
    { symbol: 'btcusd', tickSize: '0.01', lotSize: '0.00000001', minQty: '0.00001', status: 'online' },
    { symbol: 'ethusd', status: 'cancel_only' },
  ]);
  expect(leftOut).toEqual([
    { name: 'btcusdcperp', reason: 'it is of the type "swap"' },
    { name: 'oddusd', reason: 'quote_increment is 0' },
  ]);
});
