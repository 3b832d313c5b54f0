/** Research as a new user does it: record the demo market, backtest it, find out why a trade lost, sweep, compare. */
import { readFile } from 'node:fs/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './support/terminal.ts';
import { expectNothingSerious } from './support/accessibility.ts';
import { statusOf } from './support/engine-status.ts';

const panel = (page: Page, name: string) => page.locator(`section[aria-label="${name}"]`);
const tab = (page: Page, name: string) => page.locator('.dv-tab', { hasText: name });
const job = (page: Page, name: string | RegExp) => page.getByRole('listitem', { name });

async function opportunities(dataDir: string): Promise<number> {
  return (await statusOf(dataDir)).counters.opportunities;
}

/** Walks down the trades with the keyboard until one has lost money. */
async function chooseLosingTrade(page: Page): Promise<void> {
  const trades = panel(page, 'Trades of the run');
  const table = trades.getByRole('grid', { name: 'Trades' });
  await expect(panel(page, 'Selected trade')).toBeVisible();
  const count = Number(await table.getAttribute('aria-rowcount')) - 1;
  await table.focus();
  for (let at = 0; at < count; at++) {
    const row = table.locator('[aria-selected="true"]');
    await expect(row).toHaveAttribute('aria-rowindex', String(at + 2));
    // Money and basis points: a trade that lost less than is shown has no story.
    const losses = (await row.innerText()).match(/(?<=^|\s)-[\d.,]*[1-9][\d.,]*/g) ?? [];
    if (losses.length > 1) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`none of ${count} trades lost money`);
}

