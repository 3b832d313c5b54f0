/**
 * The desktop as it is built: out/main/main.js and the built preload, with the engine as a child process. Electron itself is
 * a strict double, and its window a real Chromium behind the app's own protocol.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BrowserContext, expect } from '@playwright/test';
import { showInChromium } from '../../src-main/testing/chromium-window.ts';
import { app, recorded, resetElectron } from '../../src-main/testing/electron-double.ts';
import type { Opened } from './terminal.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOUBLE = new URL('../../src-main/testing/electron-double.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: DOUBLE, shortCircuit: true } : next(specifier, context),
});

let starts = 0;

/** @param args options of `serve`, as on the command line of the app. */
export async function openDesktop(
  dataDir: string,
  userData: string,
  args: readonly string[],
  openChromium: () => Promise<BrowserContext>,
): Promise<Opened> {
  resetElectron();
  recorded.userData = userData;
  const argv = process.argv;
  process.argv = [process.execPath, ROOT, '--data-dir', dataDir, ...args];
  // Each start runs the entry again.
  starts += 1;
  await import(`${pathToFileURL(join(ROOT, 'out/main/main.js')).href}?start=${starts}`);
  process.argv = argv;
  await expect.poll(() => recorded.windows.length).toBe(1);
  const [window] = recorded.windows;
  if (window === undefined) throw new Error('the desktop opened no window');
  const context = await openChromium();
  const [first] = context.pages();
  const page = first ?? (await context.newPage());
  await showInChromium(page, window);
  let isClosed = false;
  return {
    page,
    viewerAddress: '',
    // The main process starts it by itself.
    reviveEngine: () => Promise.resolve(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await context.close();
      app.quit();
      await expect.poll(() => recorded.quits).toBeGreaterThan(0);
      resetElectron();
    },
  };
}
