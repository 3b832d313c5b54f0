/** One trial of each kind over two venues, on the product's own engine as a process: they mostly wait, side by side. */
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';

type Figures = { readonly trials: number; readonly violations: readonly string[] };

async function made(kind: string): Promise<Figures | undefined> {
  const child = spawn(process.execPath, ['scripts/trials.ts', `--${kind}`, '1', '--untimed', '--json']);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await new Promise((resolve) => child.once('close', resolve));
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as Readonly<Record<string, Figures>>)[kind];
}

describe.concurrent('accounts at two venues', () => {
  it('a kill in a burst: both are emptied, each by its own ledger, and nothing comes to one that has shown that nothing is open', async () => {
    expect(await made('kill-two')).toMatchObject({ trials: 1, violations: [], notMade: [] });
  });

  it('one is banned in the middle of orders: the other trades on, and what was under way is settled by its own venue’s word', async () => {
    expect(await made('cut-two')).toMatchObject({ trials: 1, violations: [], notMade: [] });
  });

  it('SIGKILL in the middle of orders: each watchdog empties its own venue, and a restart agrees with both ledgers', async () => {
    expect(await made('sigkill-two')).toMatchObject({ trials: 1, violations: [], notMade: [] });
  });
});
