/** The main job from an empty folder: choose the demo, see books move, trade on paper, kill, re-arm, restart. */
import { expect, type Page } from '@playwright/test';
import { run } from './support/processes.ts';
import { test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

async function chooseDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start the demo' }).click();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
}

/** Waits until the watchlist is filled and a quote of it differs from what it showed first. */
async function expectMovingBooks(page: Page): Promise<void> {
  const rows = page.getByRole('region', { name: 'Watchlist' }).getByRole('row');
  await expect.poll(() => rows.count()).toBeGreaterThan(10);
  const first = await rows.allInnerTexts();
  await expect.poll(() => rows.allInnerTexts()).not.toEqual(first);
}

const executions = (page: Page) => page.getByRole('tab', { name: /Executions/ });

async function tradeCount(page: Page): Promise<number> {
  return Number(/\d+/.exec(await executions(page).innerText())?.[0] ?? '0');
}

test('a trader chooses the demo and trades on paper', async ({ openTerminal, dataDir }) => {
  const first = await openTerminal();
  const { page } = first;
  await chooseDemo(page);
  await expectMovingBooks(page);
  await expect.poll(() => tradeCount(page)).toBeGreaterThan(1);

  await test.step('the engine says where its time goes', async () => {
    await page.keyboard.press('h');
    const health = page.getByRole('dialog', { name: 'Engine health' });
    for (const stage of [/^Parsed/, /^Book/, /^Decided/, /^Sent/]) {
      const row = health.getByRole('row', { name: stage });
      await expect(row).toContainText(/\d (µs|ms)/);
    }
    await expect(health).toContainText('Evaluated on every message');
    await page.keyboard.press('Escape');
    await expect(health).toBeHidden();
  });

  await test.step('the command line kills, and the window shows it', async () => {
    const kill = await run('kill', '--data-dir', dataDir);
    expect(kill.code).toBe(0);
    expect(kill.answer).toMatchObject({ killed: true, verified: true, openOrders: 0 });
    await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  });

  await test.step('nothing is sent while killed', async () => {
    const before = await statusOf(dataDir);
    // The market goes on, and opportunities come up.
    await expect
      .poll(async () => (await statusOf(dataDir)).counters.opportunities)
      .toBeGreaterThan(before.counters.opportunities + 2);
    const status = (await run('status', '--data-dir', dataDir)).answer;
    expect(status['killed']).toBe(true);
    expect(status['counters']).toMatchObject({ orders: before.counters.orders });
  });

  const tradesBefore = await tradeCount(page);
  const balancesBefore = await page.getByRole('grid', { name: 'Balances' }).innerText();
  await first.close();

  await test.step('a restart shows the same history and balances, and is still killed', async () => {
    const second = await openTerminal();
    await expect(second.page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
    await expect(second.page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
    await expect.poll(() => tradeCount(second.page)).toBe(tradesBefore);
    expect(await second.page.getByRole('grid', { name: 'Balances' }).innerText()).toBe(balancesBefore);

    await second.page.getByRole('button', { name: 'Re-arm…' }).click();
    const confirm = second.page.getByRole('button', { name: 'Re-arm', exact: true });
    await expect(confirm).toBeDisabled();
    await second.page.getByRole('textbox', { name: /Type REARM/ }).fill('REARM');
    await confirm.click();
    await expect(second.page.getByRole('alert', { name: 'Kill switch' })).not.toContainText('KILLED');
    await expect.poll(() => tradeCount(second.page)).toBeGreaterThan(tradesBefore);
  });
});
