/** The desktop attached to an engine elsewhere: a real `serve` in a process of its own, by address and token. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { recorded } from '../src-main/testing/electron-double.ts';
import { expectNothingSerious } from './support/accessibility.ts';
import { type Running, start } from './support/processes.ts';
import { HAS_ELECTRON, test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

// What they look at is the double's: menus, trays, notifications and processes of Electron itself cannot be seen from here.
test.skip(
  HAS_ELECTRON,
  'they are about what the main process asks of Electron, which only the double records',
);

/** Address and token of the full address that `serve` printed. */
function wayTo(engine: Running): { address: string; token: string } {
  const url = new URL(String(engine.answer['window']));
  return { address: url.origin, token: url.hash.slice('#token='.length) };
}

/** Every file below a folder, as one text. The browser that owns it writes meanwhile: what is gone by now is looked at under its new name. */
function allText(folder: string): string {
  for (;;) {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
        .join('\n');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

test('a desktop is attached to an engine elsewhere, sees and kills it, loses it, and goes back to its own', {
  tag: '@desktop',
}, async ({ openTerminal, profileDir }) => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'parallax-elsewhere-'));
  const serve = () =>
    start('serve', '--profile', 'demo', '--seed', '3', '--data-dir', elsewhere, '--no-open');
  let engine = await serve();
  try {
    const { address, token } = wayTo(engine);
    const name = new URL(address).host;
    const { page } = await openTerminal();
    await expect(page.getByRole('form', { name: 'First run' })).toBeVisible();
    await expect(page.getByRole('status', { name: 'Engine' })).toHaveCount(0);
    const own = recorded.children[0];
    const dialog = page.getByRole('dialog', { name: 'Attach to a remote engine' });
    const attach = dialog.getByRole('button', { name: 'Attach', exact: true });

    await test.step('what cannot be is reported at its field, and nothing has changed', async () => {
      recorded.applicationMenu?.click('Attach to a remote engine…');
      await dialog.getByLabel('Address', { exact: true }).fill('http://engine.example.org');
      await expect(dialog).toContainText('would send the token over the network in the clear');
      await expect(attach).toBeDisabled();
      await expectNothingSerious(page, 'desktop');
      await dialog.getByLabel('Address', { exact: true }).fill(address);
      await dialog.getByRole('checkbox').uncheck();
      await dialog.getByLabel('Token', { exact: true }).fill('wrong-token-0123456789');
      await attach.click();
      await expect(dialog.getByRole('alert')).toContainText('token: is not accepted by the engine');
      await expect(page.getByRole('form', { name: 'First run' })).toBeVisible();
      expect(own?.process.exitCode).toBeNull();
    });

    await test.step('attached: the window says where, beside the mode', async () => {
      await dialog.getByLabel('Token', { exact: true }).fill(token);
      await attach.click();
      await expect(page.getByRole('status', { name: 'Engine' })).toContainText(`AT ${name}`);
      await expect(page.getByLabel('Trading mode')).toContainText('SIMULATED MARKET · PAPER');
      await expect(page).toHaveTitle(new RegExp(name.replaceAll('.', '\\.')));
      const quotes = page.getByRole('grid', { name: 'Quotes' });
      await expect.poll(() => quotes.getByRole('row').count()).toBeGreaterThan(10);
      const before = await quotes.innerText();
      await expect.poll(() => quotes.innerText()).not.toBe(before);
      expect(own?.process.exitCode).toBe(0);
    });

    await test.step('the token is nowhere in the window, its profile, or the arguments of a process', async () => {
      const held = await page.evaluate(() =>
        JSON.stringify([localStorage, sessionStorage, document.documentElement.outerHTML]),
      );
      expect(held).not.toContain(token);
      expect(allText(profileDir)).not.toContain(token);
      expect(recorded.children.flatMap(({ args }) => args).join(' ')).not.toContain(token);
    });

    await test.step('the global shortcut kills the engine that the window shows', async () => {
      recorded.shortcuts.get('CommandOrControl+Shift+K')?.();
      await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('Verified');
      expect((await statusOf(elsewhere)).killed).toBe(true);
      await expect.poll(() => recorded.trays[0]?.toolTip).toContain(`killed · at ${name}`);
    });

    await test.step('a lost link is reported with the name, and comes back by itself', async () => {
      const ended = once(engine.child, 'exit');
      engine.child.kill('SIGKILL');
      await ended;
      await expect(page.locator('.state-silent')).toContainText(`To stop trading, on ${name}`);
      await expect(page).toHaveTitle(/^ENGINE NOT ANSWERING/);
      await page.setViewportSize({ width: 1_024, height: 700 });
      await expect(page.getByRole('button', { name: /^KILL/ })).toBeInViewport({ ratio: 1 });
      engine = await serve();
      await expect(page.locator('.state-silent')).toHaveCount(0);
      await expect(page.getByRole('alert', { name: 'Kill switch' })).toContainText('KILLED');
    });

    await test.step('one menu item goes back, and the engine elsewhere goes on', async () => {
      recorded.applicationMenu?.click('Use the engine of this machine');
      await expect(page.getByRole('form', { name: 'First run' })).toBeVisible();
      await expect(page.getByRole('status', { name: 'Engine' })).toHaveCount(0);
      expect((await statusOf(elsewhere)).killed).toBe(true);
    });
  } finally {
    await engine.stop();
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
