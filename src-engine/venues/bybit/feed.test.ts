import { describe, expect, it } from 'vitest';
import { MarketWatcher } from '../conformance/testing/market-rig.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { bybitAdapter } from './adapter.ts';
import { MAX_INSTRUMENTS } from './feed.ts';
import { bybitMarketRig, ScriptedBybit } from './testing/scripted-market.ts';

const [AAA] = bybitMarketRig.specs.map(({ symbol }) => symbol) as [string];

async function start(prepare: (peer: ScriptedBybit) => void = () => undefined) {
  const peer = new ScriptedBybit();
  prepare(peer);
  const feed = bybitAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(bybitMarketRig, { ...bybitMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

const listed = (count: number, symbolOf: (n: number) => string) =>
  Array.from({ length: count }, (_, id) => {
    const grid = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0' };
    return createInstrument({ symbol: symbolOf(id), base: `C${id}`, quote: 'USDT', ...grid }, id, 'bybit');
  });

describe('the feed of Bybit', () => {
  it('asks for at most ten topics at once, and for at most 21,000 characters of them: trades are left out, books never', async () => {
    const peer = new ScriptedBybit();
    const feed = bybitAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    const instruments = listed(MAX_INSTRUMENTS, (n) => `C${n}LONGNAMEUSDT`);
    const watcher = new MarketWatcher(bybitMarketRig, { ...bybitMarketRig.open(), clock: peer.clock, feed });
    feed.start(instruments, { ...sinkOf(watcher), onBook: () => undefined });
    await watcher.pass(20_000_000);
    const asked = peer.requests.filter(({ op }) => op === 'subscribe').map(({ args = [] }) => args);
    expect(Math.max(...asked.map((args) => args.length))).toBe(10);
    const topics = new Set(asked.flat());
    expect(JSON.stringify([...topics]).length).toBeLessThanOrEqual(21_001);
    expect([...topics].filter((topic) => topic.startsWith('orderbook.50.'))).toHaveLength(MAX_INSTRUMENTS);
    expect([...topics].some((topic) => topic.startsWith('publicTrade.'))).toBe(true);
    await feed.stop();
  });

  it.each([
    [MAX_INSTRUMENTS + 1, (n: number) => `C${n}USDT`],
    [MAX_INSTRUMENTS, (n: number) => `C${n}AVERYLONGNAMETHATNOBOOKHASUSDT`],
  ])('refuses %d instruments whose topics are more than a connection carries', (count, symbolOf) => {
    const peer = new ScriptedBybit();
    const feed = bybitAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    const sink = new MarketWatcher(bybitMarketRig, bybitMarketRig.open());
    expect(() => feed.start(listed(count, symbolOf), sink)).toThrow(
      /pairs of Bybit are more than one connection/,
    );
  });

  it('takes a message with the number 1 for a restart that overwrites the book', async () => {
    const { peer, feed, watcher } = await start();
    peer.change(AAA, '2.500');
    peer.book(AAA, 'delta', 1, [['10.00', '7.000']], [['10.01', '1.000']]);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 7_000]);
    peer.book(AAA, 'delta', 2, [['10.00', '8.000']], []);
    expect([watcher.bidQty(0), watcher.lost]).toEqual([8_000, []]);
    await feed.stop();
  });

  it('loses a book by a change that comes twice', async () => {
    const { peer, feed, watcher } = await start();
    peer.book(AAA, 'delta', 101, [['10.00', '2.000']], []);
    peer.book(AAA, 'delta', 101, [['10.00', '2.000']], []);
    expect(watcher.state(0)).toBe('syncing');
    await feed.stop();
  });

  it('pings every 20 s however much is sent, and reads pongs', async () => {
    const { peer, feed, watcher } = await start();
    peer.sent.length = 0;
    for (let second = 0; second < 60; second++) {
      peer.change(AAA, `${second + 1}.000`);
      await watcher.pass(1_000_000);
    }
    expect(peer.requests.filter(({ op }) => op === 'ping').length).toBe(3);
    expect(watcher.lost).toEqual([]);
    await feed.stop();
  });

  it('leaves a book that was acknowledged and never came, and asks again until it does', async () => {
    const { peer, feed, watcher } = await start((made) => made.ways.set(AAA, 'silent'));
    await watcher.pass(12_000_000);
    expect(watcher.state(0)).toBe('syncing');
    expect(peer.requests.filter(({ op }) => op === 'unsubscribe')).toMatchObject([
      { args: [`orderbook.50.${AAA}`] },
    ]);
    peer.ways.clear();
    await watcher.pass(30_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('shows a maintenance of the spot market, and no other', async () => {
    const row = { state: 'ongoing', env: 1, product: [1] };
    const { peer, feed, watcher } = await start((made) => (made.maintenance = [row]));
    const statuses: string[] = [];
    watcher.onFeed = ({ venueStatus }) => void statuses.push(venueStatus);
    await watcher.pass(61_000_000);
    peer.maintenance = [
      { ...row, product: [1, 2] },
      { ...row, state: 'completed', product: [2] },
    ];
    await watcher.pass(61_000_000);
    peer.maintenance = [];
    await watcher.pass(61_000_000);
    expect(statuses).toEqual(['maintenance', 'online']);
    await feed.stop();
  });
});

function sinkOf(watcher: MarketWatcher) {
  return {
    onTrade: () => undefined,
    onFeed: () => undefined,
    onAlive: () => watcher.onAlive(),
    onRaw: () => undefined,
    onBookLost: () => undefined,
    onInstrumentStatus: () => undefined,
  };
}
