import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { bitfinexAdapter } from './adapter.ts';
import { Channels, namedFrame } from './channels.ts';
import { instrumentsFromConf } from './instruments.ts';
import { BitfinexParser } from './parse.ts';
import { bitfinexMarketRig, ScriptedBitfinex } from './testing/scripted-market.ts';
import { WrittenSide } from './written-side.ts';

const [AAA, BBB] = bitfinexMarketRig.specs.map(({ symbol }) => symbol) as [string, string];

async function start(prepare: (peer: ScriptedBitfinex) => void = () => undefined) {
  const peer = new ScriptedBitfinex();
  prepare(peer);
  const feed = bitfinexAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(bitfinexMarketRig, {
    ...bitfinexMarketRig.open(),
    clock: peer.clock,
    feed,
  });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of Bitfinex', () => {
  it('asks for numbers and checksums in one mask, then for a channel a request', async () => {
    const { peer, feed } = await start();
    const requests = peer.sent.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(requests.slice(0, 3)).toEqual([
      { event: 'conf', flags: 196_608 },
      { event: 'subscribe', channel: 'book', symbol: AAA, prec: 'P0', freq: 'F0', len: '100' },
      { event: 'subscribe', channel: 'trades', symbol: AAA },
    ]);
    await feed.stop();
  });

  it.each([
    ['is missing', (peer: ScriptedBitfinex) => peer.change(AAA, '9.000', 1)],
    ['comes twice', (peer: ScriptedBitfinex) => peer.change(AAA, '9.000', -1)],
    ['has no number', (peer: ScriptedBitfinex) => peer.say(`[${peer.idOf('book', AAA)},[10,1,9]]`)],
    ['is of a channel that is not open', (peer: ScriptedBitfinex) => peer.array(7, '[10,1,9]')],
    ['says that the server restarts', (peer: ScriptedBitfinex) => peer.say({ event: 'info', code: 20_051 })],
  ])('makes the connection anew, all books with it, where a message %s', async (_what, odd) => {
    const { peer, feed, watcher } = await start();
    watcher.raw.length = 0;
    odd(peer);
    expect([watcher.states.at(-1), watcher.state(0), watcher.state(1)]).toEqual([
      'closed',
      'syncing',
      'syncing',
    ]);
    // What does not follow is in no recording, as the run did not see it.
    expect(watcher.raw.some(({ text }) => text.includes('[10,1,9]') && !text.includes('[7,'))).toBe(false);
    await watcher.pass(10_000_000);
    expect([watcher.state(0), watcher.state(1), watcher.bidQty(0)]).toEqual(['live', 'live', 1_000]);
    await feed.stop();
  });

  it('takes a checksum that agrees for a message without a level, and leaves a book whose checksum differs by the number of its channel', async () => {
    const { peer, feed, watcher } = await start();
    peer.change(AAA, '2.500');
    peer.checksum(AAA);
    expect([watcher.state(0), watcher.bidQty(0), watcher.lost]).toEqual(['live', 2_500, []]);
    const chanId = peer.idOf('book', AAA);
    peer.sent.length = 0;
    peer.checksum(AAA, true);
    expect(watcher.lost).toMatchObject([
      [AAA, expect.stringMatching(/^tAAAUSD: checksum -?\d+ announced, /)],
    ]);
    await watcher.pass(1_000_000);
    expect(peer.sent[0]).toBe(JSON.stringify({ event: 'unsubscribe', chanId }));
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    await feed.stop();
  });

  it('asks at once for what was never answered, as there is no channel to leave', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(BBB, 'silent'));
    peer.ways.clear();
    await watcher.pass(20_000_000);
    expect(watcher.state(1)).toBe('live');
    await feed.stop();
  });

  it('asks for a book again whose channel is silent while its connection lives', async () => {
    const { peer, feed, watcher } = await start();
    peer.channels.delete(peer.idOf('book', AAA) ?? 0);
    await watcher.pass(45_000_000);
    expect(watcher.lost).toEqual([[AAA, 'its next message is overdue: it is asked for again']]);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('does not stay with a venue that is in maintenance, or that numbers nothing', async () => {
    const { peer, feed, watcher } = await start((made) => (made.status = 0));
    await watcher.pass(5_000_000);
    expect([watcher.state(0), watcher.states.includes('closed')]).toEqual(['syncing', true]);
    peer.status = 1;
    peer.confirms = 'FAILED';
    await watcher.pass(60_000_000);
    expect(watcher.states.at(-1)).not.toBe('open');
    peer.confirms = 'OK';
    await watcher.pass(60_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    await feed.stop();
  });
});

describe('frames of Bitfinex', () => {
  const spec = { symbol: AAA, base: 'AAA', quote: 'USD', ...GRID, tickSize: '0.01', minNotional: '0' };
  const instrument = createInstrument({ ...spec, priceDecimals: 8, qtyDecimals: 3 }, 0, 'bitfinex');

  function opened() {
    const channels = new Channels();
    const parser = new BitfinexParser([instrument], channels);
    channels.opened(5, 'books', AAA);
    channels.opened(6, 'trades', AAA);
    return { channels, parser, read: (text: string) => parser.parse(Buffer.from(text), 7) };
  }

  it('are changes by the sign of the amount and the count, whatever their price, in the short way and in the general one alike', () => {
    const { parser, read } = opened();
    const other = opened();
    read('[5,[[10,1,1],[10.01,2,-1.5]],1]');
    other.read('[5,[[10,1,1],[10.01,2,-1.5]],1]');
    for (const row of [
      '[10,1,2.5]',
      '[10.01,0,-1]',
      '[9.99,3,0.123]',
      '[10.02,1,-7]',
      '[10,0,1]',
      '[0.5,1,1234567.891]',
    ]) {
      expect(read(`[5,${row},2]`)).toEqual({ kind: 'book' });
      other.parser.parseText(namedFrame('books', AAA, `[5,${row},2]`), 7);
      const seen = [parser, other.parser].map(({ update }) => [
        [...update.bidPrices.slice(0, update.bidCount), ...update.bidQtys.slice(0, update.bidCount)],
        [...update.askPrices.slice(0, update.askCount), ...update.askQtys.slice(0, update.askCount)],
      ]);
      expect(seen[0]).toEqual(seen[1]);
    }
  });

  it('leave out a price that is finer than the book counts, and keep its text for the checksum', () => {
    const { parser, read } = opened();
    read('[5,[[10,1,1],[1.2345e-10,1,3],[10.01,1,-1]],1]');
    expect(parser.update.bidCount).toBe(1);
    expect(read('[5,"cs",1,2]')).toMatchObject({ kind: 'error', code: 'bad-checksum', instrumentId: 0 });
  });

  it('are trades once, and none of the past', () => {
    const { read } = opened();
    expect(read('[6,[[401597393,1574694475039,0.005,7244.9]],1]')).toEqual({ kind: 'other' });
    expect(read('[6,"te",[401597395,1574694478808,-0.005,10.01],2]')).toMatchObject({
      kind: 'trades',
      trades: [{ price: 1_001_000_000, qty: 5, side: 'sell', venueUs: 1_574_694_478_808_000 }],
    });
    expect(read('[6,"tu",[401597395,1574694478808,-0.005,10.01],3]')).toEqual({ kind: 'other' });
  });

  it.each([
    ['a level without its count', '[5,[10,1],2]', 0, false],
    ['a level of no amount', '[5,[10,1,0],2]', 0, false],
    ['a price of zero', '[5,[0,1,2],2]', 0, false],
    ['words in place of levels', '[5,"xx",2]', 0, false],
    ['a trade without a price', '[6,"te",[1,2,3],2]', undefined, false],
    ['a channel that is not open', '[9,[10,1,1],2]', undefined, true],
    ['no JSON', '[5,[10,1', undefined, true],
    [
      'a channel that no conversion makes a number',
      '[{"valueOf":1,"toString":1},[10,1,1],2]',
      undefined,
      true,
    ],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, frame, id, costsAll) => {
      const { read } = opened();
      read('[5,[[10,1,1],[10.01,2,-1.5]],1]');
      expect(read(frame)).toMatchObject({ kind: 'error', instrumentId: id, costsAll });
    },
  );

  it('have a checksum of their text that holds through any changes, in both forms of an exponent', () => {
    const { parser, read } = opened();
    read('[5,[[0.0000011,1,2],[7e-7,1,10000],[0.00000111,1,-4847.13]],1]');
    // crc32 of 0.0000011:2:0.00000111:-4847.13:7e-7:10000, and of the same with 0.0000007.
    expect(read('[5,"cs",1774361844,2]').kind).toBe('book');
    expect(read('[5,"cs",1625851259,2]').kind).toBe('book');
    expect(read('[5,"cs",1,2]')).toMatchObject({ code: 'bad-checksum' });
    expect(parser.update.bidCount + parser.update.askCount).toBe(0);
  });

  it.runIf(HAS_SHARED_DATA)('agree with the venue’s own checksum of a real book', () => {
    const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as {
      readonly _bitfinex_checksum_real: { readonly snapshotRaw: string; readonly cs: number };
    };
    const { snapshotRaw, cs } = answers._bitfinex_checksum_real;
    const { read } = opened();
    expect(read(`[5,${snapshotRaw},1]`)).toEqual({ kind: 'book' });
    expect(read('[5,[0.0000011,12,266122.94],2]')).toEqual({ kind: 'book' });
    expect(read(`[5,"cs",${cs},3]`)).toEqual({ kind: 'book' });
    expect(read('[5,"cs",1293492257,4]')).toEqual({ kind: 'book' });
    expect(read('[5,"cs",1293492258,5]')).toMatchObject({ code: 'bad-checksum' });
  });
});

describe('a side as it is written', () => {
  it('stays in order and loses its worst level where it is full', () => {
    const side = new WrittenSide(true);
    const text = Buffer.from('1.52');
    for (let price = 1; price <= 300; price++) expect(side.set(price, text, 0, 3, 3, 4)).toBe(true);
    expect([side.count, side.text(0)]).toEqual([256, '1.5:2']);
    side.set(10, text, 0, 3, 3, 4);
    expect(side.count).toBe(256);
    for (let price = 300; price > 45; price--) side.remove(price);
    side.remove(7);
    expect(side.count).toBe(1);
    side.remove(45);
    expect([side.count, side.set(1, Buffer.alloc(80), 0, 40, 40, 80)]).toEqual([0, false]);
  });
});

describe('instruments of Bitfinex', () => {
  it('are read though a limit of one of them is of no type that converts; without the list of traded pairs none is', () => {
    const odd = { valueOf: 1, toString: 1 };
    const limits = (largest: unknown) => [null, null, null, '0.001', largest];
    const info = [
      ['AAAUSD', limits(odd)],
      ['BBBUSD', limits('1000')],
    ];
    const read = (listed: unknown) =>
      instrumentsFromConf({ conf: [info, listed, [[odd, odd]]], priceOf: () => 10 });
    const { instruments, leftOut } = read(['AAAUSD', 'BBBUSD', odd]);
    expect([instruments.map(({ status }) => status), leftOut]).toEqual([['online', 'online'], []]);
    expect(() => read('no list')).toThrow(/the list of traded pairs: is not a list/);
  });

  const limits = [null, null, null, '0.02', '5000.0', null];
  const listing = (pairs: Readonly<Record<string, number | undefined>>) =>
    instrumentsFromConf({
      conf: [Object.keys(pairs).map((name) => [name, limits]), ['BTCUSD', 'LINK:UST'], [['UST', 'USDt']]],
      priceOf: (symbol) => pairs[symbol.slice(1)],
    });

  it('have prices of five digits, whose step is the coarser one shortly before a power of ten', () => {
    const { instruments, leftOut } = listing({
      BTCUSD: 71_741,
      'LINK:UST': 9_500,
      BFTUSD: 0.068_965,
      DOGUSD: 277_730,
      ODDUSD: undefined,
      'TESTBTC:TESTUSD': 60_000,
    });
    expect(instruments).toMatchObject([
      {
        symbol: 'tBTCUSD',
        base: 'BTC',
        quote: 'USD',
        tickSize: '1',
        lotSize: '0.00000001',
        minQty: '0.02',
        status: 'online',
      },
      { symbol: 'tLINK:UST', base: 'LINK', quote: 'USDT', tickSize: '1', priceDecimals: 4, status: 'online' },
      { symbol: 'tBFTUSD', tickSize: '0.000001', priceDecimals: 10, status: 'maintenance' },
      { symbol: 'tDOGUSD', tickSize: '10', minNotional: '0' },
    ]);
    expect(leftOut.map(({ name }) => name)).toEqual(['tODDUSD', 'tTESTBTC:TESTUSD']);
  });
});
