import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

type Count = {
  readonly bytes: number;
  readonly updates: number;
  readonly cycles: number;
  readonly opportunities: number;
  readonly strategies: number;
};

type RouteCount = Pick<Count, 'bytes' | 'updates' | 'opportunities'> & { readonly walks: number };
type MakerCount = Pick<Count, 'bytes' | 'updates'> & { readonly quotes: number; readonly orders: number };

describe('the hot path', () => {
  it('allocates less than 16 bytes an update, from the frame to the decision, when nothing is found and ten strategies are on', () => {
    const count = counted('count-allocation.ts') as Count;
    expect(count.updates).toBeGreaterThanOrEqual(200_000);
    expect([count.cycles > 0, count.opportunities, count.strategies]).toEqual([true, 0, 10]);
    expect(count.bytes).toBeGreaterThan(0);
    expect(count.bytes).toBeLessThan(16);
  });

  it('allocates no more for changes of a Binance book, of which more is known than its window shows, and little more for touches', () => {
    const count = counted('count-binance-allocation.ts') as Count & { readonly withTouches: number };
    expect(count.updates).toBeGreaterThanOrEqual(60_000);
    expect([count.cycles > 0, count.opportunities]).toEqual([true, 0]);
    expect(count.bytes).toBeLessThan(16);
    expect(count.withTouches).toBeLessThan(32);
  });

  it('allocates less than a byte an update with routes over three venues looked for', () => {
    const count = counted('count-route-allocation.ts') as RouteCount;
    expect(count.updates).toBeGreaterThanOrEqual(200_000);
    expect([count.walks > 0, count.opportunities]).toEqual([true, 0]);
    expect(count.bytes).toBeLessThan(1);
  });

  it('allocates less than a byte an update with quotes at one venue that a hedge at another pays for, of both of which books change', () => {
    const count = counted('count-maker-allocation.ts') as MakerCount;
    expect(count.updates).toBeGreaterThanOrEqual(200_000);
    expect([count.quotes, count.orders]).toEqual([2, 0]);
    expect(count.bytes).toBeLessThan(1);
  });
});

/**
 * In a process of its own: the heap of this one belongs to the test runner. On one thread: where code is compiled beside the loop, a busy
 * machine keeps slow code, whose doubles are on the heap, for longer, and the count is the machine's.
 */
function counted(name: string): unknown {
  const script = fileURLToPath(new URL(`../../bench/${name}`, import.meta.url));
  const output = execFileSync(process.execPath, ['--expose-gc', '--single-threaded', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(output);
}
