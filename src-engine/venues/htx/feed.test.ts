import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { htxAdapter } from './adapter.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { HtxParser } from './parse.ts';
import { htxMarketRig, ScriptedHtx } from './testing/scripted-market.ts';

const [AAA] = htxMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedHtx) => void = () => undefined) {
  const peer = new ScriptedHtx();
  prepare(peer);
  const feed = htxAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(htxMarketRig, { ...htxMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

it.each([
  ['invalid topic', true],
  ['the number of subscriptions exceeds the limit', false],
  ['requests are too frequent', false],
])('a bad request of HTX with the text "%s" is final: %s', (text, isFinal) => {
  const frame = JSON.stringify({ id: '3', status: 'error', 'err-code': 'bad-request', 'err-msg': text });
  expect(new HtxParser(new SymbolIndex([])).parseText(frame, 7)).toMatchObject({ kind: 'ack', isFinal });
});

describe('the feed of HTX', () => {
  it('answers a ping at once with its number, and records frames unpacked', async () => {
    const { peer, feed, watcher } = await start();
    peer.sent.length = 0;
    peer.pack({ ping: 1_492_420_473_028 });
    expect(peer.sent).toEqual(['{"pong":1492420473028}']);
    expect(watcher.raw.at(-1)?.text).toBe('{"ping":1492420473028}');
    await feed.stop();
  });

  it.each([
    ['that cannot be unpacked', Buffer.from('no gzip')],
    ['of no topic', gzipSync('{"ch":"market","tick":{}}')],
  ])('makes the connection anew for a message %s', async (_what, bytes) => {
    const { peer, feed, watcher } = await start();
    peer.say(bytes);
    expect(watcher.state(0)).toBe('syncing');
    await watcher.pass(3_000_000);
    expect([peer.connections, watcher.state(0), watcher.state(1)]).toEqual([2, 'live', 'live']);
    await feed.stop();
  });

  it('leaves a book that was acknowledged and never came, and asks again until it does', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(AAA, 'silent'));
    await watcher.pass(12_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('shows the status that the venue reports', async () => {
    const { peer, feed, watcher } = await start((made) => (made.status = 3));
    const statuses: string[] = [];
    watcher.onFeed = ({ venueStatus }) => void statuses.push(venueStatus);
    peer.status = 2;
    await watcher.pass(61_000_000);
    peer.status = 1;
    await watcher.pass(61_000_000);
    expect(statuses).toEqual(['maintenance', 'online']);
    await feed.stop();
  });
});

describe('frames of HTX', () => {
  const instrument = createInstrument(
    { symbol: AAA, base: 'AAA', quote: 'USDT', ...GRID, priceDecimals: 12, qtyDecimals: 3 },
    0,
    'htx',
  );
  const parser = new HtxParser(new SymbolIndex([instrument]));

  it('have numbers with exponents and more digits than a double holds, of which a quantity is cut', () => {
    const tick = '{"bids":[[9.121E-7,26.755973959140651643]],"asks":[]}';
    expect(parser.parseText(`{"ch":"market.${AAA}.mbp.refresh.20","ts":5,"tick":${tick}}`, 7)).toEqual({
      kind: 'book',
    });
    const { bidPrices, bidQtys, bidCount, askCount } = parser.update;
    expect([bidPrices[0], bidQtys[0], bidCount, askCount]).toEqual([912_100, 26_755, 1, 0]);
  });

  it('have trades with the side of the taker', () => {
    const data = '[{"id":1,"ts":1629792192037,"tradeId":1,"amount":0.25,"price":10.5,"direction":"sell"}]';
    expect(
      parser.parseText(`{"ch":"market.${AAA}.trade.detail","ts":5,"tick":{"data":${data}}}`, 7),
    ).toMatchObject({
      kind: 'trades',
      trades: [{ side: 'sell', qty: 250, venueUs: 1_629_792_192_037_000 }],
    });
  });

  it.each([
    ['a book without its tick', `{"ch":"market.${AAA}.mbp.refresh.20","ts":5}`, 0, false],
    ['a book of another run', '{"ch":"market.ccc.mbp.refresh.20","tick":{}}', undefined, false],
    ['trades without a tick', `{"ch":"market.${AAA}.trade.detail"}`, undefined, false],
    ['what is not JSON', '{"ch":"mark', undefined, true],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, text, instrumentId, costsAll) => {
      expect(parser.parseText(text, 7)).toMatchObject({ kind: 'error', instrumentId, costsAll });
    },
  );
});

it('symbols of HTX are read from both lists; leveraged tokens and odd rows are left out under their names', () => {
  const row = {
    symbol: 'aaausdt',
    state: 'online',
    bc: 'aaa',
    qc: 'usdt',
    pp: 4,
    ap: 2,
    minov: 5,
    lominoa: 0.01,
    at: 'enabled',
    tags: '',
  };
  const older = {
    symbol: 'bbbbtc',
    state: 'online',
    'base-currency': 'bbb',
    'quote-currency': 'btc',
    'price-precision': 10,
    'amount-precision': 0,
    'min-order-value': 0.0001,
    'limit-order-min-order-amt': 1,
    'api-trading': 'disabled',
  };
  const { instruments, leftOut } = instrumentsFromSymbols([
    row,
    older,
    { ...row, symbol: 'aaa3lusdt', tags: 'etp,nav' },
    { ...row, symbol: 'oddusdt', pp: null },
  ]);
  expect(instruments).toMatchObject([
    { symbol: 'aaausdt', base: 'AAA', quote: 'USDT', tickSize: '0.0001', lotSize: '0.01', minNotional: '5' },
    {
      symbol: 'bbbbtc',
      tickSize: '0.0000000001',
      lotSize: '1',
      minNotional: '0.0001',
      status: 'maintenance',
    },
  ]);
  expect(leftOut).toEqual([
    { name: 'aaa3lusdt', reason: 'it is a leveraged token' },
    { name: 'oddusdt', reason: 'pp is missing and is not a count of digits' },
  ]);
});
