import { describe, expect, it } from 'vitest';
import { SystemClock } from './system-clock.ts';

const START_MS = 1_800_000_000_000;

/** A machine whose clocks the test sets. */
function machine() {
  const at = { monotonicMs: 0, wallMs: START_MS, uptimeS: 500 };
  const clock = new SystemClock({
    originMs: START_MS,
    monotonicMs: () => at.monotonicMs,
    wallMs: () => at.wallMs,
    uptimeS: () => at.uptimeS,
  });
  const sinceMs = (): number => clock.nowUs() / 1_000 - START_MS;
  return {
    clock,
    sinceMs,
    passMs: (ms: number) => {
      at.monotonicMs += ms;
      at.wallMs += ms;
      at.uptimeS += ms / 1_000;
    },
    sleepMs: (ms: number) => {
      at.wallMs += ms;
      at.uptimeS += Math.floor(ms / 1_000);
    },
    setMs: (ms: number) => {
      at.wallMs += ms;
    },
  };
}

describe('the machine’s clock', () => {
  it('catches up what the machine slept', () => {
    const { clock, sinceMs, passMs, sleepMs } = machine();
    passMs(1_000);
    sleepMs(3_600_000);
    expect([sinceMs(), clock.stepUs]).toEqual([3_601_000, 0]);
    passMs(500);
    expect(sinceMs()).toBe(3_601_500);
  });

  it('set two minutes ahead and back is not followed, and both are seen', () => {
    const { clock, sinceMs, passMs, setMs } = machine();
    passMs(1_000);
    setMs(120_000);
    expect([sinceMs(), clock.stepUs]).toEqual([1_000, 120_000_000]);
    passMs(5_000);
    expect([sinceMs(), clock.stepUs]).toEqual([6_000, 120_000_000]);
    setMs(-120_000);
    expect([sinceMs(), clock.stepUs]).toEqual([6_000, 0]);
    setMs(-30_000);
    passMs(10);
    expect([sinceMs(), clock.stepUs]).toEqual([6_010, -30_000_000]);
  });

  it('set ahead is taken over when it is asked to; set back never is', () => {
    const { clock, sinceMs, passMs, setMs } = machine();
    setMs(90_000);
    clock.adopt();
    expect([sinceMs(), clock.stepUs]).toEqual([90_000, 0]);
    setMs(-60_000);
    passMs(100);
    clock.adopt();
    expect([sinceMs(), clock.stepUs]).toEqual([90_100, -60_000_000]);
  });

  it('sleeps while it is set, and only the sleep is caught up', () => {
    const { clock, sinceMs, setMs, sleepMs } = machine();
    setMs(120_000);
    expect(sinceMs()).toBe(0);
    sleepMs(600_000);
    expect([sinceMs(), clock.stepUs]).toEqual([600_000, 120_000_000]);
  });
});
