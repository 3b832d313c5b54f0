/** One code at two venues: taken for one coin until live prices speak against it for ten seconds, and again when an operator says so. */
import { describe, expect, it } from 'vitest';
import { riskSnapshot } from '../domain/risk-schemas.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { EAST, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import type { KernelConfig } from './kernel-config.ts';
import { MonitorContext } from '../risk/monitor-context.ts';

/** ETH/USD at each venue, and BTC/USD. */
const [BTC_EAST, ETH_EAST, BTC_WEST, ETH_WEST] = [0, 2, 3, 5] as const;

class TwoMarkets extends AccountRig {
  constructor(config: Partial<KernelConfig> = {}) {
    // A venue that is not part of this run, north: its coins are worth what they are elsewhere.
    const held = { 'USD@east': '10000', 'ETH@east': '1', 'ETH@west': '2', 'ETH@north': '1' };
    super({ ...twoVenuesHolding(held), ...config });
  }

  /** ETH at 2,000 USD in the east, and at so much in the west. */
  eth(west: number): void {
    for (const id of [BTC_EAST, BTC_WEST]) this.quote(id, 499_950, 500_050);
    this.quote(ETH_EAST, 199_900, 200_100);
    this.quote(ETH_WEST, west * 100 - 100, west * 100 + 100);
  }

  get equity(): string {
    return this.kernel.portfolio.sample(this.nowUs).equity;
  }

  get left(): RiskSnapshot {
    const last = this.of('riskRecorded').at(-1);
    if (last === undefined) throw new Error('nothing was recorded');
    return riskSnapshot.parse(JSON.parse(JSON.stringify(last.risk)));
  }
}

const doubted = (config: Partial<KernelConfig> = {}): TwoMarkets => {
  const rig = new TwoMarkets(config);
  rig.eth(2_400);
  rig.pass(11);
  return rig;
};

