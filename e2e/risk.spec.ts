/** Risk in the window: a limit changed there is enforced and kept with its version, denials show their numbers, a tripped breaker is let go. */
import { expect, type Page } from '@playwright/test';
import type { RiskSnapshot } from '../src-engine/domain/risk.ts';
import { openDatabase } from '../src-engine/storage/database.ts';
import { Journal } from '../src-engine/storage/journal.ts';
import { test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

/** Sets one limit as a trader does, and waits until the engine has taken it. */
async function setLimit(page: Page, label: string, value: string): Promise<void> {
  await page.keyboard.press(',');
  const form = page.getByRole('form', { name: 'Risk limits' });
  await form.getByLabel(label, { exact: true }).fill(value);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('status')).toHaveText('Saved.');
}

test('a limit that is changed in the window is enforced, and what it refuses is shown with its numbers', async ({
  openTerminal,
  dataDir,
  host,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await setLimit(page, 'Max. cycles a day', '1');
  const history = page.getByRole('region', { name: 'History of changes' });
  await expect(history).toContainText('Version 1');
  await expect(history).toContainText('Max. cycles a day: 10000 → 1 cycles');
  await expect(history).toContainText(host === 'desktop' ? 'operator via window' : 'operator via web');
  await page.keyboard.press('Escape');

  await page.keyboard.press('r');
  const risk = page.getByRole('dialog', { name: 'Risk' });
  await expect(risk).toContainText('version 1');
  const latest = risk.getByRole('table', { name: /^Latest denials/ });
  const denied = latest.getByRole('row', { name: /Max\. cycles a day/ }).first();
  await expect(denied).toContainText(/requested \d+, allowed 1\b/);
  await expect(risk.getByRole('table', { name: 'Denied in this run' })).toContainText('Max. cycles a day');

  const ordersOf = async () => (await statusOf(dataDir)).counters.orders;
  await expect.poll(async () => (await statusOf(dataDir)).ordersInFlight).toBe(0);
  const before = await ordersOf();
  const deniedCount = async () =>
    Number(
      await risk
        .getByRole('table', { name: 'Denied in this run' })
        .getByRole('row', { name: /Max\. cycles a day/ })
        .getByRole('cell')
        .first()
        .textContent(),
    );
  const deniedBefore = await deniedCount();
  await expect.poll(deniedCount).toBeGreaterThan(deniedBefore);
  expect(await ordersOf()).toBe(before);
});

/** What a run of an earlier day left: the drawdown breaker, latched. */
async function writeLatchedDrawdown(dataDir: string): Promise<void> {
  const database = await openDatabase({ dataDir });
  const sinceUs = 1_767_225_600_000_000;
  const risk: RiskSnapshot = {
    level: 'normal',
    levelSinceUs: sinceUs,
    day: 20_454,
    dayOpenEquity: '25000',
    peakEquity: '25000',
    tradesToday: 0,
    latched: [
      {
        breaker: 'drawdown',
        venue: '',
        state: 'latched',
        reason: '15.20 % below the highest equity, the limit is 15 %',
        sinceUs,
      },
    ],
    stops: [],
    record: { wins: 0, losses: 0, won: '0', lost: '0' },
    opened: { USD: '25000' },
  };
  // As a fact: a start compares what the risk engine knows with the facts, and halts where they differ.
  const journal = await Journal.open(database, { profile: 'demo', runId: 'earlier' });
  await journal.append([{ type: 'riskRecorded', atUs: sinceUs, risk }]);
  await journal.close();
  await database.close();
}

test('a breaker that an earlier run tripped is shown with its reason, and let go by a second press', async ({
  openTerminal,
  dataDir,
}) => {
  await writeLatchedDrawdown(dataDir);
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  const headline = page.getByRole('button', { name: /^Risk/ });
  await expect(headline).toContainText(/1 stopped/);
  await headline.click();
  const risk = page.getByRole('dialog', { name: 'Risk' });
  await expect(risk).toContainText(/latched: 15\.20 % below the highest equity, the limit is 15 %/);
  // By keyboard: see venues.spec.ts.
  await risk.getByRole('button', { name: 'Reset Max. drawdown' }).press('Enter');
  await expect(risk.getByRole('button', { name: 'Reset Max. drawdown', exact: true })).toBeHidden();
  await risk.getByRole('button', { name: 'Really reset Max. drawdown' }).press('Enter');
  await expect(risk.getByRole('button', { name: /reset Max\. drawdown/i })).toHaveCount(0);
  await expect(headline).not.toContainText('stopped');
});
