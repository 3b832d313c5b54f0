import { describe, expect, it } from 'vitest';
import type { ChecklistItem } from '../../contract/live-records.ts';
import { decimal } from '../../domain/decimal.ts';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import { armingChecklist } from './arming-checklist.ts';
import type { SessionAccount } from '../market/venue-connection.ts';

type Skew = ReturnType<SessionAccount['clockSkew']>;

function item(id: ChecklistItem['id'], skew: Skew, more: Partial<SessionAccount> = {}) {
  const { kernel } = new KernelHarness();
  const account = {
    clockSkew: () => skew,
    permissions: ['modify-trades'],
    keyNotes: [],
    hasDeadManSwitch: true,
    limitsUsed: () => [],
    guard: guard(true),
    ...more,
  };
  const record = { cycles: 20, profitHome: decimal('1') };
  const [venue = ''] = kernel.feeds.keys();
  const intents = { health: { healthy: true, detail: '' }, level: 'disk', damage: '' } as const;
  return armingChecklist({ kernel, venue, account, watchedFor: '', record, intents }).find(
    (check) => check.id === id,
  );
}

const guard = (isWatching: boolean): SessionAccount['guard'] => ({
  isWatching,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
});

const clockItem = (skew: Skew) => item('clock', skew);

it('a clock that nobody measured is not shown as measured', () => {
  const { ok, detail } = clockItem({ skewUs: 0, errorUs: 0, isByVenue: true }) ?? {};
  expect([ok, detail]).toEqual([
    true,
    'nothing depends on this machine’s clock: deadlines are counted by the venue’s own, from its present on',
  ]);
});

describe('the clock, before live trading is armed', () => {
  it('is in step when the venue’s is no further off than half a second, what is not known of it included', () => {
    expect(clockItem({ skewUs: -380_000, errorUs: 110_000 })).toMatchObject({ ok: true, remedy: '' });
  });

  it('that is off is refused with the numbers and what to do', () => {
    for (const skewUs of [450_000, -450_000]) {
      expect(clockItem({ skewUs, errorUs: 60_000 })).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/^-?450 ms from the venue's \(± 60 ms\); the limit is 500 ms$/),
        remedy: expect.stringContaining('NTP'),
      });
    }
  });

  it('that the venue has not reported yet is not taken for one in step', () => {
    expect(clockItem(undefined)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('not reported'),
    });
  });
});

describe('what cancels the orders of a dead engine', () => {
  it('is the watchdog alone at a venue without a dead-man switch, and the trader reads so before arming', () => {
    expect(item('dead-engine', undefined)).toMatchObject({
      ok: true,
      detail:
        'the watchdog on this machine is running, and the venue’s dead-man switch cancels when the engine is silent',
    });
    expect(item('dead-engine', undefined, { hasDeadManSwitch: false })).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/the venue has no dead-man switch: .* orders stay open$/),
    });
  });

  it('is nothing while the watchdog is not running', () => {
    expect(item('dead-engine', undefined, { guard: guard(false) })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('is not running'),
    });
  });
});

it('what the trader should know of the key stands beside its rights', () => {
  const keyNotes = ['The key works from any address.'];
  expect(item('key', undefined, { keyNotes })).toMatchObject({
    ok: true,
    detail: 'may modify-trades; cannot withdraw. The key works from any address.',
  });
  expect(item('key', undefined, { permissions: [], keyNotes })?.detail).toBe(
    'its rights are not known. The key works from any address.',
  );
  expect(item('key', undefined, { permissions: [], isUnbounded: true, keyNotes })?.detail).toBe(
    'The key works from any address.',
  );
});
