/**
 * Waiting in tests for what must come. The patience is a net against hanging and asserts nothing: no test depends on how
 * fast its machine is.
 */
import { vi } from 'vitest';

/** Far beyond what a machine with ten times more to do than it can takes for anything that a test waits for. */
export const PATIENCE_MS = 180_000;
const POLL_MS = 10;

/**
 * Until `check` neither throws nor answers false; answers its value. Checks are synchronous or asynchronous.
 * @throws what `check` threw last when the patience is over.
 */
export function until<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(
    async () => {
      const value = await check();
      if (value === false) throw new Error(`does not hold yet: ${check.toString()}`);
      return value;
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
