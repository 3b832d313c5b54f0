/** Long work of the lab when the engine dies under it: shown with a remedy, and resumed where it stood. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { barsAt } from '../src-engine/backtest/testing/csv-rig.ts';
import { header, TRIANGLE, triangleEvents } from '../src-engine/backtest/testing/made-log.ts';
import { expectNothingSerious } from './support/accessibility.ts';
import { test } from './support/terminal.ts';

const panel = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`);
const job = (page: Page, name: string | RegExp) => page.getByRole('listitem', { name });
test('a sweep that the engine’s end cut off is shown, resumed, and counts what was tried before', async ({
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
  await lab.getByLabel('Values of Min. net edge').fill('0 .. 9 step 0.5');
  await lab.getByLabel('Values of Min. latency').fill('5, 20');

  await test.step('an address of a Redis that cannot be is said beside the button', async () => {
    await lab.getByLabel('Redis workers').fill('127.0.0.1');
    await expect(lab.locator('.lab-submit')).toContainText('Write an address like redis://127.0.0.1:6379.');
    await expect(lab.getByRole('button', { name: /^Run sweep/ })).toBeDisabled();
    await lab.getByLabel('Redis workers').fill('');
  });

  await test.step('the engine dies in the middle of it', async () => {
    await lab.getByLabel('Name', { exact: true }).fill('cut off');
    await lab.getByRole('button', { name: /Run sweep of 38 trials/ }).click();
    await expect(job(page, /cut off/)).toContainText(/[2-9] of 38 trials/);
    await terminal.crashEngine();
    await terminal.reviveEngine();
    await expect(job(page, /cut off/)).toContainText('Interrupted by a restart');
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
    await expect(panel(page, 'Verdict')).toContainText(/Do not trust|Not proven|supports an edge/);
  });

  await test.step('a second look at the same data is held against what was tried', async () => {
    await lab.getByLabel('Name', { exact: true }).fill('another look');
    await lab.getByLabel('Values of Min. net edge').fill('0.7, 1.2');
    await lab.getByRole('button', { name: /Run sweep of 4 trials/ }).click();
    await expect(job(page, /another look/)).toContainText('Done');
    await job(page, /another look/)
      .getByRole('button', { name: 'Show' })
      .click();
    await expect(panel(page, 'Verdict')).toContainText(
      '38 other settings were tested on the same data before',
    );
    await expect(panel(page, 'Verdict')).toContainText('4 and 38 before');
  });
});

test('a file of prices becomes a recording to backtest, and its faults are said in the words of the form', async ({
  openTerminal,
  dataDir,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await page.getByRole('button', { name: 'Research', exact: true }).click();
  const lab = panel(page, 'Backtest lab');
  await lab.getByText('Import a file of prices').click();
  await expect(lab).toContainText(`into ${join(dataDir, 'imports')} on the machine of the engine`);
  const bars = barsAt(['00', '01', '02', '03'].map((minute) => `2026-03-01T12:${minute}:00Z`));
  await writeFile(join(dataDir, 'imports', 'bars.csv'), `${bars}\n2026-03-01T12:04:00Z,100,110,90,none,1\n`);
  const form = lab.getByRole('form', { name: 'Import' });
  await expect(form.getByRole('combobox', { name: 'File', exact: true })).toContainText('bars.csv');

  await test.step('what is missing is said beside the button, what does not fit at its field', async () => {
    await expect(form).toContainText('Choose a file.');
    await form.getByRole('combobox', { name: 'File', exact: true }).selectOption('bars.csv');
    await form.getByLabel('Pair').fill('BTC/USD');
    await form.getByLabel('Venue').fill('made');
    await form.getByLabel('Spread').fill('wide');
    await expect(form).toContainText('Write plain digits, such as 12.5.');
    await expect(form.getByRole('button', { name: 'Import' })).toBeDisabled();
    await form.getByLabel('Spread').fill('2');
    await expectNothingSerious(page, 'Import');
  });

  await test.step('what the file needs is said with the labels of the form, and what is wrong in it by row and column', async () => {
    await form.getByRole('button', { name: 'Import' }).click();
    await expect(job(page, /bars\.csv/).first()).toContainText(
      '“Size of a level”: is needed: bars have no book.',
    );
    await form.getByLabel('Size of a level').fill('1.5');
    await form.getByRole('button', { name: 'Import' }).click();
    const second = job(page, /bars\.csv/).first();
    await expect(second).toContainText('bars.csv row 6, column close: "none" is not a number above zero.');
    await expect(second).toContainText('leave such rows out with “Leave out rows at fault”');
  });

  await test.step('it is mended there, imported, and chosen for a backtest', async () => {
    await form.getByLabel('Leave out rows at fault').check();
    await form.getByRole('button', { name: 'Import' }).click();
    const imported = job(page, /bars\.csv/).first();
    await expect(imported).toContainText('Done');
    await expect(imported).toContainText(
      'Warning: One row is left out, such as bars.csv row 6, column close',
    );
    await imported.getByRole('button', { name: 'Choose' }).click();
    await expect(lab.getByRole('checkbox', { name: /bars-BTC-USD\.jsonl\.gz/ })).toBeChecked();
    await lab.getByRole('button', { name: 'Run backtest' }).click();
    await expect(job(page, /backtest bars-BTC-USD/)).toContainText('Done');
  });
});
