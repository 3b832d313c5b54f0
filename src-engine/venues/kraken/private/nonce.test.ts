import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../lib/clock.ts';
import type { NonceStore } from '../../venue-account.ts';
import { NonceSource } from './nonce.ts';

/** A store that survives restarts, as a disk does. */
class Disk implements NonceStore {
  watermark: bigint | undefined;
  saves = 0;
  isFull = false;

  async load(): Promise<bigint | undefined> {
    return this.watermark;
  }

  async save(watermark: bigint): Promise<void> {
    if (this.isFull) throw new Error('no space left on device');
    this.watermark = watermark;
    this.saves++;
  }
}

function clockAt(nowUs: number): Clock & { us: number } {
  return {
    us: nowUs,
    nowUs() {
      return this.us;
    },
    schedule: () => () => undefined,
  };
}

describe('nonces', () => {
  it('rise strictly over restarts and over a clock that jumps either way', async () => {
    const step = fc.record({ jumpUs: fc.integer({ min: -1e13, max: 1e13 }), restarts: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const disk = new Disk();
        const clock = clockAt(1.7e15);
        let source = new NonceSource(disk, clock);
        let last = 0n;
        for (const { jumpUs, restarts } of steps) {
          clock.us = Math.max(1, clock.us + jumpUs);
          if (restarts) source = new NonceSource(disk, clock);
          const nonce = await source.next();
          expect(nonce).toBeGreaterThan(last);
          expect(disk.watermark).toBeGreaterThanOrEqual(nonce);
          expect(nonce).toBeLessThan(2n ** 64n);
          last = nonce;
        }
      }),
    );
  });

  it('are different for callers that ask at once, and read the store once', async () => {
    const disk = new Disk();
    const source = new NonceSource(disk, clockAt(1.7e15));
    const nonces = await Promise.all(Array.from({ length: 200 }, () => source.next()));
    expect(new Set(nonces).size).toBe(200);
    expect(nonces.every((nonce, n) => n === 0 || nonce > (nonces[n - 1] ?? nonce))).toBe(true);
    expect(disk.saves).toBe(1);
  });

  it('are not given while the store fails, except to what must leave', async () => {
    const disk = new Disk();
    const source = new NonceSource(disk, clockAt(1.7e15));
    disk.isFull = true;
    await expect(source.next()).rejects.toThrow('no space left');
    const urgent = await source.next(true);
    expect(await source.next(true)).toBeGreaterThan(urgent);
    disk.isFull = false;
    expect(await source.next()).toBeGreaterThan(urgent);
  });

  it('are given at once to what must leave, though the store hangs', async () => {
    const hanging: NonceStore = { load: async () => 5n, save: () => new Promise(() => undefined) };
    const source = new NonceSource(hanging, clockAt(1.7e15));
    const waiting = source.next();
    const [first, second] = [await source.next(true), await source.next(true)];
    expect(second).toBeGreaterThan(first);
    expect(await Promise.race([waiting, Promise.resolve('waits')])).toBe('waits');
  });

  it('go on above what another program has used of the same key', async () => {
    const disk = new Disk();
    const source = new NonceSource(disk, clockAt(1.7e15));
    const before = await source.next();
    const theirs = before + 20_000_000n;
    disk.watermark = theirs;
    source.skip();
    expect(await source.next()).toBeGreaterThan(theirs);
  });
});
