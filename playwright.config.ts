import { defineConfig } from '@playwright/test';

/** The window in a real browser against the real engine and the local exchange; real processes, real time. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './e2e/support/build-window.ts',
  // Every spec runs an engine, a market and a browser of its own: one after the other on two cores.
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
});
