/** Accounts at two venues, rehearsed at a local exchange each: armed one by one in the window, and one kill empties both. */
import { expect } from '@playwright/test';
import { writePaperRecord } from '../src-engine/testing/paper-record.ts';
import { run } from './support/processes.ts';
import { test } from './support/terminal.ts';

test('one account is armed, then the other, each by its own name; a kill lists what each venue shows', async ({
  openTerminal,
  dataDir,
}) => {
  await writePaperRecord(dataDir, 20);
  const { page } = await openTerminal('--profile', 'rehearsal', '--venues', 'kraken,binance', '--seed', '3');
  const mode = page.getByLabel('Trading mode');
  await expect(mode).toContainText('REHEARSAL, disarmed');
  await page.keyboard.press(',');
  const limits = page.getByRole('form', { name: 'Risk limits' });
  await limits.getByLabel('Max. cycles a day', { exact: true }).fill('5000');
  await limits.getByRole('button', { name: 'Save' }).click();
  await expect(limits.getByRole('status')).toHaveText('Saved.');
  await page.keyboard.press('Escape');

  await page.keyboard.press('l');
  const live = page.getByRole('dialog', { name: 'Live trading' });
  const checklist = live.getByRole('region', { name: 'Checklist' });
  const tab = (venue: string) => live.getByRole('tab', { name: new RegExp(`^Simulated ${venue}`) });
  const arm = live.getByRole('button', { name: 'Arm a canary' });
  /** As a trader would: what did not hold at the very moment of a press is pressed again. */
  const armAt = (venue: string) =>
    expect
      .poll(async () => {
        if ((await tab(venue).innerText()).includes('canary')) return true;
        const name = live.getByRole('textbox', { name: `Type Simulated ${venue}` });
        if (await name.isVisible()) {
          await name.fill(`Simulated ${venue}`, { timeout: 2_000 }).catch(() => undefined);
          await arm.click({ timeout: 2_000 }).catch(() => undefined);
        }
        return false;
      })
      .toBe(true);

  await tab('Binance').click();
  await expect(checklist).toContainText('the venue has no dead-man switch');
  await expect(checklist).toContainText('All items are done');
  // The name of another account arms nothing.
  await live.getByRole('textbox', { name: /Type Simulated Binance/ }).fill('Simulated Kraken');
  await expect(arm).toBeDisabled();
  await armAt('Binance');
  await expect(tab('Kraken')).toContainText('disarmed');

  await tab('Kraken').click();
  await expect(checklist).toContainText('dead-man switch cancels when the engine is silent');
  await armAt('Kraken');

  await live.getByRole('button', { name: 'Disarm Simulated Kraken, back to the ghost' }).click();
  await expect(tab('Kraken')).toContainText('disarmed');
  await expect(tab('Binance')).toContainText('canary');
  await page.keyboard.press('Escape');
  await expect(mode).toContainText('REHEARSAL, canary');

  await page.keyboard.press('Control+Shift+K');
  const banner = page.getByRole('alert', { name: 'Kill switch' });
  await expect(banner).toContainText('Simulated Kraken: verified, 0 open orders');
  await expect(banner).toContainText('Simulated Binance: verified, 0 open orders');
  await expect(mode).toContainText('REHEARSAL, disarmed');
  const { answer } = await run('live', '--data-dir', dataDir);
  expect(answer).toMatchObject({ venues: [{ state: 'disarmed' }, { state: 'disarmed' }] });
});
