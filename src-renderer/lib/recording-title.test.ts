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
  [
    'simulated-20261130T205227-0001.market-log.jsonl.gz + sim-bybit-20261130T205227-0002.market-log.jsonl.gz',
    'Simulated Kraken + Simulated Bybit, 30 Nov 2026 20:52:27 UTC, parts 1 and 2',
  ],
  [
    'okx-20261130T205227-0001.market-log.jsonl + okx-20261201T000000-0001.market-log.jsonl',
    'OKX, 30 Nov 2026 20:52:27 UTC + OKX, 1 Dec 2026 00:00:00 UTC',
  ],
  ['my long run', 'my long run'],
  [
    'my run + kraken-20261130T205227-0001.market-log.jsonl',
    'my run + kraken-20261130T205227-0001.market-log.jsonl',
  ],
  ['', ''],
])('%s is called %s', (name, title) => {
  expect(recordingTitle(name)).toBe(title);
});
