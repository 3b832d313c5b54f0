import { expect, it } from 'vitest';
import { MarketWatcher } from '../conformance/testing/market-rig.ts';
import { ccxtVenue } from './adapter.ts';
import { ccxtMarketRig, ScriptedCcxt } from './testing/scripted-process.ts';

const SECOND = 1_000_000;

async function start(peer = new ScriptedCcxt()) {
  const feed = ccxtMarketRig.adapter.openFeed({ clock: peer.clock, network: peer, random: () => 0.5 });
  const watcher = new MarketWatcher(ccxtMarketRig, { ...ccxtMarketRig.open(), clock: peer.clock, feed });
  await watcher.start();
  return { peer, watcher, feed };
}

it('is one request for all pairs, and none for trades, which ccxt is not asked for', async () => {
  const { peer, watcher, feed } = await start();
  expect(peer.urls).toEqual(['ccxt://poloniex/']);
  expect(peer.sent).toEqual(['{"do":"subscribe","id":1,"symbols":["AAA/USD","BBB/USD"]}']);
  expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'live']);
  await feed.stop();
});

it('a sign of life of the process keeps no book young: each is as old as its own last message', async () => {
  const { peer, watcher, feed } = await start();
  await watcher.pass(15 * SECOND);
  peer.change('AAA/USD', '2.000');
  expect(peer.connections).toBe(1);
  expect(watcher.alive).toBe(0);
  expect(watcher.store.markStale(peer.clock.nowUs(), 3 * SECOND)).toEqual([1]);
  expect([watcher.state(0), watcher.state(1)]).toEqual(['live', 'stale']);
  await feed.stop();
});

it('a book without a message for half a minute is lost with the reason, and asked for again, ever later', async () => {
  const { peer, watcher, feed } = await start();
  peer.ways.set('AAA/USD', 'silent');
  for (let second = 0; second < 40; second++) {
    peer.change('BBB/USD', '1.000');
    await watcher.pass(SECOND);
  }
  expect(watcher.lost).toEqual([['AAA/USD', 'its next message is overdue: it is asked for again']]);
  expect(peer.asked.filter((symbol) => symbol === 'AAA/USD').length).toBeGreaterThan(1);
  expect(watcher.state(1)).toBe('live');
  await feed.stop();
});

it('a number that is not exact keeps the whole book away, and names it', async () => {
  const { peer, watcher, feed } = await start();
  peer.book('AAA/USD', [], { left: 3, why: '0.30000000000000004' });
  expect(watcher.lost).toEqual([
    ['AAA/USD', 'AAA/USD: 3 levels have a number that is not exact, such as 0.30000000000000004'],
  ]);
  expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'live']);
  peer.change('AAA/USD', '4.000');
  expect([watcher.state(0), watcher.bidQty(0)]).toEqual(['live', 4_000]);
  await feed.stop();
});

it('a book that could not be read loses that one, in ccxt’s words', async () => {
  const { peer, watcher, feed } = await start();
  peer.say({ event: 'failed', symbol: 'BBB/USD', text: 'RequestTimeout poloniex GET', failures: 3 });
  expect(watcher.lost).toEqual([
    ['BBB/USD', 'BBB/USD: its book could not be read 3 times in a row: RequestTimeout poloniex GET'],
  ]);
  expect(watcher.state(0)).toBe('live');
  await feed.stop();
});

it('a process that falls back to asking by REST says so of the open feed, once, until it is started again', async () => {
  const { peer, watcher, feed } = await start();
  const before = watcher.states.length;
  const text =
    '0.30000000000000004 has more digits than ccxt keeps of a connection: books are asked for by REST';
  peer.say({ event: 'note', text, isByRest: true });
  peer.say({ event: 'note', text, isByRest: true });
  expect([watcher.states.slice(before), watcher.reasons.slice(before)]).toEqual([['open'], [text]]);
  expect([watcher.state(0), watcher.lost]).toEqual(['live', []]);
  peer.cut();
  await watcher.pass(40 * SECOND);
  expect([watcher.states.at(-1), watcher.reasons.at(-1)]).toEqual(['open', '']);
  await feed.stop();
});

