/** What inventory and stablecoins off their peg do to what is traded. */
import { expect, it } from 'vitest';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, type DetectionSettings } from '../domain/limits.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { twoVenuesHolding } from '../testing/two-venues.ts';

const FREE = {
  crossVenue: true,
  tradeCrossVenue: false,
  carryBps: 0,
  ageRiskFactor: 0,
  slippageBps: 0,
} as const;

/** BTC bought in the east and sold in the west pays 40 bps, with 0.2 BTC of 1.2 left there. */
function route(detection: Partial<DetectionSettings>) {
  const rig = new AccountRig({
    ...twoVenuesHolding({ 'USD@east': '10000', 'USD@west': '10000', 'BTC@east': '1', 'BTC@west': '0.2' }),
    mode: 'paper',
    mustReconcile: false,
    detection: { ...DEFAULT_DETECTION, ...FREE, ...detection },
  });
  rig.quote(0, 499_950, 500_000);
  rig.quote(3, 502_500, 502_550);
  return rig.kernel.desk.tracker.open()[0];
}

it('more is asked of a route that spends where a side runs dry, and says so', () => {
  expect(route({ minNetBps: 1 })?.decision).not.toBe('edge-below-threshold');
  expect(route({ minNetBps: 1, inventorySkewBps: 100 })).toMatchObject({
    decision: 'edge-below-threshold',
    decisionDetail: expect.stringMatching(
      /the minimum is 101 bps, 100.00 bps of them for inventory/,
    ) as string,
  });
});

it('no cycle begins through a stablecoin that is off its peg, and it goes on once that is back', () => {
  const grid = {
    tickSize: '0.01',
    lotSize: '0.0001',
    minQty: '0.0001',
    minNotional: '0',
    takerFee: '0.0005',
  };
  const pairs = [
    { ...grid, symbol: 'BTC/USD', base: 'BTC', quote: 'USD' },
    { ...grid, symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT' },
    { ...grid, symbol: 'USDT/USD', base: 'USDT', quote: 'USD', tickSize: '0.0001' },
  ];
  const rig = new AccountRig({
    instruments: pairs.map((spec, id) => createInstrument(spec, id, 'test')),
    mode: 'paper',
    mustReconcile: false,
  });
  const quote = (usdt: number) => {
    rig.quote(2, usdt - 1, usdt + 1, 5_000_000_000);
    rig.quote(0, 4_999_900, 5_000_000);
    rig.quote(1, 5_400_000, 5_400_100);
  };
  rig.quote(2, 9_699, 9_701);
  rig.pass(12);
  expect(rig.of('coinDepegged').map(({ coin }) => coin)).toEqual(['USDT']);
  quote(9_700);
  expect(rig.kernel.desk.tracker.open()[0]).toMatchObject({ decision: 'coin-depegged' });
  expect(rig.placed).toEqual([]);
  quote(9_999);
  rig.pass(12);
  expect(rig.of('coinRepegged')).toHaveLength(1);
  // Another life of the opportunity: what was decided in the last one is over.
  rig.quote(1, 5_000_000, 5_000_100);
  quote(9_999);
  expect(rig.kernel.desk.tracker.open()[0]?.decision).not.toBe('coin-depegged');
  expect(rig.kernel.desk.tracker.open()).toHaveLength(1);
});
