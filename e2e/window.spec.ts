/** The demo that trades, looked at: specs that leave its engine as they found it, one after another on the same. */
import { expect, type Page } from '@playwright/test';
import { expectNothingSerious } from './support/accessibility.ts';
import { statusOf } from './support/engine-status.ts';
import { run } from './support/processes.ts';
import { test } from './support/terminal.ts';

const panel = (page: Page, name: string) => page.locator(`section.panel[aria-label="${name}"]`);

async function open(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
  await expect(panel(page, name)).toBeVisible();
}

test('positions, cycles, the matrix and the history of opportunities show what they are for, at every size', async ({
  openDemo,
}) => {
  const { page } = await openDemo();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');

  await test.step('what is held is worth what its rows add up to', async () => {
    await open(page, 'Positions');
    const positions = panel(page, 'Positions');
    await expect(positions.getByRole('grid', { name: 'Positions' })).toContainText('USD');
    await expect(positions).toContainText(/[\d,]+\.\d\d USD in \d+ assets?/);
    await expectNothingSerious(page, 'positions');
  });

  await test.step('latencies are pictures beside their figures, and say in words what they draw', async () => {
    await open(page, 'Engine health');
    const picture = panel(page, 'Engine health').getByRole('img', {
      name: /^Parsed: [\d,.]+ samples, p50 .*p99.9/,
    });
    await expect(picture).toBeVisible();
    const painted = await picture.evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {
        data: [],
      };
      return data.some((byte) => byte !== 0);
    });
    expect(painted).toBe(true);
  });

  await test.step('a cycle is walked leg by leg, and the graph says in words what it draws', async () => {
    await open(page, 'Cycles');
    const cycles = panel(page, 'Cycles');
    await expect(cycles.getByRole('table', { name: /1,000 .* at the best prices/ })).toContainText(
      'limiting',
    );
    await expect(cycles).toContainText(/Gross .*fees .*net .*bps/);
    await expect(cycles.getByRole('img', { name: /^Currency graph/ })).toBeVisible();
    await expect(cycles).toContainText('part of a profitable cycle');
    await expectNothingSerious(page, 'cycles');
  });

  await test.step('the names of the matrix stay in sight while it is moved', async () => {
    await page.setViewportSize({ width: 1_024, height: 700 });
    await open(page, 'Spread matrix');
    const frame = panel(page, 'Spread matrix').locator('.matrix-frame');
    const first = frame.getByRole('rowheader').first();
    const before = await first.boundingBox();
    await frame.evaluate((element) => element.scrollTo({ left: 400, top: 400 }));
    const after = await first.boundingBox();
    expect(after?.x).toBe(before?.x);
    await expectNothingSerious(page, 'matrix');
  });

  await test.step('the history is asked for by decision and by edge', async () => {
    await open(page, 'Opportunity history');
    const history = panel(page, 'Opportunity history');
    const rows = history.getByRole('grid', { name: 'Opportunity history' });
    await history.getByLabel('Decision').selectOption('taken');
    await expect(rows.getByRole('row').nth(1)).toContainText('Taken');
    await rows.getByRole('row').nth(1).click();
    await expect(history.getByRole('region', { name: 'Selected opportunity' })).toBeVisible();
    await history.getByLabel('Min. net edge in bps').fill('five');
    await expect(history).toContainText('Write digits such as');
    await history.getByLabel('Min. net edge in bps').fill('99999');
    await expect(history).toContainText('Nothing matches');
    await expectNothingSerious(page, 'history of opportunities');
  });
});

test('limits that contradict each other are refused in the engine’s own words', { tag: '@desktop' }, async ({
  openDemo,
}) => {
  const { page } = await openDemo();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.keyboard.press(',');
  const form = page.getByRole('form', { name: 'Risk limits' });
  await form.getByLabel('Caution at a loss of').fill('6');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('button', { name: 'Save looser limits' }).click();
  await expect(form.getByRole('alert')).toContainText('must be below restrictedLossPct (5)');
  await expect(page.getByRole('region', { name: 'History of changes' })).toContainText('No changes yet');
});

test('on paper the account says that there is nothing to compare', async ({ openDemo }) => {
  const { page } = await openDemo();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.keyboard.press('a');
  const account = page.getByRole('dialog', { name: 'Account' });
  await expect(account).toBeVisible();
  await expect(account).toContainText(/Nothing to compare|reconciled/);
});

test('the kill button stops trading and shows the venue’s answer', async ({ openDemo }) => {
  const { page } = await openDemo();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await page.keyboard.press('Control+Shift+K');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText(
    /0 open orders|no open order/i,
  );
});

test('a kill works while the window hangs, and the window says so once it is back', async ({ openDemo }) => {
  const { page, dataDir } = await openDemo();
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await expect(page.getByRole('tab', { name: /Executions/ })).not.toContainText(/Executions 0$/);
  // The window's only thread is blocked: no click, no key and no message gets through to it.
  const hung = page.evaluate(() => {
    const until = performance.now() + 8_000;
    while (performance.now() < until);
  });
  const killed = await run('kill', '--data-dir', dataDir);
  expect(killed.answer).toMatchObject({ killed: true });
  const status = await run('status', '--data-dir', dataDir);
  expect(status.answer).toMatchObject({ killed: true, ordersInFlight: 0 });
  const { orders } = (await statusOf(dataDir)).counters;
  await hung;
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  expect((await statusOf(dataDir)).counters.orders).toBe(orders);
});
