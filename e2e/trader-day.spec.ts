/**
 * The whole day of a trader, from an empty folder to the next morning: first run, watching, paper trading, the kill switch,
 * a recording and its review, a limit, a crash of the engine, and a restart of everything.
 */
import { expect, type Page } from '@playwright/test';
import { Decimal } from '../src-engine/domain/decimal.ts';
import { connectEngine } from '../src-engine/testing/patient-client.ts';
import { picture } from './support/picture.ts';
import { type CsvRow, savedCsv } from './support/saved-csv.ts';
import { test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

const CAPITAL = { asset: 'USD', total: '25000' } as const;

const panel = (page: Page, name: string) => page.locator(`section.panel[aria-label="${name}"]`);
const region = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`);
const tab = (page: Page, name: string) => page.locator('.dv-tab', { hasText: name });
const killSwitch = (page: Page) => page.getByRole('alert', { name: 'Kill switch' });
const layout = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function openPanel(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Panels' }).click();
  await page
    .getByRole('menuitem', { name: new RegExp(`^${name}`) })
    .first()
    .click();
  await expect(panel(page, name)).toBeVisible();
}

async function countOf(page: Page, name: 'Executions' | 'Fills'): Promise<number> {
  const text = await page.getByRole('tab', { name: new RegExp(`^${name}`) }).innerText();
  return Number(/\d+/.exec(text)?.[0] ?? '0');
}

/** What was under way at a kill has come to its end, and the window has heard of it. */
async function settled(page: Page, dataDir: string): Promise<void> {
  const engine = connectEngine(dataDir, 'spec');
  await expect
    .poll(async () => {
      const { ordersInFlight } = await statusOf(dataDir);
      const { executions, fills } = await engine.call('getTotals', {});
      const shown = [await countOf(page, 'Executions'), await countOf(page, 'Fills')];
      return ordersInFlight === 0 && executions.count === shown[0] && fills.count === shown[1];
    })
    .toBe(true);
}

type Counters = { readonly orders: number; readonly fills: number; readonly opportunities: number };

async function counters(dataDir: string): Promise<Counters> {
  return (await statusOf(dataDir)).counters;
}

/** Totals by asset, exact, as the balances table has them. */
async function shownBalances(page: Page): Promise<Record<string, string>> {
  const rows = page.getByRole('grid', { name: 'Balances' }).locator('.table-row');
  const pairs: [string, string][] = [];
  for (const row of await rows.all()) {
    const asset = await row.locator('.symbol').innerText();
    const total = (await row.locator('[title]').first().getAttribute('title')) ?? '';
    pairs.push([asset, new Decimal(total).toString()]);
  }
  return Object.fromEntries(pairs);
}

/** What the capital has become by these fills, to the last digit; assets of which nothing is left are left out. */
function balancesFrom(fills: readonly CsvRow[]): Record<string, string> {
  const totals = new Map<string, Decimal>([[CAPITAL.asset, new Decimal(CAPITAL.total)]]);
  const add = (asset: string, amount: Decimal) =>
    totals.set(asset, (totals.get(asset) ?? new Decimal(0)).plus(amount));
  for (const { symbol = '', side, qty = '', price = '', fee = '', feeAsset = '' } of fills) {
    const [base = '', quote = ''] = symbol.split('/');
    const bought = new Decimal(qty).times(side === 'buy' ? 1 : -1);
    add(base, bought);
    add(quote, bought.times(price).negated());
    add(feeAsset, new Decimal(fee).negated());
  }
  return Object.fromEntries(
    [...totals].filter(([, total]) => !total.isZero()).map(([asset, total]) => [asset, total.toString()]),
  );
}

const sumOf = (rows: readonly CsvRow[], column: string): string =>
  rows.reduce((sum, row) => sum.plus(row[column] ?? '0'), new Decimal(0)).toString();

async function rearm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Re-arm…' }).click();
  const confirm = page.getByRole('button', { name: 'Re-arm', exact: true });
  const word = page.getByRole('textbox', { name: /Type REARM/ });
  await word.fill('rearm');
  await expect(confirm).toBeDisabled();
  await word.fill('REARM');
  await confirm.click();
  await expect(killSwitch(page)).not.toContainText('KILLED');
}

async function killAndSeeItVerified(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+K');
  const steps = killSwitch(page).getByRole('listitem');
  await expect(steps).toHaveText([
    'Killed: no new order is sent',
    /^\d+ cancels? sent$|^Cancels sent for all open orders$/,
    'Verified: the venue shows 0 open orders',
  ]);
}

test('the whole day of a trader', { tag: ['@desktop', '@browser'] }, async ({
  openTerminal,
  dataDir,
  host,
}) => {
  const day = await openTerminal('--seed', '3');
  const { page } = day;

  await test.step('first run: the guide says what each choice is, and a wrong capital is reported where it is typed', async () => {
    const guide = page.getByRole('form', { name: 'First run' });
    await expect(guide).toContainText('A simulated exchange on this machine; nothing is real.');
    await expect(guide.getByLabel(/Demo with three exchanges/)).toBeEnabled();
    await guide.getByLabel(/Starting capital/).fill('a lot');
    await expect(guide.getByLabel(/Starting capital/)).toHaveAttribute('aria-invalid', 'true');
    await expect(guide.getByRole('button', { name: 'Start the demo' })).toBeDisabled();
    await guide.getByLabel(/Starting capital/).fill(CAPITAL.total);
    await picture(page, 'first-run');
    await guide.getByRole('button', { name: 'Start the demo' }).click();
    await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET · PAPER');
    await expect(page).toHaveTitle(/^SIMULATED MARKET · PAPER/);
  });

  await test.step('a recording of the day is begun', async () => {
    await page.getByRole('contentinfo', { name: 'Status' }).getByRole('button', { name: 'Record' }).click();
    await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('REC');
  });

  await test.step('watch: quotes move, the book follows the choice, an opportunity shows where its edge goes', async () => {
    const quotes = page.getByRole('grid', { name: 'Quotes' });
    await expect.poll(() => quotes.getByRole('row').count()).toBeGreaterThan(10);
    const before = await quotes.innerText();
    await expect.poll(() => quotes.innerText()).not.toBe(before);
    await page.getByRole('searchbox', { name: 'Filter instruments' }).fill('eth/usd');
    await quotes.locator('.table-row', { hasText: 'ETH/USD' }).first().click();
    await expect(page.getByRole('table', { name: 'Book of ETH/USD' })).toBeVisible();
    await page.getByRole('searchbox', { name: 'Filter instruments' }).fill('');

    const detail = page.getByRole('region', { name: 'Selected opportunity' });
    await expect(detail).toBeVisible();
    const waterfall = detail.getByRole('img', { name: /^Waterfall in bps: / });
    const spoken = (await waterfall.getAttribute('aria-label')) ?? '';
    const bars = [...spoken.matchAll(/[\w ]+ ([+−-]?\d+(?:\.\d+)?)(?:,|$)/g)].map(([, bps = '']) =>
      Number(bps.replace('−', '-')),
    );
    const net = bars.pop() ?? Number.NaN;
    const sum = bars.reduce((total, bps) => total + bps, 0);
    // Each bar is rounded by itself.
    expect(Math.abs(sum - net), spoken).toBeLessThan(0.06 * (bars.length + 1));
    expect(bars.length).toBeGreaterThan(3);
    await expect(detail).toContainText(/Fees: \d legs listed/);
    await picture(page, 'opportunity');
  });

  await test.step('a chosen cycle is followed: its legs side by side, the book of the first one, one press pins it', async () => {
    await layout(page, 'Arbitrage').click();
    const rows = page.getByRole('grid', { name: 'Opportunities' }).locator('.table-row');
    await rows.first().click();
    const linked = panel(page, 'Linked cycle');
    const legs = linked.getByRole('region', { name: /^Leg \d: (buy|sell) / });
    await expect.poll(() => legs.count()).toBeGreaterThan(2);
    const first = (await legs.first().getAttribute('aria-label')) ?? '';
    const symbol = /(\S+\/\S+) at /.exec(first)?.[1] ?? 'none';
    await expect(page.getByRole('table', { name: `Book of ${symbol}`, exact: true })).toBeVisible();
    const third = legs.nth(2);
    await third.getByRole('button').click();
    await expect(third.getByRole('button')).toHaveAttribute('aria-pressed', 'true');
    await picture(page, 'linked-cycle');
    await linked.getByRole('button', { name: 'Pin' }).click();
    await rows.last().click();
    await expect(legs.first()).toHaveAttribute('aria-label', first);
    await linked.getByRole('button', { name: 'Unpin' }).click();
    await layout(page, 'Monitor').click();
  });

  await test.step('by hand: orders are canceled by a second press, a coin is sold by a typed word', async () => {
    await page.keyboard.press('b');
    const hand = page.getByRole('dialog', { name: 'Trade by hand' });
    // By keyboard: see venues.spec.ts.
    await hand.getByRole('button', { name: /^Cancel orders/ }).press('Enter');
    await hand.getByRole('button', { name: /^Really cancel orders/ }).press('Enter');
    await expect(hand.getByText(/^\d+ cancels sent$/)).toBeVisible();
    const flatten = hand.getByRole('button', { name: 'Flatten', exact: true });
    await expect(flatten).toBeDisabled();
    await hand.getByLabel(/^Type FLATTEN/).fill('FLATTEN');
    await expect(flatten).toBeEnabled();
    await page.keyboard.press('Escape');
    await expect(hand).toBeHidden();
  });

  await test.step('paper trade: executions complete', async () => {
    await expect.poll(() => countOf(page, 'Executions')).toBeGreaterThan(1);
    await expect(page.getByRole('grid', { name: 'Executions' })).toContainText('Completed');
    await page
      .getByRole('grid', { name: 'Executions' })
      .locator('.table-row', { hasText: 'Completed' })
      .first()
      .click();
    const story = region(page, 'Selected execution');
    await expect(story.getByRole('table', { name: /^Timeline of the orders/ })).toContainText('Journaled');
    await expect(story.getByRole('table', { name: 'Expected against booked, in bps' })).toContainText(
      'Booked',
    );
    await picture(page, 'execution');
    await layout(page, 'Reset layout').click();
  });

  await test.step('kill: every step is shown with its result, and nothing leaves any more', async () => {
    await killAndSeeItVerified(page);
    await expect.poll(async () => (await statusOf(dataDir)).ordersInFlight).toBe(0);
    await picture(page, 'kill');
    const before = await counters(dataDir);
    // The market goes on, and what it offers is let pass.
    await expect
      .poll(async () => (await counters(dataDir)).opportunities)
      .toBeGreaterThan(before.opportunities);
    expect((await counters(dataDir)).orders).toBe(before.orders);
  });

  let fills: CsvRow[] = [];
  await test.step('balances and profit agree with the fills, and the files say the same', async () => {
    const balances = await shownBalances(page);
    const shown = await countOf(page, 'Fills');
    await openPanel(page, 'Fills');
    fills = await savedCsv(page, panel(page, 'Fills').getByRole('button', { name: /^Save .* as CSV$/ }));
    expect(fills.length).toBe(shown);
    expect(fills.length).toBe((await counters(dataDir)).fills);
    expect(balancesFrom(fills)).toEqual(balances);

    await openPanel(page, 'Profit');
    const profit = panel(page, 'Profit');
    await expect(profit).toContainText(/in [1-9]\d* executions/);
    const total = (await profit.locator('.panel-note .num').first().getAttribute('title')) ?? '';
    const byCycle = await savedCsv(page, profit.getByRole('button', { name: 'Save profit by cycle as CSV' }));
    expect(sumOf(byCycle, 'profit')).toBe(new Decimal(total).toString());
    await openPanel(page, 'Executions');
    const executions = await savedCsv(
      page,
      panel(page, 'Executions').getByRole('button', { name: /^Save .* as CSV$/ }),
    );
    expect(sumOf(executions, 'profitHome')).toBe(new Decimal(total).toString());
  });

  await test.step('re-arm, by its word alone, and trade on', async () => {
    await layout(page, 'Reset layout').click();
    const before = (await counters(dataDir)).orders;
    await rearm(page);
    await expect.poll(async () => (await counters(dataDir)).orders).toBeGreaterThan(before);
  });

  await test.step('review: the recording is backtested, and a trade of it is looked at', async () => {
    await layout(page, 'Research').click();
    const lab = panel(page, 'Backtest lab');
    await lab.getByRole('button', { name: 'Stop recording' }).click();
    // It has been read: its figures are there.
    await expect(lab).toContainText(/\d+ events/);
    await lab.getByRole('checkbox').check();
    await lab.getByLabel('Name', { exact: true }).fill('today again');
    await lab.getByRole('button', { name: 'Run backtest' }).click();
    const job = page.getByRole('listitem', { name: /today again/ });
    await expect(job).toContainText('Done');
    await job.getByRole('button', { name: 'Review' }).click();
    await expect(region(page, 'Settings and data of this run')).toContainText('today again');
    await tab(page, 'Trades of the run').click();
    const trades = panel(page, 'Trades of the run');
    await expect(trades.getByRole('grid', { name: 'Trades' })).toHaveAttribute(
      'aria-rowcount',
      /^[2-9]|\d\d/,
    );
    const trade = region(page, 'Selected trade');
    await expect(trade.getByRole('img', { name: /^Waterfall of the trade/ })).toBeVisible();
    await picture(page, 'backtest');
    await layout(page, 'Monitor').click();
  });

  await test.step('change a limit: a wrong value is reported at its field, a right one is kept with who set it', async () => {
    await page.keyboard.press(',');
    const form = page.getByRole('form', { name: 'Risk limits' });
    const cycles = form.getByLabel('Max. cycles a day', { exact: true });
    await cycles.fill('2.5');
    await expect(cycles).toHaveAttribute('aria-invalid', 'true');
    await expect(form).toContainText('Must be a whole number.');
    await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
    await cycles.fill('4321');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByRole('status')).toHaveText('Saved.');
    const history = page.getByRole('region', { name: 'History of changes' });
    await expect(history).toContainText('Max. cycles a day: 10000 → 4321 cycles');
    await expect(history).toContainText(host === 'desktop' ? 'operator via window' : 'operator via web');
    await page.keyboard.press('Escape');
  });

  await test.step('a layout of one’s own, and the light theme', async () => {
    await page.getByRole('button', { name: 'Close PnL' }).click();
    await page.getByRole('button', { name: 'Save layout as…' }).click();
    await page.getByRole('textbox', { name: 'Name of the layout' }).fill('Evening');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(layout(page, 'Evening')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press(',');
    await page.getByRole('region', { name: 'Appearance' }).getByLabel('Theme').selectOption('light');
    await page.keyboard.press('Escape');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  });

  await test.step('an engine that hangs is recognised by the age of its last message, though its connection is open', async () => {
    day.freezeEngine();
    await expect(page.locator('.state-silent')).toContainText('ENGINE NOT ANSWERING');
    await expect(page.getByRole('list', { name: 'Connections' })).toContainText('NOT ANSWERING');
    day.thawEngine();
    await expect(page.locator('.state-silent')).toHaveCount(0);
  });

  const before =
    await test.step('kill again, and lose the engine: the window says so, and marks everything as old', async () => {
      await killAndSeeItVerified(page);
      await settled(page, dataDir);
      const seen = {
        executions: await countOf(page, 'Executions'),
        fills: await countOf(page, 'Fills'),
        orders: (await counters(dataDir)).orders,
      };
      const silent = page.waitForFunction(
        () => {
          const main = document.querySelector('main');
          const banner = document.querySelector('.state-silent')?.textContent ?? '';
          const isOld = main !== null && Number(getComputedStyle(main).opacity) < 0.5;
          const isTitled = document.title.startsWith('ENGINE NOT ANSWERING');
          const light = document.querySelector('.lights')?.textContent ?? '';
          return (
            isOld && isTitled && light.includes('NOT ANSWERING') && /All figures below are old/.test(banner)
          );
        },
        undefined,
        { polling: 'raf' },
      );
      await day.crashEngine();
      await silent;
      return seen;
    });

  await test.step('get it back: the same window goes on by itself, with its history, and still killed', async () => {
    await day.reviveEngine();
    await expect(page.locator('.state-silent')).toHaveCount(0);
    await expect(page).toHaveTitle(/^KILLED · SIMULATED MARKET/);
    await expect(killSwitch(page)).toContainText('Verified: the venue shows 0 open orders');
    await expect.poll(() => countOf(page, 'Executions')).toBe(before.executions);
    await expect.poll(() => countOf(page, 'Fills')).toBe(before.fills);
    await expect(page.getByRole('grid', { name: 'Quotes' }).locator('.book-live').first()).toBeVisible();
    expect((await counters(dataDir)).orders).toBe(0);
    await rearm(page);
    await expect.poll(async () => (await counters(dataDir)).orders).toBeGreaterThan(0);
    await killAndSeeItVerified(page);
  });

  await settled(page, dataDir);
  const evening = { executions: await countOf(page, 'Executions'), fills: await countOf(page, 'Fills') };
  await day.close();

  await test.step('the next morning: layout, theme, limit, history and the kill are as they were left', async () => {
    const { page } = await openTerminal('--seed', '3');
    await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET · PAPER');
    await expect(killSwitch(page)).toContainText('KILLED');
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
    await expect(layout(page, 'Evening')).toHaveAttribute('aria-pressed', 'true');
    await expect(tab(page, 'PnL')).toHaveCount(0);
    await expect.poll(() => countOf(page, 'Executions')).toBe(evening.executions);
    await expect.poll(() => countOf(page, 'Fills')).toBe(evening.fills);
    await page.keyboard.press(',');
    await expect(page.getByLabel('Max. cycles a day', { exact: true })).toHaveValue('4321');
  });
});
