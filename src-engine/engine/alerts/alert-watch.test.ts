import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EngineEvent } from '../../domain/event.ts';
import { ManualClock } from '../../gateway/testing/fake-host.ts';
import type { Database } from '../../storage/database-types.ts';
import { openDatabase } from '../../storage/database.ts';
import { FactLog } from '../history/fact-log.ts';
import { AlertWatch } from './alert-watch.ts';

const OPERATOR = { kind: 'operator', via: 'window' } as const;
const killed = (atUs: number): EngineEvent => ({
  type: 'killed',
  atUs,
  actor: OPERATOR,
  reason: 'drill',
  cancelsSent: 0,
});

let dataDir: string;
let database: Database;
/** What the next write does instead of being stored. */
let fault: (() => Promise<void>) | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-alert-watch-'));
  const opened = await openDatabase({ dataDir });
  database = { ...opened, writeAll: (queries) => fault?.() ?? opened.writeAll(queries) };
  fault = undefined;
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true });
});

/** A watch of the profile `demo`, and the numbers that people heard of. */
async function watching() {
  const clock = new ManualClock();
  const facts = new FactLog();
  const heard: string[] = [];
  const watch = new AlertWatch({
    database,
    clock,
    facts,
    standing: () => ({ session: undefined, fault: '' }),
    burning: () => [],
    note: () => undefined,
    onAlerts: (profile, alerts) =>
      heard.push(...alerts.map(({ alertId, title }) => `${profile} ${alertId} ${title}`)),
  });
  await watch.open('demo');
  watch.start();
  /** Looks once a tenth of a second, with everything that waits on a promise done between. */
  const pass = async (looks: number): Promise<void> => {
    for (let n = 0; n < looks; n++) {
      clock.advanceMs(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { watch, clock, facts, heard, pass };
}

it('people hear of an alert while rules cannot be stored, once, and not again after a restart', async () => {
  const { watch, facts, heard, pass } = await watching();
  fault = () => Promise.reject(new Error('disk full'));
  await watch.handlers.saveAlertRule(
    { rule: { kind: 'stale', venue: 'kraken', restS: 60, severity: 'info' } as never },
    { role: 'operator', via: 'test' },
  );
  facts.publish([killed(1)]);
  await pass(1);
  expect(heard).toEqual(['demo 1 Kill switch thrown']);
  await pass(12);
  fault = undefined;
  await watch.stop();
  expect(heard).toHaveLength(1);
  const again = await watching();
  await again.pass(6);
  await again.watch.stop();
  expect(again.heard).toEqual([]);
  expect(again.watch.readView('alerts', {})).toMatchObject({ unread: 1 });
});

it('a write that never answers stops no notice', async () => {
  const { facts, heard, pass } = await watching();
  fault = () => new Promise(() => undefined);
  facts.publish([killed(1)]);
  await pass(12);
  facts.publish([
    { type: 'tradingHalted', atUs: 2, code: 'watchdog', reason: 'r', venue: 'kraken' },
    { type: 'riskLevelChanged', atUs: 3, from: 'normal', to: 'reduced', lossPct: 2 } as never,
  ]);
  await pass(1);
  expect(heard).toEqual([
    'demo 1 Kill switch thrown',
    'demo 2 Trading halted at kraken',
    'demo 3 Risk level reduced',
  ]);
});

it('each kill is heard of, and what goes on again when it grows worse', async () => {
  const { watch, facts, heard, pass } = await watching();
  const level = (to: string): EngineEvent =>
    ({ type: 'riskLevelChanged', atUs: 3, from: 'normal', to, lossPct: 2 }) as never;
  facts.publish([killed(1), level('reduced')]);
  await pass(1);
  facts.publish([{ type: 'rearmed', atUs: 2, actor: OPERATOR }, killed(3), level('reduced')]);
  await pass(1);
  facts.publish([killed(4), level('halted')]);
  await pass(1);
  expect(heard).toEqual([
    'demo 1 Kill switch thrown',
    'demo 2 Risk level reduced',
    'demo 3 Kill switch thrown',
    'demo 2 Risk level halted',
    'demo 4 Kill switch thrown',
  ]);
  const kills = watch.handlers.listAlerts({ limit: 10 }, { role: 'operator', via: 'test' });
  expect(await kills).toMatchObject({ alerts: [{ endedUs: null }, { endedUs: 4 }, {}, { endedUs: 2 }] });
  await watch.stop();
});
