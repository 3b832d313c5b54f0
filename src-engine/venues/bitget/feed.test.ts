import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { bitgetAdapter } from './adapter.ts';
import { instrumentsFromSymbols } from './instruments.ts';
import { BitgetParser } from './parse.ts';
import { bitgetMarketRig, ScriptedBitget } from './testing/scripted-market.ts';

const [AAA] = bitgetMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedBitget) => void = () => undefined) {
  const peer = new ScriptedBitget();
  prepare(peer);
  const feed = bitgetAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(bitgetMarketRig, { ...bitgetMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of Bitget', () => {
  it('keeps numbers above 2^53 apart that one double would hold, and takes a change that begins before the snapshot and ends behind it', async () => {
    const { peer, feed, watcher } = await start();
    peer.book(AAA, 'update', 90, 80, [['10.00', '5.000']], []);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    peer.book(AAA, 'update', 103, 99, [['10.00', '2.000']], []);
    peer.book(AAA, 'update', 104, 103, [['10.00', '3.000']], []);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 3_000]);
    peer.book(AAA, 'update', 106, 105, [['10.00', '4.000']], []);
    expect([watcher.state(0), watcher.bidQty(0), watcher.store.sync(0).gaps]).toEqual(['syncing', 3_000, 1]);
    await feed.stop();
  });

  it.each([
    ['names 0 as the one before it', 103, 0, '9.99'],
    ['crosses the book', 103, 100, '10.01'],
  ])('loses a book by a change that %s, until its next snapshot', async (_what, seq, pseq, price) => {
    const { peer, feed, watcher } = await start();
    peer.change(AAA, '2.000');
    peer.book(AAA, 'update', seq + 3, pseq === 0 ? 0 : pseq + 3, [[price, '1.000']], []);
    expect(watcher.state(0)).toBe('syncing');
    await watcher.pass(2_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    await feed.stop();
  });

  it('leaves a book that was acknowledged and never came, and asks again until it does', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(AAA, 'silent'));
    await watcher.pass(12_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    expect(peer.sent.filter((text) => text.includes('"unsubscribe"'))).toHaveLength(1);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('makes the connection anew where the requests of its hour are used up', async () => {
    const { peer, feed, watcher } = await start();
    // Four requests for books that are lost at once, after a minute without a loss.
    for (let minute = 0; minute < 40 && peer.connections === 1; minute++) {
      for (let loss = 0; loss < 4; loss++) {
        peer.change(AAA, '2.000', 9);
        await watcher.pass(5_000_000);
      }
      await watcher.pass(61_000_000);
    }
    expect(peer.sent.filter((text) => text !== 'ping').length).toBeLessThan(250);
    expect([peer.connections, watcher.state(0)]).toEqual([2, 'live']);
    await feed.stop();
  });

  it('makes the connection anew for a message that may be of any book and cannot be read, and not for one of something else', async () => {
    const { peer, feed, watcher } = await start();
    for (const other of [
      '{"arg":{"instType":"usdt-futures","topic":"books","symbol":"AAAUSDT"},"action":"update","data":[{}]}',
      '{"arg":{"instType":"spot","topic":"ticker","symbol":"AAAUSDT"},"action":"snapshot","data":[7]}',
      '{"arg":{"instType":"spot","topic":"publicTrade","symbol":"AAAUSDT"},"action":"update","data":[7]}',
      '{"arg":{"instType":"spot","topic":"books","symbol":"CCCUSDT"},"action":"update","data":[7]}',
    ])
      peer.say(other);
    await watcher.pass(1_000_000);
    expect([peer.connections, watcher.lost]).toEqual([1, []]);
    peer.say('{"action":"update","data":[{"a":[],"b":[]}]}');
    await watcher.pass(2_000_000);
    expect([peer.connections, watcher.states.slice(2, 4)]).toEqual([2, ['closed', 'connecting']]);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('pings every 20 s however much is sent, asks for ten topics at most, and for 20 books a connection', async () => {
    const peer = new ScriptedBitget();
    const feed = bitgetAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    const instruments = Array.from({ length: 45 }, (_, id) =>
      createInstrument({ symbol: `C${id}USDT`, base: `C${id}`, quote: 'USDT', ...GRID }, id, 'bitget'),
    );
    const watcher = new MarketWatcher(bitgetMarketRig, {
      ...bitgetMarketRig.open(),
      clock: peer.clock,
      feed,
    });
    const nothing = (): void => undefined;
    const silent = { onBook: nothing, onTrade: nothing, onFeed: nothing, onAlive: nothing, onRaw: nothing };
    feed.start(instruments, { ...silent, onBookLost: nothing, onInstrumentStatus: nothing });
    await watcher.pass(21_000_000);
    const asked = peer.sent.flatMap((text) =>
      text === 'ping' ? [] : [JSON.parse(text) as { args: object[] }],
    );
    expect(peer.connections).toBe(3);
    expect(Math.max(...asked.map(({ args }) => args.length))).toBe(10);
    expect(new Set(peer.asked).size).toBe(45);
    expect(peer.sent.filter((text) => text === 'ping').length).toBeGreaterThanOrEqual(3);
    await feed.stop();
  });
});

describe('trades of Bitget', () => {
  it.each([
    ['v3', 'publicTrade', 'symbol', { p: '10.5', v: '0.25', S: 'sell', T: '1736348770627' }],
    ['v2', 'trade', 'instId', { price: '10.5', size: '0.25', side: 'sell', ts: '1736348770627' }],
  ])('are read as %s writes them', (_version, topic, name, row) => {
    const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USDT', ...GRID }, 0, 'bitget');
    const parser = new BitgetParser(new SymbolIndex([instrument]));
    const arg = { instType: 'SPOT', [topic === 'trade' ? 'channel' : 'topic']: topic, [name]: AAA };
    const frame = parser.parseText(JSON.stringify({ action: 'update', arg, data: [row] }), 7);
    expect(frame).toMatchObject({
      kind: 'trades',
      trades: [{ instrumentId: 0, side: 'sell', venueUs: 1_736_348_770_627_000, receivedUs: 7 }],
    });
  });
});

describe('instruments of Bitget', () => {
  const row = {
    symbol: 'AAAUSDT',
    baseCoin: 'AAA',
    quoteCoin: 'USDT',
    minTradeAmount: '0',
    maxTradeAmount: '900000000000000000000',
    takerFeeRate: '0.001',
    pricePrecision: '4',
    quantityPrecision: '2',
    minTradeUSDT: '5',
    status: 'online',
  };

  it('have steps by their counts of digits, and a smallest value in their own quote', () => {
    const rows = [row, { ...row, symbol: 'AAABTC', quoteCoin: 'BTC', status: 'gray' }];
    const { instruments, leftOut } = instrumentsFromSymbols(rows, (coin) =>
      coin === 'BTC' ? 65_000 : undefined,
    );
    expect(leftOut).toEqual([]);
    expect(instruments).toMatchObject([
      {
        symbol: 'AAAUSDT',
        tickSize: '0.0001',
        lotSize: '0.01',
        minQty: '0.01',
        minNotional: '5',
        status: 'online',
      },
      { symbol: 'AAABTC', minNotional: '0.00009', status: 'maintenance', takerFee: '0.001' },
    ]);
  });

  it('that cannot be read are left out under their names, and keep no other out', () => {
    const { instruments, leftOut } = instrumentsFromSymbols([
      row,
      { ...row, symbol: 'AAAEUR', quoteCoin: 'EUR' },
      { ...row, symbol: 'BBBUSDT', pricePrecision: '0.1' },
      { ...row, symbol: 'CCCUSDT', quantityPrecision: undefined },
      7,
    ]);
    expect(instruments).toHaveLength(1);
    expect(leftOut).toEqual([
      { name: 'AAAEUR', reason: expect.stringMatching(/price of EUR in USDT is not known/) },
      { name: 'BBBUSDT', reason: expect.stringMatching(/pricePrecision "0.1" is not a count of digits/) },
      { name: 'CCCUSDT', reason: expect.stringMatching(/quantityPrecision is missing/) },
      { name: '[4]', reason: 'it is not an object' },
    ]);
  });
});
