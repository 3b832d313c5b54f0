import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMarketLog } from './market-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'perpetual-log-'));
const HEADER = {
  format: 'parallax-market-log',
  version: 1,
  venue: 'bybit-perp',
  instruments: [],
  perpetuals: [{ symbol: 'BTC/USDT', contract: 'BTCUSDT', base: 'BTC', quote: 'USDT' }],
};
const LINE = {
  t: 1_780_000_000_000_000,
  i: 'BTC/USDT',
  k: 'perpetual',
  version: 1,
  mark: '60000',
  rate: '0.0001',
};
const PAID = { ...LINE, k: 'funding', mark: undefined, paidUs: 1_779_999_000_000_000 };
let files = 0;

async function read(header: object, ...lines: readonly object[]): Promise<number> {
  const path = join(folder, `${files++}.jsonl`);
  writeFileSync(path, [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
  const log = await readMarketLog(path);
  let count = 0;
  for await (const batch of log.batches) count += batch.length;
  return count;
}

test('a log of perpetuals has no instruments, and every field of a line is checked', async () => {
  expect(await read(HEADER, LINE, PAID, { ...LINE, bid: '59999', ask: '60001' })).toBe(3);
  const faults: readonly (readonly [object, string])[] = [
    [{ ...LINE, version: 2 }, 'newer'],
    [{ ...LINE, version: undefined }, 'is no version'],
    [{ ...LINE, i: 'ETH/USDT' }, 'is not a perpetual of this log'],
    [{ ...LINE, mark: '0' }, 'is not a decimal above zero'],
    [{ ...LINE, mark: undefined }, 'is missing'],
    [{ ...LINE, rate: '1.5' }, 'is not a decimal from -1 to 1'],
    [{ ...LINE, rate: 0.0001 }, 'is not a decimal from -1 to 1'],
    [{ ...LINE, rate: '1e-4' }, 'is not a decimal from -1 to 1'],
    [{ ...LINE, everyUs: 0 }, 'is not a minute to a week'],
    [{ ...LINE, nextUs: 1_780_000_000 }, 'is outside the years'],
    [{ ...LINE, oi: '-1' }, 'is not a decimal of zero or more'],
    [{ ...LINE, bid: '59999' }, 'is not a price below the ask'],
    [{ ...LINE, bid: '60001', ask: '60001' }, 'is not a price below the ask'],
    [{ ...LINE, bid: '0', ask: '60001' }, 'is not a decimal above zero'],
    [{ ...LINE, bid: '59999', ask: '60001', askQty: -1 }, 'is not a decimal of zero or more'],
    [{ ...PAID, paidUs: undefined }, 'is outside the years'],
  ];
  for (const [line, message] of faults) await expect(read(HEADER, line)).rejects.toThrow(message);
});

test('a header names each perpetual once, and one without instruments or perpetuals is refused', async () => {
  const [one] = HEADER.perpetuals;
  await expect(read({ ...HEADER, perpetuals: [one, one] }, LINE)).rejects.toThrow('is listed twice');
  await expect(read({ ...HEADER, perpetuals: [] }, LINE)).rejects.toThrow('is not a list of 1 to');
  await expect(read({ ...HEADER, perpetuals: [{ ...one, symbol: 'ETH/USDT' }] })).rejects.toThrow(
    'is not its base',
  );
  await expect(read({ ...HEADER, perpetuals: undefined })).rejects.toThrow('is not a list of 1 to');
});
