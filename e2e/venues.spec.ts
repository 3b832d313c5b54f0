/** Two venues in one session: each is seen by itself, and the plan is changed in the window. */
import { expect } from '@playwright/test';
import { picture } from './support/picture.ts';
import { test } from './support/terminal.ts';

test('two venues are watched and traded at once, and the plan of the profile is changed in the window', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--venues', 'kraken,binance', '--seed', '3');
  const lights = page.getByRole('list', { name: 'Connections' });
  await expect(lights).toContainText('Sim. Kraken');
  await expect(lights).toContainText('Sim. Binance');
  await expect(page.getByText('SIMULATED MARKET').first()).toBeVisible();

  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: /^Venues/ }).click();
  const panel = page.getByRole('region', { name: 'Venues', exact: true });
  const rows = panel.getByRole('grid', { name: 'Venues' }).locator('.table-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText(/Simulated Kraken.*Open/s);
  await expect(rows.nth(1)).toContainText(/Simulated Binance.*Open/s);

  await test.step('tables say where each row belongs', async () => {
    const balances = page.getByRole('grid', { name: 'Balances' });
    await expect(balances).toContainText('Sim. venue');
    await expect(balances).toContainText('Binance');
    const executions = page.getByRole('grid', { name: 'Executions' });
    await expect(executions.locator('.table-row').filter({ hasText: 'Binance' }).first()).toBeVisible();
    await picture(page, 'venues');
  });

  await test.step('a plan of one venue begins after a second press; what lies at the other stays in the balances', async () => {
    const plan = panel.getByRole('region', { name: 'Venues of this profile' });
    await plan.getByRole('checkbox', { name: /^Binance (?!\.)/ }).uncheck();
    // By keyboard: a click waits until the button no longer moves, on a busy machine for longer than the second press may take.
    await plan.getByRole('button', { name: /^Trade these venues/ }).press('Enter');
    await plan.getByRole('button', { name: /^Really restart/ }).press('Enter');
    await expect(rows).toHaveCount(1);
    await expect(rows.nth(0)).toContainText(/Demo market \(simulated\).*Open/s);
    await expect(lights).not.toContainText('Sim. Binance');
    await expect(page.getByRole('grid', { name: 'Balances' })).toContainText('Binance');
  });
});
