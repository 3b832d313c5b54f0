/** Lives of routes over two venues: which are open beside each other, by which numbers, and what ends or refuses them. */
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_DETECTION, DEFAULT_LIMITS, type DetectionSettings } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { createInstrument } from '../domain/instrument.ts';
import { assetAt } from '../domain/venue-asset.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import type { KernelConfig } from './kernel-config.ts';

const [BTC_EAST, ETHBTC_EAST, , BTC_WEST, ETHBTC_WEST, ETH_WEST] = [0, 1, 2, 3, 4, 5] as const;
/** Nothing but fees: 5 bps at either venue. */
const FREE = { crossVenue: true, carryBps: 0, ageRiskFactor: 0, slippageBps: 0 } as const;
const LARGE = 5_000_000_000;

class TwoMarkets extends AccountRig {
  constructor(detection: Partial<DetectionSettings> = {}, config: Partial<KernelConfig> = {}) {
    super({
      ...twoVenuesHolding({ 'USD@east': '10000', 'BTC@west': '2' }),
      mode: 'paper',
      mustReconcile: false,
      detection: { ...DEFAULT_DETECTION, ...FREE, ...detection },
      ...config,
    });
  }

  /** BTC at 50,000 in the east, and at so much in the west. */
  btc(west: number): void {
    this.quote(BTC_EAST, 499_950, 500_000);
    this.quote(BTC_WEST, west * 10, west * 10 + 50);
  }

  get routes() {
    return this.kernel.desk.routes;
  }

  /** Legs of what is open: side, symbol and venue of each. */
  get open(): string[] {
    return this.kernel.desk.tracker
      .open()
      .filter(({ venue }) => venue.includes('+'))
      .map(({ legs }) => legs.map(({ side, symbol, venue }) => `${side} ${symbol} ${venue ?? ''}`).join(', '))
      .toSorted();
  }

  get first() {
    return this.kernel.desk.tracker.open().find(({ venue }) => venue.includes('+'));
  }
}

const SIMPLE = 'buy BTC/USD east, sell BTC/USD west';

/** Two choices of venues for one walk of three trades, open at once: bitcoin is bought in the east, or in the west for a little more. */
function twoChoices(): TwoMarkets {
  const rig = new TwoMarkets();
  rig.quote(BTC_EAST, 499_900, 500_000);
  rig.quote(BTC_WEST, 499_900, 500_100);
  // Ether costs 0.05 BTC in the east alone, and brings 1 % more than that in the west alone.
  rig.quote(ETHBTC_EAST, 4_998, 5_000, LARGE);
  rig.quote(ETHBTC_WEST, 4_998, 5_060, LARGE);
  rig.quote(ETH_WEST, 252_500, 252_600, LARGE);
  rig.quote(BTC_WEST, 499_890, 499_990);
  return rig;
}
const [BY_EAST, BY_WEST] = [EAST, WEST].map(
  (venue) => `buy BTC/USD ${venue}, buy ETH/BTC east, sell ETH/USD west`,
) as [string, string];