it('a process that ends is started again, ever later, and its books are lost until then', async () => {
  const { peer, watcher, feed } = await start();
  for (let crash = 0; crash < 6; crash++) {
    peer.cut();
    expect([watcher.state(0), watcher.state(1)]).toEqual(['syncing', 'syncing']);
    await watcher.pass(2 * SECOND);
  }
  // With no wait it would have been started again after each.
  expect(peer.connections).toBeLessThan(6);
  await watcher.pass(40 * SECOND);
  expect(watcher.state(0)).toBe('live');
  await feed.stop();
});

it('a process that says nothing is ended for another', async () => {
  const { peer, watcher, feed } = await start();
  peer.isSilent = true;
  await watcher.pass(25 * SECOND);
  expect(watcher.states.slice(2, 4)).toEqual(['closed', 'connecting']);
  await feed.stop();
});

it('refuses a listing in a way of counting that is not known, with the market’s name; a fee that ccxt does not list is assumed', async () => {
  const adapter = ccxtVenue('ccxt:poloniex', 'venue');
  const row = {
    base: 'A',
    quote: 'B',
    active: true,
    precisionMode: 4,
    price: '0.01',
    amount: '0.1',
    minAmount: null,
    minCost: null,
  };
  const file = {
    markets: [
      { symbol: 'A/B', ...row, taker: null },
      { symbol: 'A/C', ...row, quote: 'C', price: null, taker: '0.001' },
      { symbol: 'A/D', ...row, quote: 'D', precisionMode: 9 },
      { symbol: 'A/E', ...row, quote: 'E', precisionMode: 2, price: '2', amount: '0', taker: '0.001' },
      {
        symbol: 'A/F',
        ...row,
        quote: 'F',
        precisionMode: 3,
        price: '5',
        amount: '0.00000001',
        taker: '0.002',
      },
      { symbol: 'A/G', ...row, quote: 'G', precisionMode: 3, price: '5', taker: '0.002' },
    ],
    tickers: [{ symbol: 'A/F', last: '71741' }],
  };
  const listing = adapter.readListing(JSON.stringify(file), 'file');
  expect(listing.leftOut).toEqual([
    { name: 'A/C', reason: 'ccxt lists no step of its prices' },
    { name: 'A/D', reason: 'ccxt counts its steps in an unknown way (9)' },
    { name: 'A/G', reason: 'its last price is not known, on which the step of its prices depends' },
  ]);
  expect(listing.instruments).toMatchObject([
    { symbol: 'A/B', takerFee: undefined, minQty: '0.1', minNotional: '0' },
    {
      symbol: 'A/E',
      tickSize: '0.01',
      lotSize: '1',
      takerFee: '0.001',
      feeBasis: expect.stringMatching(/^assumed/),
    },
    { symbol: 'A/F', tickSize: '1', lotSize: '0.00000001' },
  ]);
  expect(adapter.feeSchedule.assumed('A/B', 0).toFixed()).toBe('0.005');
});

it('a call that fails says so in ccxt’s words: refused, without an answer, or in a pause', async () => {
  const { adapter } = ccxtMarketRig;
  const call = async (status: number, body: string): Promise<string> => {
    const peer = new ScriptedCcxt();
    peer.refusal = { status, body };
    const context = { clock: peer.clock, network: peer, random: () => 0.5 };
    return await adapter.readTime(context).then(String, (error: unknown) => String(error));
  };
  const body = '{"name":"BadSymbol","text":"BadSymbol no such market"}';
  expect(await call(403, body)).toMatch(/time was refused: BadSymbol BadSymbol no such market/);
  expect(await call(503, '{"name":"RequestTimeout","text":"RequestTimeout poloniex GET"}')).toMatch(
    /time got no answer: RequestTimeout poloniex GET/,
  );
  expect(await call(503, 'no JSON')).toMatch(/no reason is given/);
  expect(await call(429, body)).toMatch(/asks for a pause for 10 s/);
});
