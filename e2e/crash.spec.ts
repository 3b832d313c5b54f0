/** The engine's process is killed in the middle of trading: nothing that was durable is lost, nothing is made up. */
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from '@playwright/test';
import { run, start } from './support/processes.ts';
import { test } from './support/terminal.ts';
import { statusOf } from './support/engine-status.ts';

type Totals = Readonly<Record<string, string>>;

/** Quantities by asset from the fills alone, beside the capital of the demo account. */
function ledgerOf(dataDir: string): {
  fills: number;
  expected: Map<string, number>;
  booked: Totals;
  open: number;
} {
  const db = new Database(join(dataDir, 'parallax.db'), { readonly: true });
  try {
    const fills = db.prepare('select symbol, side, price, qty, fee from fills').all() as Record<
      string,
      string
    >[];
    const expected = new Map([['USD', 25_000]]);
    const add = (asset: string, amount: number) => expected.set(asset, (expected.get(asset) ?? 0) + amount);
    for (const fill of fills) {
      const [base = '', quote = ''] = String(fill['symbol']).split('/');
      const qty = Number(fill['qty']);
      const notional = qty * Number(fill['price']);
      const sign = fill['side'] === 'buy' ? 1 : -1;
      add(base, sign * qty);
      add(quote, -sign * notional - Number(fill['fee']));
    }
    const rows = db.prepare('select asset, total from balances').all() as { asset: string; total: string }[];
    const booked = Object.fromEntries(rows.map(({ asset, total }) => [asset, total]));
    const states = "select count(*) as n from orders where state in ('created', 'accepted', 'unknown')";
    const open = (db.prepare(states).get() as { n: number }).n;
    return { fills: fills.length, expected, booked, open };
  } finally {
    db.close();
  }
}

function expectBalanced(dataDir: string): number {
  const { fills, expected, booked } = ledgerOf(dataDir);
  for (const [asset, amount] of expected) expect(Number(booked[asset] ?? '0')).toBeCloseTo(amount, 6);
  return fills;
}

test('a killed process loses nothing that was durable, and starts again by itself', async ({ dataDir }) => {
  const args = ['serve', '--profile', 'demo', '--seed', '7', '--data-dir', dataDir, '--no-open'];
  let fills = 0;
  for (let round = 0; round < 3; round++) {
    const engine = await start(...args);
    try {
      await expect.poll(async () => (await statusOf(dataDir)).counters.fills).toBeGreaterThan(2);
    } finally {
      const ended = once(engine.child, 'exit');
      engine.child.kill('SIGKILL');
      await ended;
    }
    const now = expectBalanced(dataDir);
    expect(now).toBeGreaterThan(fills);
    fills = now;
  }

  const last = await start(...args);
  try {
    await expect.poll(() => ledgerOf(dataDir).open).toBeLessThan(4);
    const orders = (await run('kill', '--data-dir', dataDir)).code;
    expect(orders).toBe(0);
    await expect.poll(() => ledgerOf(dataDir).open).toBe(0);
  } finally {
    await last.stop();
  }
  expectBalanced(dataDir);
});
