/**
 * Waiting in tests for what must come. The patience is a net against hanging and asserts nothing: no test depends on how
 * fast its machine is.
 */
import { vi } from 'vitest';

/** Far beyond what a machine with ten times more to do than it can takes for anything that a test waits for. */
export const PATIENCE_MS = 180_000;
const POLL_MS = 10;
/**
 * Asynchronous checks mostly ask a running engine, which answers 600 questions of a caller in a minute and then none for
 * the rest of it: after a few quick looks they go on ten times a second.
 */
const QUICK_LOOKS = 20;
const SLOW_POLL_MS = 100;
// The real one: a test may hold the clock.
const { setTimeout: later } = globalThis;

/**
 * Until `check` neither throws nor answers false; answers its value. Checks are synchronous or asynchronous.
 * @throws what `check` threw last when the patience is over.
 */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  let looks = 0;
  return vi.waitFor(
    async () => {
      const pending = check();
      try {
        const value = await pending;
        if (value === false) throw new Error(`does not hold yet: ${check.toString()}`);
        return value;
      } catch (error) {
        if (pending instanceof Promise && ++looks > QUICK_LOOKS) {
          await new Promise((resolve) => later(resolve, SLOW_POLL_MS));
        }
        throw error;
      }
    },
    { timeout: PATIENCE_MS, interval: POLL_MS },
  );
}

/** Until what `read` answers fits; answers it. @throws with what was read last when the patience is over. */
export function untilFits<T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  return until(async () => {
    const value = await read();
    if (!fits(value)) throw new Error(`does not fit yet: ${JSON.stringify(value).slice(-2_000)}`);
    return value;
  });
}
