import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PerpetualReading } from '../../domain/perpetual.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import type { PerpetualBatch } from '../../venues/toolkit/perpetual-feed.ts';
import { PerpetualRecorder } from './perpetual-recorder.ts';

const NOW_US = 1_780_000_000_000_000;
const BTC = { symbol: 'BTC/USDT', contract: 'BTCUSDT', base: 'BTC', quote: 'USDT' };
const reading: PerpetualReading = {
  symbol: BTC.symbol,
  venueUs: NOW_US,
  mark: '60006',
  index: undefined,
  rate: '0.0001',
  everyUs: undefined,
  nextUs: undefined,
  openInterest: undefined,
  top: undefined,
};
const batch: PerpetualBatch = {
  receivedUs: NOW_US,
  contracts: [BTC],
  readings: [reading],
  payments: [],
  unread: [],
  newUnread: 0,
  fault: '',
};
const recorderIn = (folder: string, errors: unknown[]): PerpetualRecorder =>
  new PerpetualRecorder({
    folder,
    venue: 'gate',
    clock: new SimulatedClock(NOW_US),
    onError: (error) => errors.push(error),
  });

it('keeps a bounded number of batches while the file is being opened', async () => {
  const recorder = recorderIn(mkdtempSync(join(tmpdir(), 'perpetuals-')), []);
  for (let count = 0; count < 100; count++) recorder.take(batch);
  expect((await recorder.stop()).events).toBe(20);
});

it('says once that the file could not be begun, and takes nothing from then on', async () => {
  const errors: unknown[] = [];
  const file = join(mkdtempSync(join(tmpdir(), 'perpetuals-')), 'a file');
  writeFileSync(file, '');
  const recorder = recorderIn(join(file, 'folder'), errors);
  recorder.take(batch);
  expect(await recorder.stop()).toMatchObject({ files: [], events: 0 });
  recorder.take(batch);
  expect(errors).toHaveLength(1);
});