describe('a coin at two venues', () => {
  it('is one coin while its prices are close', () => {
    const rig = new TwoMarkets();
    rig.eth(2_090);
    rig.pass(30);
    expect(rig.of('coinDoubted')).toEqual([]);
    expect(rig.equity).toBe('18180');
  });

  it('is quarantined when its prices are 20 % apart for ten seconds, and not before', () => {
    const rig = new TwoMarkets();
    rig.eth(2_400);
    rig.pass(9);
    expect(rig.of('coinDoubted')).toEqual([]);
    rig.pass(2);
    expect(rig.of('coinDoubted')).toMatchObject([
      {
        coin: 'ETH',
        venues: [EAST, WEST],
        prices: [
          { venue: EAST, price: '2000' },
          { venue: WEST, price: '2400' },
        ],
        unit: 'USD',
        reason: 'the bid at west is 19.9 % above the ask at east; over 5 % for 10 s',
      },
    ]);
    rig.pass(20);
    expect(rig.of('coinDoubted')).toHaveLength(1);
  });

  it('is not quarantined by a gap that closes in between, or that stands across a pause of the machine', () => {
    const rig = new TwoMarkets();
    for (let i = 0; i < 3; i++) {
      rig.eth(2_400);
      rig.pass(9);
      rig.eth(2_000);
      rig.pass(1);
    }
    rig.eth(2_400);
    rig.pass(5);
    rig.nowUs += 60_000_000;
    rig.pass(5);
    expect(rig.of('coinDoubted')).toEqual([]);
  });

  it.each([
    ['stale', (rig: TwoMarkets) => rig.pass(30, true)],
    [
      'lost',
      (rig: TwoMarkets) => {
        rig.step({ kind: 'book-lost', instrumentId: ETH_WEST, reason: 'cut', atUs: rig.nowUs });
        rig.pass(30);
      },
    ],
    [
      'so wide that its price may be the other’s',
      (rig: TwoMarkets) => {
        rig.quote(ETH_WEST, 150_000, 330_000);
        rig.pass(30);
      },
    ],
  ])('is not quarantined by a book that is %s', (_what, wait) => {
    const rig = new TwoMarkets();
    rig.eth(2_400);
    wait(rig);
    expect(rig.of('coinDoubted')).toEqual([]);
  });

  it('is valued by its own venue alone while it is quarantined, and nothing new begins on an equity that lost a part', () => {
    const rig = new TwoMarkets();
    rig.eth(2_400);
    expect(rig.equity).toBe('18800');
    rig.pass(11);
    expect(rig.kernel.portfolio.markOf('ETH@west')?.toString()).toBe('2400');
    expect(rig.kernel.portfolio.markOf('ETH@north')).toBeUndefined();
    expect(rig.kernel.portfolio.unvalued().map(({ asset }) => asset)).toEqual(['ETH@north']);
    // What is not known any more is not a loss, nor equity that an order may be measured by.
    expect(rig.kernel.risk.escalation.level).toBe('normal');
    const instrument = rig.kernel.config.instruments[BTC_EAST];
    if (instrument === undefined) throw new Error('no BTC/USD');
    expect(
      new MonitorContext(rig.kernel.risk, instrument, 'e', undefined, rig.nowUs).equityHome,
    ).toBeUndefined();
    rig.command({ type: 'trustCoin', coin: 'ETH' });
    expect(rig.equity).toBe('18800');
    expect(
      new MonitorContext(rig.kernel.risk, instrument, 'e', undefined, rig.nowUs).equityHome?.toString(),
    ).toBe('18800');
  });

  it('keeps one limit on its position over all venues: values are added, amounts never, and one without a price leaves no room', () => {
    const opening = {
      balances: [{ asset: 'USD@east', total: '10000' }],
      realizedPnl: '0',
      fees: '0',
    };
    const rig = doubted({ opening });
    const { portfolio, risk } = rig.kernel;
    portfolio.adopt('ETH@east', portfolio.balances.total('ETH@east').plus(1));
    portfolio.adopt('ETH@west', portfolio.balances.total('ETH@west').plus(2));
    for (const asset of ['ETH@east', 'ETH@west'])
      expect(risk.exposure.position(asset)?.toString()).toBe('6800');
    portfolio.adopt('ETH@north', portfolio.balances.total('ETH@north').plus(1));
    expect(risk.exposure.position('ETH@east')).toBeUndefined();
    rig.command({ type: 'trustCoin', coin: 'ETH' });
    expect(risk.exposure.position('ETH@east')?.toString()).toBe('8000');
  });

  it('stays quarantined through a restart until an operator trusts it, and then stays trusted through the next', () => {
    const second = new TwoMarkets({ risk: doubted().left });
    expect(second.kernel.risk.coins.doubted.map(({ coin }) => coin)).toEqual(['ETH']);
    second.eth(2_400);
    expect(second.kernel.portfolio.markOf('ETH@north')).toBeUndefined();
    second.command({ type: 'trustCoin', coin: 'ETH' });
    expect(second.of('coinTrusted')).toMatchObject([
      { coin: 'ETH', venues: [EAST, WEST], actor: { kind: 'operator', via: 'test' } },
    ]);
    const third = new TwoMarkets({ risk: second.left });
    third.eth(2_400);
    third.pass(30);
    expect(third.of('coinDoubted')).toEqual([]);
    expect(third.kernel.portfolio.markOf('ETH@north')?.toString()).toBe('2000');
  });

  it('is not trusted by a word about another coin, or before it is in doubt', () => {
    const rig = new TwoMarkets();
    rig.command({ type: 'trustCoin', coin: 'ETH' });
    rig.eth(2_400);
    rig.pass(11);
    rig.command({ type: 'trustCoin', coin: 'BTC' });
    expect(rig.of('coinTrusted')).toEqual([]);
    expect(rig.kernel.risk.coins.doubted).toHaveLength(1);
  });
});
