/** A coin in quarantine in the window: it is listed with its prices, and a trader takes it for one coin. */
import { expect } from '@playwright/test';
import { quarantineCoin } from '../src-engine/testing/quarantined-coin.ts';
import { test } from './support/terminal.ts';

test('a coin in quarantine is listed with its prices, trusted by a second press, and is in the Events list', async ({
  openTerminal,
  dataDir,
}) => {
  await quarantineCoin(dataDir, 'demo', 'ETH', ['simulated', 'sim-binance']);
  const { page } = await openTerminal('--profile', 'demo', '--venues', 'kraken,binance', '--seed', '3');
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: /^Venues/ }).click();
  const coins = page.getByRole('list', { name: 'Quarantined coins' });
  await expect(coins).toContainText('2000 USD at Simulated Kraken, 2400 USD at Simulated Binance');
  await coins.getByRole('button', { name: /^Trust/ }).press('Enter');
  await coins.getByRole('button', { name: /^Really trust/ }).press('Enter');
  await expect(coins).toHaveCount(0);
  await page.getByRole('tab', { name: /^Events/ }).click();
  await expect(page.getByRole('grid', { name: 'Events' })).toContainText('Coin trusted');
});
