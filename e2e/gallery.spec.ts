/** Every component in every state: pictures of them, an accessibility scan, and what tables can do. No engine is needed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Browser, expect, type Page, test } from '@playwright/test';
import {
  buildGallery,
  keepLetters,
  lettersDiffer,
  lettersOf,
  type Look,
  openBrowser,
  openGallery,
} from './support/gallery.ts';
import { expectNothingSerious } from './support/accessibility.ts';
import { smallPng } from './support/small-png.ts';

const SIZES = [
  { width: 1_440, height: 900 },
  { width: 1_024, height: 700 },
  { width: 2_560, height: 1_440 },
] as const;
const THEMES = ['dark', 'light'] as const;

type Shot = { readonly name: string; readonly size: (typeof SIZES)[number]; readonly look: Look };

const SHOTS: readonly Shot[] = [
  ...THEMES.flatMap((theme) =>
    SIZES.map((size): Shot => ({ name: `${theme}-${size.width}x${size.height}`, size, look: { theme } })),
  ),
  ...THEMES.map(
    (theme): Shot => ({
      name: `${theme}-comfortable-blue-orange`,
      size: SIZES[1],
      look: { theme, density: 'comfortable', palette: 'blue-orange' },
    }),
  ),
];

// One worker: the gallery is built once, before any test reads it.
test.describe.configure({ mode: 'default' });

let browser: Browser;
test.beforeAll(async () => {
  await buildGallery();
  browser = await openBrowser();
});
test.afterAll(() => browser.close());

async function gallery(look: Look, size: (typeof SIZES)[number] = SIZES[0]): Promise<Page> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  await context.grantPermissions(['clipboard-read']);
  const page = await context.newPage();
  await openGallery(page, look);
  return page;
}

for (const { name, size, look } of SHOTS) {
  test(`the components look as they did: ${name} @web`, async () => {
    const info = test.info();
    const isUpdating = info.config.updateSnapshots === 'all' || info.config.updateSnapshots === 'changed';
    const page = await gallery(look, size);
    const letters = await lettersOf(page);
    const reason = isUpdating ? '' : lettersDiffer(letters);
    // The list of tests names what was skipped and not why.
    if (reason !== '') process.stdout.write(`${reason}\n`);
    test.skip(reason !== '', reason);
    await expect(page).toHaveScreenshot(`${name}.png`, {
      fullPage: true,
      // A shade of a token is seen, the few colours of a kept picture are not.
      threshold: 0.06,
      maxDiffPixelRatio: 0.0005,
    });
    if (isUpdating) {
      const path = info.snapshotPath(`${name}.png`, { kind: 'screenshot' });
      writeFileSync(path, smallPng(readFileSync(path)));
      keepLetters(letters);
    }
    await page.context().close();
  });
}

for (const theme of THEMES) {
  test(`nothing serious for an accessibility scan of any state, ${theme} @web`, async () => {
    const page = await gallery({ theme });
    // What is disabled may be pale.
    await expectNothingSerious(page, 'gallery', { without: ':disabled', coloursAlone: theme !== THEMES[0] });
    await page.context().close();
  });
}

const symbols = (page: Page, label: string) =>
  page.getByRole('grid', { name: label, exact: true }).locator('.table-row .symbol').allInnerTexts();

test('a table is sorted with a press or a key, says so, and is sorted the same tomorrow @web', async () => {
  const page = await gallery({ theme: 'dark' });
  const grid = page.getByRole('grid', { name: 'Rows', exact: true });
  const head = (title: string) => grid.getByRole('columnheader', { name: title });
  await head('Profit').click();
  await expect(head('Profit')).toHaveAttribute('aria-sort', 'descending');
  expect(await symbols(page, 'Rows')).toEqual(['BTC/USD', 'ETH/BTC', 'ETH/USD']);
  await head('Profit').click();
  await expect(head('Profit')).toHaveAttribute('aria-sort', 'ascending');
  expect(await symbols(page, 'Rows')).toEqual(['ETH/USD', 'ETH/BTC', 'BTC/USD']);

  await page.reload();
  await expect(head('Profit')).toHaveAttribute('aria-sort', 'ascending');
  // The other tables have an order of their own.
  expect(await symbols(page, 'Selected')).toEqual(['BTC/USD', 'ETH/USD', 'ETH/BTC']);

  await grid.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('s');
  await expect(head('Instrument')).toHaveAttribute('aria-sort', 'ascending');
  await expect(head('Profit')).toHaveAttribute('aria-sort', 'none');
  expect(await symbols(page, 'Rows')).toEqual(['BTC/USD', 'ETH/BTC', 'ETH/USD']);
  await page.context().close();
});

test('values are copied exact with a key or from a menu, where the system gives no permission too @web', async () => {
  const page = await gallery({ theme: 'dark' });
  // The desktop's window is refused this one.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
  });
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const grid = page.getByRole('grid', { name: 'Rows', exact: true });
  await grid.getByText('64,210.50').click();
  await page.keyboard.press('c');
  await expect(page.getByText('Copied: 64210.50')).toBeVisible();
  expect(await copied()).toBe('64210.50');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+C');
  await expect.poll(copied).toBe('ETH/USD\t3120.0700\t-0.4312\tFilled');

  await grid.getByText('-0.4312').click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Copy value/ }).click();
  await expect.poll(copied).toBe('-0.4312');
  await expect(grid).toBeFocused();
  await page.keyboard.press('Shift+F10');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save the listed rows as CSV' }).click(),
  ]);
  expect(readFileSync(await file.path(), 'utf8').split('\r\n')).toEqual([
    'symbol,price,profit,state',
    'BTC/USD,64210.50,1.2500,Filled',
    'ETH/USD,3120.0700,-0.4312,Filled',
    'ETH/BTC,0.04859100,0.0000,Filled',
    '',
  ]);
  await page.context().close();
});

test('a short table is walked and copied from the same way @web', async () => {
  const page = await gallery({ theme: 'dark' });
  const table = page.getByRole('table', { name: 'Limit usage' });
  await table.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'c']) await page.keyboard.press(key);
  await expect(page.getByText('Copied: 1204.5')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('1204.5');
  await page.context().close();
});

test('the focus is drawn around all of a table, whatever sticks or scrolls in it @web', async () => {
  const page = await gallery({ theme: 'dark' });
  const grid = page.getByRole('grid', { name: 'Of 10,000 rows', exact: true });
  await grid.focus();
  await page.keyboard.press('End');
  const ring = await grid.evaluate((table) => {
    const frame = table.parentElement as HTMLElement;
    const style = getComputedStyle(frame, '::after');
    const [around, inside] = [frame.getBoundingClientRect(), table.getBoundingClientRect()];
    return {
      width: style.borderTopWidth,
      covers: around.height === inside.height,
      scrolled: table.scrollTop > 0,
    };
  });
  expect(ring).toEqual({ width: '2px', covers: true, scrolled: true });
  expect(await symbols(page, 'Of 10,000 rows')).toContain('ROW 9999/USD');
  // Only those in sight are in the page.
  expect(await grid.locator('.table-row').count()).toBeLessThan(40);
  await page.context().close();
});
