import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('kills in the middle of orders: nothing leaves after the acknowledgement, and the venue is verified empty within a second', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/trials.ts', '--kill', '4', '--json'],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const told = JSON.parse(stdout) as { trials: number; violations: string[]; verifiedMs: { max: number } };
  expect(told).toMatchObject({ trials: 4, violations: [] });
  expect(told.verifiedMs.max).toBeLessThan(1_000);
}, 120_000);

test('a number that is none is refused with what to write', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/trials.ts', '--kill', 'many'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/--kill: "many" is not .* Write for example/)]);
});
