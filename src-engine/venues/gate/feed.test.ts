import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { gateAdapter } from './adapter.ts';
import { instrumentsFromPairs } from './instruments.ts';
import { GateParser } from './parse.ts';
import { gateMarketRig, ScriptedGate } from './testing/scripted-market.ts';

const [AAA] = gateMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedGate) => void = () => undefined) {
  const peer = new ScriptedGate();
  prepare(peer);
  const feed = gateAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(gateMarketRig, { ...gateMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of Gate', () => {
  it.each([
    ['leaves a number out', { U: 102, u: 103, b: [['10.00', '9.000']] }],
    ['comes twice', { U: 100, u: 100, b: [['10.00', '9.000']] }],
    ['crosses the book', { U: 101, u: 103, b: [['10.01', '9.000']] }],
  ])(
    'loses a book by a change that %s, drops what follows, and takes the next whole one',
    async (_what, odd) => {
      const { peer, feed, watcher } = await start();
      peer.book(AAA, odd);
      expect(watcher.state(0)).toBe('syncing');
      peer.book(AAA, { U: 104, u: 105, b: [['10.00', '8.000']] });
      expect(watcher.state(0)).toBe('syncing');
      await watcher.pass(2_000_000);
      expect([watcher.state(0), watcher.state(1), watcher.bidQty(0)]).toEqual(['live', 'live', 1_000]);
      await feed.stop();
    },
  );

  it('takes a change of one side, and one of no level that only advances the number', async () => {
    const { peer, feed, watcher } = await start();
    peer.book(AAA, { U: 101, u: 101 });
    peer.book(AAA, { U: 102, u: 110, b: [['10.00', '2.000']] });
    expect([watcher.state(0), watcher.bidQty(0), watcher.lost]).toEqual(['live', 2_000, []]);
    await feed.stop();
  });

  it('asks alone for a book that was acknowledged in a batch and never came', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(AAA, 'silent'));
    await watcher.pass(12_000_000);
    peer.sent.length = 0;
    await watcher.pass(20_000_000);
    const asked = peer.sent.filter((text) => text.includes('"spot.obu","event":"subscribe"'));
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.every((text) => text.includes('"payload":["ob.AAA_USDT.50"]'))).toBe(true);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('asks for a book again that stays as it was behind its trades, ever later where that brings nothing', async () => {
    const { peer, feed, watcher } = await start();
    const traded = (): void => {
      const at = { create_time_ms: String(peer.clock.nowUs() / 1_000) };
      const trade = { ...at, side: 'sell', currency_pair: AAA, amount: '1', price: '10' };
      peer.say({ channel: 'spot.trades', event: 'update', result: trade });
    };
    await watcher.pass(5_000_000);
    // The change that belongs to a trade may come before it, or behind it.
    peer.change(AAA, '2.000');
    traded();
    await watcher.pass(4_000_000);
    traded();
    peer.change(AAA, '3.000');
    await watcher.pass(30_000_000);
    expect(watcher.lost).toEqual([]);
    const asked = (): number => peer.asked.filter((symbol) => symbol === AAA).length;
    const before = asked();
    for (let second = 0; second < 200; second++) {
      traded();
      await watcher.pass(1_000_000);
    }
    expect(watcher.lost[0]).toEqual([AAA, 'its next message is overdue: it is asked for again']);
    expect(asked() - before).toBeGreaterThan(1);
    expect(asked() - before).toBeLessThan(6);
    expect(watcher.state(1)).toBe('live');
    await feed.stop();
  });

  it('pings every 15 s by its own message with the time in seconds', async () => {
    const { peer, feed, watcher } = await start();
    peer.sent.length = 0;
    for (let second = 0; second < 31; second++) {
      peer.change(AAA, `${second + 1}.000`);
      await watcher.pass(1_000_000);
    }
    const pings = peer.sent.filter((text) => text.includes('"spot.ping"'));
    expect(pings.map((text) => Object.keys(JSON.parse(text) as object))).toEqual([
      ['time', 'channel'],
      ['time', 'channel'],
    ]);
    await feed.stop();
  });
});

describe('frames of Gate', () => {
  const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USDT', ...GRID }, 0, 'gate');
  const parser = new GateParser(new SymbolIndex([instrument]));
  const read = (frame: object) => parser.parseText(JSON.stringify(frame), 7);

  it('have trades with their time in ms and a fraction of it', () => {
    const result = {
      create_time_ms: '1606292218213.4578',
      side: 'sell',
      currency_pair: AAA,
      amount: '16.4700000000',
      price: '0.4700000000',
    };
    expect(read({ channel: 'spot.trades', event: 'update', result })).toEqual({
      kind: 'trades',
      trades: [
        {
          kind: 'trade',
          instrumentId: 0,
          price: 47,
          qty: 16_470,
          side: 'sell',
          venueUs: 1_606_292_218_213_457,
          receivedUs: 7,
        },
      ],
    });
  });

  it.each([
    ['a book without its pair', { channel: 'spot.obu', event: 'update', result: { full: true, u: 1 } }, true],
    ['a frame without its channel', { event: 'update', result: {} }, true],
    [
      'a book of another run',
      { channel: 'spot.obu', event: 'update', result: { s: 'ob.CCC_USDT.50' } },
      false,
    ],
    [
      'a trade without its price',
      { channel: 'spot.trades', event: 'update', result: { currency_pair: AAA } },
      false,
    ],
  ])('that cannot be read cost all books only where they may be of any: %s', (_what, frame, costsAll) => {
    expect(read(frame)).toMatchObject({ kind: 'error', instrumentId: undefined, costsAll });
  });
});

describe('instruments of Gate', () => {
  const row = {
    id: AAA,
    base: 'AAA',
    quote: 'USDT',
    fee: '0.2',
    min_base_amount: null,
    min_quote_amount: '3',
    amount_precision: 2,
    precision: 5,
    trade_status: 'tradable',
    type: 'normal',
  };

  it('have exact steps, a fee that is a fraction, and no minimum where the venue has none', () => {
    const rows = [row, { ...row, id: 'BBB_USDT', trade_status: 'sellable' }];
    expect(instrumentsFromPairs(rows)).toMatchObject({
      instruments: [
        {
          symbol: AAA,
          tickSize: '0.00001',
          lotSize: '0.01',
          minQty: '0.01',
          minNotional: '3',
          takerFee: '0.002',
        },
        { symbol: 'BBB_USDT', status: 'maintenance' },
      ],
      leftOut: [],
    });
  });

  it('that cannot be traded by the rules of all others are left out under their names', () => {
    const { leftOut } = instrumentsFromPairs([
      row,
      { ...row, id: 'PRE_USDT', type: 'premarket' },
      { ...row, id: 'ODD_USDT', precision: -1 },
    ]);
    expect(leftOut).toEqual([
      { name: 'PRE_USDT', reason: 'it is of the type "premarket"' },
      { name: 'ODD_USDT', reason: 'precision -1 is not a count of digits' },
    ]);
  });
});
