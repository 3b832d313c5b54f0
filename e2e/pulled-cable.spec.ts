/** The venue goes silent with its sockets open, as behind a pulled cable: seen at once, never traded on, healed. */
import { expect } from '@playwright/test';
import { run, start } from './support/processes.ts';
import { test } from './support/terminal.ts';

type Status = {
  readonly feeds: readonly {
    readonly booksLive: number;
    readonly booksStale: number;
    readonly booksSyncing: number;
  }[];
  readonly counters: { readonly orders: number };
};

test('a pulled cable is stale within 5 s, trades nothing, and heals by itself', async ({
  openTerminal,
  dataDir,
}) => {
  const exchange = await start('exchange', '--seed', '5');
  try {
    const { page } = await openTerminal('--profile', 'demo', '--exchange', String(exchange.answer['url']));
    const feed = page.getByLabel('Feed simulated');
    await expect(feed).toContainText(/live|ok/i);
    const status = async () => (await run('status', '--data-dir', dataDir)).answer as unknown as Status;
    await expect.poll(async () => (await status()).feeds[0]?.booksLive ?? 0).toBeGreaterThan(30);

    exchange.child.kill('SIGSTOP');
    await expect(feed).toContainText(/stale|down/i, { timeout: 5_000 });
    await expect.poll(async () => (await status()).feeds[0]?.booksLive, { timeout: 5_000 }).toBe(0);
    const { orders } = (await status()).counters;
    await page.waitForTimeout(20_000);
    expect((await status()).counters.orders).toBe(orders);

    exchange.child.kill('SIGCONT');
    await expect(feed).toContainText(/live|ok/i, { timeout: 30_000 });
    await expect
      .poll(async () => (await status()).feeds[0]?.booksLive ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(30);
    await expect
      .poll(async () => (await status()).counters.orders, { timeout: 120_000 })
      .toBeGreaterThan(orders);
  } finally {
    await exchange.stop();
  }
});
