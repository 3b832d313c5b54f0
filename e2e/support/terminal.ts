/** A window to test: in a browser, or through Electron's main process and preload. A project of the tests says which. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  chromium,
  _electron as electron,
  expect,
  type Page,
  test as base,
} from '@playwright/test';
import { electronBinary, whyNoWindow } from '../../scripts/start/electron.ts';
import { ROOT } from '../../scripts/start/run.ts';
import { findChromium, WITHOUT_SCREEN } from '../../scripts/test/parts.ts';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { SPARING } from '../../src-engine/testing/sparing.ts';
import { type Running, start } from './processes.ts';
import { StandingEngine } from './standing-engine.ts';

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--js-flags=${SPARING[0]}`,
];
const WINDOW_SIZE = { width: 1_440, height: 900 } as const;

/** Opportunities of the demo market come one after another: no spec waits for a rare one. */
const LIVELY = ['--edge-seconds', '0.5'] as const;
/** What a spec gets that looks at any demo that trades. */
const DEMO = ['--profile', 'demo', '--seed', '3'] as const;

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

/** A window on an engine that other specs look at as well. */
export type Look = Pick<Opened, 'page' | 'viewerAddress'> & { readonly dataDir: string };

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
  /**
   * A demo that trades, in a window of its own. Its engine stands from one spec to the next: for specs that leave it as they found it, but
   * for a kill, which is taken back.
   */
  readonly openDemo: () => Promise<Look>;
  /** The browser's keep of this spec: what a page stores is there for its next one. */
  readonly openContext: () => Promise<BrowserContext>;
};

type WorkerFixtures = {
  readonly chromiumOfWorker: () => Promise<Browser>;
  readonly standing: StandingEngine;
};

export type HostOption = { readonly host: Host };

export const test = base.extend<Fixtures & HostOption, WorkerFixtures>({
  host: ['browser', { option: true }],
  chromiumOfWorker: [
    // oxlint-disable-next-line no-empty-pattern -- the first argument of a fixture is a pattern by its API
    async ({}, use) => {
      let browser: Promise<Browser> | undefined;
      await use(() => (browser ??= launchBrowser()));
      await (await browser)?.close();
    },
    { scope: 'worker' },
  ],
  standing: [
    // oxlint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const standing = new StandingEngine([...LIVELY, ...DEMO]);
      await use(standing);
      await standing.end();
    },
    { scope: 'worker' },
  ],
  // oxlint-disable-next-line no-empty-pattern -- as above
  dataDir: async ({}, use) => {
    await withFolder('parallax-e2e-', use);
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  profileDir: async ({}, use) => {
    await withFolder('parallax-profile-', use);
  },
  openContext: async ({ chromiumOfWorker }, use) => {
    let context: Promise<BrowserContext> | undefined;
    const open = async () => (await chromiumOfWorker()).newContext({ viewport: WINDOW_SIZE });
    await use(() => (context ??= open()));
    await (await context)?.close();
  },
  openTerminal: async ({ dataDir, profileDir, host, openContext, standing }, use) => {
    const open: Terminal[] = [];
    await use(async (...args) => {
      // It would cost a share of a core for as long as this one is looked at.
      await standing.end();
      const terminal = await openIn({ host, dataDir, profileDir, openContext }, args);
      open.push(terminal);
      return terminal;
    });
    for (const terminal of open) await terminal.close();
  },
  openDemo: async ({ dataDir, host, openContext, openTerminal, standing }, use) => {
    let isLookedAt = false;
    await use(async () => {
      if (host === 'desktop') return { ...(await openTerminal(...DEMO)), dataDir };
      const engine = await standing.begin();
      isLookedAt = true;
      const page = await (await openContext()).newPage();
      await page.goto(engine.window);
      return { page, viewerAddress: engine.viewer, dataDir: engine.dataDir };
    });
    if (isLookedAt) await standing.restore();
  },
});

async function withFolder(prefix: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  await use(folder);
  rmSync(folder, { recursive: true, force: true });
}

type Place = Pick<Fixtures, 'dataDir' | 'profileDir' | 'openContext'> & HostOption;

async function openIn(place: Place, args: readonly string[]): Promise<Terminal> {
  const { dataDir } = place;
  const market = args.includes('--exchange') ? [] : LIVELY;
  const opened = await openHost(place, [...market, ...args]);
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
  { host, dataDir, profileDir, openContext }: Place,
  args: readonly string[],
): Promise<Opened> {
  if (host === 'browser') return openInBrowser(dataDir, openContext, args);
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

async function launchOptions() {
  const executablePath = await findChromium(process.env, WITHOUT_SCREEN);
  return { ...(executablePath !== undefined && { executablePath }), args: [...CHROMIUM_ARGS] };
}

async function launchBrowser(): Promise<Browser> {
  return chromium.launch(await launchOptions());
}

/** A Chromium that keeps what its pages store in files, as a user's own does. */
async function openChromium(profileDir: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profileDir, { ...(await launchOptions()), viewport: WINDOW_SIZE });
}

async function openInBrowser(
  dataDir: string,
  openContext: () => Promise<BrowserContext>,
  args: readonly string[],
): Promise<Opened> {
  const serve = (): Promise<Running> => start('serve', '--data-dir', dataDir, '--no-open', ...args);
  let engine = await serve();
  try {
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(String(engine.answer['window']));
    return {
      page,
      viewerAddress: String(engine.answer['viewer']),
      async reviveEngine() {
        engine = await serve();
      },
      async close() {
        for (const each of context.pages()) await each.close();
        await engine.stop();
      },
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}
