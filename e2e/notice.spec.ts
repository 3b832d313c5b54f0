/** Alerts and logs on the real engine: a rule that fires, what is acknowledged, and what the engine says. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import { expectNothingSerious } from './support/accessibility.ts';
import { test } from './support/terminal.ts';

const panel = (page: Page, name: string) => page.locator(`section.panel[aria-label="${name}"]`);

async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  await expect(panel(page, name)).toBeVisible();
}

test('a rule that is made in the window fires, its alert is unread until acknowledged, and leads to what it is about', async ({
  openTerminal,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await open(page, 'Alerts');
  const alerts = panel(page, 'Alerts');

  await test.step('what does not fit is reported where it is typed', async () => {
    await alerts.getByRole('tab', { name: /^Rules/ }).click();
    await expect(alerts).toContainText('No rule yet');
    await alerts.getByRole('button', { name: 'New rule' }).click();
    const form = alerts.getByRole('form', { name: 'New rule' });
    await form.getByLabel('Price').fill('0');
    await expect(form).toContainText('must be above zero');
    await expect(form.getByRole('button', { name: 'Save rule' })).toBeDisabled();
    await expectNothingSerious(page, 'the form of a rule');
    await form.getByLabel('Alert when').selectOption('edge');
    await form.getByLabel('Net edge').fill('-100');
    await form.getByRole('button', { name: 'Save rule' }).click();
  });

  await test.step('it fires once, and says so in its list, in the alerts and in the status bar', async () => {
    await expect(alerts.getByRole('list', { name: 'Rules' })).toContainText(/fired \d/);
    await alerts.getByRole('tab', { name: /^Alerts [1-9]/ }).click();
    await expect(alerts.getByRole('grid', { name: 'Alerts' })).toContainText(/Warning.*NEW A net edge of/);
    await expect(page.getByRole('contentinfo').getByRole('button', { name: /^Alerts [1-9]/ })).toBeVisible();
    await expectNothingSerious(page, 'alerts');
  });

  await test.step('acknowledged, it is no longer counted; its button opens the panel it is about', async () => {
    await alerts.getByRole('row', { name: /A net edge of/ }).click();
    await alerts.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await expect(alerts.getByRole('button', { name: 'Acknowledged', exact: true })).toBeVisible();
    // A busy machine may have raised a notice of its own meanwhile.
    const all = alerts.getByRole('button', { name: 'Acknowledge all' });
    if (await all.isEnabled()) await all.click();
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

test('the log follows, holds still, is searched and saved', { tag: '@desktop' }, async ({ openTerminal }) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await open(page, 'Logs');
  const logs = panel(page, 'Logs');
  const lines = logs.getByRole('grid', { name: 'Log' });
  await expect(lines).toContainText('the demo profile starts at');
  await page.keyboard.press('Control+Shift+P');
  await expect(lines).toContainText(/pauseTrading by operator via (web|window): ok/);
  await expectNothingSerious(page, 'logs');

  await logs.getByRole('button', { name: 'Pause' }).click();
  await page.keyboard.press('Control+Shift+P');
  await expect(page.getByRole('button', { name: 'Pause', exact: true }).first()).toBeVisible();
  await expect(logs).toContainText('PAUSED');
  await expect(lines).not.toContainText('resumeTrading');
  await logs.getByRole('button', { name: 'Follow' }).click();
  await expect(lines).toContainText(/resumeTrading by operator via (web|window): ok/);

  await logs.getByLabel('Level').selectOption('debug');
  await expect(lines).toContainText('bookStateChanged');
  await logs.getByLabel('Search the log').fill('symbol=ETH/BTC state=live');
  // Once at least: on a busy machine a book may rest and come back.
  await expect
    .poll(async () => {
      const [, ...rows] = await lines.getByRole('row').allInnerTexts();
      return rows.length > 0 && rows.every((row) => /ETH\/BTC.*state=live/s.test(row));
    })
    .toBe(true);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    logs.getByRole('button', { name: 'Save the log' }).click(),
  ]);
  const saved = readFileSync(await download.path(), 'utf8')
    .trim()
    .split('\n');
  expect(saved.length).toBeGreaterThan(0);
  for (const line of saved) expect(line).toMatch(/Z debug fact: bookStateChanged .*ETH\/BTC state=live/);
});

test('settings are found by section, checked where they are typed, and list keys without a part of one', {
  tag: '@web',
}, async ({ openTerminal }) => {
  const { page, viewerAddress } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.keyboard.press(',');
  const settings = page.getByRole('dialog', { name: 'Settings' });
  const section = (name: string) => settings.getByRole('region', { name, exact: true });
  await expect(section('Profile')).toContainText('Connected: Demo market (simulated).');
  await expect(section('Profile').getByRole('list', { name: 'Profiles' })).toContainText('demo RUNNING');
  await expect(section('API keys')).toContainText(/Not stored|Stored|Keychain cannot be read/);
  await expect(section('API keys')).toContainText(/parallax (-- )?key --set/);
  await expect(section('API keys').getByRole('textbox')).toHaveCount(0);
  await expect(section('Fees').getByRole('table', { name: 'Taker fees' })).toContainText(
    /Sim(\.|ulated) Kraken\s*5/,
  );
  const tier = settings.getByRole('form', { name: 'Fee tier of paper trading' });
  await tier.getByRole('textbox', { name: '30-day volume' }).fill('-5');
  await expect(tier).toContainText('At least 0.');
  await tier.getByRole('textbox', { name: '30-day volume' }).fill('60000');
  await tier.getByRole('button', { name: 'Save' }).click();
  await expect(tier.getByRole('alertdialog')).toContainText('30-day volume: 0 → 60000 USD');
  await tier.getByRole('button', { name: 'Save looser limits' }).click();
  await expect(tier).toContainText('Saved.');
  await expectNothingSerious(page, 'settings');

  await test.step('a section is one press away, and what does not fit is said below its field', async () => {
    await settings.getByRole('button', { name: 'Execution', exact: true }).click();
    const execution = settings.getByRole('form', { name: 'Execution' });
    await expect(execution).toBeInViewport();
    await execution.getByRole('textbox', { name: 'Unwind timeout' }).fill('10');
    await expect(execution).toContainText('At least 1000.');
    await expect(execution.getByRole('button', { name: 'Save' })).toBeDisabled();
    await execution.getByRole('textbox', { name: 'Unwind timeout' }).fill('4000');
    await execution.getByRole('button', { name: 'Save' }).click();
    await expect(execution).toContainText('Saved.');
  });

  await test.step('what lets more through is shown with both values and asked about; Enter alone keeps what was', async () => {
    const execution = settings.getByRole('form', { name: 'Execution' });
    const field = execution.getByRole('textbox', { name: 'Unwind timeout' });
    const question = execution.getByRole('alertdialog', { name: 'Looser limits' });
    await field.fill('8000');
    await field.press('Enter');
    await expect(question).toContainText('Unwind timeout: 4000 → 8000 ms');
    await page.keyboard.press('Enter');
    await expect(question).toHaveCount(0);
    await expect(execution).not.toContainText('Saved.');
    await field.press('Enter');
    await question.getByRole('button', { name: 'Save looser limits' }).click();
    await expect(execution).toContainText('Saved.');
    await expect(field).toHaveValue('8000');
    const detection = settings.getByRole('form', { name: 'Detection' });
    await detection.getByRole('textbox', { name: 'Min. net edge' }).fill('-1');
    await detection.getByRole('textbox', { name: 'Min. net edge' }).press('Enter');
    await expect(detection).toContainText('At least 0.');
    await expect(detection.getByRole('button', { name: 'Save' })).toBeDisabled();
  });

  await test.step('a set of limits shows what it changes, old and new, and asks; Enter alone keeps what was', async () => {
    await settings.getByRole('button', { name: 'Risk', exact: true }).click();
    await settings.getByRole('button', { name: /^conservative limits/ }).click();
    const question = settings.getByRole('alertdialog', { name: 'Tighter limits' });
    await expect(question).toContainText('Max. position: 5 → 2 %');
    await page.keyboard.press('Enter');
    await expect(question).toHaveCount(0);
    await settings.getByRole('button', { name: /^conservative limits/ }).click();
    await question.getByRole('button', { name: 'Save tighter limits' }).click();
    await expect(settings.getByRole('textbox', { name: 'Max. position' })).toHaveValue('2');
  });

  await test.step('API keys are not shown in a read-only window', async () => {
    const looker = await page.context().newPage();
    await looker.goto(viewerAddress);
    await expect(looker.getByText('READ ONLY')).toBeVisible();
    await looker.keyboard.press(',');
    await expect(looker.getByRole('region', { name: 'API keys' })).toContainText(
      'are not shown in a read-only window',
    );
  });
});
