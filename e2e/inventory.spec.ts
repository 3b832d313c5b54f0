/** Panels of several venues: inventory with a transfer by the keyboard alone, one market at both, the edge between them, their comparison. */
import { expect } from '@playwright/test';
import { test } from './support/terminal.ts';

test('shows what runs dry with its moves; a transfer is declared, counts as in flight, and is withdrawn', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--venues', 'kraken,binance', '--seed', '3');
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: /^Inventory/ }).click();
  const panel = page.getByRole('region', { name: 'Inventory' });
  const board = panel.getByRole('grid', { name: 'Inventory' });
  await board.getByRole('row', { name: /^USDT Binance/ }).click();

  await panel.getByRole('button', { name: 'Set target' }).press('Enter');
  const target = page.getByRole('dialog', { name: /^Target of USDT at/ });
  await target.getByRole('textbox', { name: 'Target' }).fill('90000');
  await target.getByRole('textbox', { name: 'Target' }).press('Enter');
  await expect(target).toHaveCount(0);
  await expect(board).toContainText('Running dry');

  await panel.getByRole('button', { name: 'Declare transfer' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Declare a transfer of USDT' });
  await dialog.getByRole('combobox', { name: 'From' }).selectOption('sim-binance');
  await dialog.getByRole('combobox', { name: 'To' }).selectOption('simulated');
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('100');
  await dialog.getByRole('textbox', { name: 'Fee' }).fill('100');
  await dialog.getByRole('textbox', { name: 'Expected time' }).fill('60');
  await dialog.getByRole('textbox', { name: 'Expected time' }).press('Enter');
  await expect(dialog).toContainText('is not below the amount, 100');
  await dialog.getByRole('textbox', { name: 'Fee' }).fill('1');
  await dialog.getByRole('textbox', { name: 'Fee' }).press('Enter');
  await expect(dialog).toHaveCount(0);
  const transfers = panel.getByRole('list', { name: 'Transfers' });
  await expect(transfers).toContainText('In flight');

  await transfers.getByRole('button', { name: /^Cancel transfer/ }).press('Enter');
  await transfers.getByRole('button', { name: /^Really cancel/ }).press('Enter');
  await expect(transfers).toContainText('Canceled');

  await test.step('a market at both venues, the edge between them, and what orders did at each', async () => {
    const open = async (name: string) => {
      await page.getByRole('button', { name: 'Panels' }).click();
      await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
      return page.getByRole('region', { name, exact: true });
    };
    const spreads = await open('Venue spreads');
    await spreads.getByRole('combobox', { name: 'Market' }).selectOption('BTC/USDT');
    const matrix = spreads.getByRole('table', { name: /^Net edge of BTC\/USDT by venue/ });
    const edge = matrix.getByRole('row', { name: /^Sim\. Kraken/ }).getByRole('cell');
    await expect(edge.last()).toHaveText(/^(▲ )?[+-]?\d+\.\d$/);
    await expect(edge.first()).toHaveText('·');
    const board = await open('Market by venue');
    const west = board
      .getByRole('grid', { name: 'BTC/USDT by venue' })
      .getByRole('row', { name: /^Simulated Binance/ });
    await expect(west).toContainText('Live');
    await west.click();
    await expect(board.getByRole('combobox', { name: 'Market' })).toHaveValue('BTC/USDT');
    const comparison = await open('Venue comparison');
    await expect(comparison.getByRole('row', { name: /^Kraken/ })).toContainText('%', {
      timeout: 30_000,
    });
  });

  await test.step('perpetuals are watched once they are chosen, marked as simulated, and a carry is set on paper', async () => {
    await page.getByRole('button', { name: 'Panels' }).click();
    await page.getByRole('menuitem', { name: /^Funding/ }).click();
    const funding = page.locator('.panel').and(page.getByRole('region', { name: 'Funding', exact: true }));
    await expect(funding).toContainText('No perpetuals are watched');
    await funding.getByRole('checkbox', { name: 'Gate', exact: true }).press('Space');
    const row = funding.getByRole('grid', { name: 'Perpetuals' }).getByRole('row').nth(1);
    await expect(row).toContainText(/[+-]\d\.\d{4,8} %/);
    await expect(funding).toContainText('SIMULATED');
    await row.click();
    await funding.getByRole('button', { name: /^Carry \S+ of Gate on paper$/ }).press('Enter');
    await expect(funding.getByRole('list', { name: 'Carries on paper' })).toContainText('Flat');
  });
});
