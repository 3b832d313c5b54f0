/** Routes over two venues in a kernel that trades at both: shown with what they cost, and never traded. */
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { opportunity as schema } from '../domain/value-schemas.ts';
import { DEFAULT_DETECTION, type DetectionSettings } from '../domain/limits.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { twoVenuesHolding } from '../testing/two-venues.ts';

const [BTC_EAST, BTC_WEST] = [0, 3] as const;
/** Nothing but fees: 5 bps at either venue. */
const FREE = { crossVenue: true, carryBps: 0, ageRiskFactor: 0, slippageBps: 0 } as const;

class TwoMarkets extends AccountRig {
  constructor(detection: Partial<DetectionSettings> = FREE) {
    const held = { 'USD@east': '10000', 'BTC@west': '2' };
    super({
      ...twoVenuesHolding(held),
      mode: 'paper',
      mustReconcile: false,
      detection: { ...DEFAULT_DETECTION, ...detection },
    });
  }

  /** BTC at 50,000 in the east, in lots that `qty` hundred-millionths hold, and at so much in the west. */
  btc(west: number, qty = 200_000_000): void {
    this.quote(BTC_EAST, 499_950, 500_000, qty);
    this.quote(BTC_WEST, west * 10, west * 10 + 50, qty);
  }

  get open() {
    return this.kernel.desk.tracker.open();
  }
}

describe('a route over two venues', () => {
  it('is not looked for unless it is asked for', () => {
    const rig = new TwoMarkets({});
    rig.btc(50_500);
    expect([rig.open, rig.kernel.desk.routes.walkCount]).toEqual([[], 0]);
  });

  it('is shown with each leg’s venue, its waterfall and what it would need, and sends nothing', () => {
    const rig = new TwoMarkets();
    rig.btc(50_500);
    // 2,000 USD buy 0.0399800 BTC at 50,000 × 1.0005, and these are sold at 50,500 × 0.9995.
    expect(rig.of('opportunityOpened')).toHaveLength(1);
    const [found] = rig.open;
    if (found === undefined) throw new Error('nothing was found');
    expect(schema.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
    expect(found).toMatchObject({
      venue: 'east+west',
      path: ['USD@east', 'BTC@west'],
      legs: [
        { symbol: 'BTC/USD', side: 'buy', venue: 'east', limitPrice: '50000', qty: '0.03998' },
        { symbol: 'BTC/USD', side: 'sell', venue: 'west', limitPrice: '50500', qty: '0.03998' },
      ],
      decision: 'cross-venue-not-traded',
    });
    expect(found.decisionDetail).toMatch(
      /^it would need 1999(\.\d+)? USD at east \(free: 10000\), 0\.03998 BTC at west \(free: 2\)$/,
    );
    // 0.03998 × 50,500 × 0.9995 − 0.03998 × 50,000 × 1.0005.
    expect(found.expectedProfit).toBe('17.981005');
    expect(found.waterfall.home?.net).toBe('17.981005');
    rig.pass(5);
    expect(rig.placed).toEqual([]);
  });

  it('closes when the prices meet, when a book is lost, and when it is turned off', () => {
    const rig = new TwoMarkets();
    for (const end of [
      () => rig.btc(50_000),
      () => rig.step({ kind: 'book-lost', instrumentId: BTC_WEST, reason: 'test', atUs: rig.nowUs }),
      () => rig.command({ type: 'setDetection', detection: { crossVenue: false } }),
    ]) {
      rig.btc(50_500);
      expect(rig.open).toHaveLength(1);
      end();
      rig.pass(1);
      expect(rig.open).toEqual([]);
    }
    rig.command({ type: 'setDetection', detection: { crossVenue: true } });
    rig.pass(1);
    expect(rig.open).toHaveLength(1);
  });

  it('of a quarantined coin ends with the quarantine, and begins again when the coin is trusted', () => {
    const rig = new TwoMarkets();
    rig.btc(60_000);
    expect(rig.open).toHaveLength(1);
    rig.pass(12);
    expect(rig.of('coinDoubted').map(({ coin }) => coin)).toEqual(['BTC']);
    expect(rig.open).toEqual([]);
    rig.command({ type: 'trustCoin', coin: 'BTC' });
    rig.pass(1);
    expect(rig.open).toHaveLength(1);
  });

  it('pays for its carries, and for the round trips of both venues as they are measured', () => {
    const costs = (rig: TwoMarkets) => rig.open[0]?.waterfall;
    const dear = { ...FREE, carryBps: 3, ageRiskFactor: 1, slippageBps: 1 };
    const assumed = new TwoMarkets(dear);
    assumed.btc(50_500);
    expect(costs(assumed)).toMatchObject({ inventoryBps: -6, slippageBps: -1 });
    // 5 bps over a second are assumed, and 100 ms to each venue: 5 × √(0.2 / 2π).
    expect(costs(assumed)?.ageRiskBps).toBeCloseTo(-5 * Math.sqrt(0.2 / (2 * Math.PI)), 4);
    const measured = new TwoMarkets(dear);
    for (const [venue, roundTripUs] of [
      ['east', 20_000],
      ['west', 30_000],
    ] as const)
      measured.step({ kind: 'round-trip', venue, roundTripUs, atUs: measured.nowUs });
    measured.btc(50_500);
    expect(costs(measured)?.ageRiskBps).toBeCloseTo(-5 * Math.sqrt(0.05 / (2 * Math.PI)), 4);
  });

  it('that costs more than it brings is shown with the reason', () => {
    const rig = new TwoMarkets({ ...FREE, ageRiskFactor: 10 });
    rig.btc(50_060);
    expect(rig.open).toMatchObject([{ decision: 'edge-gone-after-depth', legs: [], expectedProfit: '0' }]);
  });

  it('keeps the best that it was', () => {
    const rig = new TwoMarkets();
    rig.btc(50_500);
    const first = rig.open[0]?.peakNetBps ?? 0;
    rig.btc(50_600);
    const better = rig.open[0];
    expect(better?.peakNetBps).toBeGreaterThan(first);
    rig.btc(50_400);
    expect(rig.open).toEqual([better]);
    const sum = new Decimal(better?.waterfall.grossBps ?? 0).plus(better?.waterfall.feesBps ?? 0);
    expect(sum.plus(better?.waterfall.roundingBps ?? 0).toNumber()).toBe(better?.waterfall.netBps);
  });

  it('exists in both directions and over three trades', () => {
    const rig = new TwoMarkets();
    rig.btc(50_000);
    for (const id of [1, 4]) rig.quote(id, 4_998, 5_002, 5_000_000_000);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    // ETH is dear in the west: bought in the east for dollars or for bitcoin.
    rig.quote(5, 252_000, 252_100, 5_000_000_000);
    const paths = rig.open
      .map(({ path, venue }) => `${venue} ${path.join(' ')}`)
      .toSorted((a, b) => (a < b ? -1 : 1));
    expect(paths).toContain('east+west USD@east ETH@west');
    expect(paths.some((path) => path.split(' ').length === 4)).toBe(true);
    expect(rig.placed.filter(({ venue }) => venue === '')).toEqual([]);
  });
});
