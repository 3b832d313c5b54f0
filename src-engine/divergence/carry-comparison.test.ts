/** Carries on paper of a logged session, made anew from what they were given. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BookUpdate } from '../domain/market-data.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { PerpetualReading } from '../domain/perpetual.ts';
import { CarryDesk } from '../engine/perpetuals/carry-desk.ts';
import { CarryReplay } from '../engine/perpetuals/carry-replay.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { KernelHarness, START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import { type Divergence, findDivergence } from './divergence.ts';
import { RecordedKernel } from './recorded-kernel.ts';
import { readSessionLog, SessionLogWriter, summedLine } from './session-log.ts';

const MINUTE = 60_000_000;
const LINE = { symbol: 'BTC/USD', venue: 'perps', stake: '1000' };
const folder = mkdtempSync(join(tmpdir(), 'parallax-carries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'session.jsonl');
const journal: EngineEvent[] = [];
let figures: unknown;

/** A carry is set, entered, paid, and left once longs are paid, beside a kernel that sees the spot book. */
beforeAll(async () => {
  const [spec] = TRIANGLE;
  const { config } = new KernelHarness({ specs: spec === undefined ? [] : [spec] }).kernel;
  const log = new SessionLogWriter(path, { profile: 'p', engineVersion: '0', config }, () => undefined);
  const kernel = new RecordedKernel(config, (call) => log.write(call));
  const clock = new SimulatedClock(START_US);
  const desk = new CarryDesk({
    clock,
    store: kernel.store,
    spotOf: ({ symbol }) => kernel.store.instruments.find((one) => one.symbol === symbol),
    lines: [],
    save: () => undefined,
    record: (call) => log.write(call),
  });
  const drained = (): void => {
    journal.push(...kernel.outbox.events);
    kernel.outbox.events = [];
    kernel.outbox.effects = [];
  };
  kernel.begin(START_US);
  drained();
  desk.start();
  desk.set([LINE]);
  const update = new BookUpdate(4);
  /** To the end of the next minute, with a reading of this rate shortly before. */
  const minute = (rate: string, change: Partial<PerpetualReading> = {}): void => {
    clock.advanceTo(clock.nowUs() + MINUTE - 1_000);
    const nowUs = clock.nowUs();
    update.reset(0, true, nowUs);
    update.pushBid(500_000, 1e9);
    update.pushAsk(500_001, 1e9);
    kernel.step(update);
    drained();
    const reading: PerpetualReading = {
      symbol: LINE.symbol,
      venueUs: nowUs,
      mark: '50010',
      index: undefined,
      rate,
      nextUs: START_US + 60 * MINUTE,
      everyUs: 60 * MINUTE,
      openInterest: undefined,
      top: undefined,
      ...change,
    };
    const others = ['A/USD', 'B/USD'].map((symbol) => ({ ...reading, symbol }));
    desk.take(LINE.venue, { receivedUs: nowUs, readings: [...others, reading], payments: [] });
    clock.advanceTo(nowUs + 1_000);
  };
  for (let k = 0; k < 3; k++) minute('0.001');
  const paid = { symbol: LINE.symbol, paidUs: clock.nowUs() + 1_000, rate: '0.001', mark: '50000' };
  minute('0.001');
  desk.take(LINE.venue, { receivedUs: clock.nowUs(), readings: [], payments: [paid] });
  for (let k = 0; k < 3; k++) minute('-0.001', { nextUs: clock.nowUs() + 10 * MINUTE });
  [figures] = desk.view();
  desk.stop();
  kernel.end(clock.nowUs());
  drained();
  await log.close();
});

async function* streamOf(events: readonly EngineEvent[]): AsyncGenerator<EngineEvent> {
  yield* events;
}

/** @param change what a line of the log says instead. */
async function compare(change: (line: string) => string = (line) => line): Promise<Divergence> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const changed = lines.map((line) => {
    const json = line.replace(/#[0-9a-f]{8}$/, '');
    return line === '' ? line : summedLine(change(json));
  });
  const copy = join(folder, 'copy.jsonl');
  writeFileSync(copy, changed.join('\n'));
  const log = await readSessionLog(copy);
  return findDivergence(log, streamOf(journal), undefined, undefined, (store) => new CarryReplay(store));
}

it('decides, fills and books the same, state by state', async () => {
  // Entered, paid once and left: the log has something to compare.
  expect(figures).toMatchObject({ isHeld: false, trades: 1, payments: 1 });
  const found = await compare();
  expect(found.first).toBeNull();
  expect(found.isIdentical).toBe(true);
  expect(found.carries).toBeGreaterThanOrEqual(4);
  // Of what a venue shows the log has the lines' own perpetuals alone.
  expect(readFileSync(path, 'utf8')).not.toContain('A/USD');
});

it.each([
  ['a payment at another rate', '"payments":[{', '"rate":"0.001"', '"rate":"0.002"'],
  ['a price of the perpetual', '"rate":"0.001"', '"mark":"50010"', '"mark":"50020"'],
  ['an amount that was stored', '"carry-stored"', String.raw`\"payments\":1`, String.raw`\"payments\":2`],
])('differs with %s, and names the minute that stored it', async (_, of, from, to) => {
  const { isIdentical, first } = await compare((line) => (line.includes(of) ? line.replace(from, to) : line));
  expect(isIdentical).toBe(false);
  expect(first?.given).toBe('a minute of the carries');
  expect(first?.recorded).not.toBe(first?.replayed);
});

it('differs where the replay stores what the session did not, and where it stores nothing', async () => {
  let stored = 0;
  const without = (line: string): string =>
    line.includes('"carry-stored"') && ++stored === 2 ? '["l",0,1]' : line;
  expect((await compare(without)).first).toMatchObject({ recorded: null });
  let steps = 0;
  const later = (line: string): string =>
    line.includes('"carry-step"') && ++steps === 2 ? '["l",0,1]' : line;
  expect((await compare(later)).isIdentical).toBe(false);
});

it('differs where the end of the carries stores in the replay alone, which nothing follows', async () => {
  const log = await readSessionLog(path);
  const found = await findDivergence(log, streamOf(journal), undefined, undefined, (store) => {
    const carries = new CarryReplay(store);
    const last = [{ ...LINE, state: 'x' }];
    return { take: (call) => [...carries.take(call), ...(call.call === 'carry-end' ? [last] : [])] };
  });
  expect(found.first).toMatchObject({ given: 'the end of the carries', recorded: null });
  expect(found.isIdentical).toBe(false);
});

it('of a replay without carries compares the facts alone', async () => {
  const found = await findDivergence(await readSessionLog(path), streamOf(journal));
  expect(found).toMatchObject({ isIdentical: true, carries: 0 });
});
