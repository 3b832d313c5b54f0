import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { cryptocomAdapter } from './adapter.ts';
import { instrumentsFromResult } from './instruments.ts';
import { CryptoComParser } from './parse.ts';
import { cryptocomMarketRig, ScriptedCryptoCom } from './testing/scripted-market.ts';

const [AAA] = cryptocomMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedCryptoCom) => void = () => undefined) {
  const peer = new ScriptedCryptoCom();
  prepare(peer);
  const feed = cryptocomAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(cryptocomMarketRig, {
    ...cryptocomMarketRig.open(),
    clock: peer.clock,
    feed,
  });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of Crypto.com', () => {
  it('asks for nothing in the first second of a connection', async () => {
    const peer = new ScriptedCryptoCom();
    const feed = cryptocomAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    const watcher = new MarketWatcher(cryptocomMarketRig, {
      ...cryptocomMarketRig.open(),
      clock: peer.clock,
      feed,
    });
    feed.start(watcher.instruments, watcher);
    await watcher.pass(999_000);
    expect([watcher.states, peer.sent]).toEqual([['connecting', 'open'], []]);
    await watcher.pass(1_000);
    expect(peer.asked).toEqual(['AAA_USDT', 'BBB_USDT']);
    await feed.stop();
  });

  it('answers a heartbeat at once, under its own id', async () => {
    const { peer, feed } = await start();
    peer.sent.length = 0;
    peer.say({ id: 1_587_523_073_344, method: 'public/heartbeat', code: 0 });
    expect(peer.sent).toEqual(['{"id":1587523073344,"method":"public/respond-heartbeat"}']);
    await feed.stop();
  });

  it('follows empty changes, whose number moved for levels outside of the window, and loses a book by one that does not follow', async () => {
    const { peer, feed, watcher } = await start();
    peer.update(AAA, 107, 100, [], []);
    peer.update(AAA, 108, 107, [['10.00', '2.000', '1']], []);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 2_000]);
    peer.update(AAA, 110, 109, [], []);
    expect([watcher.state(0), watcher.store.sync(0).gaps]).toEqual(['syncing', 1]);
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    await feed.stop();
  });

  it('loses a book whose topic fell silent while its connection lives, and asks for it again', async () => {
    const { peer, feed, watcher } = await start();
    await watcher.pass(60_000_000);
    expect([watcher.lost, peer.asked]).toEqual([[], ['AAA_USDT', 'BBB_USDT']]);
    peer.mute.add(AAA);
    await watcher.pass(11_000_000);
    expect(watcher.state(0)).toBe('live');
    await watcher.pass(6_000_000);
    expect(watcher.lost).toEqual([[AAA, 'its next message is overdue: it is asked for again']]);
    expect(peer.asked).toEqual(['AAA_USDT', 'BBB_USDT', 'AAA_USDT']);
    expect(watcher.state(1)).toBe('live');
    await feed.stop();
  });

  it('loses a crossed book, and leaves one that was acknowledged and never came', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set('BBB_USDT', 'silent'));
    peer.update(AAA, 103, 100, [['10.01', '1.000', '1']], []);
    expect(watcher.state(0)).toBe('syncing');
    await watcher.pass(12_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'syncing']);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(1)).toBe('live');
    await feed.stop();
  });
});

describe('frames of Crypto.com', () => {
  const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USDT', ...GRID }, 0, 'cryptocom');
  const parser = new CryptoComParser(new SymbolIndex([instrument]));
  const read = (result: object) =>
    parser.parseText(JSON.stringify({ id: -1, method: 'subscribe', code: 0, result }), 7);

  it('have trades with the side of the taker', () => {
    const data = [{ d: '1', t: 1_613_581_138_462, p: '10.5', q: '0.25', s: 'SELL', i: AAA }];
    expect(read({ channel: 'trade', instrument_name: AAA, data })).toMatchObject({
      kind: 'trades',
      trades: [{ side: 'sell', venueUs: 1_613_581_138_462_000 }],
    });
  });

  it('of the API before v1 are read digit by digit, and have no number', () => {
    const text = `{"code":0,"method":"subscribe","result":{"instrument_name":"${AAA}","channel":"book","data":[{"bids":[[10.100,4.500,1]],"asks":[[10.2,1,2]],"t":1637709513000}]}}`;
    expect(parser.parseText(text, 7)).toEqual({ kind: 'book' });
    const { bidPrices, bidQtys, seq } = parser.update;
    expect([bidPrices[0], bidQtys[0], seq]).toEqual([1_010, 4_500, -1]);
  });

  it.each([
    [
      'a change without its numbers',
      { channel: 'book.update', instrument_name: AAA, data: [{ update: { bids: [], asks: [] } }] },
      0,
      false,
    ],
    ['data without their channel', { instrument_name: AAA, data: [] }, undefined, true],
    ['a book without its instrument', { channel: 'book', data: [] }, undefined, false],
    ['trades that are no list', { channel: 'trade', instrument_name: AAA }, undefined, false],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, result, instrumentId, costsAll) => {
      expect(read(result)).toMatchObject({ kind: 'error', instrumentId, costsAll });
    },
  );

  it.runIf(HAS_SHARED_DATA)('of the documentation change the book as it says', () => {
    const {
      snapshot,
      update,
      expect: known,
    } = JSON.parse(readFileSync(sharedFile('venues/CRYPTO.COM-book-delta.json'), 'utf8')) as {
      readonly snapshot: { readonly u: number };
      readonly update: { readonly u: number; readonly pu: number };
      readonly expect: object;
    };
    expect(known).toBeTypeOf('object');
    read({ channel: 'book.update', instrument_name: AAA, data: [{ update, ...update, t: 1 }] });
    expect([parser.update.prevSeq, parser.update.seq]).toEqual([snapshot.u, update.u]);
  });
});

it('instruments of Crypto.com have the steps of the list; derivatives are none of them, and odd rows are left out under their names', () => {
  const row = {
    symbol: AAA,
    inst_type: 'CCY_PAIR',
    base_ccy: 'AAA',
    quote_ccy: 'USDT',
    price_tick_size: '0.0001',
    qty_tick_size: '0.5',
    tradable: true,
  };
  const { instruments, leftOut } = instrumentsFromResult({
    data: [
      row,
      { ...row, symbol: 'BBB_USDT', tradable: false },
      { ...row, symbol: 'AAAUSD-PERP', inst_type: 'PERPETUAL_SWAP' },
      { ...row, symbol: 'ODD_USDT', price_tick_size: '0' },
      { ...row, symbol: 'NEW_USDT', inst_type: undefined },
    ],
  });
  expect(instruments).toMatchObject([
    { symbol: AAA, tickSize: '0.0001', lotSize: '0.5', minQty: '0.5', minNotional: '0', status: 'online' },
    { symbol: 'BBB_USDT', status: 'maintenance' },
  ]);
  expect(leftOut).toEqual([
    { name: 'ODD_USDT', reason: 'price_tick_size is 0' },
    { name: 'NEW_USDT', reason: 'it has no inst_type' },
  ]);
});
