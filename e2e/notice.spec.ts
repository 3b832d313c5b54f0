/** Alerts and logs on the real engine: a rule that fires, what is acknowledged, and what the engine says. */
import { readFileSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { test } from './support/terminal.ts';

const panel = (page: Page, name: string) => page.locator(`section.panel[aria-label="${name}"]`);

async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  await expect(panel(page, name)).toBeVisible();
}

async function scan(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(
    serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    what,
  ).toEqual([]);
}

test('a rule that is made in the window fires, its alert is unread until acknowledged, and leads to what it is about', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await open(page, 'Alerts');
  const alerts = panel(page, 'Alerts');
  await expect(alerts).toContainText('Nothing to notice');

  await test.step('what does not fit is told where it is typed', async () => {
    await alerts.getByRole('tab', { name: /^Rules/ }).click();
    await expect(alerts).toContainText('No rule yet');
    await alerts.getByRole('button', { name: 'New rule' }).click();
    const form = alerts.getByRole('form', { name: 'New rule' });
    await form.getByLabel('Price').fill('0');
    await expect(form).toContainText('must be above zero');
    await expect(form.getByRole('button', { name: 'Save rule' })).toBeDisabled();
    await scan(page, 'the form of a rule');
    await form.getByLabel('Tell me when').selectOption('edge');
    await form.getByLabel('Net edge').fill('-100');
    await form.getByRole('button', { name: 'Save rule' }).click();
  });

  await test.step('it fires once, and says so in its list, in the alerts and in the status bar', async () => {
    await expect(alerts.getByRole('list', { name: 'Rules' })).toContainText(/fired \d/, { timeout: 60_000 });
    await alerts.getByRole('tab', { name: /^Alerts 1/ }).click();
    await expect(alerts.getByRole('grid', { name: 'Alerts' })).toContainText(/Warning.*NEW A net edge of/);
    await expect(page.getByRole('contentinfo').getByRole('button', { name: 'Alerts 1' })).toBeVisible();
    await scan(page, 'alerts');
  });

  await test.step('acknowledged, it is no longer counted; its button opens the panel it is about', async () => {
    await alerts.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await expect(alerts.getByRole('tab', { name: 'Alerts 0' })).toBeVisible();
    await alerts.getByRole('button', { name: 'Open Opportunities' }).click();
    await expect(panel(page, 'Opportunities')).toBeVisible();
  });

  await test.step('after a reload the rule and the alert are there, and nothing is new', async () => {
    await page.reload();
    await open(page, 'Alerts');
    await expect(panel(page, 'Alerts').getByRole('grid', { name: 'Alerts' })).toContainText('A net edge of');
    await expect(panel(page, 'Alerts').getByRole('tab', { name: 'Rules 1' })).toBeVisible();
  });

  await test.step('a kill is an alert that goes on until it is re-armed', async () => {
    await page.keyboard.press('Control+Shift+K');
    await expect(panel(page, 'Alerts').getByRole('grid')).toContainText(/Critical.*Kill switch thrown/);
  });
});

test('the log follows, holds still, is searched and saved', async ({ openTerminal }) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await open(page, 'Logs');
  const logs = panel(page, 'Logs');
  const lines = logs.getByRole('grid', { name: 'Log' });
  await expect(lines).toContainText('the demo profile starts at');
  await page.keyboard.press('Control+Shift+P');
  await expect(lines).toContainText('pauseTrading by operator via web: ok');
  await scan(page, 'logs');

  await logs.getByRole('button', { name: 'Pause' }).click();
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('button', { name: 'Pause', exact: true }).first()).toBeVisible();
  await expect(logs).toContainText('HELD');
  await expect(lines).not.toContainText('resumeTrading');
  await logs.getByRole('button', { name: 'Follow' }).click();
  await expect(lines).toContainText('resumeTrading by operator via web: ok');

  await logs.getByLabel('Level').selectOption('debug');
  await expect(lines).toContainText('bookStateChanged');
  await logs.getByLabel('Search the log').fill('symbol=ETH/BTC state=live');
  await expect(lines.getByRole('row')).toHaveCount(2);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    logs.getByRole('button', { name: 'Save the log' }).click(),
  ]);
  const saved = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\n');
  expect(saved).toEqual([expect.stringMatching(/Z debug fact: bookStateChanged .*ETH\/BTC state=live/)]);
});
