/** The venue goes silent with its sockets open, as behind a pulled cable: seen at once, never traded on, healed. */
import { expect } from '@playwright/test';
import { start } from './support/processes.ts';
import { test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

test('a pulled cable is seen, nothing is traded meanwhile, and it heals by itself', async ({
  openTerminal,
  dataDir,
}) => {
  const exchange = await start('exchange', '--seed', '5');
  try {
    const { page } = await openTerminal('--profile', 'demo', '--exchange', String(exchange.answer['url']));
    const feed = page.getByLabel('Feed Simulated Kraken');
    await expect(feed).toContainText(/live|ok/i);
    const status = () => statusOf(dataDir);
    await expect.poll(async () => (await status()).feeds[0]?.booksLive ?? 0).toBeGreaterThan(30);

    exchange.child.kill('SIGSTOP');
    await expect(feed).toContainText(/stale|down/i);
    await expect.poll(async () => (await status()).feeds[0]?.booksLive).toBe(0);
    const { orders } = (await status()).counters;
    // Asked again and again: the engine has tried to reach the market, and has not traded.
    for (let look = 0; look < 40; look++) {
      await page.waitForTimeout(500);
      const now = await status();
      expect([now.feeds[0]?.booksLive, now.counters.orders]).toEqual([0, orders]);
    }

    exchange.child.kill('SIGCONT');
    await expect(feed).toContainText(/live|ok/i);
    await expect.poll(async () => (await status()).feeds[0]?.booksLive ?? 0).toBeGreaterThan(30);
    await expect.poll(async () => (await status()).counters.orders).toBeGreaterThan(orders);
  } finally {
    await exchange.stop();
  }
});
