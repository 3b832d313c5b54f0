/** Trades on the demo market: panels, operations and files show the same; and figures of a lost engine are no longer shown as true. */
import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { Decimal } from '../src-engine/domain/decimal.ts';
import { connectEngine } from '../src-engine/testing/patient-client.ts';
import { test } from './support/terminal.ts';

const exactOf = async (page: Page, table: string, column: string): Promise<string> =>
  (await page
    .getByRole('grid', { name: table, exact: true })
    .locator(`.table-totals [data-column="${column}"] [data-exact]`)
    .first()
    .getAttribute('data-exact')) ?? '';

async function sumOfFile(page: Page, button: Locator, field: string): Promise<{ rows: number; sum: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
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
        ['Events', totals.events],
      ] as const) {
        await expect(tabs.getByRole('tab', { name })).toHaveText(`${name} ${count.toLocaleString('en-US')}`);
      }
      expect(await exactOf(page, 'Executions', 'profit')).toBe(totals.executions.profitHome);
      const file = await sumOfFile(
        page,
        page.getByRole('button', { name: 'Save the executions as CSV' }),
        'profit',
      );
      expect(file).toEqual({ rows: totals.executions.count, sum: totals.executions.profitHome });
    }).toPass();
  });

  await test.step('opportunities, profit, positions and the histories say the same, and their files hold all of it', async () => {
    const panel = (name: string) => page.locator(`section.panel[aria-label="${name}"]`);
    const open = async (name: string) => {
      await page.getByRole('button', { name: 'Panels' }).click();
      await page
        .getByRole('menuitem', { name: new RegExp(`^${name}`) })
        .first()
        .click();
      await expect(panel(name)).toBeVisible();
    };
    await expect(async () => {
      const { opportunities } = await engine.call('getTotals', {});
      const closed = `${opportunities.count.toLocaleString('en-US')} closed`;
      await expect(panel('Opportunities').locator('.panel-note')).toContainText(closed, { timeout: 1_000 });
    }).toPass();

    await open('Profit');
    await expect(async () => {
      const { executions } = await engine.call('getTotals', {});
      const note = panel('Profit').locator('.panel-note');
      await expect(note).toContainText(`in ${executions.count.toLocaleString('en-US')} executions`);
      expect(await note.locator('[data-exact]').first().getAttribute('data-exact')).toBe(
        executions.profitHome,
      );
    }).toPass();

    await open('Positions');
    await expect(async () => {
      const { balances } = await engine.call('getSnapshot', {});
      const rows = panel('Positions').getByRole('grid').locator('.table-row');
      const held = balances.filter(({ total }) => Number(total) !== 0);
      await expect(rows).toHaveCount(held.length, { timeout: 1_000 });
      for (const { asset, total } of held) {
        const row = rows.filter({ has: page.locator('.symbol', { hasText: new RegExp(`^${asset}$`) }) });
        const free = row.locator('[data-column="free"] [data-exact]').first();
        expect(await free.getAttribute('data-exact'), asset).toBe(total);
      }
    }).toPass();

    for (const [name, kind, field] of [
      ['Orders', 'orders', undefined],
      ['Fills', 'fills', undefined],
      ['Executions', 'executions', 'profitHome'],
      ['Opportunity history', 'opportunities', undefined],
    ] as const) {
      await open(name);
      await expect(async () => {
        const totals = await engine.call('getTotals', {});
        const { count } = totals[kind];
        await expect(panel(name).locator('.panel-note')).toContainText(count.toLocaleString('en-US'), {
          timeout: 1_000,
        });
        const button = panel(name).getByRole('button', { name: /^Save .* as CSV$/ });
        const file = await sumOfFile(page, button, field ?? '');
        expect(file.rows).toBe(count);
        if (field !== undefined) expect(file.sum).toBe(totals.executions.profitHome);
      }, name).toPass();
    }
    await page.getByRole('button', { name: 'Reset layout' }).click();
  });

  await test.step('risk says that it is killed, and counts what the status bar counts', async () => {
    await page.keyboard.press('r');
    const risk = page.getByRole('dialog', { name: 'Risk' });
    await expect(risk.getByRole('status')).toContainText('KILLED');
    await expect(risk).not.toContainText('No active restrictions.');
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
