import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const source = pathToFileURL('src-engine/lib/give-way.ts').href;

/** The priorities of a process after each call. */
function priorities(...asked: readonly number[]): number[] {
  const script = `
    const { getPriority, setPriority } = await import('node:os');
    const { giveWay } = await import(${JSON.stringify(source)});
    setPriority(Math.max(12, getPriority()));
    const seen = [${asked.join()}].map((each) => (giveWay(each), getPriority()));
    process.stdout.write(JSON.stringify(seen));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as number[];
}

it('lowers a priority and never raises it, which only an administrator may', () => {
  const [first = 0, ...rest] = priorities(10, 19, 5);
  expect(first).toBeGreaterThanOrEqual(12);
  expect(rest).toEqual([19, 19]);
});
