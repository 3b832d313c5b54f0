import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, expect as playwrightExpect, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildIfStale, WINDOW } from '../scripts/start/build.ts';
import { ROOT } from '../scripts/start/run.ts';
import { findChromium } from '../scripts/test/parts.ts';
import { runApp } from './app-lifecycle.ts';
import { showInChromium } from './testing/chromium-window.ts';
import { app, recorded, resetElectron } from './testing/electron-double.ts';
import { PATIENCE_MS, until } from '../src-engine/testing/until.ts';

const expectPage = playwrightExpect.configure({ timeout: PATIENCE_MS });

const executablePath = await findChromium();
const isLeftOut = executablePath === undefined && process.env['PARALLAX_TEST_ALL'] !== '1';

/** The steps of one story, in order: each goes on where the last one ended. */
describe.skipIf(isLeftOut)('the desktop, with the real engine and the real window (needs a Chromium)', () => {
  let dataDir: string;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    await buildIfStale(ROOT, WINDOW, () => {});
    dataDir = mkdtempSync(join(tmpdir(), 'parallax-desktop-'));
    resetElectron();
    runApp(
      {
        engine: join(ROOT, 'src-engine/entry/utility.ts'),
        link: '',
        args: ['--data-dir', dataDir, '--profile', 'demo'],
        preload: '',
        windowDir: join(ROOT, 'out/renderer'),
        resourcesDir: join(ROOT, 'resources'),
      },
      { firstDelayMs: 1_500, maxDelayMs: 1_500, maxRestarts: 2, withinMs: 60_000 },
    );
    await until(() => recorded.windows.length === 1);
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const [window] = recorded.windows;
    if (window === undefined) throw new Error('there is no window');
    await showInChromium(page, window);
  });
  afterAll(async () => {
    await browser?.close();
    app.quit();
    await until(() => recorded.quits > 0);
    resetElectron();
    rmSync(dataDir, { recursive: true });
  });

  const banner = () => page.locator('body');

  it('shows the live books of the engine, marked as not a real market', async () => {
    await expectPage(banner()).toContainText('SIMULATED MARKET');
    await expectPage(banner()).toContainText('BTC/USD');
    expect(await page.evaluate('parallaxHost')).toEqual({ kind: 'desktop', version: '1.2.3-test' });
  });

  it('shows the kill that the global shortcut asked for', async () => {
    recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
    await expectPage(banner()).toContainText('KILLED');
  });

  it('says that the engine is gone when it crashes, and goes on with the next one, still killed', async () => {
    // The next engine may be up between two polls: so every frame is checked.
    const said = page.waitForFunction(
      () => document.body.textContent.includes('ENGINE NOT ANSWERING'),
      undefined,
      { polling: 'raf', timeout: PATIENCE_MS },
    );
    recorded.children[0]?.process.kill('SIGKILL');
    await said;
    await until(() => recorded.children.length === 2);
    await expectPage(banner()).not.toContainText('ENGINE NOT ANSWERING');
    await expectPage(banner()).toContainText('KILLED');
  });

  it('does all this within the policy of its pages', () => {
    expect(complaints).toEqual([]);
  });
});
