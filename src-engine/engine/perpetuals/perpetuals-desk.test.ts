import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument, type InstrumentSpec } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { PerpetualContract, PerpetualReading } from '../../domain/perpetual.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import type { MarketLogEvent } from '../../storage/market-log-types.ts';
import { verifierOf } from '../../venues/registry.ts';
import type { PerpetualBatch } from '../../venues/toolkit/perpetual-feed.ts';
import type { StoredCarryLine } from './carry-desk.ts';
import { PerpetualsDesk } from './perpetuals-desk.ts';

const SECOND = 1_000_000;
const NOW_US = 1_780_000_000 * SECOND;
const HOUR_US = 3_600 * SECOND;
const contractOf = (base: string, quote: string): PerpetualContract => ({
  symbol: `${base}/${quote}`,
  contract: `${base}${quote}`,
  base,
  quote,
});
const BTC = contractOf('BTC', 'USDT');
const reading = (change: Partial<PerpetualReading> = {}): PerpetualReading => ({
  symbol: BTC.symbol,
  venueUs: NOW_US - 500_000,
  mark: '60006',
  index: '59994',
  rate: '-0.0000125',
  everyUs: HOUR_US,
  nextUs: NOW_US + 60 * SECOND,
  openInterest: '70123.456',
  top: { bid: '60004', ask: '60006.5', bidQty: '1.25', askQty: '0' },
  ...change,
});
const batchOf = (change: Partial<PerpetualBatch> = {}): PerpetualBatch => ({
  receivedUs: NOW_US,
  contracts: [BTC],
  readings: [reading()],
  payments: [],
  unread: [],
  newUnread: 0,
  fault: '',
  ...change,
});

/** Spot books of BTC against two dollars at two venues, both at 60,000. */
function rig(lines: readonly StoredCarryLine[] = []) {
  const clock = new SimulatedClock(NOW_US);
  const spec = (quote: string): InstrumentSpec => ({
    symbol: `BTC/${quote}`,
    base: 'BTC',
    quote,
    tickSize: '1',
    lotSize: '0.001',
    minQty: '0.001',
    minNotional: '0',
    priceDecimals: undefined,
    qtyDecimals: undefined,
    takerFee: '0.001',
  });
  const instruments = [
    createInstrument(spec('USD'), 0, 'kraken'),
    createInstrument(spec('USDT'), 1, 'kraken'),
    // As its venue calls it.
    createInstrument({ ...spec('USDT'), symbol: 'BTCUSDT' }, 2, 'bybit'),
  ];
  const store = new BookStore(instruments, { depth: 10, verifierOf: () => verifierOf('none') });
  const book = (id: number, bid: number, ask: number): void => {
    const update = new BookUpdate(4);
    update.reset(id, true, clock.nowUs());
    update.pushBid(bid, 1_000);
    update.pushAsk(ask, 1_000);
    store.apply(update);
  };
  book(0, 50_000, 50_001);
  book(1, 59_999, 60_002);
  book(2, 59_999, 60_001);
  const started: string[][] = [];
  const saved: StoredCarryLine[] = [];
  const desk = new PerpetualsDesk({
    clock,
    store,
    instruments,
    offered: ['bybit', 'gate'].map((venue) => ({
      venue,
      title: `${venue} perpetuals`,
      isSimulated: false,
      spotVenue: venue === 'bybit' ? 'bybit' : undefined,
      recordedAs: venue,
    })),
    open: (venues) => {
      started.push([...venues]);
      return { stop: () => Promise.resolve() };
    },
    recordingsDir: mkdtempSync(join(tmpdir(), 'perpetuals-')),
    chosen: [],
    carries: { lines, save: (stored) => saved.push(...stored) },
  });
  return { clock, desk, book, store, started, saved };
}