describe('routes that are open', () => {
  it('have each a number of their own behind those of cycles, and keep it when they open again', () => {
    const rig = twoChoices();
    expect(rig.open).toEqual([BY_EAST, BY_WEST]);
    const numbers = (): number[] =>
      rig.kernel.desk.tracker.open().flatMap(({ cycleId, venue }) => (venue.includes('+') ? [cycleId] : []));
    const first = numbers();
    expect(new Set(first).size).toBe(2);
    for (const id of first) expect(id).toBeGreaterThanOrEqual(rig.kernel.desk.index.cycles.length);
    rig.quote(ETH_WEST, 249_900, 250_100, LARGE);
    expect(rig.open).toEqual([]);
    rig.quote(ETH_WEST, 252_500, 252_600, LARGE);
    for (const id of numbers()) expect(first).toContain(id);
  });

  it('end one by one, and the others with the books that they share', () => {
    for (const [id, left] of [
      [BTC_EAST, BY_WEST],
      [BTC_WEST, BY_EAST],
    ] as const) {
      const rig = twoChoices();
      rig.quote(id, 504_900, 510_000);
      expect(rig.open).toContain(left);
      expect(rig.open).not.toContain(left === BY_EAST ? BY_WEST : BY_EAST);
      rig.quote(ETH_WEST, 249_900, 250_100, LARGE);
      expect(rig.open).not.toContain(left);
    }
  });

  it('end all when they are turned off, at the next tick', () => {
    const rig = twoChoices();
    expect(rig.open).toHaveLength(2);
    rig.command({ type: 'setDetection', detection: { crossVenue: false } });
    rig.pass(0.1);
    expect(rig.open).toEqual([]);
    expect(rig.routes.walkCount).toBe(0);
  });

  it('are each opened and closed once, however often they got better', () => {
    const rig = new TwoMarkets();
    const close = vi.spyOn(rig.kernel.desk.tracker, 'close');
    for (const price of [50_300, 50_400, 50_500, 50_600]) rig.btc(price);
    expect(rig.open).toEqual([SIMPLE]);
    const { cycleId } = rig.first ?? {};
    rig.btc(50_000);
    expect(close.mock.calls.filter(([id]) => id === cycleId)).toHaveLength(1);
    expect(rig.of('opportunityClosed')).toHaveLength(1);
  });

  it('are looked for anew where another choice of venues is the best now, though the one before still pays', () => {
    const rig = new TwoMarkets();
    rig.quote(BTC_EAST, 499_900, 500_000);
    rig.quote(BTC_WEST, 499_900, 500_100);
    rig.quote(ETHBTC_EAST, 4_998, 5_000, LARGE);
    rig.quote(ETHBTC_WEST, 4_998, 5_060, LARGE);
    rig.quote(ETH_WEST, 252_500, 252_600, LARGE);
    expect(rig.open).toEqual([BY_EAST]);
    rig.quote(BTC_EAST, 499_900, 500_200);
    rig.quote(ETH_WEST, 252_600, 252_700, LARGE);
    expect(rig.open).toEqual([BY_EAST, BY_WEST]);
  });

  it('never buy from a book that shows no bid', () => {
    const rig = new TwoMarkets();
    rig.quote(BTC_WEST, 505_000, 505_050);
    const update = new BookUpdate();
    update.reset(BTC_EAST, true, rig.nowUs);
    update.pushAsk(500_000, LARGE);
    rig.step(update);
    expect(rig.open).toEqual([]);
  });

  it('may sell the first instrument of the run', () => {
    const rig = new TwoMarkets();
    rig.quote(BTC_WEST, 499_950, 500_000);
    rig.quote(BTC_EAST, 505_000, 505_050);
    expect(rig.open).toEqual(['buy BTC/USD west, sell BTC/USD east']);
  });
});

describe('a route ends', () => {
  it.each(['bid', 'ask'] as const)('when a book loses the side that it trades: %s', (side) => {
    const rig = new TwoMarkets();
    rig.btc(50_500);
    expect(rig.open).toEqual([SIMPLE]);
    const update = new BookUpdate();
    update.reset(side === 'bid' ? BTC_WEST : BTC_EAST, true, rig.nowUs);
    if (side === 'bid') update.pushAsk(505_050, LARGE);
    else update.pushBid(499_950, LARGE);
    rig.step(update);
    expect(rig.open).toEqual([]);
  });

  it('at the next tick after its carries cost too much', () => {
    const rig = new TwoMarkets();
    rig.btc(50_500);
    rig.pass(0.1);
    rig.command({ type: 'setDetection', detection: { carryBps: 90 } });
    rig.pass(0.1);
    rig.quote(BTC_EAST, 499_950, 500_000);
    expect(rig.open).toEqual([]);
  });

  it('with a fee that the venue raised', () => {
    const instruments = [EAST, WEST].flatMap((venue, at) =>
      TRIANGLE.map((spec, k) => {
        const assets = { base: assetAt(spec.base, venue), quote: assetAt(spec.quote, venue) };
        return createInstrument({ ...spec, ...assets }, at * TRIANGLE.length + k, venue);
      }),
    );
    const rig = new TwoMarkets({}, { instruments });
    rig.btc(50_500);
    expect(rig.open).toEqual([SIMPLE]);
    const change = { takerFee: '0.012' };
    rig.step({
      kind: 'instrument-change',
      instrumentId: BTC_EAST,
      change,
      cause: 'account',
      atUs: rig.nowUs,
    });
    expect(rig.open).toEqual([]);
  });
});

