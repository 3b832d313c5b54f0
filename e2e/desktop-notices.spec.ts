/** Notifications of the desktop: made by the main process, muted in the window's settings. */
import { expect, type Page } from '@playwright/test';
import { connectEngine } from '../src-engine/testing/patient-client.ts';
import { recorded } from '../src-main/testing/electron-double.ts';
import { HAS_ELECTRON, test } from './support/terminal.ts';

// What they look at is the double's: menus, trays, notifications and processes of Electron itself cannot be seen from here.
test.skip(
  HAS_ELECTRON,
  'they are about what the main process asks of Electron, which only the double records',
);

const killSwitch = (page: Page) => page.getByRole('alert', { name: 'Kill switch' });
/** Of the kill, the rule and the crash: the market may give cause for other alerts, which the spec is not about. */
const notes = () =>
  recorded.notifications
    .map(({ options }) => options)
    .filter(({ title }) => /Killed|A net edge of|does not answer/.test(title));
const titles = () => notes().map(({ title }) => title);

async function kill(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+K');
  await expect(killSwitch(page)).toContainText('KILLED');
  await expect.poll(() => recorded.trays[0]?.toolTip).toContain('killed');
}

async function rearm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Re-arm…' }).click();
  await page.getByRole('textbox', { name: /Type REARM/ }).fill('REARM');
  await page.getByRole('button', { name: 'Re-arm', exact: true }).click();
  // Single keys rest while the dialog is open, and the tray may know before the window does.
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(() => recorded.trays[0]?.toolTip).not.toContain('killed');
}

test('a kill is a desktop notification, until it is muted; an alert and a crash of the engine too', {
  tag: '@desktop',
}, async ({ openTerminal, dataDir }) => {
  const terminal = await openTerminal('--profile', 'demo', '--seed', '3');
  const { page } = terminal;
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await kill(page);
  await expect.poll(titles).toEqual(['Parallax: Killed']);
  expect(notes()[0]).toMatchObject({ silent: true, urgency: 'critical' });
  await rearm(page);

  const checkbox = page.getByRole('checkbox', { name: /^desktop notifications/ });
  await page.keyboard.press(',');
  await expect(checkbox).toBeChecked();
  await checkbox.uncheck();
  await page.keyboard.press('Escape');
  await kill(page);
  expect(titles()).toHaveLength(1);

  await page.keyboard.press(',');
  await checkbox.check();
  await page.getByRole('checkbox', { name: /^sounds/ }).check();
  await page.keyboard.press('Escape');
  await connectEngine(dataDir, 'spec').call('saveAlertRule', {
    rule: { kind: 'edge', netBps: -50, severity: 'warning', enabled: true, restS: 3_600, backBy: 1 },
  });
  await expect.poll(titles).toContainEqual(expect.stringMatching(/A net edge of .* bps/));
  expect(notes()[1]).toMatchObject({ silent: false, urgency: 'normal' });

  await terminal.crashEngine();
  await expect.poll(titles).toContain('Parallax: The engine does not answer');
  expect(titles()).toHaveLength(3);
});
