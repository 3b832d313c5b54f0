import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

type Count = {
  readonly bytes: number;
  readonly updates: number;
  readonly cycles: number;
  readonly opportunities: number;
};

describe('the hot path', () => {
  it('allocates less than 16 bytes an update, from the frame to the decision, when nothing is found', () => {
    // In a process of its own: the heap of this one belongs to the test runner.
    const script = fileURLToPath(new URL('../../bench/count-allocation.ts', import.meta.url));
    const output = execFileSync(process.execPath, ['--expose-gc', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const count = JSON.parse(output) as Count;
    expect(count.updates).toBeGreaterThanOrEqual(200_000);
    expect([count.cycles > 0, count.opportunities]).toEqual([true, 0]);
    expect(count.bytes).toBeGreaterThan(0);
    expect(count.bytes).toBeLessThan(16);
  });
});
