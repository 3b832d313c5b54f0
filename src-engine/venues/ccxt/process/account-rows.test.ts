/** Rows of an account: only the venue's own digits are amounts. */
import { expect, it } from 'vitest';
import { balanceRows, fillRow, orderRow } from './account-rows.ts';
import { sumOf } from './exact-row.ts';

const TRADE = {
  id: '7',
  order: '70',
  price: '60000.1',
  amount: '0.00000012',
  cost: '0.007200012',
  timestamp: 1_700_000_000_123,
  fee: { cost: '0.00000001', currency: 'BTC' },
  info: { fillPx: '60000.10', fillSz: 1.2e-7, fee: '-0.00000001' },
};

it('gives a fill in the venue’s digits, whose cost ccxt worked out is left out', () => {
  expect(fillRow(TRADE)).toEqual({
    fillId: '7',
    venueOrderId: '70',
    price: '60000.1',
    qty: '0.00000012',
    fee: '0.00000001',
    feeAsset: 'BTC',
    cost: undefined,
    ms: 1_700_000_000_123,
  });
  const info = { ...TRADE.info, nested: '{"funds":"0.0072000120"}' };
  expect(fillRow({ ...TRADE, info })).toMatchObject({ cost: '0.007200012' });
});

it.each([
  [
    'a fee by the published rate',
    { fee: { cost: '0.0000000012', currency: 'BTC' } },
    'fee 0.0000000012 is not in',
  ],
  ['no fee', { fee: undefined }, 'fee nothing is not an exact amount'],
  ['a rebate', { fee: { cost: '-0.00000001', currency: 'BTC' } }, 'fee "-0.00000001" is not an exact amount'],
  ['two fees', { fees: [{}, {}] }, 'fees has 2 parts'],
  ['a double', { amount: 0.1 + 0.2 }, 'amount 0.30000000000000004 is not an exact amount'],
  ['a price of ccxt’s', { price: '60000.2' }, 'price 60000.2 is not in the venue’s own row'],
  ['no time', { timestamp: undefined }, 'timestamp nothing is not a time'],
  ['no id', { id: undefined }, 'id nothing is not a name'],
])('names a fill with %s, and gives no amount of it', (_what, change, problem) => {
  const row = fillRow({ ...TRADE, ...change });
  expect(row).toEqual({ venueOrderId: '70', problem: expect.stringContaining(problem) as string });
});

it('takes an order that it cannot read for open', () => {
  const info = { clOrdId: 'ours', sz: '2', accFillSz: '0.5' };
  const order = {
    id: '1',
    symbol: 'A/B',
    side: 'buy',
    price: '3',
    amount: '2',
    filled: '0.5',
    status: 'canceled',
    info,
  };
  expect(orderRow(order, 'clOrdId')).toMatchObject({ clientId: 'ours', filledQty: '0.5', state: 'canceled' });
  expect(orderRow({ ...order, status: 'closed' }, 'clOrdId')).toMatchObject({ state: 'canceled' });
  expect(orderRow({ ...order, filled: '2', info: { ...info, accFillSz: '2.0' } }, 'clOrdId')).toMatchObject({
    state: 'filled',
  });
  for (const change of [{ status: 'odd' }, { filled: '0.6' }, { amount: undefined }])
    expect(orderRow({ ...order, ...change }, 'clOrdId')).toMatchObject({
      state: 'open',
      problem: expect.any(String) as string,
    });
  expect(orderRow({ ...order, id: undefined }, 'clOrdId')).toBeUndefined();
});

it('gives a balance of which the venue wrote two parts, and names one of which it did not', () => {
  const answer = (info: object, free: unknown, used: unknown, total: unknown) => ({
    info,
    free: { BTC: free },
    used: { BTC: used },
    total: { BTC: total },
  });
  const info = { rows: [{ avail: '0.3', frozen: '0.1' }] };
  expect(balanceRows(answer(info, '0.3', '0.1', '0.4'))).toEqual([
    { asset: 'BTC', total: '0.4', held: '0.1' },
  ]);
  expect(balanceRows(answer({ bal: '0.4', frozen: '0.1' }, '0.3', '0.1', '0.4'))).toMatchObject([
    { total: '0.4' },
  ]);
  expect(balanceRows(answer({ bal: '0.4', avail: '0.3' }, '0.3', '0.1', '0.4'))).toMatchObject([
    { held: '0.1' },
  ]);
  expect(balanceRows(answer({ bal: '0.4' }, '0.3', '0.1', '0.4'))).toMatchObject([
    { asset: 'BTC', problem: expect.any(String) as string },
  ]);
  expect(sumOf('0.1', '0.2')).toBe('0.3');
  expect(sumOf('99999999999999999999', '0.00000001')).toBe('99999999999999999999.00000001');
});
