/** The feed on a made clock against a scripted venue: what it asks, how often, and what it makes of the answers. */
import { describe, expect, it } from 'vitest';
import { NumberRanges } from '../../books/book-verifier.ts';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument } from '../../domain/instrument.ts';
import type { FeedEvent } from '../../domain/market-data.ts';
import { US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { MarketSink } from '../market-feed.ts';
import type { HttpAnswer } from '../network.ts';
import { BINANCE } from './dialect.ts';
import { BinanceFeed } from './feed.ts';
import { ScriptedVenue, settle } from './testing/scripted-venue.ts';

const GRID = { tickSize: '0.01', lotSize: '0.001', minQty: '0', minNotional: '0' };

function rig(symbols: readonly string[] = ['AAABBB']) {
  const clock = new SimulatedClock(1_700_000_000_000_000);
  const venue = new ScriptedVenue(clock);
  const instruments = symbols.map((symbol, id) =>
    createInstrument({ symbol, base: symbol.slice(0, 3), quote: symbol.slice(3), ...GRID }, id, 'binance'),
  );
  const store = new BookStore(instruments, { depth: 100, verifierOf: () => new NumberRanges() });
  const feeds: FeedEvent['state'][] = [];
  const lost: string[] = [];
  const raw: string[] = [];
  let alive = 0;
  const sink: MarketSink = {
    onBook: (update) => void store.apply(update),
    onTrade: () => undefined,
    onFeed: ({ state, venue: name, reason }) => {
      feeds.push(state);
      if (state !== 'open') store.desyncVenue(name, reason);
    },
    onInstrumentStatus: () => undefined,
    onAlive: () => void alive++,
    onBookLost: (id, reason) => {
      lost.push(reason);
      store.sync(id).desync(reason);
    },
    onRaw: (_atUs, frame) => void raw.push(frame.toString('utf8')),
  };
  const feed = new BinanceFeed({ dialect: BINANCE, clock, network: venue, random: () => 0.5 });
  feed.start(instruments, sink);
  /** Lets promises that are settled have their say, then time. */
  const pass = async (us: number): Promise<void> => {
    const endUs = clock.nowUs() + us;
    for (let nextUs = clock.nextUs; nextUs !== undefined && nextUs <= endUs; nextUs = clock.nextUs) {
      clock.advanceTo(nextUs);
      await settle();
    }
    clock.advanceTo(endUs);
    await settle();
  };
  return { clock, venue, store, feeds, lost, raw, feed, pass, instruments, alive: () => alive };
}

const diff = (U: number, u: number, s = 'AAABBB') => ({
  stream: `${s.toLowerCase()}@depth@100ms`,
  data: { e: 'depthUpdate', E: 1, s, U, u, b: [['10.00', '2.000']], a: [] },
});
const body = (lastUpdateId: number): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ lastUpdateId, bids: [['9.99', '1.000']], asks: [['10.01', '1.000']] }),
});

