import { expect, test } from 'vitest';
import type { PerpetualContract, PerpetualReading, UnreadRow } from '../../domain/perpetual.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { PerpetualSource } from '../perpetual-source.ts';
import { type PerpetualBatch, PerpetualFeed, READ_EVERY_US } from './perpetual-feed.ts';
import { Throttled } from './throttled.ts';

const SECOND = 1_000_000;
const START_US = 1_780_000_000 * SECOND;
const HOUR = 3_600 * SECOND;
const BTC: PerpetualContract = { symbol: 'BTC/USDT', contract: 'BTCUSDT', base: 'BTC', quote: 'USDT' };
const DOGE: PerpetualContract = { symbol: 'DOGE/USDT', contract: 'DOGEUSDT', base: 'DOGE', quote: 'USDT' };

class Rig {
  readonly clock = new SimulatedClock(START_US);
  readonly batches: PerpetualBatch[] = [];
  readonly asked: string[] = [];
  nextUs = START_US + 20 * SECOND;
  everyUs: number | undefined;
  listUnread: readonly UnreadRow[] = [];
  fails: Error | undefined;
  listFails: Error | undefined;
  published: readonly { readonly paidUs: number; readonly rate: string }[] = [];
  marks: ReadonlyMap<number, string> = new Map();
  marksFail: Error | undefined;
  /** A history that never answers. */
  isHistoryStuck = false;
  readonly histories: string[] = [];
  readonly feed: PerpetualFeed;

  constructor(
    wantedSince?: ReadonlyMap<string, number>,
    isWanted = ({ base }: PerpetualContract): boolean => base === 'BTC',
  ) {
    const source: PerpetualSource = {
      listContracts: () =>
        this.#answer('list', { contracts: [BTC, DOGE], unread: this.listUnread }, this.listFails),
      read: (contracts) => {
        const readings = contracts.map(({ symbol }) => this.#reading(symbol));
        return this.#answer(
          'read',
          { readings, unread: [{ name: 'ETHUSDT', reason: 'is odd' }] },
          this.fails,
        );
      },
      readPayments: ({ symbol }) => {
        this.histories.push(symbol);
        if (this.isHistoryStuck) return new Promise(() => this.asked.push('payments'));
        const payments = this.published.map((one) => ({ ...one, symbol, mark: undefined }));
        return this.#answer('payments', { payments, unread: [] }, undefined);
      },
      readMarks: () => this.#answer('marks', this.marks, this.marksFail),
    };
    this.feed = new PerpetualFeed({
      clock: this.clock,
      source,
      isWanted,
      wantedSince,
      onBatch: (batch) => this.batches.push(batch),
    });
    this.feed.start();
  }

  get last(): PerpetualBatch | undefined {
    return this.batches.at(-1);
  }

