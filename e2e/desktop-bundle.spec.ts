/** The desktop's bundle: every program that the engine starts beside itself is in it, and found from where it lies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { ROOT } from '../scripts/start/run.ts';
import { test } from './support/terminal.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Runs a command of the bundle to its end. */
async function bundled(...args: string[]): Promise<Answer> {
  const child = spawn(process.execPath, [join(ROOT, 'out/main/cli.js'), ...args, '--json'], { cwd: '/' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

test('its threads and processes do their work: market, database, watchdog, library, sweep', {
  tag: '@desktop',
}, async ({ openTerminal, dataDir }) => {
  const terminal = await openTerminal('--profile', 'rehearsal', '--seed', '3');
  const { page } = terminal;
  await expect(page.getByLabel('Trading mode')).toContainText('REHEARSAL, disarmed');
  await expect(page.getByRole('grid', { name: 'Quotes' }).locator('.book-live').first()).toBeVisible();
  await bundled('record', '--seconds', '8', '--data-dir', dataDir);

  await test.step('a recording is read by the library’s thread, and swept by two threads', async () => {
    const recordings = join(dataDir, 'recordings');
    const [log = ''] = readdirSync(recordings);
    expect(JSON.stringify(await bundled('library', 'list', '--dir', recordings))).toContain(log);
    const spec = join(dataDir, 'sweep.json');
    writeFileSync(
      spec,
      JSON.stringify({
        logs: [join(recordings, log)],
        parameters: { 'detection.minNetBps': { values: [0.5, 1] } },
        search: { method: 'grid' },
        periodMs: 250,
        split: { kind: 'holdout', testShare: 0.5 },
        blocks: 2,
      }),
    );
    const sweep = await bundled('sweep', spec, '--workers', '2', '--out', join(dataDir, 'sweep.jsonl'));
    expect(JSON.stringify(sweep)).toContain('detection.minNetBps');
  });

  await test.step('the watchdog outlives its engine, and what it did is reported by the next one', async () => {
    await terminal.crashEngine();
    await expect(page.locator('.state-paused')).toContainText('the watchdog canceled');
  });
});