describe('BinanceFeed', () => {
  it('asks for the snapshot once the venue sends changes, joins them on, and records both word for word', async () => {
    const { venue, store, feeds, raw, pass } = rig();
    expect(venue.urls).toEqual(['wss://stream.binance.com:9443/stream']);
    venue.open();
    expect(venue.sent).toEqual([
      { method: 'SUBSCRIBE', params: ['aaabbb@depth@100ms', 'aaabbb@trade', 'aaabbb@bookTicker'], id: 1 },
    ]);
    await pass(US_PER_SECOND);
    expect(venue.asked).toEqual([]);
    venue.ack();
    venue.say(diff(5, 7));
    await pass(0);
    expect(venue.asked.map(({ url }) => url)).toEqual([
      'https://api.binance.com/api/v3/depth?symbol=AAABBB&limit=100',
    ]);
    venue.asked[0]?.answer(body(5));
    await pass(0);
    expect(store.sync(0)).toMatchObject({ state: 'live', lastSeq: 7 });
    expect(store.book(0)).toMatchObject({ bestBid: 1_000, bestAsk: 1_001 });
    expect(feeds).toEqual(['connecting', 'open']);
    expect(raw.at(-1)).toBe(`{"snapshot":"AAABBB","limit":100,"data":${body(5).body}}`);
  });

  it('asks again for a snapshot that is too old, one that cannot be read, and one that did not come', async () => {
    const { venue, store, pass, lost } = rig();
    venue.open();
    venue.ack();
    venue.say(diff(5, 7));
    await pass(0);
    venue.asked[0]?.answer(body(3));
    await pass(US_PER_SECOND);
    venue.asked[1]?.answer({ status: 200, body: '{"lastUpdateId":9,"bids":[["x","1"]],"asks":[]}' });
    await pass(US_PER_SECOND);
    venue.asked[2]?.fail();
    await pass(2 * US_PER_SECOND);
    expect(lost.at(-1)).toBe('no snapshot yet: depth of AAABBB got no answer: cut');
    expect(store.sync(0).state).toBe('syncing');
    venue.asked[3]?.answer(body(7));
    await pass(0);
    expect(store.sync(0)).toMatchObject({ state: 'live', lastSeq: 7 });
    expect(venue.asked).toHaveLength(4);
  });

  it('finds a missing change, gives up that book alone, and asks for one snapshot only', async () => {
    const { venue, store, pass, lost } = rig(['AAABBB', 'CCCDDD']);
    venue.open();
    venue.ack();
    await pass(0);
    venue.asked[0]?.answer(body(5));
    await pass(US_PER_SECOND);
    venue.asked[1]?.answer(body(5));
    await pass(0);
    for (const id of [8, 9, 10]) venue.say(diff(id, id));
    venue.say(diff(6, 6, 'CCCDDD'));
    expect(lost).toEqual(['changes before update id 8 are missing']);
    expect([store.sync(0).state, store.sync(1).state]).toEqual(['syncing', 'live']);
    await pass(5 * US_PER_SECOND);
    expect(venue.asked).toHaveLength(3);
    venue.asked[2]?.answer(body(9));
    await pass(0);
    expect(store.sync(0)).toMatchObject({ state: 'live', lastSeq: 10 });
  });

  it('spaces snapshots so that they use three quarters of the weight at most, and holds all for a pause', async () => {
    const symbols = Array.from({ length: 30 }, (_, i) => `${String.fromCharCode(65 + i)}AABBB`.slice(0, 6));
    const { venue, pass, clock } = rig(symbols);
    venue.open();
    venue.ack();
    for (let i = 0; i < 3; i++) {
      await pass(70 * US_PER_MS);
      venue.asked.at(-1)?.answer(body(5));
      await pass(0);
    }
    const times = venue.asked.map(({ atUs }) => atUs);
    // 5 a snapshot of 6,000 a minute: 900 a minute are three quarters.
    for (const [i, atUs] of times.entries())
      if (i > 0) expect(atUs - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(66_666);
    const before = venue.asked.length;
    await pass(70 * US_PER_MS);
    expect(venue.asked.length).toBe(before + 1);
    venue.asked.at(-1)?.answer({ status: 429, body: '', retryAfterMs: 30_000 });
    const pausedUs = clock.nowUs();
    await pass(120 * US_PER_SECOND);
    expect((venue.asked[before + 1]?.atUs ?? 0) - pausedUs).toBeGreaterThanOrEqual(30 * US_PER_SECOND);
  });

  it('subscribes stream by stream where the venue refuses a batch, and names what it does not know', async () => {
    const { venue, pass, lost } = rig(['AAABBB', 'CCCDDD']);
    venue.open();
    venue.say({ id: 1, error: { code: 2, msg: 'Invalid request' } });
    for (let i = 0; i < 4; i++) {
      await pass(500 * US_PER_MS);
      const last = venue.sent.at(-1);
      if (last?.params?.[0] === 'aaabbb@depth@100ms')
        venue.say({ id: last.id, error: { code: 2, msg: 'Invalid request' } });
      else venue.ack();
    }
    expect(venue.sent.slice(1).map(({ params }) => params)).toEqual([
      ['aaabbb@depth@100ms'],
      ['aaabbb@trade'],
      ['cccddd@depth@100ms'],
      ['cccddd@trade'],
      ['aaabbb@bookTicker'],
      ['cccddd@bookTicker'],
    ]);
    expect(lost).toEqual(['subscription refused: 2 Invalid request']);
    expect(venue.asked.map(({ url }) => new URL(url).searchParams.get('symbol'))).toEqual(['CCCDDD']);
  });

  it('asks for books and trades always, and for best prices where the connection has room for them', async () => {
    const { venue, pass } = rig(Array.from({ length: 400 }, (_, at) => `A${at}BBB`));
    venue.open();
    for (let batch = 0; batch < 8; batch++) {
      venue.ack();
      await pass(US_PER_SECOND);
    }
    const asked = venue.sent.flatMap(({ params = [] }) => params);
    const count = (channel: string): number => asked.filter((stream) => stream.endsWith(channel)).length;
    expect([count('@depth@100ms'), count('@trade'), count('@bookTicker')]).toEqual([400, 400, 224]);
  });

  it('asks again where no answer comes, or the venue is busy', async () => {
    const { venue, pass } = rig();
    venue.open();
    venue.say({ id: 1, error: { code: -1008, msg: 'Server is busy' } });
    await pass(1_500 * US_PER_MS);
    const subscribes = () => venue.sent.filter(({ method }) => method === 'SUBSCRIBE').length;
    expect(subscribes()).toBe(2);
    await pass(14 * US_PER_SECOND);
    expect(subscribes()).toBe(3);
  });

  it('starts again after a cut: nothing of the old connection is reused', async () => {
    const { venue, store, pass, feeds } = rig();
    venue.open();
    venue.ack();
    await pass(0);
    venue.asked[0]?.answer(body(5));
    await pass(0);
    venue.close();
    expect(store.sync(0).state).toBe('syncing');
    await pass(US_PER_SECOND);
    expect(feeds).toEqual(['connecting', 'open', 'closed', 'connecting']);
    venue.open();
    venue.ack();
    venue.say(diff(6, 6));
    expect(store.sync(0).state).toBe('syncing');
    await pass(US_PER_SECOND);
    venue.asked[1]?.answer(body(6));
    await pass(0);
    expect(store.sync(0)).toMatchObject({ state: 'live', lastSeq: 6 });
  });

  it('an answer that was asked for before a cut is not taken after it', async () => {
    const { venue, store, pass } = rig();
    venue.open();
    venue.ack();
    await pass(0);
    venue.close();
    await pass(US_PER_SECOND);
    venue.open();
    venue.asked[0]?.answer(body(5));
    await pass(0);
    expect(store.sync(0).state).toBe('syncing');
  });

  it('takes silence for the end of the connection, and an answer or a ping of the venue for life', async () => {
    const { venue, feeds, pass, alive } = rig();
    venue.isSilent = true;
    venue.open();
    venue.ack();
    await pass(3 * US_PER_SECOND);
    expect(venue.sent.at(-1)).toEqual({ method: 'LIST_SUBSCRIPTIONS', id: 0 });
    const before = alive();
    venue.say({ result: ['aaabbb@depth@100ms'], id: 0 });
    expect(alive()).toBe(before + 1);
    await pass(4 * US_PER_SECOND);
    expect(feeds).toEqual(['connecting', 'open']);
    await pass(2 * US_PER_SECOND);
    expect(feeds).toContain('closed');
  });

  it('leaves a connection whose end the venue announced', async () => {
    const { venue, feeds, pass } = rig();
    venue.open();
    venue.say({ e: 'serverShutdown', E: 1 });
    await pass(US_PER_SECOND);
    expect(feeds).toEqual(['connecting', 'open', 'closed', 'connecting']);
  });

  it('shows no level behind which others may be missing, and asks anew where every known one is gone', async () => {
    const { venue, store, pass, lost } = rig();
    venue.open();
    venue.ack();
    await pass(0);
    venue.asked[0]?.answer(hundred(5));
    await pass(0);
    const asks = () => [store.sync(0).state, store.book(0).askCount, store.book(0).askPrices[0]];
    expect(asks()).toEqual(['live', 100, 100]);
    // What lies between 100.00 and 130.00 was never sent: 130.00 may be anything but the second best.
    venue.say(asksOf(6, [...prices(1, 99, '0'), ['130.00', '1']]));
    expect(asks()).toEqual(['live', 1, 10_000]);
    venue.say(asksOf(7, [['100.00', '0']]));
    expect([lost, store.sync(0).state]).toEqual([
      [expect.stringMatching(/best price is unknown/)],
      'syncing',
    ]);
    venue.say(asksOf(8, [['131.00', '1']]));
    await pass(2 * US_PER_SECOND);
    expect(limitsOf(venue)).toEqual(['AAABBB 100', 'AAABBB 100']);
  });

  it('asks for a deeper snapshot before known levels run out, joins it without going back, and needs no other', async () => {
    const { venue, store, pass, lost } = rig();
    venue.open();
    venue.ack();
    await pass(0);
    venue.asked[0]?.answer(hundred(5));
    venue.say(asksOf(6, prices(1, 10, '0')));
    await pass(US_PER_SECOND);
    expect(limitsOf(venue)).toEqual(['AAABBB 100']);
    venue.say(asksOf(7, prices(11, 11, '0')));
    venue.say(asksOf(8, [['150.00', '7']]));
    venue.say(asksOf(9, prices(12, 12, '0')));
    await pass(US_PER_SECOND);
    const deep = { bids: [['0.10', '1']], asks: prices(12, 1_011, '2') };
    venue.asked[1]?.answer({ status: 200, body: JSON.stringify({ lastUpdateId: 7, ...deep }) });
    await pass(0);
    expect(store.sync(0)).toMatchObject({ state: 'live', lastSeq: 9 });
    expect(store.book(0)).toMatchObject({ bestAsk: 1_300, askCount: 100 });
    // All of the first window goes at once: the levels behind it are known, with what changed of them meanwhile.
    venue.say(asksOf(10, prices(13, 149, '0')));
    expect([store.book(0).askCount, store.book(0).bestAsk, store.book(0).askQtys[0]]).toEqual([
      100, 15_000, 7_000,
    ]);
    await pass(30 * US_PER_SECOND);
    expect([limitsOf(venue), lost]).toEqual([['AAABBB 100', 'AAABBB 1000'], []]);
  });

  it('of many books asks for those that nothing is known of first, then for the one with the fewest levels left', async () => {
    const { venue, pass, clock } = rig(['AAABBB', 'CCCDDD', 'EEEFFF']);
    venue.open();
    venue.ack();
    await pass(0);
    for (let at = 0; at < 3; at++) {
      venue.asked[at]?.answer(hundred(5));
      await pass(0);
      await pass(70 * US_PER_MS);
    }
    venue.say(asksOf(6, prices(1, 30, '0'), 'CCCDDD'));
    venue.say(asksOf(6, prices(1, 20, '0')));
    venue.say(asksOf(6, prices(1, 60, '0'), 'EEEFFF'));
    await pass(0);
    venue.say(diff(9, 9));
    const fromUs = clock.nowUs();
    for (let at = 3; at < 6; at++) {
      venue.asked[at]?.fail();
      await pass(0);
      await pass(US_PER_SECOND);
    }
    expect(limitsOf(venue).slice(3, 6)).toEqual(['EEEFFF 1000', 'AAABBB 100', 'CCCDDD 1000']);
    // 50 a deep snapshot of 4,500 a minute, whatever comes next.
    expect((venue.asked[4]?.atUs ?? 0) - fromUs).toBeGreaterThanOrEqual(600_000);
  });

  it('a live book is as good as before where the question for a deeper snapshot fails', async () => {
    const { venue, store, pass, lost } = rig();
    venue.open();
    venue.ack();
    await pass(0);
    venue.asked[0]?.answer(hundred(5));
    venue.say(asksOf(6, prices(1, 11, '0')));
    await pass(US_PER_SECOND);
    venue.asked[1]?.fail();
    await pass(0);
    expect([lost, store.sync(0).state, store.book(0).askCount]).toEqual([[], 'live', 89]);
  });
});

/** Asks at whole prices. */
const prices = (first: number, last: number, qty: string): [string, string][] =>
  Array.from({ length: last - first + 1 }, (_, at) => [`${first + at}.00`, qty]);
const hundred = (lastUpdateId: number): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ lastUpdateId, bids: [['0.10', '1']], asks: prices(1, 100, '1') }),
});
const asksOf = (id: number, a: readonly (readonly [string, string])[], s = 'AAABBB') => ({
  stream: `${s.toLowerCase()}@depth@100ms`,
  data: { e: 'depthUpdate', E: 1, s, U: id, u: id, b: [], a },
});
const limitsOf = ({ asked }: ScriptedVenue): string[] =>
  asked.map(({ url }) => {
    const query = new URL(url).searchParams;
    return `${query.get('symbol')} ${query.get('limit')}`;
  });