test('the basis is against the spot book of the same pair, at the own venue first; nothing is opened unless chosen', async () => {
  const { desk, started } = rig();
  await desk.start();
  expect(started).toEqual([]);
  expect(desk.view(NOW_US)).toMatchObject({
    venues: [],
    rows: [],
    offered: [{ venue: 'bybit' }, { venue: 'gate' }],
  });
  await desk.watch(['gate', 'bybit']);
  expect(started).toEqual([['bybit', 'gate']]);
  desk.take('bybit', batchOf());
  desk.take('gate', batchOf());
  const [own, other] = desk.view(NOW_US + SECOND).rows;
  // 60,006 above 60,000 is one basis point; above the index of 59,994 it is two, rounded at the second place.
  expect(own).toMatchObject({
    venue: 'bybit',
    spotVenue: 'bybit',
    spotMid: '60000',
    basisBps: 1,
    premiumBps: 2,
    // 24 × 365 payments of −0.00125 %.
    annualPct: '-10.95',
    everyUs: HOUR_US,
    ageUs: SECOND,
    isStale: false,
    openInterest: '70123.456',
    bid: '60004',
    ask: '60006.5',
    // Sold at 60,004 and bought at 60,001: half a basis point, of which no mark says anything.
    entryBps: 0.5,
  });
  expect(other).toMatchObject({ venue: 'gate', spotVenue: 'kraken', spotMid: '60000.5' });
});

test('another dollar, a book that is not live, and a coin that is not the same give no basis', async () => {
  const { desk, store } = rig();
  await desk.watch(['bybit']);
  const [usdc, sol] = [contractOf('BTC', 'USDC'), contractOf('SOL', 'USDT')];
  desk.take(
    'bybit',
    batchOf({
      contracts: [BTC, usdc, sol],
      readings: [
        reading({ mark: '70000' }),
        reading({ symbol: usdc.symbol }),
        reading({ symbol: sol.symbol, everyUs: undefined, index: undefined, top: undefined }),
      ],
    }),
  );
  const [btc, inUsdc, inSol] = desk.view(NOW_US).rows;
  expect(btc).toMatchObject({ basisBps: null, entryBps: null, isDoubtful: true });
  expect(inUsdc).toMatchObject({ basisBps: null, spotVenue: null, isDoubtful: false });
  expect(inSol).toMatchObject({
    annualPct: null,
    premiumBps: null,
    everyUs: null,
    bid: null,
    entryBps: null,
  });
  store.sync(1).desync('a test');
  store.sync(2).desync('a test');
  desk.take('bybit', batchOf());
  expect(desk.view(NOW_US).rows[0]).toMatchObject({ spotVenue: 'bybit', spotMid: null, basisBps: null });
});

test('silence is an alarm: nothing for a minute, or one time that the venue repeats; others are untouched', async () => {
  const { desk } = rig();
  await desk.watch(['bybit', 'gate']);
  desk.take('bybit', batchOf());
  desk.take('gate', batchOf());
  expect(desk.silence(NOW_US + 59 * SECOND)).toBe('');
  for (let second = 10; second <= 130; second += 10) {
    const receivedUs = NOW_US + second * SECOND;
    desk.take('bybit', batchOf({ receivedUs }));
    desk.take('gate', batchOf({ receivedUs, readings: [], fault: 'status 500' }));
  }
  const atUs = NOW_US + 130 * SECOND;
  expect(desk.silence(atUs)).toBe(
    'bybit perpetuals: its answers repeat one time; gate perpetuals: no reading for 130 s (status 500)',
  );
  desk.take('gate', batchOf({ receivedUs: atUs, readings: [reading({ venueUs: atUs })] }));
  expect(desk.silence(atUs)).toBe('bybit perpetuals: its answers repeat one time');
  expect(desk.view(atUs).venues.map(({ state }) => state)).toEqual(['silent', 'reading']);
  // Nothing to show is no silence.
  desk.take('bybit', batchOf({ receivedUs: atUs, contracts: [], readings: [] }));
  expect(desk.silence(atUs)).toBe('');
});

test('what cannot be read is counted and named, and what is not listed any longer is gone', async () => {
  const { desk } = rig();
  await desk.watch(['bybit']);
  const unread = [{ name: 'ETHUSDT', reason: 'markPrice "none" is not a decimal' }];
  desk.take('bybit', batchOf({ unread, newUnread: 1 }));
  desk.take('bybit', batchOf({ unread, newUnread: 1 }));
  // Of a list that is in use yet: it was counted.
  desk.take('bybit', batchOf({ unread }));
  expect(desk.view(NOW_US).venues[0]).toMatchObject({ unreadRows: 2, unread });
  desk.take('bybit', batchOf({ contracts: [contractOf('ETH', 'USDT')], readings: [] }));
  expect(desk.view(NOW_US).rows).toEqual([]);
});

