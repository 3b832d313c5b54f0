import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument } from '../../domain/instrument.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { verifierOf } from '../../venues/registry.ts';
import type { MarketSource } from './market-source.ts';
import { SessionRecording } from './session-recording.ts';

const BTC = createInstrument(
  {
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    tickSize: '1',
    lotSize: '0.001',
    minQty: '0.001',
    minNotional: '0',
    priceDecimals: undefined,
    qtyDecimals: undefined,
    takerFee: '0.001',
  },
  0,
  'kraken',
);

/** @param recordingsDir of one venue's books; the perpetuals note what is asked of them. */
function rig(
  recordingsDir: string,
  venues: readonly string[] = ['kraken'],
  perpetualFiles: () => readonly string[] = () => [],
) {
  const asked: string[] = [];
  const recording = new SessionRecording({
    recordingsDir,
    store: new BookStore([BTC], { depth: 10, verifierOf: () => verifierOf('none') }),
    clock: new SimulatedClock(1_780_000_000_000_000),
    markets: venues.map((venue) => ({ venue, feed: {} }) as unknown as MarketSource),
    instrumentsOf: () => [BTC],
    perpetuals: {
      recording: [],
      recordingFault: '',
      startRecording: () => void asked.push('start'),
      stopRecording: () => {
        asked.push('stop');
        const files = asked.includes('start') ? perpetualFiles() : [];
        return Promise.resolve([{ files, events: 0, dropped: 0 }]);
      },
    },
  });
  return { recording, asked };
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'session-recording-'));

test('a recording whose books cannot begin ends that of the perpetuals', async () => {
  const file = join(folder(), 'no-folder');
  writeFileSync(file, '');
  const { recording, asked } = rig(file);
  await expect(recording.start()).rejects.toThrow();
  expect(asked.at(-1)).toBe('stop');
  expect(recording.files).toBeUndefined();
});

test('a recording of which one venue cannot begin leaves no file of the others, nor of the perpetuals, and what was there stays', async () => {
  const dir = folder();
  const perpetuals = join(dir, 'kraken-perp.market-log.jsonl.gz');
  writeFileSync(join(dir, 'earlier.market-log.jsonl.gz'), '');
  const { recording, asked } = rig(dir, ['kraken', 'kraken'], () => {
    writeFileSync(perpetuals, '');
    return [perpetuals];
  });
  // Both would write one file: the second cannot begin.
  await expect(recording.start()).rejects.toThrow();
  expect(asked).toEqual(['stop', 'start', 'stop']);
  expect(readdirSync(dir)).toEqual(['earlier.market-log.jsonl.gz']);
  expect(recording.files).toBeUndefined();
});

test('what is left of the perpetuals when all books have failed is ended by a stop, and before a new start', async () => {
  // Without books it is as if each of their files had failed.
  const { recording, asked } = rig(folder(), []);
  await recording.start();
  await expect(recording.stop()).rejects.toThrow('is not running');
  expect(asked.splice(0).at(-1)).toBe('stop');
  await recording.start();
  await recording.start();
  expect(asked).toEqual(['stop', 'start', 'stop', 'start']);
});

test('two starts at once write one file a venue', async () => {
  const { recording } = rig(folder());
  const [one, other] = await Promise.all([recording.start(), recording.start()]);
  expect(other).toBe(one);
  expect((await recording.stop()).files).toHaveLength(1);
});
