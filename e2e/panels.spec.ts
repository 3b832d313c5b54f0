/** The market and trading panels on the real engine: what they show moves, and their files say what they show. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { Decimal } from '../src-engine/domain/decimal.ts';
import { test } from './support/terminal.ts';

/** Panels side by side, each in a group of its own. */
async function openWith(page: Page, kinds: readonly string[]): Promise<void> {
  // The page keeps its own layout when it is left: this one is there before the next page begins.
  await page.addInitScript((names) => {
    const [width, height] = [1_440, 900];
    const data = names.map((kind, at) => ({
      type: 'leaf',
      size: width / names.length,
      data: { id: String(at + 1), views: [kind], activeView: kind },
    }));
    const panels = Object.fromEntries(
      names.map((kind) => [kind, { id: kind, contentComponent: 'panel', params: { kind } }]),
    );
    const grid = { root: { type: 'branch', size: height, data }, width, height, orientation: 'HORIZONTAL' };
    const layout = { grid, panels, activeGroup: '1' };
    localStorage.setItem(
      'parallax.layouts',
      JSON.stringify({ version: 1, current: 'Spec', layouts: { Spec: layout } }),
    );
  }, kinds);
  await page.reload();
}

async function csvOf(page: Page, button: string): Promise<string[][]> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  const lines = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  return lines.slice(1).map((line) => line.split(','));
}

const sum = (rows: readonly string[][]): string =>
  rows.reduce((total, [, profit = '0']) => total.plus(profit), new Decimal(0)).toString();

test('bars, depth and trades come from the market, and the profit equals the sum of its files', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal();
  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await openWith(page, ['chart', 'depth', 'trades', 'profit']);

  await test.step('trades are listed with their side in a word', async () => {
    const trade = page
      .getByRole('table', { name: /^Trades of/ })
      .getByRole('row')
      .nth(1);
    await expect(trade).toContainText(/^\d\d:\d\d:\d\d\.\d{3}(Buy|Sell)[\d,]+\.\d/);
  });

  await test.step('the bar under way says its prices', async () => {
    await expect(page.locator('section.panel[aria-label="Chart"]')).toContainText(
      /O [\d,.]+\s+H [\d,.]+\s+L [\d,.]+\s+C [\d,.]+\s+spread \d/,
    );
  });

  await test.step('the heatmap has something to draw', async () => {
    await expect(page.locator('section.panel[aria-label="Depth"]')).toContainText(/Qty \w+ a row/);
  });

  await test.step('profit by day, by cycle and as a whole are one figure', async () => {
    const profit = page.locator('section[aria-label="Profit"]');
    await expect(profit).toContainText(/in [1-9]\d* executions/);
    // What is under way is finished, and nothing more begins: the report then no longer changes.
    await page.keyboard.press('Control+Shift+K');
    await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
    await expect
      .poll(async () => {
        const whole = await profit.locator('.panel-note .num').first().getAttribute('title');
        const [days, cycles] = [
          await csvOf(page, 'Save profit by day as CSV'),
          await csvOf(page, 'Save profit by cycle as CSV'),
        ];
        return sum(days) === whole && sum(cycles) === whole && cycles.length > 0;
      })
      .toBe(true);
  });
});