test('a recording has what came, exactly, and is read again; a watch that ends ends its file', async () => {
  const { desk } = rig();
  await desk.watch(['bybit']);
  desk.take('bybit', batchOf());
  desk.startRecording();
  const payment = { symbol: BTC.symbol, paidUs: NOW_US - 30 * SECOND, rate: '-0.000123', mark: '59990.5' };
  const late = reading({
    index: undefined,
    everyUs: undefined,
    nextUs: undefined,
    venueUs: undefined,
    openInterest: undefined,
    top: undefined,
  });
  desk.take('bybit', batchOf({ receivedUs: NOW_US + SECOND, readings: [late], payments: [payment] }));
  const [summary] = await desk.stopRecording();
  expect(summary).toMatchObject({ events: 3, dropped: 0 });
  const log = await readMarketLog(summary?.files[0] as string);
  expect(log.header).toMatchObject({ venue: 'bybit-perp', instruments: [], perpetuals: [BTC] });
  const events: MarketLogEvent[] = [];
  for await (const batch of log.batches) events.push(...batch);
  expect(events).toEqual([
    { kind: 'perpetual', line: 2, tUs: NOW_US, reading: reading() },
    { kind: 'funding', line: expect.any(Number), tUs: NOW_US + SECOND, payment },
    { kind: 'perpetual', line: expect.any(Number), tUs: NOW_US + SECOND, reading: late },
  ]);
});

test('the coins of a carry stay where they were bought through a restart, whichever book is live first', () => {
  const open = {
    fromUs: NOW_US - HOUR_US,
    toUs: null,
    payments: 0,
    qty: '1',
    spotPaid: '60000',
    spotReceived: '0',
    perpetualSold: '60000',
    perpetualBought: '0',
    fees: '0',
    funding: '0',
  };
  const older = { funding: '0', fees: '0', realized: '0', payments: 0 };
  const kept = { closed: [], paid: [], expected: [], unvalued: 0, decisions: 1 };
  const state = JSON.stringify({ ...kept, open, older });
  const line = { symbol: 'BTC/USDT', venue: 'bybit', stake: '60000', state };
  const spotVenues = (spotVenue: string | null, of = line) => {
    const { desk, saved } = rig([{ ...of, spotVenue }]);
    desk.carries.set(desk.carries.view().map(({ symbol, venue, stake }) => ({ symbol, venue, stake })));
    return [desk.carries.view()[0]?.spotVenue, saved[0]?.spotVenue];
  };
  expect(spotVenues('kraken')).toEqual(['kraken', 'kraken']);
  expect(spotVenues(null)).toEqual(['bybit', 'bybit']);
  // One that this session does not trade waits for a session that does.
  expect(spotVenues('okx')).toEqual([null, 'okx']);
});

test('payments of a carry that is held are wanted since it was entered, where its perpetual is; what did not change is stored once', () => {
  const trade = { qty: '1', spotPaid: '60000', spotReceived: '0', perpetualSold: '60000' };
  const open = { ...trade, perpetualBought: '0', fees: '0', funding: '0', fromUs: NOW_US - HOUR_US };
  const older = { funding: '0', fees: '0', realized: '0', payments: 0 };
  const kept = { closed: [], older, paid: [], expected: [], announced: null, unvalued: 0, decisions: 1 };
  const state = JSON.stringify({ open: { ...open, toUs: null, payments: 0 }, ...kept });
  const line = { symbol: 'BTC/USDT', venue: 'bybit', stake: '60000', state, spotVenue: 'bybit' };
  const { desk, clock, saved } = rig([line]);
  expect(desk.carries.wantedSince('bybit')).toEqual(new Map([['BTC/USDT', NOW_US - HOUR_US]]));
  expect(desk.carries.wantedSince('gate').size).toBe(0);
  desk.carries.start();
  // The state is written as this version writes it, once.
  clock.advanceTo(NOW_US + 300 * SECOND);
  const count = saved.length;
  expect(count).toBeLessThan(2);
  const paid = { symbol: 'BTC/USDT', paidUs: NOW_US - SECOND, rate: '0.0001', mark: '60000' };
  desk.carries.take('bybit', batchOf({ payments: [paid] }));
  clock.advanceTo(NOW_US + 600 * SECOND);
  expect(saved).toHaveLength(count + 1);
  expect(desk.carries.wantedSince('bybit')).toEqual(new Map([['BTC/USDT', NOW_US - SECOND]]));
});
