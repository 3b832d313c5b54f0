/** When calls may leave, without a real clock. */
import { expect, it, vi } from 'vitest';
import { CallLine, CallPace, withinLimit } from './call-pace.ts';

function paced(unitMs = 100, burst = 0) {
  const time = { ms: 0, waited: 0 };
  const wait = async (ms: number): Promise<void> => {
    time.waited += ms;
    time.ms += ms;
    await Promise.resolve();
  };
  return { time, pace: new CallPace({ unitMs, burst, tickMs: () => time.ms, wait }) };
}

it('what a call costs is paid by the next one of its lane, and while nothing waits', async () => {
  const { time, pace } = paced();
  await pace.pass('questions', 10);
  await pace.pass('orders', 1);
  expect(time.waited).toBe(0);
  await pace.pass('questions', 1);
  expect(time.waited).toBe(1_000);
  time.ms += 500;
  await pace.pass('questions', 1);
  expect(time.waited).toBe(1_000);
});

it('questions may owe as much as the venue lets them, and not more; orders never do', async () => {
  const { time, pace } = paced(100, 9);
  for (let call = 0; call < 3; call++) await pace.pass('questions', 3);
  expect(time.waited).toBe(0);
  await pace.pass('questions', 3);
  expect(time.waited).toBe(300);
  // One that costs more than may be owed waits until nothing is.
  await pace.pass('questions', 12);
  expect(time.waited).toBe(1_200);
  await pace.pass('orders', 3);
  await pace.pass('orders', 3);
  expect(time.waited).toBe(1_500);
});

it('refuses at once what would wait too long, at no cost', async () => {
  const { time, pace } = paced();
  await pace.pass('orders', 10);
  expect(await pace.pass('orders', 10, 999)).toBe(false);
  expect(await pace.pass('orders', 10, 1_000)).toBe(true);
  expect([time.waited, pace.usage()]).toEqual([1_000, { used: 20, limit: 100 }]);
});

it('a call that takes long holds the others for a second, and what is urgent goes first', async () => {
  vi.useFakeTimers();
  const line = new CallLine();
  const gone: string[] = [];
  const go = (name: string, isUrgent = false): void =>
    void line.run(isUrgent, () => {
      gone.push(name);
      return new Promise(() => undefined);
    });
  go('stalled');
  go('question');
  go('order', true);
  await vi.advanceTimersByTimeAsync(999);
  expect(gone).toEqual(['stalled']);
  await vi.advanceTimersByTimeAsync(1);
  expect(gone).toEqual(['stalled', 'order']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(gone).toEqual(['stalled', 'order', 'question']);
  const late = expect(withinLimit(new Promise(() => undefined), 500)).rejects.toThrow('no whole answer');
  await vi.advanceTimersByTimeAsync(500);
  await late;
  vi.useRealTimers();
});
