import { expect, test } from 'vitest';
import { recordingTitle } from './recording-title.ts';

test.each([
  ['simulated-20261130T205227-0001.market-log.jsonl.gz', 'Simulated Kraken, 30 Nov 2026 20:52:27 UTC'],
  [
    'sim-bybit-20260105T000000-0012.market-log.jsonl.gz.part',
    'Simulated Bybit, 5 Jan 2026 00:00:00 UTC, part 12',
  ],
  [
    'sim-bybit-perp-20260105T000000-0001.market-log.jsonl',
    'Simulated Bybit perpetuals, 5 Jan 2026 00:00:00 UTC',
  ],
  ['kraken-20261330T205227-0001.market-log.jsonl.gz', 'kraken-20261330T205227-0001.market-log.jsonl.gz'],
  ['my long run', 'my long run'],
  ['', ''],
])('%s is called %s', (name, title) => {
  expect(recordingTitle(name)).toBe(title);
});
