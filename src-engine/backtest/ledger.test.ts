import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import { runBacktest } from './backtest.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const folder = logFolder();
afterAll(() => folder.remove());

/** Balances from fills alone: what was bought and sold, and the fees. */
class Ledger {
  readonly totals = new Map<string, Decimal>();

  add(asset: string, amount: Decimal): void {
    this.totals.set(asset, (this.totals.get(asset) ?? new Decimal(0)).plus(amount));
  }

  book(event: EngineEvent): void {
    if (event.type !== 'orderFilled') return;
    const { symbol, side, qty, price, fee, feeAsset } = event.fill;
    const [base = '', quote = ''] = symbol.split('/');
    const sign = side === 'buy' ? 1 : -1;
    this.add(base, new Decimal(qty).times(sign));
    this.add(quote, new Decimal(qty).times(price).times(-sign));
    this.add(feeAsset, new Decimal(fee).negated());
  }
}

test('balances, equity and PnL always follow from the fills', async () => {
  let fills = 0;
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.record({
      feeBps: fc.option(fc.constantFrom(0, 1, 2.5), { nil: undefined }),
      capital: fc.constantFrom<Record<string, string>>(
        { USD: '1000' },
        { USD: '80.5' },
        { USD: '500', ETH: '0.4' },
      ),
      tailUs: fc.constantFrom(0, 10_000, 400_000),
      legs: fc.constantFrom<3 | 4>(3, 4),
    }),
    async (seed, { feeBps, capital, tailUs, legs }) => {
      const { events, mids } = triangleEvents(seed, 600);
      const path = folder.write('run.jsonl', [header(TRIANGLE), ...events]);
      const ledger = new Ledger();
      for (const [asset, total] of Object.entries(capital)) ledger.add(asset, new Decimal(total));
      const latency = { minUs: 5_000, tailUs };
      const onEvents = (facts: readonly EngineEvent[]): void => {
        for (const event of facts) {
          ledger.book(event);
          if (event.type !== 'balancesChanged') continue;
          for (const { asset, total, reserved } of event.balances) {
            expect(total).toBe((ledger.totals.get(asset) ?? new Decimal(0)).toString());
            expect(new Decimal(reserved).gte(0) && new Decimal(reserved).lte(total)).toBe(true);
          }
        }
      };
      const report = await runBacktest({ logs: [path], feeBps, capital, latency, legs, seed, onEvents });
      fills += report.fills;
      let equity = ledger.totals.get('USD') ?? new Decimal(0);
      for (const [asset, total] of ledger.totals) {
        expect(report.balances[asset]).toBe(total.toString());
        if (asset !== 'USD') equity = equity.plus(total.times(mids.get(`${asset}/USD`) ?? 0));
      }
      expect(equity.minus(report.endEquity).abs().toNumber()).toBeLessThan(1e-6);
      expect(new Decimal(report.endEquity).minus(report.startEquity).toFixed()).toBe(report.pnl);
      if (Object.keys(capital).length === 1) expect(Number(report.startEquity)).toBe(Number(capital['USD']));
      const { completed, missed, unwound, stranded, denied } = report.executions;
      expect(completed + missed + unwound + stranded + denied).toBeLessThanOrEqual(report.orders + denied);
      const decided = Object.values(report.decisions).reduce((sum, count) => sum + count, 0);
      expect(decided).toBe(report.opportunities);
    },
  );
  await fc.assert(property, { numRuns: 40, seed: 20_260_801 });
  expect(fills).toBeGreaterThan(100);
});
