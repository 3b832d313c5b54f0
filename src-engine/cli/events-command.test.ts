import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../storage/database.ts';
import { Journal } from '../storage/journal.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { parallaxHere } from './testing/in-process.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-events-'));
  const database = await openDatabase({ dataDir });
  const journal = await Journal.open(database, { profile: 'demo', runId: 'run-1' });
  const verified = (atUs: number) => ({ type: 'killVerified', atUs, openOrders: 0 }) as const;
  await journal.append([
    ...Array.from({ length: 1_200 }, (_, n) => verified(n + 1)),
    { type: 'orderRejected', atUs: 2_000, order: sampleOrder({ reason: '=1+1, "x"', price: '0.10' }) },
  ]);
  await journal.close();
  await database.close();
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const run = (...args: string[]) => parallaxHere('events', 'export', ...args, '--data-dir', dataDir, '--json');

it('writes every event of the journal as a line of JSON, page by page', async () => {
  const file = join(dataDir, 'all.jsonl');
  const { code, stdout } = await run(file);
  expect([code, JSON.parse(stdout)]).toEqual([0, { file, events: 1_201, unread: 0 }]);
  const rows = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number });
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 1_201 }, (_, n) => n + 1));
  expect(rows.at(-1)).toMatchObject({ runId: 'run-1', type: 'orderRejected', order: { price: '0.10' } });
});

it('writes fields by their paths as CSV, decimals as they are and nothing that a spreadsheet would run', async () => {
  const file = join(dataDir, 'rejected.csv');
  const fields = 'seq,type,order.symbol,order.price,order.reason,order.none';
  await run(file, '--csv', '--types', 'orderRejected', '--fields', fields);
  expect(readFileSync(file, 'utf8')).toBe(`${fields}\r\n1201,orderRejected,BTC/USD,0.10,"'=1+1, ""x""",\r\n`);
});

it.each([
  ['a file that is there', ['all.jsonl'], 'FILE'],
  ['a type that is none', ['x.jsonl', '--types', 'killed,lost'], '--types'],
  ['fields that are none', ['x.csv', '--csv', '--fields', 'seq,__proto__[0]'], '--fields'],
])('refuses %s and leaves nothing behind', async (_what, [name = '', ...args], field) => {
  const { code, stdout } = await run(join(dataDir, name), ...args);
  expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { field } }]);
  expect(readdirSync(dataDir).filter((one) => one.startsWith('x.') || one.endsWith('.part'))).toEqual([]);
});
