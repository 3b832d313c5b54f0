import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { GRID, MarketWatcher } from '../conformance/testing/market-rig.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { bitstampAdapter } from './adapter.ts';
import { instrumentsFromMarkets } from './instruments.ts';
import { BitstampParser } from './parse.ts';
import { bitstampMarketRig, ScriptedBitstamp } from './testing/scripted-market.ts';

const [AAA] = bitstampMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(
  prepare: (peer: ScriptedBitstamp) => void = () => undefined,
  peer = new ScriptedBitstamp(),
) {
  prepare(peer);
  const feed = bitstampAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(bitstampMarketRig, {
    ...bitstampMarketRig.open(),
    clock: peer.clock,
    feed,
  });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of Bitstamp', () => {
  it('replaces a book with each message: a level that the next one does not have is gone', async () => {
    const { peer, feed, watcher } = await start();
    peer.book(AAA, [
      ['10.00', '2.000'],
      ['9.99', '3.000'],
      ['0.00', '7.000'],
    ]);
    expect([watcher.bidQty(0), watcher.store.book(0).bidCount]).toEqual([2_000, 2]);
    peer.book(AAA, [['9.99', '4.000']]);
    expect([watcher.bidQty(0), watcher.store.book(0).bidCount, watcher.lost]).toEqual([4_000, 1, []]);
    await feed.stop();
  });

  it('waits for the next message of a lost book, and asks again where it does not come', async () => {
    const { peer, feed, watcher } = await start();
    peer.book(AAA, [['10.01', '9.000']]);
    await watcher.pass(4_000_000);
    expect([watcher.state(0), peer.asked.filter((symbol) => symbol === AAA)]).toEqual(['syncing', [AAA]]);
    peer.book(AAA, [['10.00', '3.000']]);
    await watcher.pass(30_000_000);
    expect([watcher.bidQty(0), peer.asked.filter((symbol) => symbol === AAA)]).toEqual([3_000, [AAA]]);
    peer.book(AAA, [['10.01', '9.000']]);
    await watcher.pass(7_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    expect(peer.asked.filter((symbol) => symbol === AAA)).toHaveLength(2);
    await feed.stop();
  });

  it('shows no book whose subscription has ended, though its last message came late', async () => {
    class Late extends ScriptedBitstamp {
      protected override take(text: string): void {
        if (text.includes('bts:unsubscribe')) {
          this.book(AAA, [['10.00', '7.000']]);
          this.ways.set(AAA, 'silent');
        }
        super.take(text);
      }
    }
    const { peer, feed, watcher } = await start(undefined, new Late());
    peer.book(AAA, [['10.01', '9.000']]);
    await watcher.pass(6_000_000);
    expect([watcher.bidQty(0), watcher.state(0)]).toEqual([7_000, 'syncing']);
    expect(watcher.lost.at(-1)).toEqual([AAA, 'its subscription ended: it is asked for again']);
    await feed.stop();
  });

  it('makes a connection anew when the venue asks for it, and subscribes to all again', async () => {
    const { peer, feed, watcher } = await start();
    peer.say({ event: 'bts:request_reconnect', channel: '', data: '' });
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'syncing']);
    await watcher.pass(3_000_000);
    expect([peer.connections, watcher.state(0), watcher.state(1)]).toEqual([2, 'live', 'live']);
    await feed.stop();
  });

  it('leaves a market that was acknowledged and never came, and asks again until it does', async () => {
    const { peer, feed, watcher } = await start((made) => void made.ways.set(AAA, 'silent'));
    await watcher.pass(12_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    expect(peer.sent.filter((text) => text.includes('bts:unsubscribe'))).toHaveLength(1);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('takes its time from the date of an answer, to within a second', async () => {
    const peer = new ScriptedBitstamp();
    const { timeUs, stepUs } = await bitstampAdapter.readTime({
      clock: peer.clock,
      network: peer,
      random: () => 0,
    });
    expect([timeUs, stepUs]).toEqual([1_700_000_000_000_000, 1_000_000]);
  });
});

describe('frames of Bitstamp', () => {
  const instrument = createInstrument({ symbol: AAA, base: 'AAA', quote: 'USD', ...GRID }, 0, 'bitstamp');
  const parser = new BitstampParser(new SymbolIndex([instrument]));
  const read = (frame: object) => parser.parseText(JSON.stringify(frame), 7);

  it.each([
    [0, 'buy'],
    [1, 'sell'],
  ])('have trades of the type %i, in which the taker chose to %s', (type, side) => {
    const data = {
      price: 1,
      price_str: '10.5',
      amount_str: '0.25',
      type,
      microtimestamp: '1772723751946000',
    };
    expect(read({ data, channel: `live_trades_${AAA}`, event: 'trade' })).toMatchObject({
      kind: 'trades',
      trades: [{ side, venueUs: 1_772_723_751_946_000 }],
    });
  });

  it.each([
    ['a book without its data', { event: 'data', channel: `order_book_${AAA}`, data: 7 }, 0, false],
    ['data without their channel', { event: 'data', data: {} }, undefined, true],
    ['a book of another run', { event: 'data', channel: 'order_book_cccusd', data: {} }, undefined, false],
    [
      'a trade without its price',
      { event: 'trade', channel: `live_trades_${AAA}`, data: {} },
      undefined,
      false,
    ],
  ])(
    'that cannot be read cost their own book, or all where they may be of any: %s',
    (_what, frame, instrumentId, costsAll) => {
      expect(read(frame)).toMatchObject({ kind: 'error', instrumentId, costsAll });
    },
  );
});

it('markets of Bitstamp have steps by their counts of digits; perpetuals and odd rows are left out under their names', () => {
  const row = {
    market_symbol: 'btcusd',
    base_currency: 'BTC',
    base_decimals: 8,
    counter_currency: 'USD',
    counter_decimals: 0,
    minimum_order_value: '10',
    trading: 'Enabled',
    market_type: 'SPOT',
  };
  const { instruments, leftOut } = instrumentsFromMarkets([
    row,
    { ...row, market_symbol: 'btceur', trading: 'Disabled' },
    { ...row, market_symbol: 'btcusd-perp', market_type: 'PERPETUAL' },
    { ...row, market_symbol: 'oddusd', minimum_order_value: '10 USD' },
  ]);
  expect(instruments).toMatchObject([
    { symbol: 'btcusd', tickSize: '1', lotSize: '0.00000001', minQty: '0.00000001', minNotional: '10' },
    { symbol: 'btceur', status: 'maintenance' },
  ]);
  // Orders of before the price had no digits stay in the book.
  expect(instruments[0]?.priceDecimals).toBe(2);
  expect(leftOut).toEqual([
    { name: 'btcusd-perp', reason: 'it is a market of the type "PERPETUAL"' },
    { name: 'oddusd', reason: 'minimum_order_value "10 USD" is not a decimal' },
  ]);
});
