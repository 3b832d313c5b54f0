/** Refusals are counted instead of written one by one; what changed something is durable before it is answered. */
import { expect, test } from 'vitest';
import type { AuditEntry } from '../../contract/records.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { AuditTrail, MAX_REFUSALS_PER_ROLE } from './audit-trail.ts';

const T = 1_700_000_000_000_000;
const refusal = (actor: string, action: string): AuditEntry => ({
  atUs: T,
  actor,
  action,
  outcome: 'denied',
  detail: 'needs the role operator',
});

function rig(write?: (entry: AuditEntry) => Promise<void>) {
  const rows: AuditEntry[] = [];
  const faults: AuditEntry[] = [];
  const clock = new SimulatedClock(T);
  const keep = (entry: AuditEntry): Promise<void> => {
    rows.push(entry);
    return Promise.resolve();
  };
  const trail = new AuditTrail({ clock, write: write ?? keep, onFault: (entry) => faults.push(entry) });
  return { rows, faults, trail };
}

test('a flood of the same refusal is two rows: the first, and the count of the others', async () => {
  const { trail, rows } = rig();
  for (let n = 0; n < 10_000; n++) await trail.take(refusal('viewer via web', 'kill'));
  expect(rows).toHaveLength(1);
  await trail.flush();
  expect(rows.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
    ['viewer via web', 'kill', 'denied'],
    ['viewer via web', 'kill', 'denied'],
  ]);
  expect(rows[1]?.detail).toBe(
    '9999 more from 2023-11-14T22:13:20.000Z to 2023-11-14T22:13:20.000Z, the last one: needs the role operator',
  );
});

test('failures that repeat are counted too, and the first of them is waited for', async () => {
  const { trail, rows } = rig();
  const failure = { ...refusal('operator via web', 'chooseProfile'), outcome: 'error', detail: 'no network' };
  for (let n = 0; n < 1_000; n++) await trail.take(failure);
  for (let n = 0; n < 1_000; n++) await trail.take({ ...failure, detail: `no network, try ${n}` });
  await trail.take(refusal('operator via web', 'rearm'));
  await trail.flush();
  expect(rows).toHaveLength(MAX_REFUSALS_PER_ROLE + 3);
  expect(rows.filter(({ action }) => action === 'other calls').map(({ outcome }) => outcome)).toEqual([
    'error',
    'denied',
  ]);
  const { trail: full } = rig(() => Promise.reject(new Error('the disk is full')));
  expect(await full.take(failure)).toBe(false);
});

test('a role that calls itself by many names has bounded rows, and the rest is counted', async () => {
  const { trail, rows } = rig();
  for (let n = 0; n < 5_000; n++) await trail.take(refusal(`viewer via x-${n}`, 'kill'));
  await trail.take(refusal('operator via window', 'armLive'));
  await trail.flush();
  expect(rows).toHaveLength(MAX_REFUSALS_PER_ROLE + 2);
  expect(rows.at(-1)).toMatchObject({ actor: 'viewer', action: 'other calls', outcome: 'denied' });
  expect(rows.at(-1)?.detail).toMatch(/^4980 more from /);
  expect(rows).toContainEqual(refusal('operator via window', 'armLive'));
});

test('what changed something is answered when its row is durable, and says so when it is not', async () => {
  let finish: () => void = () => undefined;
  const { trail } = rig(() => new Promise((resolve) => (finish = resolve)));
  let isAnswered = false;
  const answer = trail.take({ ...refusal('operator via window', 'kill'), outcome: 'ok' });
  const waiting = answer.then(() => (isAnswered = true));
  await Promise.resolve();
  expect(isAnswered).toBe(false);
  finish();
  await waiting;
  expect(await answer).toBe(true);
  const { trail: full, faults } = rig(() => Promise.reject(new Error('the disk is full')));
  expect(await full.take({ ...refusal('operator via window', 'kill'), outcome: 'ok' })).toBe(false);
  expect(faults).toHaveLength(1);
});