describe('the desk of routes', () => {
  it('looks at them at the first tick after they were turned on, not at books lost meanwhile, and at no book while nothing changes', () => {
    const rig = new TwoMarkets({ crossVenue: false });
    rig.btc(50_500);
    const turn = (crossVenue: boolean): void => {
      rig.command({ type: 'setDetection', detection: { crossVenue } });
      rig.pass(0.1);
    };
    turn(true);
    expect(rig.open).toEqual([SIMPLE]);
    expect(rig.routes.walkCount).toBe(5);
    const look = vi.spyOn(rig.routes, 'onBook');
    rig.pass(1);
    expect(look).not.toHaveBeenCalled();
    turn(false);
    rig.step({ kind: 'book-lost', instrumentId: BTC_WEST, reason: 'test', atUs: rig.nowUs });
    turn(true);
    expect(rig.open).toEqual([]);
  });

  it('looks for none where all instruments are at one venue', () => {
    const { instruments } = twoVenuesHolding({});
    const rig = new TwoMarkets({}, { instruments: instruments.slice(0, 3) });
    rig.pass(0.1);
    expect(rig.routes.isOn).toBe(false);
  });

  it('counts a fee that is taken out of what is received: less is sold than was bought', () => {
    const rig = new TwoMarkets({}, { feesInReceived: [EAST] });
    rig.btc(50_500);
    const [bought, sold] = rig.first?.legs.map(({ qty }) => Number(qty)) ?? [];
    expect((sold ?? 0) / (bought ?? 1)).toBeCloseTo(0.9995, 5);
  });

  it('shows none that starts in a coin without a price, and one of the size that its price allows', () => {
    const rig = new TwoMarkets();
    rig.quote(ETHBTC_EAST, 4_998, 5_000, LARGE);
    rig.quote(ETHBTC_WEST, 5_100, 5_102, LARGE);
    expect(rig.open).toEqual([]);
    rig.quote(BTC_EAST, 499_950, 500_050);
    rig.quote(ETHBTC_WEST, 5_101, 5_103, LARGE);
    expect(rig.open).toEqual(['buy ETH/BTC east, sell ETH/BTC west']);
    // 2,000 dollars are 0.04 bitcoin, and these 0.8 ether.
    expect(Number(rig.first?.legs[0]?.qty)).toBeCloseTo(0.8 * 0.9995, 3);
  });
});

describe('a route is refused', () => {
  const decided = (rig: TwoMarkets) => `${rig.first?.decision}: ${rig.first?.decisionDetail}`;

  it('below the smallest edge that is asked for, and not at it', () => {
    const found = new TwoMarkets();
    found.btc(50_500);
    const netBps = found.first?.waterfall.netBps ?? 0;
    const at = new TwoMarkets({ minNetBps: netBps });
    at.btc(50_500);
    expect(at.first?.decision).toBe('cross-venue-not-traded');
    const above = new TwoMarkets({ minNetBps: netBps + 1 });
    above.btc(50_500);
    expect(decided(above)).toBe(
      `edge-below-threshold: net ${netBps.toFixed(2)} bps, the minimum is ${netBps + 1} bps`,
    );
  });

  it('when one of its books is older than allowed, and not when it is as old as that', () => {
    const after = (ms: number) => {
      const rig = new TwoMarkets();
      rig.btc(50_000);
      rig.nowUs += ms * 1_000;
      rig.quote(BTC_EAST, 494_950, 495_000);
      return rig;
    };
    const { maxBookAgeMs } = DEFAULT_LIMITS;
    expect(after(maxBookAgeMs).first).toMatchObject({
      decision: 'cross-venue-not-traded',
      waterfall: { ageUs: maxBookAgeMs * 1_000 },
    });
    expect(decided(after(maxBookAgeMs + 1))).toBe(
      `book-stale: a book is ${maxBookAgeMs + 1} ms old, the limit is ${maxBookAgeMs} ms`,
    );
  });

  it('with amounts of six digits', () => {
    const rig = new TwoMarkets({ maxStartNotional: '1777' });
    rig.btc(50_500);
    // 1,777 / 1.0005.
    expect(rig.first?.decisionDetail).toContain('it would need 1776.11 USD at east (free: 10000)');
  });
});
