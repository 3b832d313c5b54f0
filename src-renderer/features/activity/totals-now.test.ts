import { expect, it } from 'vitest';
import type { Fact } from '../../../src-engine/contract/topics.ts';
import type { CountedTotals } from '../../../src-engine/contract/total-records.ts';
import { totalsNow } from './totals-now.ts';

const TOTALS: CountedTotals = {
  homeAsset: 'USD',
  orders: { count: 21 },
  fills: { count: 20, fees: [{ asset: 'USD', sum: '4.5' }] },
  executions: { count: 7, profitHome: '10.5' },
  opportunities: { count: 40 },
  events: { count: 3 },
  factSeq: 100,
};
const fact = (seq: number, event: object): Fact => ({ seq, event }) as unknown as Fact;
const finished = (seq: number) =>
  fact(seq, { type: 'executionFinished', execution: { profitHome: '-0.25' } });
const order = (seq: number, type: string, state: string, orderId = 'o1') =>
  fact(seq, { type, order: { orderId, state } });

it('covers the rows that came since the engine counted, and none of them twice', () => {
  const now = totalsNow(TOTALS, [finished(99), finished(100), finished(101)], 0);
  expect(now.executions).toEqual({ count: 8, profitHome: '10.25' });
  expect(totalsNow({ ...TOTALS, factSeq: 101 }, [finished(101)], 0).executions.count).toBe(7);
});

it('counts an order once, whether it is denied before or after it was counted, and fees by their coin', () => {
  const denied = totalsNow(
    TOTALS,
    [order(98, 'orderCreated', 'created'), order(101, 'orderDenied', 'denied')],
    0,
  );
  expect(denied.orders.count).toBe(21);
  expect(totalsNow(TOTALS, [order(101, 'orderDenied', 'denied', 'o2')], 0).orders.count).toBe(22);
  const filled = fact(102, {
    type: 'orderFilled',
    fill: { feeAsset: 'BNB', fee: '0.01' },
    order: { orderId: 'o1', state: 'filled' },
  });
  expect(totalsNow(TOTALS, [filled], 0).fills).toEqual({
    count: 21,
    fees: [
      { asset: 'BNB', sum: '0.01' },
      { asset: 'USD', sum: '4.5' },
    ],
  });
});

it('adds nothing where facts are missing in between: the next totals have them', () => {
  expect(totalsNow(TOTALS, [finished(180)], 150)).toBe(TOTALS);
});
