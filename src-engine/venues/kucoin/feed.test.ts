import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { MarketWatcher } from '../conformance/testing/market-rig.ts';
import { kucoinAdapter } from './adapter.ts';
import { MAX_INSTRUMENTS } from './feed.ts';
import { kucoinMarketRig, ScriptedKucoin } from './testing/scripted-market.ts';

const [AAA, BBB] = kucoinMarketRig.specs.map(({ symbol }) => symbol) as [string, string];

/** Asks of 1.00 to 100.00. */
const hundred = (qty = '1') => Array.from({ length: 100 }, (_, at) => [`${at + 1}.00`, qty] as const);

async function start(prepare: (peer: ScriptedKucoin) => void = () => undefined) {
  const peer = new ScriptedKucoin();
  prepare(peer);
  const feed = kucoinAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(kucoinMarketRig, { ...kucoinMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, feed, watcher };
}

describe('the feed of KuCoin', () => {
  it('takes a token of its own for each connection, and sends nothing before the welcome', async () => {
    const { peer, feed, watcher } = await start((made) => (made.isCold = true));
    expect([watcher.states, peer.sent]).toEqual([['connecting'], []]);
    peer.isCold = false;
    peer.say({ id: 'x', type: 'welcome' });
    await watcher.pass(3_000_000);
    expect(watcher.state(0)).toBe('live');
    peer.cut();
    await watcher.pass(5_000_000);
    expect(watcher.states).toEqual(['connecting', 'open', 'closed', 'connecting', 'open']);
    expect(watcher.state(0)).toBe('live');
    const queries = peer.urls.map((url) => new URL(url).searchParams);
    expect(queries.map((query) => query.get('token'))).toEqual(['token-1', 'token-2']);
    expect(queries.every((query) => (query.get('connectId') ?? '') !== '')).toBe(true);
    await feed.stop();
  });

  it('without a token there is no connection: it is tried again, ever later, and says why', async () => {
    const { peer, feed, watcher } = await start((made) => (made.hasNoTokens = true));
    await watcher.pass(60_000_000);
    expect(peer.urls).toEqual([]);
    const attempts = watcher.states.filter((state) => state === 'connecting').length;
    expect(attempts).toBeGreaterThan(2);
    expect(attempts).toBeLessThan(15);
    peer.hasNoTokens = false;
    await watcher.pass(40_000_000);
    expect(watcher.state(0)).toBe('live');
    await feed.stop();
  });

  it('a stop before there is a token ends all', async () => {
    const { peer, feed } = await start((made) => (made.hasNoTokens = true));
    await feed.stop();
    peer.hasNoTokens = false;
    peer.clock.advanceTo(peer.clock.nowUs() + 100_000_000);
    expect(peer.urls).toEqual([]);
  });

  it('pings more often than the server asks, however much it sends', async () => {
    const { peer, feed, watcher } = await start();
    peer.sent.length = 0;
    for (let second = 0; second < 60; second++) {
      peer.change(AAA, `${second + 1}.000`);
      await watcher.pass(1_000_000);
    }
    const pings = peer.requests.filter(({ type }) => type === 'ping').length;
    expect([pings, watcher.lost]).toEqual([4, []]);
    await feed.stop();
  });

  it('asks for books by name in batches of 100, for 300 at most, and for trades where there is room', async () => {
    const peer = new ScriptedKucoin();
    const feed = kucoinAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    const watcher = new MarketWatcher(kucoinMarketRig, {
      ...kucoinMarketRig.open(),
      clock: peer.clock,
      feed,
    });
    const grid = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0' };
    const listed = Array.from({ length: MAX_INSTRUMENTS - 1 }, (_, id) =>
      createInstrument({ symbol: `C${id}-USDT`, base: `C${id}`, quote: 'USDT', ...grid }, id, 'kucoin'),
    );
    const quiet = { onBook: () => undefined, onTrade: () => undefined, onRaw: () => undefined };
    const deaf = { onFeed: () => undefined, onAlive: () => undefined, onBookLost: () => undefined };
    feed.start(listed, { ...quiet, ...deaf, onInstrumentStatus: () => undefined });
    await watcher.pass(4_000_000);
    const asked = peer.requests.flatMap(({ type, topic = '' }) => (type === 'subscribe' ? [topic] : []));
    expect(asked.map((topic) => [topic.split(':')[0], topic.split(',').length])).toEqual([
      ['/market/level2', 100],
      ['/market/match', 1],
      ['/market/level2', 100],
      ['/market/level2', 99],
    ]);
    await feed.stop();
    const more = [...listed, ...listed.slice(0, 2)];
    const other = kucoinAdapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
    expect(() => other.start(more, watcher)).toThrow(/301.*pairs of KuCoin are more.*at most 300/);
  });

  it('loses a crossed book, and asks for the order book that it goes on from', async () => {
    const { peer, feed, watcher } = await start();
    peer.changeLevels(AAA, [['10.02', '1.000']], []);
    expect(watcher.lost).toEqual([[AAA, 'its best bid is not below its best ask']]);
    const asked = peer.restBooks.length;
    await watcher.pass(3_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 1_000]);
    expect(peer.restBooks.slice(asked)).toEqual([AAA]);
    await feed.stop();
  });

  it('finds a topic that was acknowledged and is not served, by an order book that went on without it', async () => {
    const { peer, feed, watcher } = await start();
    peer.change(BBB, '2.000');
    peer.ahead = 3;
    await watcher.pass(30_000_000);
    expect(watcher.lost).toEqual([[AAA, expect.stringMatching(/sends none of its changes/)]]);
    const left = peer.requests.filter(({ type }) => type === 'unsubscribe').map(({ topic }) => topic);
    expect(left).toEqual([`/market/level2:${AAA}`]);
    await feed.stop();
  });

  it('keeps every known level behind its window, and shows none behind which others may be missing', async () => {
    const { peer, feed, watcher } = await start((made) => made.levels.set(AAA, [[['0.10', '1']], hundred()]));
    const best = () => [watcher.state(0), watcher.store.book(0).askCount, watcher.store.book(0).askPrices[0]];
    expect(best()).toEqual(['live', 100, 100]);
    peer.changeLevels(AAA, [], [['0.50', '1']]);
    peer.changeLevels(AAA, [], [['0.50', '0']]);
    peer.held = [];
    peer.changeLevels(AAA, [], hundred('0').slice(0, 99));
    peer.changeLevels(AAA, [], [['130.00', '1']]);
    expect(best()).toEqual(['live', 1, 10_000]);
    peer.changeLevels(AAA, [], [['100.00', '0']]);
    expect(watcher.lost).toEqual([[AAA, expect.stringMatching(/best price is unknown/)]]);
    expect(watcher.state(0)).toBe('syncing');
    await feed.stop();
  });

  it('asks for an order book before it runs out of levels, and joins it without going back', async () => {
    const { peer, feed, watcher } = await start((made) => made.levels.set(AAA, [[['0.10', '1']], hundred()]));
    peer.changeLevels(AAA, [], hundred('0').slice(0, 50));
    await watcher.pass(2_000_000);
    expect(peer.restBooks.filter((symbol) => symbol === AAA)).toHaveLength(1);
    peer.held = [];
    peer.changeLevels(AAA, [], [['51.00', '0']]);
    // The order book is of now; the change behind it comes before its answer does.
    const left = hundred().slice(51);
    peer.levels.set(AAA, [
      [['0.10', '1']],
      [...left, ...Array.from({ length: 51 }, (_, at) => [`${101 + at}.00`, '2'] as const)],
    ]);
    await watcher.pass(2_000_000);
    peer.changeLevels(AAA, [], [['52.00', '0']]);
    const seen: number[] = [];
    watcher.onBook = (update) => {
      watcher.store.apply(update);
      seen.push(watcher.store.book(0).askPrices[0] as number);
    };
    for (const answer of peer.held) answer();
    await watcher.pass(2_000_000);
    expect(seen).toEqual([5_300]);
    expect([watcher.state(0), watcher.store.book(0).askCount, watcher.lost]).toEqual(['live', 99, []]);
    expect(peer.restBooks.filter((symbol) => symbol === AAA)).toHaveLength(2);
    await feed.stop();
  });

  it('is not taken back by an order book that is older than what the stream has brought', async () => {
    const { peer, feed, watcher } = await start();
    peer.held = [];
    await watcher.pass(20_000_000);
    peer.change(AAA, '7.000');
    peer.change(AAA, '8.000');
    for (const answer of peer.held) answer();
    await watcher.pass(1_000_000);
    expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 8_000]);
    // Its changes come: it is not watched as one whose topic may be silent.
    const before = peer.restBooks.filter((symbol) => symbol === AAA).length;
    peer.held = undefined;
    await watcher.pass(60_000_000);
    expect(peer.restBooks.filter((symbol) => symbol === AAA)).toHaveLength(before);
    await feed.stop();
  });

  it('loses no live book to a question for its order book that fails', async () => {
    const { peer, feed, watcher } = await start();
    peer.hasNoBooks = true;
    await watcher.pass(20_000_000);
    expect([peer.restBooks.length > 2, watcher.lost, watcher.state(0)]).toEqual([true, [], 'live']);
    await feed.stop();
  });

  it('leaves a market alone that is only quiet: its order book stays as it was', async () => {
    const { peer, feed, watcher } = await start();
    await watcher.pass(600_000_000);
    expect([watcher.lost, watcher.state(0), watcher.state(1)]).toEqual([[], 'live', 'live']);
    expect(peer.restBooks.length).toBeLessThan(20);
    await feed.stop();
  });

  it('shows the status that the venue reports', async () => {
    const { peer, feed, watcher } = await start();
    const statuses: string[] = [];
    watcher.onFeed = ({ venueStatus }) => void statuses.push(venueStatus);
    for (const status of ['cancelonly', 'close', 'elsewhere', 'open']) {
      peer.status = status;
      await watcher.pass(61_000_000);
    }
    expect(statuses).toEqual(['cancel_only', 'maintenance', 'elsewhere', 'online']);
    await feed.stop();
  });
});
