import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from './simulated-clock.ts';
import { SystemClock } from '../lib/system-clock.ts';

describe('simulated clock', () => {
  it('runs timers in order of their time, equal ones in order of asking, and stands at each one’s time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 })),
        fc.integer({ min: 0, max: 25 }),
        (times, until) => {
          const clock = new SimulatedClock();
          const ran: [number, number, number][] = [];
          times.forEach((atUs, index) => clock.schedule(atUs, () => ran.push([atUs, index, clock.nowUs()])));
          clock.advanceTo(until);
          const expected = times
            .map((atUs, index) => [atUs, index, atUs])
            .filter(([atUs]) => (atUs ?? 0) <= until)
            .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0) || (a[1] ?? 0) - (b[1] ?? 0));
          expect(ran).toEqual(expected);
          expect(clock.nowUs()).toBe(until);
        },
      ),
    );
  });

  it('runs the same however far it goes in one go, but for what was canceled', () => {
    const timer = fc.record({ atUs: fc.integer({ min: 0, max: 50 }), cancels: fc.boolean() });
    const steps = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(timer, { maxLength: 40 }), steps, (timers, hops) => {
        const run = (stops: readonly number[]): number[] => {
          const clock = new SimulatedClock();
          const ran: number[] = [];
          const cancels = timers.map(({ atUs }, index) => clock.schedule(atUs, () => ran.push(index)));
          timers.forEach(({ cancels: isCanceled }, index) => {
            if (isCanceled) cancels[index]?.();
          });
          for (const stop of stops) clock.advanceTo(stop);
          return ran;
        };
        let at = 0;
        const stops = hops.map((hop) => (at += hop));
        const expected = timers
          .map(({ atUs, cancels }, index) => ({ atUs, cancels, index }))
          .filter(({ atUs, cancels }) => atUs <= 100 && !cancels)
          .sort((a, b) => a.atUs - b.atUs || a.index - b.index)
          .map(({ index }) => index);
        expect(run([100])).toEqual(expected);
        expect(run([...stops, 200])).toEqual(expected);
      }),
    );
  });

  it('reports when it is needed next, from the time at which it started', () => {
    const clock = new SimulatedClock(1_000);
    expect([clock.nowUs(), clock.nextUs]).toEqual([1_000, undefined]);
    clock.schedule(1_500, () => undefined);
    clock.schedule(400, () => undefined);
    expect(clock.nextUs).toBe(1_000);
    clock.advanceTo(1_000);
    expect(clock.nextUs).toBe(1_500);
  });

  it('runs what timers ask for, and nothing that was canceled', () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    const cancel = clock.schedule(5, () => ran.push('canceled'));
    clock.schedule(3, () => {
      clock.schedule(4, () => ran.push('nested'));
      clock.schedule(1, () => ran.push('overdue'));
      cancel();
    });
    clock.advanceTo(10);
    expect(ran).toEqual(['overdue', 'nested']);
    clock.advanceTo(2);
    expect(clock.nowUs()).toBe(10);
  });
});

describe('system clock', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('never runs backwards when the wall clock is set back, and goes on at its own pace', () => {
    const wall = vi.spyOn(Date, 'now');
    const monotonic = vi.spyOn(performance, 'now');
    const startMs = performance.timeOrigin;
    const at = (elapsedMs: number, wallMs: number): void => {
      monotonic.mockReturnValue(elapsedMs);
      wall.mockReturnValue(startMs + wallMs);
    };
    at(1_000, 1_000);
    const clock = new SystemClock();
    const first = clock.nowUs();
    at(2_000, -3_600_000);
    expect(clock.nowUs()).toBe(first + 1_000_000);
    at(3_000, -3_599_000);
    expect(clock.nowUs()).toBe(first + 2_000_000);
  });

  it('calls back at or after the time that was asked for, however early the timer comes, unless canceled', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(Date, 'now').mockReturnValue(0);
    const monotonic = vi.spyOn(performance, 'now').mockReturnValue(0);
    const clock = new SystemClock();
    const startUs = clock.nowUs();
    const ran: string[] = [];
    clock.schedule(startUs + 1_700, () => ran.push('kept'));
    const cancel = clock.schedule(startUs + 1_700, () => ran.push('canceled'));
    monotonic.mockReturnValue(1.5);
    vi.advanceTimersByTime(2);
    expect(ran).toEqual([]);
    cancel();
    monotonic.mockReturnValue(2);
    vi.advanceTimersByTime(1);
    expect(ran).toEqual(['kept']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('calls back in order of time, equal ones in order of asking, though the platform’s timers come early or late', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 6_000 }), fc.boolean()), { minLength: 2, maxLength: 12 }),
        fc.array(fc.integer({ min: 100, max: 2_500 }), { minLength: 1, maxLength: 30 }),
        (timers, steps) => {
          vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
          vi.spyOn(Date, 'now').mockReturnValue(0);
          const monotonic = vi.spyOn(performance, 'now').mockReturnValue(0);
          const clock = new SystemClock();
          const startUs = clock.nowUs();
          const ran: number[] = [];
          const cancels = timers.map(([us], k) =>
            clock.schedule(startUs + us, () => {
              if (clock.nowUs() < startUs + us) throw new Error('called too early');
              ran.push(k);
            }),
          );
          timers.forEach(([, isCanceled], k) => {
            if (isCanceled) cancels[k]?.();
          });
          // The platform's time and the machine's need not go together.
          for (const step of [...steps, 20_000]) {
            monotonic.mockReturnValue(monotonic() + step / 1_000);
            vi.advanceTimersByTime(1);
          }
          vi.advanceTimersByTime(50);
          const expected = timers
            .map(([us, isCanceled], k) => ({ us, isCanceled, k }))
            .filter(({ isCanceled }) => !isCanceled)
            .sort((a, b) => a.us - b.us || a.k - b.k);
          expect(ran).toEqual(expected.map(({ k }) => k));
          expect(vi.getTimerCount()).toBe(0);
          vi.restoreAllMocks();
          vi.useRealTimers();
        },
      ),
    );
  });

  it('waits longer than a timer of the platform can', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(Date, 'now').mockReturnValue(0);
    const monotonic = vi.spyOn(performance, 'now').mockReturnValue(0);
    const clock = new SystemClock();
    const dayMs = 24 * 3_600_000;
    const pass = (days: number): void => {
      for (let day = 0; day < days; day++) {
        monotonic.mockReturnValue(monotonic() + dayMs);
        vi.advanceTimersByTime(dayMs);
      }
    };
    let calls = 0;
    clock.schedule(clock.nowUs() + 60 * dayMs * 1_000, () => calls++);
    pass(59);
    expect(calls).toBe(0);
    pass(2);
    expect(calls).toBe(1);
  });
});
