import { defineConfig } from '@playwright/test';
import { COMPILE_CACHE } from './scripts/start/run.ts';
import type { HostOption } from './e2e/support/terminal.ts';
import { BUILT_CLI, CLI_OF_TESTS } from './src-engine/testing/cli-entry.ts';

/** With PARALLAX_DESKTOP=all each host runs all that it can; else one of them runs a spec, both only what has the tags of both. */
const IS_ALL = process.env['PARALLAX_DESKTOP'] === 'all';
const BROWSER_SPECS = IS_ALL ? {} : { grep: /@browser|^(?!.*@desktop)/ };
const DESKTOP_SPECS = IS_ALL ? { grepInvert: /@web/, testIgnore: 'crash.spec.ts' } : { grep: /@desktop/ };

// For the engines and commands that specs start.
process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE;
// Built before the first of them.
process.env[CLI_OF_TESTS] ??= BUILT_CLI;

/** The window in a real browser against the real engine and the local exchange; real processes, real time. */
export default defineConfig<HostOption>({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/support/build-window.ts',
  // Every spec runs an engine, a market and a browser of its own, and mostly waits for them: two fit on two cores.
  workers: 2,
  // Every test has a terminal of its own: one by one they leave no worker with a long file at the end.
  fullyParallel: true,
  // Nets against hanging: what a spec waits for is a state, however long a busy machine takes to reach it.
  timeout: 1_200_000,
  expect: {
    timeout: 120_000,
    toHaveScreenshot: { pathTemplate: '{testDir}/gallery-shots/{arg}{ext}' },
  },
  // What is pressed or opened waits no longer than what is looked for.
  use: { actionTimeout: 180_000, navigationTimeout: 180_000 },
  reporter: 'list',
  projects: [
    { name: 'browser', testIgnore: 'desktop*.spec.ts', ...BROWSER_SPECS },
    // Through Electron's main process and preload: those of the tag, or every one that has a window but for those about the web
    // gateway, which the desktop does not use.
    { name: 'desktop', use: { host: 'desktop' }, ...DESKTOP_SPECS },
  ],
});
