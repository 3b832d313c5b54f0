import { expect, it } from 'vitest';
import { positionsView as positionsSchema } from '../../contract/position-records.ts';
import { Decimal } from '../../domain/decimal.ts';
import { KernelHarness } from '../../testing/kernel-harness.ts';
import { positionsView } from './positions.ts';

it('what is held is worth its mark, the sum is the equity to the last digit, and an asset without a mark says so', () => {
  const harness = new KernelHarness({ capital: { USD: '10000', BTC: '0.5', ETH: '2', XYZ: '7' } });
  const view = () => positionsSchema.parse(positionsView(harness.kernel, harness.clock.nowUs()));
  const before = view();
  expect(before.positions.map(({ asset, valueHome }) => [asset, valueHome])).toEqual([
    ['USD', '10000'],
    ['BTC', null],
    ['ETH', null],
    ['XYZ', null],
  ]);
  expect(before.positions[1]).toMatchObject({
    mark: null,
    sharePct: null,
    markAgeUs: null,
    isMarkLive: false,
  });

  harness.book('BTC/USD', [[60_000, 1]], [[60_000.2, 1]]);
  harness.pass(3_000);
  harness.book('ETH/USD', [[3_000, 1]], [[3_000.02, 1]]);
  const { equity, positions } = view();
  expect(positions.map(({ asset }) => asset)).toEqual(['USD', 'BTC', 'ETH', 'XYZ']);
  const [usd, btc, eth] = positions;
  expect(usd).toMatchObject({
    mark: '1',
    valueHome: '10000',
    unrealizedHome: '0',
    markAgeUs: 0,
    isMarkLive: true,
  });
  expect(btc).toMatchObject({
    mark: '60000.1',
    valueHome: '30000.05',
    markAgeUs: 3_000_000,
    isMarkLive: true,
  });
  expect(eth).toMatchObject({ valueHome: '6000.02', markAgeUs: 0 });
  const sum = positions.reduce((total, { valueHome }) => total.plus(valueHome ?? 0), new Decimal(0));
  expect(equity).toBe(sum.toString());
  expect(equity).toBe(harness.kernel.portfolio.sample(harness.clock.nowUs()).equity);
  const shares = positions.reduce((total, { sharePct }) => total + (sharePct ?? 0), 0);
  expect(shares).toBeCloseTo(100, 2);
});

it('what is set aside is not free', () => {
  const harness = new KernelHarness({ capital: { USD: '10000' } });
  harness.kernel.portfolio.balances.reserve('order-1', 'USD', new Decimal('120.5'));
  const [usd] = positionsView(harness.kernel, harness.clock.nowUs()).positions;
  expect(usd).toMatchObject({ total: '10000', reserved: '120.5', free: '9879.5', sharePct: 100 });
});
