import { expect, test } from 'vitest';
import type { FillRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import { fakeOpportunity, fakeRun } from '../../testing/fake-trading.ts';
import { differencesOf, meanOf } from './story-difference.ts';
import { lanesOf, msText } from './story-times.ts';

const T = 1_700_000_000_000_000;
const NEVER = { journaledUs: null, sentUs: null, acknowledgedUs: null, firstFillUs: null, lastFillUs: null };

test('each order is a lane on one axis, which begins with the market data', () => {
  const times = [
    { ...NEVER, orderId: 'a', decidedUs: T + 100, journaledUs: T + 150, sentUs: T + 200, endedUs: T + 900 },
    { ...NEVER, orderId: 'b', decidedUs: T + 1_000, endedUs: T + 1_000 },
  ];
  const { lanes, spanUs } = lanesOf(times, T);
  expect(spanUs).toBe(1_000);
  expect(lanes[0]?.at).toEqual({ decidedUs: 100, journaledUs: 150, sentUs: 200, endedUs: 900 });
  expect(lanes[0]?.spans.map(({ key, from, to }) => [key, from, to])).toEqual([
    ['journaledUs', 0.1, 0.15],
    ['sentUs', 0.15, 0.2],
    ['endedUs', 0.2, 0.9],
  ]);
  // A step that took no time has no span; without market data the first decision begins the axis.
  expect(lanes[1]?.spans).toEqual([]);
  expect(lanesOf(times, null).lanes[0]?.at.decidedUs).toBe(0);
  expect(msText(184)).toBe('0.18');
  expect(msText(12_345)).toBe('12.3');
  expect(msText(1_204_000)).toBe('1,204');
});

test('the mean down a kept book is that of its levels, and unknown where they do not hold the quantity', () => {
  const levels = [
    ['100', '1'],
    ['102', '1'],
  ] as const;
  expect(meanOf(levels, 1)).toBe(100);
  expect(meanOf(levels, 2)).toBe(101);
  expect(meanOf(levels, 2.1)).toBeNull();
});

test('the differences add up to the whole, each with its reason', () => {
  const opportunity = {
    ...fakeOpportunity(0, T, () => 0.5),
    legs: [{ symbol: 'BTC/USD', side: 'buy', limitPrice: '101', qty: '1' }] as const,
  };
  const { execution } = fakeRun(opportunity, T, () => 0.5);
  const order = {
    orderId: 'a',
    venue: 'simulated',
    symbol: 'BTC/USD',
    side: 'buy',
    filledQty: '1',
    filledNotional: '100.1',
  };
  const parts = {
    execution: { ...execution, expectedNetBps: 4, realizedNetBps: -3 },
    opportunity: { ...opportunity, waterfall: { ...opportunity.waterfall, feesBps: -26, slippageBps: -1 } },
    orders: [order as OrderRecord],
    fills: [
      {
        orderId: 'a',
        fee: '0.3003',
        feeAsset: 'USD',
        price: '100.1',
        qty: '1',
        symbol: 'BTC/USD',
      } as FillRecord,
    ],
    books: [{ symbol: 'BTC/USD', ageUs: 1, bids: [], asks: [['100', '5']] as [string, string][] }],
    legOf: () => 1,
  };
  const rows = differencesOf(parts);
  expect(rows.map(({ label, bps }) => [label, Number(bps.toFixed(6))])).toEqual([
    ['Slippage reserve not used', 1],
    ['Leg 1: BTC/USD filled worse', -10],
    ['Fees higher than planned', -4],
    ['Rounding and residuals', 6],
  ]);
  expect(rows.reduce((sum, { bps }) => sum + bps, 0)).toBeCloseTo(-7, 9);
  // A fee in a third asset is not compared: its price of that moment is not known.
  const other = differencesOf({ ...parts, fills: parts.fills.map((fill) => ({ ...fill, feeAsset: 'BNB' })) });
  expect(other.some(({ label }) => label.startsWith('Fees'))).toBe(false);
  expect(other.reduce((sum, { bps }) => sum + bps, 0)).toBeCloseTo(-7, 9);
});

test.each([
  // Bought 100 T at 0.02 USDT: a fee of 0.1 T is 10 bps, and was 10 bps of the plan.
  ['a base that the quote ends with', 'T/USDT', ['USDT', 'T'], 'T', '0.1', []],
  ['the same in a symbol without a slash', 'TUSDT', ['USDT@east', 'T@west'], 'T@east', '0.1', []],
  ['a fee in quote', 'BTCUSDC', ['USDC', 'BTC'], 'USDC', '0.002', []],
  ['a fee in base', 'BTCUSDC', ['USDC', 'BTC'], 'BTC', '0.2', [-10]],
  ['a code that only begins or ends like one of the two', 'TUSDT', ['USDT', 'T'], 'USD', '0.1', []],
  ['a symbol without a slash and without its leg in the path', 'TUSDT', ['USDT'], 'T', '5', []],
] as const)(
  'a fee is attributed by the codes of its leg: %s',
  (_what, symbol, path, feeAsset, fee, expected) => {
    const opportunity = {
      ...fakeOpportunity(0, T, () => 0.5),
      path,
      legs: [
        { symbol, side: 'buy', limitPrice: '1', qty: '100' },
        { symbol: 'other', side: 'sell', limitPrice: '1', qty: '100' },
      ] as const,
    };
    const { execution } = fakeRun(opportunity, T, () => 0.5);
    const fills = [
      { orderId: 'a', fee, feeAsset, price: '0.02', qty: '100', symbol },
      { orderId: 'b', fee: '0', feeAsset, price: '0.02', qty: '100', symbol: 'other' },
    ] as FillRecord[];
    const orders = fills.map(({ orderId }) => ({ orderId, filledQty: '0' }) as OrderRecord);
    const rows = differencesOf({
      execution: { ...execution, expectedNetBps: 4, realizedNetBps: 4 },
      opportunity: { ...opportunity, waterfall: { ...opportunity.waterfall, feesBps: -10 } },
      orders,
      fills,
      books: [],
      legOf: (orderId) => (orderId === 'a' ? 1 : 2),
    });
    expect(rows.filter(({ label }) => label.startsWith('Fees')).map(({ bps }) => Math.round(bps))).toEqual(
      expected,
    );
  },
);
