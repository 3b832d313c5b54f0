import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { armingChecklist } from './arming-checklist.ts';
import type { SessionAccount } from './trading-session.ts';

type Skew = ReturnType<SessionAccount['clockSkew']>;

function clockItem(skew: Skew) {
  const { kernel } = new KernelHarness();
  const guard = { isWatching: true, start: () => Promise.resolve(), stop: () => Promise.resolve() };
  const account = { clockSkew: () => skew, permissions: ['modify-trades'], guard };
  const record = { cycles: 20, profitHome: decimal('1') };
  return armingChecklist({ kernel, account, record }).find(({ id }) => id === 'clock');
}

describe('the clock, before live trading is armed', () => {
  it('is in step when the venue’s is no further off than half a second, what is not known of it included', () => {
    expect(clockItem({ skewUs: -380_000, errorUs: 110_000 })).toMatchObject({ ok: true, remedy: '' });
  });

  it('that is off is refused with the numbers and what to do', () => {
    for (const skewUs of [450_000, -450_000]) {
      expect(clockItem({ skewUs, errorUs: 60_000 })).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/^-?450 ms from the venue's, to within 60 ms; allowed are 500 ms$/),
        remedy: expect.stringContaining('NTP'),
      });
    }
  });

  it('that the venue has not told yet is not taken for one in step', () => {
    expect(clockItem(undefined)).toMatchObject({ ok: false, detail: expect.stringContaining('not told') });
  });
});
