/** A history of four days for exports. */
import { START_US } from '../../backtest/testing/made-log.ts';
import type { Database } from '../../storage/database-types.ts';

/** Fills, executions and equity of four days at three venues, some below zero, one that no DECIMAL(38, 18) holds. */
export async function fillHistory(database: Database): Promise<void> {
  const profile = 'demo';
  const rows = Array.from({ length: 1_200 }, (_, n) => n);
  const at = (n: number): number => START_US + n * 200_000_000;
  const venue = (n: number): string => ['kraken', 'binance', 'kraken+binance'][n % 3] as string;
  const money = (n: number): string => `${n % 2 === 0 ? '-' : ''}${n % 97}.${String(n).padStart(10, '0')}`;
  const executions = rows.map((n) => ({
    profile,
    executionId: `e${n}`,
    opportunityId: `o${n}`,
    venue: venue(n),
    path: '["USD","BTC","USD"]',
    startAmount: '100',
    profit: money(n),
    profitHome: money(n),
    expectedNetBps: n / 7,
    realizedNetBps: -n / 7,
    dust: '[]',
    outcome: n % 5 === 0 ? ('missed' as const) : ('completed' as const),
    detail: 'über “x”',
    startedUs: at(n),
    // Several of one moment: the next page begins behind the last one by its id.
    finishedUs: at(n - (n % 10)),
  }));
  const fills = rows.map((n) => ({
    profile,
    venue: venue(n),
    fillId: `f${n}`,
    orderId: `r${n}`,
    executionId: `e${n}`,
    symbol: 'BTC/USD',
    side: 'buy' as const,
    price: '60000.1',
    qty: n === 7 ? '0.0000000000000000001' : '0.25',
    fee: `0.${String(n).padStart(12, '0')}`,
    feeAsset: n % 2 === 0 ? 'USD' : 'BNB',
    cost: n % 2 === 0 ? null : '15000.025',
    atUs: at(n),
  }));
  const other = { ...fills[0], profile: 'paper', fillId: 'theirs', fee: '99' } as (typeof fills)[number];
  for (let n = 0; n < rows.length; n += 400) {
    await database.db
      .insertInto('executions')
      .values(executions.slice(n, n + 400))
      .execute();
    await database.db
      .insertInto('fills')
      .values(fills.slice(n, n + 400))
      .execute();
  }
  await database.db.insertInto('fills').values([other]).execute();
}
