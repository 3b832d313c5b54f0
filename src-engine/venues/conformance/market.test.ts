/** What the market data of every adapter must do, whatever its protocol. One line of RIGS a venue. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { binanceMarketRig } from '../binance/testing/scripted-market.ts';
import { bitfinexMarketRig } from '../bitfinex/testing/scripted-market.ts';
import { bitgetMarketRig } from '../bitget/testing/scripted-market.ts';
import { bitstampMarketRig } from '../bitstamp/testing/scripted-market.ts';
import { bybitMarketRig } from '../bybit/testing/scripted-market.ts';
import { coinbaseMarketRig } from '../coinbase/testing/scripted-market.ts';
import { cryptocomMarketRig } from '../cryptocom/testing/scripted-market.ts';
import { gateMarketRig } from '../gate/testing/scripted-market.ts';
import { geminiMarketRig } from '../gemini/testing/scripted-market.ts';
import { htxMarketRig } from '../htx/testing/scripted-market.ts';
import { krakenMarketRig } from '../kraken/testing/scripted-market.ts';
import { mexcMarketRig } from '../mexc/testing/scripted-market.ts';
import { okxMarketRig } from '../okx/testing/scripted-market.ts';
import { kucoinMarketRig } from '../kucoin/testing/scripted-market.ts';
import { ADAPTERS } from '../registry.ts';
import { uniswapV2Adapter, uniswapV3Adapter } from '../uniswap/adapter.ts';
import { poolMarketRig } from '../uniswap/testing/scripted-market.ts';
import { type MarketRig, MarketWatcher } from './testing/market-rig.ts';

const RIGS: readonly (readonly [venue: string, rig: MarketRig])[] = [
  ['kraken', krakenMarketRig],
  ['binance', binanceMarketRig('binance')],
  ['binance-us', binanceMarketRig('binance-us')],
  ['okx', okxMarketRig],
  ['bybit', bybitMarketRig],
  ['kucoin', kucoinMarketRig],
  ['coinbase', coinbaseMarketRig],
  ['bitget', bitgetMarketRig],
  ['gate', gateMarketRig],
  ['bitstamp', bitstampMarketRig],
  ['cryptocom', cryptocomMarketRig],
  ['gemini', geminiMarketRig],
  ['htx', htxMarketRig],
  ['bitfinex', bitfinexMarketRig],
  ['mexc', mexcMarketRig],
  ['uniswap-v2', poolMarketRig(uniswapV2Adapter)],
  ['uniswap-v3', poolMarketRig(uniswapV3Adapter)],
];

it('every venue is tested here', () => {
  expect(RIGS.map(([venue]) => venue)).toEqual(ADAPTERS.map(({ id }) => id));
});

describe.each(RIGS)('%s', (_venue, rig) => {
  const [one, two] = rig.specs.map(({ symbol }) => symbol) as [string, string];

  async function start() {
    const peer = rig.open();
    const watcher = new MarketWatcher(rig, peer);
    await watcher.start();
    return { peer, watcher };
  }

  it('opens the connection, and every book of it lives on its own changes', async () => {
    const { peer, watcher } = await start();
    expect(watcher.states).toEqual(['connecting', 'open']);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    peer.change(one, '2.500');
    peer.change(one, '3.500');
    expect([watcher.bidQty(0), watcher.bidQty(1)]).toEqual([3_500, 1_000]);
    expect(watcher.lost).toEqual([]);
    await peer.feed.stop();
  });

  it('a missed or wrong change loses that book alone, until a fresh snapshot has come', async () => {
    const { peer, watcher } = await start();
    const before = peer.snapshotsAsked(one);
    peer.change(one, '2.500');
    peer.faulty(one, '9.000');
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(3_000_000);
    expect(peer.snapshotsAsked(one)).toBe(rig.areBooksWhole === true ? before : before + 1);
    if (rig.areBooksWhole === true) peer.change(one, '1.000');
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    peer.change(one, '4.000');
    expect(watcher.bidQty(0)).toBe(4_000);
    await peer.feed.stop();
  });

  it('a frame that cannot be read loses its book with the reason, and no other', async () => {
    const { peer, watcher } = await start();
    peer.unreadable(one);
    expect(watcher.lost).toMatchObject([[one, expect.any(String)]]);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    await watcher.pass(3_000_000);
    if (rig.areBooksWhole === true) peer.change(one, '1.000');
    expect(watcher.state(0)).toBe('live');
    await peer.feed.stop();
  });

  it('a quiet connection is shown to live, and a silent one is given up for another', async () => {
    const { peer, watcher } = await start();
    const before = watcher.alive;
    const connections = peer.connections();
    await watcher.pass(30_000_000);
    expect([watcher.alive > before, peer.connections(), watcher.state(0)]).toEqual([
      true,
      connections,
      'live',
    ]);
    peer.fallSilent();
    await watcher.pass(8_000_000);
    expect(watcher.states.slice(2, 4)).toEqual(['closed', 'connecting']);
    expect([peer.connections() > connections, watcher.state(0), watcher.state(1)]).toEqual([
      true,
      'syncing',
      'syncing',
    ]);
    await peer.feed.stop();
  });

  it('a subscription that is refused for good costs no other its data, is shown, and is not asked for without end', async () => {
    const peer = rig.open();
    peer.subscription(one, 'refuse');
    const watcher = new MarketWatcher(rig, peer);
    await watcher.start();
    await watcher.pass(10_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
    expect(watcher.stops.at(-1)).toMatchObject([one, expect.stringMatching(/^subscription refused: /)]);
    const asked = peer.asked().filter((symbol) => symbol === one).length;
    await watcher.pass(120_000_000);
    expect(peer.asked().filter((symbol) => symbol === one)).toHaveLength(asked);
    await peer.feed.stop();
  });

  it('a venue that is busy is asked again, ever later', async () => {
    const peer = rig.open();
    peer.subscription(one, 'busy');
    const watcher = new MarketWatcher(rig, peer);
    await watcher.start();
    await watcher.pass(30_000_000);
    const asked = peer.asked().filter((symbol) => symbol === one).length;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(40);
    expect(watcher.stops).toEqual([]);
    peer.subscription(one, 'take');
    await watcher.pass(130_000_000);
    expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
    await peer.feed.stop();
  });

  it('an instrument that is closed, changed, or taken off the list in mid-session says so, and no other is touched', async () => {
    const { peer, watcher } = await start();
    await watcher.pass(peer.newsUs);
    watcher.statuses.length = 0;
    peer.list(one, { minNotional: '7' });
    await watcher.pass(peer.newsUs);
    expect(watcher.changes).toMatchObject([[one, { [rig.minimum ?? 'minNotional']: '7' }]]);
    peer.list(one, { status: 'closed' });
    await watcher.pass(peer.newsUs);
    const closed = watcher.statuses.findLast(([symbol]) => symbol === one)?.[1];
    expect(closed).toMatch(/^(maintenance|cancel_only)$/);
    peer.list(one, { tick: '0.0001' });
    await watcher.pass(peer.newsUs);
    expect(watcher.stops.at(-1)).toMatchObject([one, expect.stringMatching(/decimals/)]);
    peer.list(one, undefined);
    await watcher.pass(peer.newsUs);
    expect(watcher.statuses.findLast(([symbol]) => symbol === one)).toEqual([one, 'delisted']);
    expect(watcher.stops.every(([symbol]) => symbol === one)).toBe(true);
    expect(watcher.statuses.filter(([symbol, status]) => symbol === two && status !== 'online')).toEqual([]);
    await peer.feed.stop();
  });

  it('what a recording keeps of a session is replayed to the very same books', async () => {
    const { peer, watcher } = await start();
    peer.change(one, '2.500');
    peer.faulty(two, '9.000');
    await watcher.pass(3_000_000);
    peer.change(two, '0.125');
    await peer.feed.stop();
    const again = new BookStore(watcher.instruments, {
      depth: rig.adapter.bookDepth,
      verifierOf: () => rig.adapter.bookVerifier(),
    });
    const decode = rig.adapter.frames.decoder(
      watcher.instruments,
      {
        onBook: (update) => void again.apply(update),
        onTrade: () => undefined,
        onFeed: () => undefined,
        onAlive: () => undefined,
        onRaw: () => undefined,
        onBookLost: (id, reason) => void again.sync(id).desync(reason),
        onInstrumentStatus: () => undefined,
      },
      rig.adapter.id,
    );
    for (const { text, atUs } of watcher.raw) {
      const line = Buffer.from(JSON.stringify(text));
      decode(line, 1, line.length - 1, atUs);
    }
    const seen = (store: BookStore, id: number) => {
      const { bidCount, bidPrices, bidQtys } = store.book(id);
      return [bidCount, bidPrices.slice(0, bidCount), bidQtys.slice(0, bidCount)];
    };
    for (const id of [0, 1]) expect(seen(again, id)).toEqual(seen(watcher.store, id));
    expect(again.book(1).bidQtys[0]).toBe(125);
  });
});