test('a new user records the demo market, backtests it, and reads why a trade lost money', async ({
  openTerminal,
  dataDir,
}) => {
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3');
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.getByRole('button', { name: 'Research', exact: true }).click();
  const lab = panel(page, 'Backtest lab');
  await expect(lab).toContainText('Nothing recorded yet');
  await expect(panel(page, 'Review')).toContainText('No run yet');
  await expect(panel(page, 'Jobs')).toContainText('No job yet');

  await test.step('record until the market has shown something', async () => {
    const before = await opportunities(dataDir);
    await lab.getByRole('button', { name: 'Record', exact: true }).click();
    await expect(lab).toContainText('being recorded');
    await expect.poll(() => opportunities(dataDir), { intervals: [2_000] }).toBeGreaterThan(before + 100);
    await lab.getByRole('button', { name: 'Stop recording' }).click();
    await expect(lab.getByRole('checkbox')).toBeEnabled();
    await expect(lab).toContainText(/\d+ events/);
  });

  await test.step('what does not fit is said where it is typed', async () => {
    await lab.getByRole('checkbox').check();
    await lab.getByLabel('Taker fee').fill('a lot');
    await expect(lab).toContainText('Write plain digits');
    await expect(lab.getByRole('button', { name: 'Run backtest' })).toBeDisabled();
    await lab.getByLabel('Taker fee').fill('5');
    await lab.getByLabel('30-day volume').fill('60000');
    await expect(lab).toContainText('Give the fee or the volume, not both.');
    await expect(lab.getByRole('button', { name: 'Run backtest' })).toBeDisabled();
    await lab.getByLabel('Taker fee').fill('');
    await lab.getByLabel('30-day volume').fill('');
    await lab.getByLabel('Balances by venue').fill('USD=1000');
    await expect(lab).toContainText('“USD=1000” is not like kraken.USD=1000');
    await lab.getByLabel('Balances by venue').fill('nowhere.USD=1000');
    await lab.getByRole('button', { name: 'Run backtest' }).click();
    await expect(job(page, /backtest/).first()).toContainText('"nowhere" is not a venue of these logs');
    await lab.getByLabel('Balances by venue').fill('simulated.USD=10000');
    await lab.getByText(/^Risk limits/).click();
    await lab.getByLabel('Max. order value').fill('-1');
    await expect(lab.getByRole('button', { name: 'Run backtest' })).toBeDisabled();
    await lab.getByLabel('Max. order value').fill('900');
    await expect(lab).toContainText('Risk limits: 1 set');
  });

  await test.step('a backtest on a slow line, from the form to its first page', async () => {
    await lab.getByLabel('Name', { exact: true }).fill('slow line');
    await lab.getByLabel('Min. latency').fill('400');
    // Of more, a cycle may be stranded by five misses in a row, which ends the run before a trade has lost money.
    await lab.getByLabel('Competitor rate').fill('20');
    await lab.getByRole('button', { name: 'Run backtest' }).click();
    await expect(job(page, /slow line/)).toContainText('Done');
    await job(page, /slow line/)
      .getByRole('button', { name: 'Review' })
      .click();
    const pinned = panel(page, 'Settings and data of this run');
    await expect(pinned).toContainText('slow line');
    await expect(pinned).toContainText('400 ms');
    await expect(pinned).toContainText('The account starts with 10000 USD');
    await expect(pinned).toContainText('20 % of our orders');
    await pinned.getByText(/^Assumptions \(/).click();
    await expect(pinned.getByText(/^run-[0-9a-f]/)).toBeVisible();
    await expect(panel(page, 'Captured edge')).toContainText('of the detected edge');
    await expectNothingSerious(page, 'Review');
  });

  await test.step('a losing trade says why, and the chart is in step with the table', async () => {
    await tab(page, 'Trades of the run').click();
    await chooseLosingTrade(page);
    const detail = panel(page, 'Selected trade');
    const why = detail.getByRole('list', { name: 'Why it lost money' });
    await expect(why).toContainText('bps less than');
    expect(await why.getByRole('listitem').count()).toBeGreaterThan(1);
    await expect(detail.getByRole('img', { name: /^Waterfall of the trade/ })).toBeVisible();
    await expect(detail.getByRole('table').filter({ hasText: '/' }).first()).toBeVisible();
    await expect(page.getByLabel(/^Best prices of .*of the chosen trade: .*entry/).first()).toBeVisible();
    expect(
      await panel(page, 'Prices')
        .getByRole('group', { name: /^Best prices of/ })
        .count(),
    ).toBeGreaterThan(1);
    await expectNothingSerious(page, 'Trades');
    await clickAnotherMark(page);
  });

  await test.step('totals of the table equal the CSV', async () => {
    const total = await panel(page, 'Trades of the run')
      .locator('.lab-trade-total [title]')
      .getAttribute('title');
    await tab(page, 'Review').click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const text = await readFile(await (await download).path(), 'utf8');
    const [head = '', ...rows] = text.trimEnd().split('\r\n');
    const column = head.split(',').indexOf('profit_home');
    const places = 24;
    const units = rows.map((row) => unitsOf(row.split(',')[column] ?? '', places));
    expect(units.reduce((sum, each) => sum + each, 0n)).toBe(unitsOf(total ?? '', places));
    const report = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export Report' }).click();
    expect(await readFile(await (await report).path(), 'utf8')).toContain('<svg');
  });

  await test.step('a sweep that is too long is ended, and a small one says whether to believe it', async () => {
    await lab.getByText('Sweep', { exact: true }).click();
    await lab.getByLabel('Name', { exact: true }).fill('too long');
    await lab.getByLabel('Search').selectOption('random');
    await lab.getByLabel('Values of Min. net edge').fill('0 .. 5 step 0.01');
    await lab.getByRole('button', { name: /Run sweep of 100 trials/ }).click();
    await expect(job(page, /too long/)).toContainText(/of 100 trials/);
    await job(page, /too long/)
      .getByRole('button', { name: 'Cancel' })
      .click();
    await expect(job(page, /too long/)).toContainText('Canceled');

    await lab.getByLabel('Name', { exact: true }).fill('two settings');
    await lab.getByLabel('Search').selectOption('grid');
    await lab.getByLabel('Values of Min. net edge').fill('0.5, 3');
    await lab.getByLabel('Values of Min. latency').fill('5, 100');
    await lab.getByRole('button', { name: /Run sweep of 4 trials/ }).click();
    await expect(job(page, /two settings/)).toContainText('Done');
    await job(page, /two settings/)
      .getByRole('button', { name: 'Show' })
      .click();
    const sweeps = panel(page, 'Sweeps');
    await expect(panel(page, 'Verdict')).toContainText(/Do not trust|Not proven|supports an edge/);
    await expect(sweeps.getByRole('img', { name: /^Heatmap of test/ })).toBeVisible();
    await expect(sweeps.getByRole('img', { name: /^Parallel coordinates: 4 trials/ })).toBeVisible();
    await sweeps.getByRole('img', { name: /^Heatmap of test/ }).focus();
    await page.keyboard.press('ArrowRight');
    await expectNothingSerious(page, 'Sweeps');
    await sweeps.getByRole('button', { name: 'Open trial as a run' }).click();
    await expect(job(page, /backtest two settings/)).toContainText('Done');
  });

  await test.step('two runs side by side', async () => {
    await tab(page, 'Compare').click();
    await expect(panel(page, 'What differs')).toContainText('latency.minUs');
    await expect(panel(page, 'Figures side by side')).toContainText(/better|worse/);
    await expectNothingSerious(page, 'Compare');
  });
});

/** Clicks beside a mark of another trade on the chart: that trade is then chosen in the table. */
async function clickAnotherMark(page: Page): Promise<void> {
  const prices = panel(page, 'Prices');
  const trades = panel(page, 'Trades of the run').getByRole('grid', { name: 'Trades' });
  const rowOf = () => trades.locator('[aria-selected="true"]').getAttribute('aria-rowindex');
  const before = await rowOf();
  await prices.getByText('All', { exact: true }).click();
  const chart = await chartOfAnotherTrade(prices);
  const { width, height } = await boxOf(chart);
  // Narrower steps than a click reaches: each mark is hit by one of them, but for one beside a nearer mark of the chosen trade, which
  // the steps between find.
  for (const start of [4, 12, 8, 16])
    for (let x = start; x < width && (await rowOf()) === before; x += 16)
      await chart.click({ position: { x, y: height / 2 } });
  expect(await rowOf()).not.toBe(before);
  await expect(chartsOf(prices).first()).toHaveAccessibleName(/of the chosen trade: /);
  await expect(panel(page, 'Selected trade')).toBeVisible();
}

const chartsOf = (prices: Locator) => prices.getByRole('group', { name: /^Best prices of/ });

/** A chart with a leg of a trade that is not the chosen one: of its own instruments, or else of any other. */
async function chartOfAnotherTrade(prices: Locator): Promise<Locator> {
  const others = prices.getByLabel('Another instrument');
  const options = (await others.count()) === 0 ? [] : await others.locator('option').all();
  const symbols = await Promise.all(options.map((option) => option.getAttribute('value')));
  for (const symbol of ['', ...symbols.filter((each) => each !== '')]) {
    if (symbol !== null && symbol !== '') await others.selectOption(symbol);
    for (const chart of await chartsOf(prices).all()) {
      const name = (await chart.getAttribute('aria-label')) ?? '';
      const [, marked = '0', own = ''] =
        /, (\d+) legs marked(?:; of the chosen trade: (.*))?$/.exec(name) ?? [];
      if (Number(marked) > own.split(', ').filter((leg) => leg !== '').length) return chart;
    }
  }
  throw new Error('no chart of this run shows a leg of another trade');
}

async function boxOf(of: Locator): Promise<{ width: number; height: number }> {
  const box = await of.boundingBox();
  if (box === null) throw new Error('the chart is not visible');
  return box;
}

/** A plain decimal as a whole count of 10^-places. */
function unitsOf(text: string, places: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) throw new Error(`"${text}" is not a plain decimal`);
  const units = BigInt((match[2] ?? '') + (match[3] ?? '').padEnd(places, '0'));
  return match[1] === '-' ? -units : units;
}
