/** What the agents of funding and of arbitrage hear in a session: readings of perpetuals, and opportunities with what became of them. */
import { describe, expect, it } from 'vitest';
import type { FundingReading } from '../domain/funding-reading.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { readingOf } from '../engine/strategies/funding-notes.ts';
import type { FundingRow } from '../contract/funding-records.ts';
import { type Ensemble, ensemble } from '../strategies/ensemble/ensemble.ts';
import type { AgentName } from '../strategies/ensemble/agents.ts';
import { KernelHarness, START_US } from '../testing/kernel-harness.ts';

const SHELF = { find: () => ensemble };
const SETUP: StrategySetup = {
  strategy: 'ensemble:test:BTC/USD',
  name: 'ensemble',
  version: 2,
  code: 'house',
  mode: 'shadow',
  markets: [{ venue: 'test', symbol: 'BTC/USD' }],
  barSeconds: 1,
  stake: '1000',
  maxSlippageBps: 20,
  parameters: { horizonBars: 1 },
};

function rigOf(minNetBps = 5_000): KernelHarness {
  const rig = new KernelHarness({ detection: { minNetBps }, kernel: { shelf: SHELF } });
  rig.fairBooks();
  rig.pass(200);
  rig.command({ type: 'setStrategy', setup: SETUP });
  return rig;
}

/** The vote of the last bar that ended, two seconds later. */
function vote(rig: KernelHarness, name: AgentName) {
  for (let second = 0; second < 2; second++) {
    rig.fairBooks();
    rig.pass(1_000);
  }
  const strategy = rig.kernel.strategies.get(SETUP.strategy)?.host?.strategy as Ensemble;
  return strategy.report().votes.find(({ agent }) => agent === name);
}

describe('a reading of perpetuals', () => {
  const reading = (change: Partial<FundingReading> = {}): FundingReading => ({
    about: 'BTC',
    rateBps: 1.5,
    basisBps: -4,
    perpetuals: 3,
    readUs: START_US,
    validUntilUs: START_US + 5 * US_PER_SECOND,
    ...change,
  });
  const note = (rig: KernelHarness, one: FundingReading): void =>
    rig.command({ type: 'noteFunding', reading: one });

  it('is a fact, is heard by the agent of funding until it is over, and makes no order', () => {
    const rig = rigOf();
    expect(vote(rig, 'funding')?.state).toBe('no-input');
    note(rig, reading());
    expect(rig.of('fundingRead')).toMatchObject([{ reading: reading() }]);
    expect(vote(rig, 'funding')).toMatchObject({ state: 'learning', score: -2.5 });
    for (let bars = 0; bars < 3; bars++) vote(rig, 'funding');
    expect(vote(rig, 'funding')?.state).toBe('late');
    expect(rig.of('orderCreated')).toEqual([]);
  });

  it.each<[string, Partial<FundingReading>]>([
    ['a rate beyond its bounds', { rateBps: 10_001 }],
    ['no number', { basisBps: Number.NaN }],
    ['1e308', { rateBps: 1e308 }],
    ['a market for a coin', { about: 'BTC/USD' }],
    [
      'a time to come',
      { readUs: START_US + 3_600 * US_PER_SECOND, validUntilUs: START_US + 3_700 * US_PER_SECOND },
    ],
    ['an end before it was read', { validUntilUs: START_US }],
    ['too long a life', { validUntilUs: START_US + 601 * US_PER_SECOND }],
    ['no perpetual behind it', { perpetuals: 0 }],
  ])('with %s is not taken', (_, change) => {
    const rig = rigOf();
    note(rig, reading(change));
    expect([rig.of('fundingRead'), vote(rig, 'funding')?.state]).toEqual([[], 'no-input']);
  });

  it('that is no newer is not taken, and one without a basis is the rate alone', () => {
    const rig = rigOf();
    note(rig, reading({ basisBps: null }));
    note(rig, reading({ rateBps: 9 }));
    expect(rig.of('fundingRead')).toHaveLength(1);
    expect(vote(rig, 'funding')?.score).toBe(1.5);
  });

  it('is the middle of the perpetuals that can be counted on, by eight hours', () => {
    const hours = 3_600 * US_PER_SECOND;
    const row = (change: Partial<FundingRow>): FundingRow =>
      ({
        base: 'BTC',
        rate: '0.0001',
        everyUs: 8 * hours,
        basisBps: 2,
        isStale: false,
        isDoubtful: false,
        receivedUs: START_US,
        ...change,
      }) as FundingRow;
    const rows = [
      row({}),
      row({ rate: '0.00005', everyUs: hours, basisBps: 4, receivedUs: START_US - 7 }),
      row({ rate: '0.5', basisBps: null }),
      row({ rate: '-1', isStale: true }),
      row({ rate: '-1', isDoubtful: true }),
      row({ rate: '-1', everyUs: null }),
      row({ base: 'ETH', rate: '-1' }),
    ];
    expect(readingOf('BTC', rows)).toEqual({
      about: 'BTC',
      rateBps: 4,
      basisBps: 3,
      perpetuals: 3,
      readUs: START_US - 7,
      validUntilUs: START_US - 7 + 180 * US_PER_SECOND,
    });
    expect(readingOf('SOL', rows)).toBeUndefined();
  });
});

describe('opportunities', () => {
  /** ETH is cheap in USD: the cycle buys ETH/USD, sells it for BTC, and sells the BTC. */
  const mispriced = (rig: KernelHarness): void => rig.book('ETH/USD', [['2450', '50']], [['2452', '50']]);

  it('say which side of a market they trade, as far as the last ones were captured, and for a minute', () => {
    const rig = rigOf(10);
    expect(vote(rig, 'arbitrage')?.state).toBe('no-input');
    mispriced(rig);
    rig.pass(1_000);
    const [opened] = rig.of('opportunityOpened');
    const leg = opened?.opportunity.legs.find(({ symbol }) => symbol === 'BTC/USD');
    expect(leg?.side).toBe('sell');
    const said = vote(rig, 'arbitrage');
    const outcomes = rig.of('executionFinished').map(({ execution }) => execution);
    expect(outcomes).toHaveLength(1);
    const captured = outcomes[0]?.outcome === 'completed' && Number(outcomes[0].profitHome) > 0 ? 1 : 0;
    const edge = Math.min(100, opened?.opportunity.waterfall.netBps ?? 0);
    expect(said?.state).toBe('learning');
    expect(said?.score).toBeCloseTo((-edge * (captured + 1)) / 3, 6);
    for (let bars = 0; bars < 31; bars++) vote(rig, 'arbitrage');
    expect(vote(rig, 'arbitrage')?.score).toBe(0);
  });
});
