/** The workspace in a real browser: layouts that are kept, the command palette, themes, sizes, and an accessibility scan. */
import { expect, type Page } from '@playwright/test';
import { expectNothingSerious } from './support/accessibility.ts';
import { test } from './support/terminal.ts';

const THEMES = ['dark', 'light'] as const;
const SIZES = [
  { width: 1_440, height: 900 },
  { width: 1_024, height: 700 },
  { width: 2_560, height: 1_440 },
] as const;

const tab = (page: Page, name: string) => page.locator('.dv-tab', { hasText: name });

const quote = (page: Page, symbol: string) =>
  page.getByRole('grid', { name: 'Quotes' }).locator('.table-row', { hasText: symbol }).first();

async function demo(page: Page): Promise<void> {
  await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await expect(page.getByRole('grid', { name: 'Quotes' }).getByRole('row')).not.toHaveCount(1);
}

async function setPrefs(page: Page, prefs: Readonly<Record<string, unknown>>): Promise<void> {
  await page.evaluate((text) => localStorage.setItem('parallax.prefs', text), JSON.stringify(prefs));
  await page.reload();
}

test('layouts survive: what was closed, opened and named is there after a reload, and a damaged one is reported', {
  tag: '@desktop',
}, async ({ openDemo }) => {
  const { page } = await openDemo();
  await demo(page);
  await page.getByRole('button', { name: 'Close PnL' }).click();
  await page.getByRole('button', { name: 'Panels' }).click();
  await page.getByRole('menuitem', { name: /^Ghost/ }).click();
  await expect(tab(page, 'Ghost')).toBeVisible();
  await page.getByRole('button', { name: 'Save layout as…' }).click();
  // Typed at once: the field has the focus, and no letter is taken for a shortcut of the window behind.
  await page.keyboard.type('Night watch');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page.getByRole('textbox', { name: 'Name of the layout' })).toHaveValue('Night watch');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Night watch' })).toHaveAttribute('aria-pressed', 'true');

  await page.reload();
  await demo(page);
  await expect(page.getByRole('button', { name: 'Night watch' })).toHaveAttribute('aria-pressed', 'true');
  await expect(tab(page, 'Ghost')).toBeVisible();
  await expect(tab(page, 'PnL')).toHaveCount(0);

  await page.keyboard.press('Alt+2');
  await expect(page.getByRole('button', { name: 'Trade', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('Alt+1');
  await page.getByRole('button', { name: 'Reset layout' }).click();
  await expect(tab(page, 'PnL')).toBeVisible();

  await page.evaluate(() => {
    window.addEventListener('pagehide', () => localStorage.setItem('parallax.layouts', '{"version":1,'));
  });
  await page.reload();
  await demo(page);
  await expect(page.getByText('A layout was not restored')).toBeVisible();
  await expect(tab(page, 'PnL')).toBeVisible();
});

test('linked panels show one instrument, also in a window of their own, which has the kill switch and comes back', async ({
  openDemo,
}) => {
  const { page } = await openDemo();
  await demo(page);
  await quote(page, 'ETH/USD').click();
  await expect(page.getByRole('table', { name: 'Book of ETH/USD' })).toBeVisible();
  await page.getByRole('button', { name: /^Book: link group A/ }).click();
  await quote(page, 'SOL/EUR').click();
  await expect(page.getByRole('table', { name: 'Book of SOL/EUR' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Book: link group B/ })).toBeVisible();

  const complaints: string[] = [];
  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'Pop out Book' }).click();
  const first = await opened;
  await expect(first.getByRole('table', { name: /^Book of / })).toBeVisible();
  await first.getByRole('button', { name: /^Book: link group B/ }).click();
  await first.getByRole('button', { name: /^Book: link group C/ }).click();
  await first.getByRole('button', { name: /^Book: link group D/ }).click();
  await expect(first.getByRole('table', { name: 'Book of SOL/EUR' })).toBeVisible();
  // Stored, then opened again where it was.
  await expect
    .poll(() => page.evaluate(() => localStorage.getItem('parallax.layouts')))
    .toContain('popoutGroups');
  const reopened = page.waitForEvent('popup');
  await page.reload();
  const own = await reopened;
  own.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await expect(own.getByRole('table', { name: /^Book of / })).toBeVisible();
  await expect(own.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await own.keyboard.press('Control+Shift+K');
  await expect(own.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  await own.getByRole('button', { name: 'Return Book to the main window' }).click();
  await expect(page.getByRole('table', { name: /^Book of / })).toBeVisible();
  expect(own.isClosed()).toBe(true);
  expect(complaints).toEqual([]);
});

test('the palette does everything by name, says what does not fit, and never stands before the kill', {
  tag: '@desktop',
}, async ({ openDemo }) => {
  const { page } = await openDemo();
  await demo(page);
  await page.keyboard.press('Control+a');
  expect(await page.evaluate(() => getSelection()?.toString())).toBe('');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Commands' });
  await expect(palette.getByRole('combobox')).toBeFocused();
  await page.keyboard.type('layout trade');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Trade', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  );

  await page.keyboard.press('Control+k');
  await page.keyboard.type('listOrders');
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: 'List orders' });
  await form.getByRole('textbox', { name: /^limit/ }).fill('0');
  await form.getByRole('button', { name: 'Run' }).click();
  await expect(form.getByRole('alert')).toContainText('limit');
  await form.getByRole('textbox', { name: /^limit/ }).fill('2');
  await form.getByRole('button', { name: 'Run' }).click();
  await expect(form.getByRole('region', { name: 'Answer' })).toContainText('"orders"');

  await page.keyboard.press('Control+Shift+K');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
});

