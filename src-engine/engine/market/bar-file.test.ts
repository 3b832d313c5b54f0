import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { TRIANGLE } from '../../testing/kernel-harness.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { BarFile } from './bar-file.ts';
import { MarketWatch } from './market-watch.ts';

const MINUTE = 60_000_000;
const T = 1_700_000_040 * 1_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-bars-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function market(change: Partial<Instrument> = {}, maxBytes?: number) {
  const instruments = TRIANGLE.map((spec, id) => ({ ...createInstrument(spec, id, 'kraken'), ...change }));
  const store = new BookStore(instruments, { depth: 10 });
  const watch = new MarketWatch(store);
  const path = join(folder, 'bars', 'demo.bars');
  const file = new BarFile(path, instruments, watch, maxBytes);
  const sample = (id: number, bid: number, atUs: number): void => {
    const update = new BookUpdate();
    update.reset(id, true, atUs);
    update.pushBid(bid, 1);
    update.pushAsk(bid + 2, 1);
    store.apply(update);
    watch.sample(atUs);
  };
  return { watch, file, sample, path };
}

test('minute bars come back after a restart, and the minute under way goes on in its bar', async () => {
  const before = market();
  await before.file.restore(new SimulatedClock(T));
  before.sample(0, 100, T);
  before.sample(0, 90, T + MINUTE);
  before.sample(2, 7, T + MINUTE);
  await before.file.save();
  const after = market();
  await after.file.restore(new SimulatedClock(T + MINUTE + 1));
  expect(after.watch.bars(0, '1m', 10)).toEqual(before.watch.bars(0, '1m', 10));
  after.sample(0, 110, T + MINUTE + 2);
  after.sample(0, 80, T + 2 * MINUTE);
  expect(
    after.watch
      .bars(0, '1m', 10)
      .map(({ startUs, highTwice, lowTwice }) => [startUs - T, highTwice, lowTwice]),
  ).toEqual([
    [0, 202, 202],
    [MINUTE, 222, 182],
    [2 * MINUTE, 162, 162],
  ]);
  expect(after.watch.bars(1, '1m', 10)).toEqual([]);
  expect(after.watch.bars(2, '1m', 10)).toHaveLength(1);
  expect(after.watch.bars(0, '1s', 10)).toHaveLength(2);
});

test.each<[string, (bytes: Buffer) => Buffer | string]>([
  ['is cut off', (bytes) => bytes.subarray(0, bytes.length - 3)],
  ['has a head that is none', () => 'not json\n'],
  ['has no head', () => ''],
  ['is of another version', (bytes) => bytes.toString('latin1').replace('"version":1', '"version":2')],
  ['has bars of tomorrow', (bytes) => (bytes.writeDoubleLE(T + 9 * MINUTE, bytes.indexOf(10) + 1), bytes)],
  ['has numbers that are none', (bytes) => (bytes.writeDoubleLE(Number.NaN, bytes.indexOf(10) + 9), bytes)],
])('a file that %s is as if it was never there', async (_what, damage) => {
  const before = market();
  before.sample(0, 100, T);
  await before.file.save();
  writeFileSync(before.path, damage(readFileSync(before.path)), 'latin1');
  const after = market();
  await after.file.restore(new SimulatedClock(T + 1));
  expect(after.watch.bars(0, '1m', 10)).toEqual([]);
});

test('bars of an instrument that is counted in other units are left out', async () => {
  const before = market();
  before.sample(0, 100, T);
  await before.file.save();
  const after = market({ priceDecimals: 7 });
  await after.file.restore(new SimulatedClock(T + 1));
  expect(after.watch.bars(0, '1m', 10)).toEqual([]);
});

test('is written every five minutes, and never before it was read', async () => {
  const { file, sample, path } = market();
  sample(0, 100, T);
  file.onTick(T + 999 * MINUTE);
  await file.restore(new SimulatedClock(T));
  file.onTick(T + 4 * MINUTE);
  expect(() => readFileSync(path)).toThrow(/ENOENT/);
  file.onTick(T + 5 * MINUTE);
  await file.save();
  expect(readFileSync(path).length).toBeGreaterThan(100);
});

test('a ring that went round is kept whole, in order, by the ticks of a session as by its end', async () => {
  const before = market();
  await before.file.restore(new SimulatedClock(T));
  for (let minute = 0; minute < 725; minute++) before.sample(0, 100 + minute, T + minute * MINUTE);
  const endUs = T + 725 * MINUTE;
  before.file.onTick(endUs);
  await before.file.save();
  const after = market();
  await after.file.restore(new SimulatedClock(endUs));
  const bars = after.watch.bars(0, '1m', 800);
  expect(bars).toEqual(before.watch.bars(0, '1m', 800));
  expect([bars.length, bars[0]?.startUs]).toEqual([720, T + 5 * MINUTE]);
});

test('a file is never larger than what is read again: each instrument keeps its newest bars', async () => {
  // Room for two bars of 72 bytes of each of the instruments.
  const maxBytes = 1_000_000 + 2 * 72 * TRIANGLE.length;
  const before = market({}, maxBytes);
  for (let minute = 0; minute < 5; minute++) before.sample(0, 100 + minute, T + minute * MINUTE);
  await before.file.save();
  const after = market();
  await after.file.restore(new SimulatedClock(T + 5 * MINUTE));
  expect(after.watch.bars(0, '1m', 10).map(({ startUs }) => startUs - T)).toEqual([3 * MINUTE, 4 * MINUTE]);
});
