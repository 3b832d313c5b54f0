/** A window to test: in a browser, or through Electron's main process and preload. A project of the tests says which. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrowserContext,
  chromium,
  _electron as electron,
  expect,
  type Page,
  test as base,
} from '@playwright/test';
import { electronBinary, whyNoWindow } from '../../scripts/start/electron.ts';
import { ROOT } from '../../scripts/start/run.ts';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { type Running, start } from './processes.ts';

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opportunities of the demo market come one after another: no spec waits for a rare one. */
const LIVELY = ['--edge-seconds', '0.5'] as const;

/** What a host of the window opens. */
export type Opened = {
  readonly page: Page;
  /** Of the same engine, read-only; empty for the desktop, which has one window. */
  readonly viewerAddress: string;
  /** Starts an engine on the same folder again; the desktop does so by itself. */
  reviveEngine(): Promise<void>;
  close(): Promise<void>;
};

export type Terminal = Opened & {
  /** Ends the engine's process with SIGKILL, and answers when it is gone. */
  crashEngine(): Promise<void>;
  /** Stops and continues it, as a debugger or a machine that thrashes would. */
  freezeEngine(): void;
  thawEngine(): void;
};

/** True where the desktop's specs run in Electron itself, and not over its double. */
export const HAS_ELECTRON = electronBinary(ROOT) !== undefined && whyNoWindow() === undefined;

export type Host = 'browser' | 'desktop';

type Fixtures = {
  /** An empty data folder, removed at the end. */
  readonly dataDir: string;
  /** What the window keeps between two starts: a browser's profile. */
  readonly profileDir: string;
  /** Starts the engine on the data folder and opens its window. What it opened is closed at the end. */
  readonly openTerminal: (...args: string[]) => Promise<Terminal>;
};

export type HostOption = { readonly host: Host };

export const test = base.extend<Fixtures & HostOption>({
  host: ['browser', { option: true }],
  // oxlint-disable-next-line no-empty-pattern -- the first argument of a fixture is a pattern by its API
  dataDir: async ({}, use) => {
    await withFolder('parallax-e2e-', use);
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  profileDir: async ({}, use) => {
    await withFolder('parallax-profile-', use);
  },
  openTerminal: async ({ dataDir, profileDir, host }, use) => {
    const open: Terminal[] = [];
    await use(async (...args) => {
      const terminal = await openIn(host, dataDir, profileDir, args);
      open.push(terminal);
      return terminal;
    });
    for (const terminal of open) await terminal.close();
  },
});

async function withFolder(prefix: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  await use(folder);
  rmSync(folder, { recursive: true, force: true });
}

async function openIn(
  host: Host,
  dataDir: string,
  profileDir: string,
  args: readonly string[],
): Promise<Terminal> {
  const market = args.includes('--exchange') ? [] : LIVELY;
  const opened = await openHost(host, dataDir, profileDir, [...market, ...args]);
  const engine = () => {
    const pid = readRuntimeFile(dataDir)?.pid;
    if (pid === undefined) throw new Error('no engine runs on the data folder');
    return pid;
  };
  return {
    ...opened,
    async crashEngine() {
      const pid = engine();
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => readRuntimeFile(dataDir)?.pid).not.toBe(pid);
    },
    freezeEngine: () => void process.kill(engine(), 'SIGSTOP'),
    thawEngine: () => void process.kill(engine(), 'SIGCONT'),
  };
}

async function openHost(
  host: Host,
  dataDir: string,
  profileDir: string,
  args: readonly string[],
): Promise<Opened> {
  if (host === 'browser') return openInBrowser(dataDir, profileDir, args);
  if (HAS_ELECTRON) return openElectron(dataDir, join(profileDir, 'desktop'), args);
  // Only there, since it puts a double in the place of Electron.
  const { openDesktop } = await import('./desktop.ts');
  return openDesktop(dataDir, join(profileDir, 'desktop'), args, () => openChromium(profileDir));
}

/** The desktop itself, as `npm start` opens it. */
async function openElectron(dataDir: string, userData: string, args: readonly string[]): Promise<Opened> {
  const app = await electron.launch({
    executablePath: electronBinary(ROOT) ?? '',
    cwd: ROOT,
    args: [ROOT, `--user-data-dir=${userData}`, '--data-dir', dataDir, ...args],
  });
  return {
    page: await app.firstWindow(),
    viewerAddress: '',
    // The main process starts it by itself.
    reviveEngine: () => Promise.resolve(),
    close: () => app.close(),
  };
}

/** A Chromium that keeps what its pages store, as a user's own does. */
function openChromium(profileDir: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profileDir, {
    executablePath: process.env['PARALLAX_CHROMIUM'] ?? '/usr/bin/chromium',
    args: CHROMIUM_ARGS,
    viewport: { width: 1440, height: 900 },
  });
}

async function openInBrowser(dataDir: string, profileDir: string, args: readonly string[]): Promise<Opened> {
  const serve = (): Promise<Running> => start('serve', '--data-dir', dataDir, '--no-open', ...args);
  let engine = await serve();
  let context: BrowserContext | undefined;
  try {
    context = await openChromium(profileDir);
    const [first] = context.pages();
    const page = first ?? (await context.newPage());
    await page.goto(String(engine.answer['window']));
    const opened = context;
    return {
      page,
      viewerAddress: String(engine.answer['viewer']),
      async reviveEngine() {
        engine = await serve();
      },
      async close() {
        await opened.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await context?.close();
    await engine.stop();
    throw error;
  }
}