test('whatever Tab reaches shows that it has the focus, and nothing cuts it off', async ({ openDemo }) => {
  const { page } = await openDemo();
  await demo(page);
  const reached = new Set<string>();
  const wrong: string[] = [];
  for (const layout of ['Monitor', 'Trade', 'Research', 'Arbitrage']) {
    await page.getByRole('button', { name: layout, exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll('.panel').length > 1);
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(focusOf);
      if (focused === null || reached.has(focused.name)) continue;
      reached.add(focused.name);
      if (focused.fault !== '') wrong.push(`${layout}: ${focused.name} ${focused.fault}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(reached.size).toBeGreaterThan(60);
});

/** In the page: what has the focus, and why it cannot be seen; empty where it can. */
function focusOf(): { readonly name: string; readonly fault: string } | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  const text = element.getAttribute('aria-label') ?? element.textContent.slice(0, 40);
  const name = `${element.tagName} ${element.className} ${text}`;
  // As the key did: what the market has written above it since may have pushed it on.
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  // A table is framed from around it, a filter by its own edge.
  if (element.matches('.table')) {
    const frame = element.parentElement === null ? null : getComputedStyle(element.parentElement, '::after');
    return { name, fault: frame?.borderTopStyle === 'solid' ? '' : 'has no frame' };
  }
  if (element.closest('.filter') !== null) return { name, fault: '' };
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element);
  if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 1)
    return { name, fault: 'has no outline' };
  const reach = Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset) - 0.5;
  const box = element.getBoundingClientRect();
  for (let around = element.parentElement; around !== null; around = around.parentElement) {
    if (!/hidden|auto|scroll|clip/.test(getComputedStyle(around).overflow)) continue;
    const edge = around.getBoundingClientRect();
    const isCut =
      box.left - reach < edge.left ||
      box.right + reach > edge.right ||
      box.top - reach < edge.top ||
      box.bottom + reach > edge.bottom;
    if (isCut) return { name, fault: `is cut off by ${around.className}` };
  }
  return { name, fault: '' };
}

test('help opens at the page of the panel in use, with the words that stand in it', async ({ openDemo }) => {
  const { page } = await openDemo();
  await demo(page);
  await page.getByRole('grid', { name: 'Balances' }).focus();
  await page.keyboard.press('?');
  const pnl = page.getByRole('dialog', { name: 'Help: PnL' });
  await expect(pnl.getByRole('region', { name: 'About PnL' })).toContainText('available for the next order');
  await page.keyboard.press('Escape');
  // F1 works in a field too, where ? is only a letter.
  await page.getByRole('searchbox', { name: 'Filter instruments' }).focus();
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'Help: Watchlist' })).toContainText('link letter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Risk/ }).click();
  await expect(page.getByRole('dialog', { name: 'Risk' })).toBeVisible();
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'Help: Risk' })).toContainText('how much of a limit is used');
});

for (const theme of THEMES) {
  const coloursAlone = theme !== THEMES[0];
  test(`nothing serious for an accessibility scan, in the ${theme} theme`, async ({ openDemo }) => {
    const { page } = await openDemo();
    await setPrefs(page, { theme });
    await demo(page);
    for (const layout of ['Monitor', 'Trade', 'Research', 'Arbitrage']) {
      await page.getByRole('button', { name: layout, exact: true }).click();
      await page.waitForFunction(() => document.querySelectorAll('.panel').length > 1);
      await expectNothingSerious(page, layout, { coloursAlone });
    }
    for (const [key, name] of [
      [',', 'Settings'],
      ['r', 'Risk'],
      ['a', 'Account'],
      ['l', 'Live trading'],
      ['h', 'Engine health'],
      ['?', 'Help'],
      ['Control+k', 'Commands'],
    ] as const) {
      await page.keyboard.press(key);
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectNothingSerious(page, name, { coloursAlone });
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog')).toHaveCount(0);
    }
  });
}

test('nothing is cut off or pushed out of the window, at every size, and in the other theme at one', async ({
  openDemo,
}) => {
  const { page } = await openDemo();
  await demo(page);
  for (const theme of THEMES) {
    await setPrefs(page, { theme });
    // A theme changes colours, and no letter's width.
    for (const size of theme === THEMES[0] ? SIZES : SIZES.slice(0, 1)) {
      await page.setViewportSize(size);
      for (const layout of ['Monitor', 'Trade', 'Research', 'Arbitrage']) {
        await page.getByRole('button', { name: layout, exact: true }).click();
        await page.getByRole('button', { name: 'Reset layout' }).click();
        await page.waitForFunction(() => document.querySelectorAll('.panel').length > 1);
        const wrong = await page.evaluate(() => {
          const { clientWidth, clientHeight, scrollWidth, scrollHeight } = document.documentElement;
          const page = scrollWidth > clientWidth || scrollHeight > clientHeight ? ['the page scrolls'] : [];
          const wide = [...document.querySelectorAll('.table')]
            .filter((table) => table.scrollWidth > table.clientWidth + 1)
            .map((table) => `${table.getAttribute('aria-label')} is wider than its panel`);
          const kill = document.querySelector('.kill-button')?.getBoundingClientRect();
          const hidden =
            kill === undefined || kill.right > clientWidth ? ['the kill button is out of sight'] : [];
          return [...page, ...wide, ...hidden];
        });
        expect(wrong, `${theme} ${size.width}x${size.height} ${layout}`).toEqual([]);
      }
    }
  }
});

test('every panel of the market, of trading and of risk says how old its figures are', async ({
  openTerminal,
}) => {
  // Panels that compare venues have figures only where there are two.
  const { page } = await openTerminal('--profile', 'demo', '--seed', '3', '--venues', 'kraken,binance');
  await demo(page);
  await expect(page.getByRole('tab', { name: /Executions/ })).not.toContainText(/Executions 0$/);
  await page.getByRole('button', { name: 'Panels' }).click();
  const names: string[] = [];
  for (const group of ['Market', 'Trading', 'Risk', 'Engine']) {
    const items = page.getByRole('menu').getByRole('group', { name: group }).locator('.menu-item-name');
    names.push(...(await items.allInnerTexts()).map((text) => text.trim()));
  }
  await page.keyboard.press('Escape');
  // It is text of this version, without a figure of the market.
  expect(names.splice(names.indexOf('Documentation'), 1)).toEqual(['Documentation']);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) {
    await page.getByRole('button', { name: 'Panels' }).click();
    await page
      .getByRole('menuitem', { name: new RegExp(`^${name}`) })
      .first()
      .click();
    const panel = page.locator('.panel:visible').and(page.getByRole('region', { name, exact: true }));
    // An age of its own, or a time or an age in every row; what shows a choice has no figure before one is made.
    const aged = panel
      .locator('.age, time, [role="columnheader"]:text("Age"), .empty-state:not(:has-text("Loading"))')
      .first();
    await expect(aged, name).toBeVisible();
  }
});

test('a viewer sees everything and can change nothing', { tag: '@web' }, async ({ openTerminal }) => {
  const { page, viewerAddress } = await openTerminal('--profile', 'demo', '--seed', '3');
  await demo(page);
  const looker = await page.context().newPage();
  await looker.goto(viewerAddress);
  await expect(looker.getByLabel('Trading mode')).toContainText('SIMULATED MARKET');
  await expect(looker.getByText('READ ONLY')).toBeVisible();
  await expect(looker.getByRole('button', { name: /^KILL/ })).toHaveCount(0);
  await expect(looker.getByRole('button', { name: 'Record' })).toBeDisabled();
  await looker.keyboard.press('Control+k');
  await looker.keyboard.type('updateLimits');
  await expect(looker.getByText('No command matches.')).toBeVisible();
  await looker.keyboard.press('Escape');
  // Keys get through to the engine, and the engine refuses.
  await looker.keyboard.press('Control+Shift+P');
  await expect(looker.getByText(/needs the role operator/).first()).toBeVisible();
  await looker.keyboard.press('Control+Shift+K');
  await expect(page.getByRole('alert', { name: 'Kill switch' })).not.toContainText('KILLED');
  await page.keyboard.press('Control+Shift+K');
  await expect(looker.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
  await expect(looker.getByRole('button', { name: 'Re-arm…' })).toHaveCount(0);
});
