/** Run plans of a trader's own in the settings: stored, refused, renamed and chosen. */
import { expect } from '@playwright/test';
import { test } from './support/terminal.ts';

test('a plan is made, renamed, chosen and shown as what it is, and its history is kept', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.keyboard.press(',');
  const profile = page.getByRole('region', { name: 'Profile', exact: true });
  const list = profile.getByRole('list', { name: 'Profiles' });
  await expect(list).toContainText('demo RUNNING');

  const form = profile.getByRole('form', { name: 'New plan' });
  await form.getByRole('textbox', { name: 'Name' }).fill('demo');
  await form.getByRole('checkbox', { name: /^Kraken / }).check();
  await form.getByRole('checkbox', { name: /^Binance / }).check();
  await form.getByLabel('Market').selectOption('local');
  await form.getByRole('button', { name: 'Store the plan' }).press('Enter');
  await expect(profile).toContainText('is the name of a plan already');
  await form.getByRole('textbox', { name: 'Name' }).fill('Two markets');
  await form.getByRole('button', { name: 'Store the plan' }).press('Enter');
  const row = list.getByRole('listitem').filter({ hasText: 'demo · kraken, binance' });
  await expect(row).toContainText('Two markets');

  await row.getByRole('button', { name: 'Rename Two markets' }).press('Enter');
  await row.getByRole('textbox', { name: 'Name' }).fill('Pair of mine');
  await row.getByRole('button', { name: 'Rename', exact: true }).press('Enter');
  await expect(row).toContainText('Pair of mine');

  // By keyboard: a click waits until the button no longer moves, on a busy machine for longer than the second press may take.
  await row.getByRole('button', { name: /^Change to it/ }).press('Enter');
  await row.getByRole('button', { name: /^Really change to/ }).press('Enter');
  await expect(row).toContainText('RUNNING');
  await expect(page.getByText('SIMULATED MARKET').first()).toBeVisible();
  await expect(page.getByRole('list', { name: 'Connections' })).toContainText('Sim. Binance');
  await expect(row.getByRole('button', { name: /^Remove/ })).toHaveCount(0);
});
