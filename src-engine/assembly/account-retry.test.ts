import { describe, expect, it, vi } from 'vitest';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountVenue, Credential } from '../venues/venue-account.ts';
import { AccountRetry } from './account-retry.ts';

const OLD: Credential = { key: 'old', secret: 's' };
const NEW: Credential = { key: 'new', secret: 's' };

function rig(stored: Credential | undefined, tried: Credential | undefined) {
  let nowUs = 1_000 * US_PER_SECOND;
  let key = stored;
  let problem: string | undefined = 'the key may withdraw';
  const clock: Clock = { nowUs: () => nowUs, schedule: () => () => undefined };
  const stop = vi.fn(() => Promise.resolve());
  const open = vi.fn(() => ({ stop }) as unknown as AccountVenue);
  const retry = new AccountRetry(
    {
      clock,
      key: () => (key === undefined ? Promise.reject(new Error('none is stored')) : Promise.resolve(key)),
      open,
      check: () => (problem === undefined ? Promise.resolve() : Promise.reject(new Error(problem))),
    },
    tried,
  );
  return {
    retry,
    open,
    stop,
    pass: (seconds: number) => {
      nowUs += seconds * US_PER_SECOND;
    },
    store: (credential: Credential) => {
      key = credential;
    },
    mend: () => {
      problem = undefined;
    },
  };
}

describe('an account that could not be traded', () => {
  it('is asked for with the same key after 30 s, then after twice as long each time, and never more often', async () => {
    const { retry, open, stop, pass, mend } = rig(OLD, OLD);
    expect(await retry.isMended()).toBe(false);
    pass(29);
    expect(await retry.isMended()).toBe(false);
    expect(open).not.toHaveBeenCalled();
    pass(1);
    expect(await retry.isMended()).toBe(false);
    pass(59);
    expect(await retry.isMended()).toBe(false);
    expect(open).toHaveBeenCalledTimes(1);
    pass(1);
    mend();
    expect(await retry.isMended()).toBe(true);
    expect(stop, 'each connection that was opened is closed').toHaveBeenCalledTimes(2);
  });

  it('waits 15 minutes at most', async () => {
    const { retry, open, pass } = rig(OLD, OLD);
    for (let tries = 1; tries <= 10; tries++) {
      pass(900);
      await retry.isMended();
      expect(open).toHaveBeenCalledTimes(tries);
    }
  });

  it('is asked for at once with another key, and not at all without one', async () => {
    const { retry, open, store, mend } = rig(undefined, undefined);
    expect(await retry.isMended()).toBe(false);
    expect(open).not.toHaveBeenCalled();
    store(NEW);
    expect(await retry.isMended()).toBe(false);
    expect(open).toHaveBeenCalledTimes(1);
    mend();
    expect(await retry.isMended()).toBe(false);
    expect(open, 'the same key again: too early').toHaveBeenCalledTimes(1);
    store(OLD);
    expect(await retry.isMended()).toBe(true);
  });
});
