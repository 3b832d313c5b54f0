/** A window to test: in a browser everywhere, and in Electron where its binary is installed. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium, _electron as electron, type Page, test as base } from '@playwright/test';
import { type Running, start } from './processes.ts';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Terminal = {
  readonly page: Page;
  /** Of the same engine, for somebody who may only look; empty for the desktop. */
  readonly viewerAddress: string;
  close(): Promise<void>;
};

type Fixtures = {
  /** An empty data folder, removed at the end. */
  readonly dataDir: string;
  /** Starts the engine on the data folder and opens its window. What it opened is closed at the end. */
  readonly openTerminal: (...args: string[]) => Promise<Terminal>;
};

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the first argument of a fixture is a pattern by its API
  dataDir: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  openTerminal: async ({ dataDir }, use) => {
    const open: Terminal[] = [];
    await use(async (...args) => {
      const terminal = await openInBrowser(dataDir, args);
      open.push(terminal);
      return terminal;
    });
    for (const terminal of open) await terminal.close();
  },
});

async function openInBrowser(dataDir: string, args: readonly string[]): Promise<Terminal> {
  const engine: Running = await start('serve', '--data-dir', dataDir, '--no-open', ...args);
  let browser: Browser | undefined;
  try {
    const executablePath = process.env['PARALLAX_CHROMIUM'] ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(String(engine.answer['window']));
    const opened = browser;
    return {
      page,
      viewerAddress: String(engine.answer['viewer']),
      async close() {
        await opened.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await browser?.close();
    await engine.stop();
    throw error;
  }
}

/** Path of Electron's binary, or undefined where it is not installed. */
export function electronBinary(): string | undefined {
  const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

/** Opens the desktop on a data folder of its own. */
export async function openDesktop(executablePath: string, dataDir: string): Promise<Terminal> {
  const app = await electron.launch({
    executablePath,
    args: ['.', `--user-data-dir=${dataDir}`, '--data-dir', dataDir],
  });
  return { page: await app.firstWindow(), viewerAddress: '', close: () => app.close() };
}
