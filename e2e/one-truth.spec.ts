/** Trades on the demo market: panels, operations and files tell the same; and what a lost engine said is no longer shown as true. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { Decimal } from '../src-engine/domain/decimal.ts';
import { connectEngine } from '../src-engine/gateway/client.ts';
import { test } from './support/terminal.ts';

const exactOf = async (page: Page, table: string, column: string): Promise<string> =>
  (await page
    .getByRole('grid', { name: table, exact: true })
    .locator(`.table-totals [data-column="${column}"] [data-exact]`)
    .first()
    .getAttribute('data-exact')) ?? '';

async function sumOfFile(page: Page, button: string, field: string): Promise<{ rows: number; sum: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  const [head = '', ...lines] = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\r\n');
  const at = head.split(',').indexOf(field);
  const sum = lines.reduce((total, line) => total.plus(line.split(',')[at] ?? '0'), new Decimal(0));
  return { rows: lines.length, sum: sum.toFixed() };
}

test('every total, count and state is the engine’s, and a lost engine’s are called the last known', async ({
  openTerminal,
  dataDir,
}) => {
  test.setTimeout(300_000);
  const terminal = await openTerminal();
  const { page } = terminal;
  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  const engine = connectEngine(dataDir, 'spec');
  await expect.poll(async () => (await engine.call('getTotals', {})).executions.count).toBeGreaterThan(2);
  await page.keyboard.press('Control+Shift+K');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');

  await test.step('tabs, totals, operations and files agree', async () => {
    await expect(async () => {
      const totals = await engine.call('getTotals', {});
      const tabs = page.getByRole('tablist', { name: 'Activity' });
      for (const [name, { count }] of [
        ['Executions', totals.executions],
        ['Orders', totals.orders],
        ['Fills', totals.fills],
      ] as const) {
        await expect(tabs.getByRole('tab', { name })).toHaveText(`${name} ${count.toLocaleString('en-US')}`);
      }
      expect(await exactOf(page, 'Executions', 'profit')).toBe(totals.executions.profitHome);
      const file = await sumOfFile(page, 'Save the executions as CSV', 'profit');
      expect(file).toEqual({ rows: totals.executions.count, sum: totals.executions.profitHome });
    }).toPass();
  });

  await test.step('risk says that it is killed, and counts what the status bar counts', async () => {
    await page.keyboard.press('r');
    const risk = page.getByRole('dialog', { name: 'Risk' });
    await expect(risk.getByRole('status')).toContainText('KILLED');
    await expect(risk).not.toContainText('Nothing is.');
    await expect(async () => {
      const { counters } = await engine.call('getStatus', {});
      const { denials } = await engine.call('getRisk', {});
      expect(denials.reduce((sum, { count }) => sum + count, 0)).toBe(counters.denials);
      const { equity } = await engine.call('getSnapshot', {});
      expect(equity?.equity).toBe((await engine.call('getRisk', {})).equity);
    }).toPass();
    await page.keyboard.press('Escape');
  });

  await test.step('nothing is shown as live once the engine is silent', async () => {
    terminal.freezeEngine();
    try {
      await expect(page.getByLabel('Trading mode')).toContainText('LAST KNOWN');
      await expect(page.getByLabel('Status', { exact: true })).toContainText('LAST KNOWN');
      await expect(page.locator('section.panel[aria-label="Book"]')).toContainText('Unknown');
      await expect(page.getByRole('list', { name: 'Connections' })).toContainText('UNKNOWN');
      await expect(page.locator('.book-live')).toHaveCount(0);
    } finally {
      terminal.thawEngine();
    }
    await expect(page.getByLabel('Trading mode')).not.toContainText('LAST KNOWN');
  });
});
