import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { DETECTION_SETTING, EXECUTION_SETTING } from '../engine/handlers.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { setSetting } from '../storage/settings.ts';
import { storedSettings } from './stored-settings.ts';

let database: Database;
let journal: Journal;
let version = 0;

beforeAll(async () => {
  database = await openDatabase({ memory: true });
  journal = await Journal.open(database, { profile: 'paper', runId: 'r1' });
});
afterAll(async () => {
  await journal.close();
  await database.close();
});

/** @param after as another version may have stored it. */
function setLimits(after: object): Promise<void> {
  const actor = { kind: 'operator', via: 'window' } as const;
  const change = { atUs: ++version, actor, version, scope: 'limits', changes: [], after };
  return journal.append([{ type: 'limitsChanged', ...change } as unknown as EngineEvent]);
}

async function read(usual = {}) {
  const notes: string[] = [];
  const settings = await storedSettings(database, 'paper', usual, undefined, (text) => notes.push(text));
  return { ...settings, notes };
}

test('nothing stored: the defaults, and no limits that an operator has set', async () => {
  expect(await read()).toMatchObject({
    limits: DEFAULT_LIMITS,
    areLimitsSet: false,
    detection: DEFAULT_DETECTION,
    execution: DEFAULT_EXECUTION,
    notes: [],
  });
});

test('a limit that only another version knows loosens no other', async () => {
  await setLimits({ ...DEFAULT_LIMITS, maxDrawdownPct: 10, ofAnotherVersion: 1 });
  expect(await read()).toMatchObject({ limits: { maxDrawdownPct: 10 }, areLimitsSet: true, notes: [] });
  const { maxDrawdownPct: _, ...without } = DEFAULT_LIMITS;
  await setLimits({ ...without, maxTradesPerDay: 7 });
  expect((await read()).limits).toEqual({ ...DEFAULT_LIMITS, maxTradesPerDay: 7 });
});

test('one that does not fit is named, its default holds, and the limits do not count as set', async () => {
  await setLimits({
    ...DEFAULT_LIMITS,
    maxDrawdownPct: 1_000,
    maxTradesPerDay: 7,
    maxOrderQty: { BTC: '-1' },
  });
  const { limits, areLimitsSet, notes } = await read();
  expect(limits).toEqual({ ...DEFAULT_LIMITS, maxTradesPerDay: 7 });
  expect(areLimitsSet).toBe(false);
  expect(notes.join('\n')).toMatch(/maxOrderQty\.BTC: "-1" is not an amount[^]*maxDrawdownPct: "1000"/);
});

test('limits that contradict each other all give way, and do not count as set', async () => {
  await setLimits({ ...DEFAULT_LIMITS, cautionLossPct: 50 });
  const { limits, areLimitsSet, notes } = await read();
  expect([limits, areLimitsSet]).toEqual([DEFAULT_LIMITS, false]);
  expect(notes).toEqual([expect.stringMatching(/cautionLossPct: "50" must be below restrictedLossPct/)]);
});

test('settings are read under the names of earlier versions, and one that does not fit loosens no other', async () => {
  await setSetting(database, EXECUTION_SETTING, {
    ...DEFAULT_EXECUTION,
    residualBps: undefined,
    crumbBps: 5,
  });
  await setSetting(database, DETECTION_SETTING, { ...DEFAULT_DETECTION, minNetBps: -3, slippageBps: 9 });
  const { execution, detection, notes } = await read();
  expect(execution).toEqual({ ...DEFAULT_EXECUTION, residualBps: 5 });
  expect(detection).toEqual({ ...DEFAULT_DETECTION, slippageBps: 9 });
  expect(notes.join()).toMatch(/minNetBps: "-3" is not a number from 0 to 1000/);
});

test('what is usual in a profile holds until it is set, and what was set holds in every profile', async () => {
  await setSetting(database, DETECTION_SETTING, {});
  expect((await read({ crossVenue: true })).detection.crossVenue).toBe(true);
  await setSetting(database, DETECTION_SETTING, { minNetBps: 3 });
  expect((await read({ crossVenue: true })).detection).toMatchObject({ crossVenue: true, minNetBps: 3 });
  await setSetting(database, DETECTION_SETTING, { minNetBps: 3, crossVenue: false });
  expect((await read({ crossVenue: true })).detection.crossVenue).toBe(false);
});
