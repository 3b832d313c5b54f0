/** Live trading in the window, rehearsed with an account at the local exchange: it cannot be armed by mistake, nor mistaken. */
import { expect } from '@playwright/test';
import { writePaperRecord } from '../src-engine/testing/paper-record.ts';
import { picture } from './support/picture.ts';
import { run } from './support/processes.ts';
import { test } from './support/terminal.ts';

const VENUE = 'Local exchange (simulated)';

test('live trading is armed by a checklist and a typed name, shows itself, and is brought back by one press', async ({
  openTerminal,
  dataDir,
}) => {
  await writePaperRecord(dataDir, 20);
  const { page } = await openTerminal();
  await page.getByRole('radio', { name: 'Rehearsal' }).check();
  await page.getByRole('button', { name: 'Start the rehearsal' }).click();
  const mode = page.getByLabel('Trading mode');
  await expect(mode).toContainText('SIMULATED MARKET · REHEARSAL, disarmed');
  await expect(page).toHaveTitle(/^SIMULATED MARKET · REHEARSAL, disarmed/);

  await page.keyboard.press('l');
  const live = page.getByRole('dialog', { name: 'Live trading' });
  await expect(live).toContainText('DISARMED');
  const checklist = live.getByRole('region', { name: 'Checklist' });
  await expect(checklist.getByRole('listitem').filter({ hasText: 'Limits set' })).toContainText(
    'Not done yet',
  );
  await expect(live.getByRole('button', { name: 'Arm a canary' })).toHaveCount(0);
  await page.keyboard.press('Escape');

  // Limits of the trader's own are what the checklist still asks for.
  await page.keyboard.press(',');
  const limits = page.getByRole('form', { name: 'Risk limits' });
  await limits.getByLabel('Max. cycles a day', { exact: true }).fill('5000');
  await limits.getByRole('button', { name: 'Save' }).click();
  await expect(limits.getByRole('status')).toHaveText('Saved.');
  await page.keyboard.press('Escape');

  await page.keyboard.press('l');
  await expect(checklist).toContainText('All items are done');
  await picture(page, 'live-checklist');
  const arm = live.getByRole('button', { name: 'Arm a canary' });
  const name = live.getByRole('textbox', { name: /Type Local exchange/ });
  await name.fill('local exchange');
  await expect(arm).toBeDisabled();
  await name.fill(VENUE);
  await arm.click();
  await expect(live).toContainText('CANARY');
  await page.keyboard.press('Escape');
  await expect(mode).toContainText('REHEARSAL, canary');
  await expect(page).toHaveTitle(/REHEARSAL, canary/);
  await expect(page.getByRole('tab', { name: /Orders/ })).not.toContainText(/Orders 0$/);

  await page.getByRole('button', { name: 'Disarm', exact: true }).click();
  await expect(mode).toContainText('REHEARSAL, disarmed');
  await expect(page.getByRole('button', { name: 'Disarm', exact: true })).toHaveCount(0);

  await page.keyboard.press('l');
  await live.getByRole('textbox', { name: /Type Local exchange/ }).fill(VENUE);
  await live.getByRole('button', { name: 'Arm a canary' }).click();
  await page.keyboard.press('Escape');
  await expect(mode).toContainText('REHEARSAL, canary');
  await page.keyboard.press('Control+Shift+K');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  await expect(mode).toContainText('REHEARSAL, disarmed');
  expect((await run('live', '--data-dir', dataDir)).answer).toMatchObject({
    venues: [{ state: 'disarmed' }],
  });
});
