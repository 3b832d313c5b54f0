import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../gateway/testing/fake-host.ts';
import { sampleOrder } from '../../testing/sample-events.ts';
import { EngineLog } from './engine-log.ts';
import { LOG_FILE, LogFile } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (name: string = LOG_FILE) =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const line = (text: string) => () =>
  ({ atUs: 1_700_000_000_000_000, level: 'info', room: 'test', text }) as const;

it('has a line of JSON for each of the log, without its secrets, and orders by the ids that the journal has', async () => {
  const clock = new ManualClock();
  const file = new LogFile(folder, clock);
  const log = new EngineLog(clock, () => undefined, file);
  log.redactor.add('a-very-secret-token');
  log.note('info', 'call', 'kill by operator\nwith a-very-secret-token');
  log.take([
    {
      seq: 1,
      event: { type: 'orderRejected', atUs: 7, order: sampleOrder({ reason: 'a-very-secret-token' }) },
    },
  ]);
  log.take([{ seq: 2, event: { type: 'orderCreated', atUs: 8, order: sampleOrder() } }]);
  await file.flush();
  const lines = linesOf();
  expect(lines.map(({ room }) => room)).toEqual(['call', 'fact', 'fact']);
  expect(lines[0]).toMatchObject({ level: 'info', at: '1970-01-01T00:00:01.000Z' });
  expect(lines[2]).toMatchObject({ orderId: 'order-1', executionId: 'execution-1', intentId: 'intent-1' });
  expect(JSON.stringify(lines)).not.toContain('very-secret');
  // The window's list leaves out what has lists of its own.
  expect(log.kept).toBe(2);
  if (process.platform !== 'win32') expect(statSync(join(folder, LOG_FILE)).mode & 0o077).toBe(0);
});

it('goes on in the file of before, begins a new one when it is full, and keeps so many', async () => {
  const clock = new ManualClock();
  for (let n = 0; n < 20; n++) {
    // A new one each time, as after a restart.
    const file = new LogFile(folder, clock, 200);
    file.add(line(`line ${n}`));
    await file.flush();
  }
  expect(readdirSync(folder).toSorted()).toEqual([
    'engine.1.jsonl',
    'engine.2.jsonl',
    'engine.3.jsonl',
    'engine.4.jsonl',
    'engine.5.jsonl',
    LOG_FILE,
  ]);
  const texts = ['engine.2.jsonl', 'engine.1.jsonl', LOG_FILE].flatMap((name) =>
    linesOf(name).map(({ text }) => text),
  );
  expect(texts.at(-1)).toBe('line 19');
  expect(texts).toEqual(texts.toSorted((a, b) => Number(String(a).slice(5)) - Number(String(b).slice(5))));
});

it('counts lines that the disk did not take, and says so once it does; it writes into no link', async () => {
  const file = new LogFile(folder, new ManualClock());
  const place = join(folder, LOG_FILE);
  mkdirSync(place);
  file.add(line('lost'));
  await file.flush();
  rmSync(place, { recursive: true });
  writeFileSync(join(folder, 'other'), '');
  symlinkSync(join(folder, 'other'), place);
  file.add(line('lost too'));
  await file.flush();
  expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('');
  rmSync(place);
  file.add(line('kept'));
  await file.flush();
  expect(linesOf().map(({ text }) => text)).toEqual(['kept', '2 lines before this one were left out']);
});

it('makes few lines in one turn of the loop, whatever number waits, and leaves out none', async () => {
  const file = new LogFile(folder, new ManualClock());
  let inTurn = 0;
  let most = 0;
  const made = (n: number) => () => {
    if (inTurn++ === 0) setImmediate(() => (inTurn = 0));
    most = Math.max(most, inTurn);
    return line(`line ${n}`)();
  };
  for (let n = 0; n < 5_000; n++) file.add(made(n));
  const written = file.flush();
  await Promise.resolve();
  file.add(line('meanwhile'));
  await written;
  await file.flush();
  expect(most).toBeLessThanOrEqual(50);
  expect(linesOf().map(({ text }) => text)).toEqual([
    ...Array.from({ length: 5_000 }, (_, n) => `line ${n}`),
    'meanwhile',
  ]);
});
