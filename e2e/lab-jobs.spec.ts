/** Long work of the lab when the engine dies under it: told with a remedy, and taken up where it stood. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { header, TRIANGLE, triangleEvents } from '../src-engine/backtest/testing/made-log.ts';
import { test } from './support/terminal.ts';

const panel = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`);
const job = (page: Page, name: string | RegExp) => page.getByRole('listitem', { name });
test('a sweep that the engine’s end cut off is told, resumed, and counts what was tried before', async ({
  openTerminal,
  dataDir,
}) => {
  await mkdir(join(dataDir, 'recordings'), { recursive: true });
  const lines = [header(TRIANGLE), ...triangleEvents(7, 2_000).events].map((line) => JSON.stringify(line));
  await writeFile(join(dataDir, 'recordings', 'made.jsonl'), `${lines.join('\n')}\n`);
  const terminal = await openTerminal('--profile', 'demo', '--seed', '3');
  const { page } = terminal;
  await page.getByRole('button', { name: 'Research', exact: true }).click();
  const lab = panel(page, 'Backtest lab');
  await lab.getByRole('checkbox').check();
  await lab.getByText('Sweep', { exact: true }).click();
  await lab.getByLabel('Values of Smallest net edge').fill('0 .. 9 step 0.5');
  await lab.getByLabel('Values of Latency, least').fill('5, 20');

  await test.step('an address of a Redis that cannot be is said beside the button', async () => {
    await lab.getByLabel('Workers of a Redis').fill('127.0.0.1');
    await expect(lab.locator('.lab-submit')).toContainText('Write an address like redis://127.0.0.1:6379.');
    await expect(lab.getByRole('button', { name: /^Run sweep/ })).toBeDisabled();
    await lab.getByLabel('Workers of a Redis').fill('');
  });

  await test.step('the engine dies in the middle of it', async () => {
    await lab.getByLabel('Name', { exact: true }).fill('cut off');
    await lab.getByRole('button', { name: /Run sweep of 38 trials/ }).click();
    await expect(job(page, /cut off/)).toContainText(/[2-9] of 38 trials/);
    await terminal.crashEngine();
    await terminal.reviveEngine();
    await expect(job(page, /cut off/)).toContainText('Ended by a restart');
    await expect(job(page, /cut off/)).toContainText(/The engine ended while it ran.*resume it/);
  });

  await test.step('it goes on from what was done', async () => {
    await job(page, /cut off/)
      .getByRole('button', { name: 'Resume' })
      .click();
    await expect(job(page, /cut off/).first()).toContainText('Done');
    await job(page, /cut off/)
      .first()
      .getByRole('button', { name: 'Show' })
      .click();
    await expect(panel(page, 'Verdict')).toContainText(/Do not believe|Not proven|there is an edge/);
  });

  await test.step('a second look at the same data is held against what was tried', async () => {
    await lab.getByLabel('Name', { exact: true }).fill('another look');
    await lab.getByLabel('Values of Smallest net edge').fill('0.7, 1.2');
    await lab.getByRole('button', { name: /Run sweep of 4 trials/ }).click();
    await expect(job(page, /another look/)).toContainText('Done');
    await job(page, /another look/)
      .getByRole('button', { name: 'Show' })
      .click();
    await expect(panel(page, 'Verdict')).toContainText(
      '38 other settings were tried on the same data before',
    );
    await expect(panel(page, 'Verdict')).toContainText('4 and 38 before');
  });
});