  /** Time in steps of a second, with all that waits for an answer. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      this.clock.advanceTo(this.clock.nowUs() + SECOND);
      for (let turn = 0; turn < 16; turn++) await Promise.resolve();
    }
  }

  #reading(symbol: string): PerpetualReading {
    const { nextUs, everyUs } = this;
    const unknown = { venueUs: undefined, index: undefined, openInterest: undefined, top: undefined };
    return { symbol, mark: '60000', rate: '0.0001', nextUs, everyUs, ...unknown };
  }

  #answer<T>(what: string, answer: T, error: Error | undefined): Promise<T> {
    this.asked.push(what);
    return error === undefined ? Promise.resolve(answer) : Promise.reject(error);
  }
}

test('reads the wanted contracts every ten seconds, the list once, and names what could not be read', async () => {
  const rig = new Rig();
  await rig.pass(31);
  expect(rig.asked).toEqual(['list', 'read', 'read', 'read', 'read']);
  expect(rig.last?.readings.map(({ symbol }) => symbol)).toEqual(['BTC/USDT']);
  expect(rig.last?.unread).toEqual([{ name: 'ETHUSDT', reason: 'is odd' }]);
  rig.feed.stop();
});

test('a payment is asked for once its announced time has passed, until it is published, and reported once', async () => {
  const rig = new Rig();
  const dueUs = rig.nextUs;
  await rig.pass(25);
  rig.nextUs += 8 * 3_600 * SECOND;
  await rig.pass(60);
  expect(rig.asked.filter((one) => one === 'payments')).toHaveLength(1);
  // The one before, one a moment late, and one that is to come are not it.
  rig.published = [
    { paidUs: dueUs - 8 * 3_600 * SECOND, rate: '0.5' },
    { paidUs: dueUs + 3_000, rate: '-0.000123' },
    { paidUs: rig.nextUs, rate: '0.5' },
  ];
  await rig.pass(120);
  const payments = rig.batches.flatMap((batch) => batch.payments);
  expect(payments).toEqual([
    { symbol: 'BTC/USDT', paidUs: dueUs + 3_000, rate: '-0.000123', mark: undefined },
  ]);
  const asked = rig.asked.filter((one) => one === 'payments').length;
  await rig.pass(120);
  expect(rig.asked.filter((one) => one === 'payments')).toHaveLength(asked);
  rig.feed.stop();
});

test('a feed that begins after a payment asks for it, and says nothing where there was none', async () => {
  const rig = new Rig();
  rig.everyUs = 8 * HOUR;
  rig.nextUs = START_US - 15 * SECOND + rig.everyUs;
  const paidUs = START_US - 15 * SECOND;
  rig.published = [{ paidUs, rate: '0.0002' }];
  await rig.pass(31);
  const payments = rig.batches.flatMap((batch) => batch.payments);
  expect(payments).toEqual([{ symbol: 'BTC/USDT', paidUs, rate: '0.0002', mark: undefined }]);
  expect(rig.asked.filter((one) => one === 'payments')).toHaveLength(1);
  rig.feed.stop();
  const young = new Rig();
  young.everyUs = rig.everyUs;
  await young.pass(800);
  expect(young.batches.flatMap(({ unread }) => unread).filter(({ name }) => name === 'BTCUSDT')).toEqual([]);
  young.feed.stop();
});

test('payments of a time without a feed are asked for since they are wanted, and valued by the mark of their hour', async () => {
  const hourUs = Math.floor(START_US / HOUR) * HOUR;
  const rig = new Rig(new Map([[BTC.symbol, hourUs - 16 * HOUR]]));
  rig.everyUs = 8 * HOUR;
  rig.nextUs = hourUs + 8 * HOUR;
  const paidAt = (hour: number) => ({ paidUs: hourUs + hour * HOUR, rate: '0.0001' });
  const found = () =>
    rig.batches.flatMap(({ payments }) =>
      payments.map(({ paidUs, mark }) => [(paidUs - hourUs) / HOUR, mark]),
    );
  rig.published = [paidAt(-8), paidAt(-16), paidAt(-24)];
  rig.marks = new Map([
    [hourUs - 8 * HOUR, '59000'],
    [hourUs, '61000'],
  ]);
  await rig.pass(31);
  // The last one is not published yet.
  const first = [
    [-16, undefined],
    [-8, '59000'],
  ];
  expect(found()).toEqual(first);
  rig.published = [...rig.published, paidAt(0)];
  await rig.pass(70);
  expect(found()).toEqual([...first, [0, '61000']]);
  rig.feed.stop();
});

test('a payment waits for its mark while the marks cannot be read, and is given without one in the end', async () => {
  const hourUs = Math.floor(START_US / HOUR) * HOUR;
  const given = async (secondsOfFailure: number): Promise<unknown[]> => {
    const rig = new Rig(new Map([[BTC.symbol, hourUs]]));
    rig.everyUs = 8 * HOUR;
    rig.nextUs = hourUs + rig.everyUs;
    rig.published = [{ paidUs: hourUs, rate: '0.0001' }];
    rig.marks = new Map([[hourUs, '61000']]);
    rig.marksFail = new Error('no answer');
    await rig.pass(secondsOfFailure);
    rig.marksFail = undefined;
    await rig.pass(90);
    rig.feed.stop();
    return rig.batches.flatMap(({ payments }) => payments.map(({ mark }) => mark));
  };
  expect(await given(100)).toEqual(['61000']);
  expect(await given(700)).toEqual([undefined]);
});

test('a history that does not answer delays no reading; one that a carry wants is asked for first', async () => {
  const rig = new Rig(new Map([[DOGE.symbol, START_US - 8 * HOUR]]), () => true);
  rig.everyUs = 8 * HOUR;
  rig.nextUs = START_US - 60 * SECOND + rig.everyUs;
  rig.isHistoryStuck = true;
  await rig.pass(61);
  expect(rig.batches.filter(({ readings }) => readings.length === 2)).toHaveLength(7);
  expect(rig.asked.filter((one) => one === 'payments')).toHaveLength(1);
  expect(rig.histories).toEqual([DOGE.symbol]);
  rig.feed.stop();
});

test('a payment that is never published is given up and named', async () => {
  const rig = new Rig();
  await rig.pass(25);
  rig.nextUs += 8 * 3_600 * SECOND;
  await rig.pass(800);
  expect(rig.asked.filter((one) => one === 'payments')).toHaveLength(10);
  const named = rig.batches.flatMap(({ unread }) => unread).filter(({ name }) => name === 'BTCUSDT');
  expect(named).toEqual([{ name: 'BTCUSDT', reason: 'its last funding payment was not published' }]);
  rig.feed.stop();
});

test('a venue that fails is asked ever later and says why; one that asks for a pause is left alone as long as it asks', async () => {
  const rig = new Rig();
  await rig.pass(1);
  rig.fails = new Error('tickers got no answer: status 500');
  await rig.pass(200);
  const failed = rig.batches.filter(({ fault }) => fault !== '');
  expect(failed.length).toBeLessThan(6);
  expect(failed[0]).toMatchObject({ readings: [], fault: 'tickers got no answer: status 500' });
  rig.fails = undefined;
  await rig.pass(200);
  expect(rig.last?.fault).toBe('');
  rig.fails = new Throttled('tickers', false, 90_000);
  await rig.pass(10);
  const before = rig.asked.length;
  await rig.pass(80);
  expect(rig.asked).toHaveLength(before);
  rig.feed.stop();
});

test('while the list cannot be read again, what was listed is read on; a stopped feed asks nothing', async () => {
  const rig = new Rig();
  rig.listUnread = [{ name: 'SOLUSDT', reason: 'is odd' }];
  await rig.pass(1);
  expect(rig.last?.newUnread).toBe(2);
  rig.listFails = new Error('no answer');
  rig.asked.length = 0;
  rig.clock.advanceTo(START_US + 3_600 * SECOND - READ_EVERY_US);
  await rig.pass(60);
  // It has megabytes: it is not asked for with each reading, and why it is old is said.
  expect(rig.asked.filter((one) => one === 'list')).toHaveLength(1);
  expect(rig.last?.readings).toHaveLength(1);
  // What was unread in the list is left out still.
  expect(rig.last?.unread.slice(0, 2)).toEqual([
    { name: 'the list of contracts', reason: 'no answer' },
    { name: 'SOLUSDT', reason: 'is odd' },
  ]);
  await rig.pass(300);
  expect(rig.asked.filter((one) => one === 'list')).toHaveLength(2);
  // Its failure is counted once: each reading has a row of its own that is odd.
  const counts = rig.batches.slice(1).map(({ newUnread }) => newUnread);
  expect(counts.filter((count) => count === 2)).toHaveLength(1);
  expect(counts.filter((count) => count > 2)).toEqual([]);
  rig.listFails = undefined;
  rig.listUnread = [];
  await rig.pass(300);
  expect(rig.last?.unread).toEqual([{ name: 'ETHUSDT', reason: 'is odd' }]);
  rig.feed.stop();
  const before = rig.asked.length;
  await rig.pass(60);
  expect(rig.asked).toHaveLength(before);
});

test('a row of the list that cannot be read is named in each batch and counted in one', async () => {
  const rig = new Rig();
  rig.listUnread = [{ name: 'SOLUSDT', reason: 'is odd' }];
  await rig.pass(1);
  rig.fails = new Error('no answer');
  await rig.pass(10);
  expect(rig.batches.map(({ unread }) => unread.length)).toEqual([2, 1]);
  expect(rig.batches.map(({ newUnread }) => newUnread)).toEqual([2, 0]);
  rig.feed.stop();
});
