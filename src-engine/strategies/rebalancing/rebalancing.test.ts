/** From targets and signals to trades: what is proposed, what it costs and brings, and what a source is believed. */
import { describe, expect, it } from 'vitest';
import { pairSteps } from '../../backtest/strategy/paired-steps.ts';
import { madeMarket } from '../../backtest/strategy/made-market.ts';
import { runStrategy } from '../../backtest/strategy/run-strategy.ts';
import { checkStrategy } from '../../backtest/strategy/strategy-checks.ts';
import { emptyStep } from '../../features/market-step.ts';
import { parametersOf } from '../check-manifest.ts';
import type { FillCost, HeardSignal, StrategyModule } from '../strategy-port.ts';
import { Covariance, LEAST_RETURNS } from './covariance.ts';
import { Portfolio, portfolio, sharesOf } from './portfolio-strategy.ts';
import { boundTo, type Coin, lentAfter, proposals } from './proposals.ts';
import { LEAST_JUDGED, Recommendations } from './recommendations.ts';

const COST: FillCost = { feeBps: 10, spreadBps: 2, slippageBps: 3 };
const coin = (change: Partial<Coin>): Coin => ({
  value: 0.5,
  base: 0.5,
  band: 0.05,
  tilt: 0,
  edge: 0,
  lent: 0,
  waits: 0,
  costOf: () => COST,
  ...change,
});
/** Coins that do not move together: the variance of each over the horizon. */
const apart =
  (...variances: number[]) =>
  (shares: readonly number[]): number =>
    shares.reduce((sum, share, at) => sum + share * share * (variances[at] as number), 0);
const TERMS = { cash: 0, toEdge: false };

describe('a proposal', () => {
  it('is none within the band, and at its very edge', () => {
    const [row] = proposals([coin({ value: 0.55 })], 0.45, TERMS, apart(1));
    expect(row).toMatchObject({ why: 'within-band', trade: 0 });
  });

  it('brings a coin back to its target where the growth that the deviation costs exceeds fee, spread and slippage', () => {
    const [row] = proposals([coin({ value: 0.6 })], 0.4, TERMS, apart(0.4));
    // Half of 0.1² × 0.4 against 0.1 × 15 bps.
    expect(row).toMatchObject({ why: 'traded' });
    expect(row?.trade).toBeCloseTo(-0.1, 12);
    expect(row?.growth).toBeCloseTo(0.002, 12);
    expect([row?.fee, row?.spread, row?.slippage, row?.wayBack].map((part) => part?.toFixed(9))).toEqual([
      '0.000100000',
      '0.000020000',
      '0.000030000',
      '0.000000000',
    ]);
  });

  it('is not made where it costs more than it brings: both are shown', () => {
    const [row] = proposals([coin({ value: 0.6 })], 0.4, TERMS, apart(0.02));
    expect(row).toMatchObject({ why: 'cost-above-benefit' });
    expect(row?.growth).toBeCloseTo(0.000_1, 12);
    expect(row?.trade).toBeCloseTo(-0.1, 12);
  });

  it('goes to the edge of the band where that is asked', () => {
    const [row] = proposals([coin({ value: 0.6 })], 0.4, { ...TERMS, toEdge: true }, apart(0.4));
    expect(row?.trade).toBeCloseTo(-0.05, 12);
    expect(row?.growth).toBeCloseTo((0.01 - 0.0025) * 0.2, 12);
  });

  it('of a purchase spends cash that is there and is not to stay, and none that a sale has yet to bring', () => {
    const terms = { ...TERMS, cash: 0.1 };
    const rich = coin({ value: 0.8, base: 0.4 });
    const poor = coin({ value: 0.1, base: 0.5 });
    const [sale, waiting] = proposals([rich, poor], 0.1, terms, apart(4, 4));
    expect(sale).toMatchObject({ why: 'traded' });
    expect(waiting).toMatchObject({ why: 'no-cash' });
    // What it would cost and bring is known all the same.
    expect([waiting?.fee?.toFixed(6), waiting?.growth?.toFixed(2)]).toEqual(['0.000400', '0.32']);
    const sold = -(sale?.trade ?? 0);
    const cash = 0.1 + sold * (1 - 0.0015);
    const whole = 0.8 - sold + 0.1 + cash;
    const after = proposals([{ ...rich, value: 0.8 - sold }, poor], cash, terms, apart(4, 4));
    expect(after[1]).toMatchObject({ why: 'traded' });
    expect(cash - (after[1]?.trade ?? 0) * whole * (1 + 0.0015)).toBeCloseTo(0.1 * whole, 12);
    const stuck = coin({ value: 0.6, costOf: () => 'no-depth' });
    const [none] = proposals([coin({ value: 0.4 }), stuck], 0, TERMS, apart(4, 4));
    expect(none).toMatchObject({ why: 'no-cash' });
    // Cash for less than the smallest order is none.
    const least = coin({ value: 0.4, costOf: (value) => (value < 0.05 ? 'below-minimum' : COST) });
    expect(proposals([least, stuck], 0.001, TERMS, apart(4, 4))[0]).toMatchObject({ why: 'no-cash' });
  });

  it('counts coins that move together: what one lacks the other one stands for', () => {
    // Perfectly correlated: too much of one and as much too little of the other is no risk.
    const together = (shares: readonly number[]): number => shares.reduce((sum, each) => sum + each, 0) ** 2;
    const rows = proposals([coin({ value: 0.6 }), coin({ value: 0.4 })], 0, TERMS, together);
    expect(rows[0]).toMatchObject({ why: 'cost-above-benefit', growth: 0 });
  });

  it('of what a signal asks for brings its edge, and costs the way back; that way back is free of the bound then', () => {
    const asked = coin({ value: 0.5, tilt: 0.1, edge: 0.01 });
    const [row] = proposals([asked], 0.5, TERMS, apart(0.4));
    expect(row).toMatchObject({ why: 'traded', growth: 0 });
    expect(row?.signal).toBeCloseTo(0.001, 12);
    expect(row?.wayBack).toBeCloseTo(0.000_15, 12);
    const [dear] = proposals([{ ...asked, edge: 0.002_9 }], 0.5, TERMS, apart(0.4));
    expect(dear).toMatchObject({ why: 'cost-above-benefit' });
    const [back] = proposals([coin({ value: 0.6, lent: 0.1 })], 0.4, TERMS, apart(0));
    // Nothing is expected of it: its cost was counted before.
    expect(back).toMatchObject({ why: 'way-back', growth: 0, signal: 0 });
    expect(back?.prepaid).toBeCloseTo(0.000_15, 12);
    // What is asked for still is no part of it.
    const [less] = proposals([coin({ value: 0.6, lent: 0.1, tilt: 0.04 })], 0.4, TERMS, apart(0));
    expect(less).toMatchObject({ why: 'way-back' });
    expect(less?.trade).toBeCloseTo(-0.06, 12);
  });

  it('of a signal that is up sells no coin of which it does not speak', () => {
    const coins = [0, 1, 2].map((at) =>
      coin({ value: 0.32, base: 0.32, band: 0.001, ...(at === 0 ? { tilt: 0.1, edge: 0.05 } : {}) }),
    );
    const terms = { ...TERMS, cash: 0.04 };
    const rows = proposals(coins, 0.04, terms, apart(9, 9, 9));
    expect(rows.map(({ why, target }) => [why, target.toFixed(4)])).toEqual(
      Array.from({ length: 3 }, () => ['within-band', '0.3200']),
    );
    // What one gives up, another may take.
    const swapped = [...coins.slice(0, 2), coin({ value: 0.32, base: 0.32, tilt: -0.06, edge: 0.05 })];
    const targets = proposals(swapped, 0.04, terms, apart(9, 9, 9)).map(({ target }) => target.toFixed(4));
    expect(targets).toEqual(['0.3800', '0.3200', '0.2600']);
  });

  it('counts as lent what was filled for a signal, and no more than that', () => {
    expect(lentAfter({ lent: 0, tilt: 0.1 }, 0.06)).toBe(0.06);
    expect(lentAfter({ lent: 0.06, tilt: 0.1 }, 0.06)).toBe(0.1);
    // Of a tilt that shrinks, what is sold is given back and the rest stays lent.
    expect(lentAfter({ lent: 0.1, tilt: 0.04 }, -0.06)).toBeCloseTo(0.04, 12);
    expect(lentAfter({ lent: 0.1, tilt: -0.05 }, -0.15)).toBe(-0.05);
    expect([boundTo(0.1, 0.02), boundTo(0.1, -0.02), boundTo(-0.1, -0.02)]).toEqual([0.02, 0, -0.02]);
  });

  it.each([
    ['variance-unknown', coin({ value: 0.7 }), () => Number.NaN, [0.000_2, null]],
    ['no-depth', coin({ value: 0.7, costOf: () => 'no-depth' }), apart(1), [null, null]],
    ['fee-unknown', coin({ value: 0.7, costOf: () => 'fee-unknown' }), apart(1), [null, null]],
    ['below-minimum', coin({ value: 0.7, costOf: () => 'below-minimum' }), apart(1), [null, null]],
    ['waits', coin({ value: 0.7, waits: 1 }), apart(1), [0.000_2, 0.02]],
  ] as const)('says %s, and gives no figure for what is not known', (why, one, variance, [fee, growth]) => {
    const [row] = proposals([one], 0.3, TERMS, variance);
    expect(row).toMatchObject({ why });
    expect([row?.fee, row?.growth].map((part) => part?.toFixed(6) ?? null)).toEqual(
      [fee, growth].map((part) => part?.toFixed(6) ?? null),
    );
  });
});

describe('a recommendation', () => {
  const signal = (atUs: number, change: Partial<HeardSignal> = {}): HeardSignal => ({
    market: 0,
    side: 'up',
    probability: 0.9,
    edgeBps: 50,
    horizonUs: 1,
    source: 'one',
    atUs,
    price: 100,
    ...change,
  });
  const CAUTION = { kelly: 0.5, maxTilt: 0.1 };
  /** So many signals that came true, and that did not. */
  const after = (right: number, wrong: number): Recommendations => {
    const made = new Recommendations(1);
    let atUs = 0;
    for (let each = 0; each < right + wrong; each++) {
      made.update([signal(atUs)], [100], atUs, 1);
      made.update([], [each < right ? 101 : 99], ++atUs, 1);
    }
    made.update([signal(1_000, { horizonUs: 10 })], [100], 1_000, 1);
    return made;
  };

  it('is none before enough outcomes, whatever is said', () => {
    const found = after(LEAST_JUDGED - 1, 0).of(0, () => 0.05, 0.001, CAUTION);
    expect(found).toMatchObject({ tilt: 0, judged: LEAST_JUDGED - 1, believed: Number.NaN });
  });

  it('believes no more than the lower end of the interval of its hits, and takes a part of Kelly’s share of that', () => {
    const found = after(30, 10).of(0, () => 0.05, 0.001, { ...CAUTION, maxTilt: 1 });
    // Wilson's interval of 30 in 40 begins at 0.5981; Kelly's share of an even bet is twice that less one.
    expect(found?.believed).toBeCloseTo(0.598_1, 4);
    expect(found?.tilt).toBeCloseTo(0.5 * (2 * (found?.believed ?? 0) - 1), 9);
    expect(after(30, 10).of(0, () => 0.05, 0.001, CAUTION)?.tilt).toBeCloseTo(0.098_1, 4);
    // By the returns: an edge that hardly pays both fills of a market that moves a lot.
    const small = after(30, 10).of(0, () => 1, 0.004_9, CAUTION);
    expect(small?.tilt).toBeCloseTo(0.5 * (0.005 - 0.004_9), 9);
  });

  it('is none where the source was wrong as often, where costs eat the edge, and after its time', () => {
    expect(after(20, 20).of(0, () => 0.05, 0.001, CAUTION)?.tilt).toBe(0);
    expect(after(40, 0).of(0, () => 0.05, 0.006, CAUTION)?.tilt).toBe(0);
    const over = after(40, 0);
    over.update([], [100], 1_010, 1);
    expect(over.of(0, () => 0.05, 0.001, CAUTION)).toBeUndefined();
  });

  it('is of the source that is believed most, whichever spoke first', () => {
    const two = after(30, 10);
    two.update([signal(1_001, { source: 'loud', probability: 0.99, horizonUs: 50 })], [100], 1_001, 1);
    expect(two.of(0, () => 0.05, 0.001, CAUTION)?.source).toBe('one');
    const late = new Recommendations(1);
    late.load({
      ...after(30, 10).save(),
      last: [signal(1_000, { source: 'loud', probability: 0.99, horizonUs: 50 })],
    });
    late.update([signal(1_001, { horizonUs: 50 })], [100], 1_001, 1);
    expect(late.of(0, () => 0.05, 0.001, CAUTION)?.source).toBe('one');
  });

  it('keeps the outcomes of sources that speak, and gives the place of one that is silent to a newcomer', () => {
    const made = new Recommendations(1);
    const say = (count: number, atUs: number, from = 0): void =>
      made.update(
        Array.from({ length: count }, (_, n) => signal(atUs, { source: `s${from + n}` })),
        [100 + atUs],
        atUs,
        1,
      );
    // More than are kept, each bar.
    for (let atUs = 1; atUs <= 25; atUs++) say(40, atUs);
    const kept = made.save().sources;
    expect([kept.length, kept[0]?.key, kept[0]?.hits.length]).toEqual([36, '0 s0', 24]);
    // They fall silent.
    for (let atUs = 26; atUs <= 28; atUs++) say(0, atUs);
    say(1, 29, 99);
    expect(made.save().sources.map(({ key }) => key)).toContain('0 s99');
    expect(made.save().sources).toHaveLength(36);
  });

  it('goes on after a restart as it was', () => {
    const before = after(30, 10);
    const again = new Recommendations(1);
    again.load(JSON.parse(JSON.stringify(before.save())) as ReturnType<Recommendations['save']>);
    expect(again.of(0, () => 0.05, 0.001, CAUTION)).toEqual(before.of(0, () => 0.05, 0.001, CAUTION));
  });
});

describe('a covariance', () => {
  it('is that of the returns, and is not known before enough of them', () => {
    const moves = new Covariance(2);
    let [a, b] = [100, 100];
    for (let bar = 0; bar <= LEAST_RETURNS; bar++) {
      expect(moves.varianceOf([1, 0])).toBeNaN();
      moves.update([a, b]);
      const step = bar % 2 === 0 ? Math.exp(0.01) : Math.exp(-0.01);
      [a, b] = [a * step, b / step];
    }
    expect(moves.varianceOf([1, 0])).toBeCloseTo(0.000_1, 9);
    // One rises as the other falls: held alike nothing moves.
    expect(moves.varianceOf([0.5, 0.5])).toBeCloseTo(0, 12);
    expect(moves.varianceOf([0.5, -0.5])).toBeCloseTo(0.000_1, 9);
  });
});

describe('a tilt', () => {
  it('is measured at its whole size, and lends nothing where its trade was never filled', () => {
    const one = new Portfolio(parametersOf(portfolio.manifest, { weights: '40', maxTilt: '10' }) as never, 1);
    const sizes: number[] = [];
    const purse = {
      amounts: [0.4 / 100],
      cash: 0.6,
      underWay: [false],
      costOf: (_: number, value: number) => {
        sizes.push(value);
        return { feeBps: 1, spreadBps: 0, slippageBps: 0 };
      },
    };
    const bar = (atUs: number, heard: readonly HeardSignal[] = []): number[] => {
      const wanted: number[] = [];
      one.onBar(
        {
          atUs,
          stepUs: 1,
          steps: [{ ...emptyStep(), endUs: atUs, close: 100 + (atUs % 2) / 10 }],
          features: [],
          positions: [0.4],
          isAfterGap: false,
          purse,
          heard,
          random: () => 0,
        },
        { want: (_, position) => wanted.push(position), signal: () => undefined, ask: () => undefined },
      );
      return wanted;
    };
    for (let atUs = 1; atUs <= 30; atUs++) bar(atUs);
    const state = JSON.parse(one.save()) as { recommendations: object };
    const sources = [{ key: '0 one', hits: Array.from({ length: 100 }, () => 1), pending: null }];
    one.load(JSON.stringify({ ...state, recommendations: { sources, last: [null] } }));
    const up: HeardSignal = {
      market: 0,
      side: 'up',
      probability: 0.95,
      edgeBps: 500,
      horizonUs: 2,
      source: 'one',
      atUs: 31,
      price: 100,
    };
    sizes.length = 0;
    const [wanted = 0] = bar(31, [up]);
    expect(sizes[0]).toBeCloseTo(0.1, 3);
    expect(wanted).toBeCloseTo(0.5, 2);
    expect(one.save()).toContain('"lent":0,');
    // A part of it is filled.
    purse.amounts[0] = 0.44 / 100;
    purse.cash = 0.56;
    bar(32);
    const { coins } = JSON.parse(one.save()) as { coins: { lent: number }[] };
    expect(coins[0]?.lent).toBeCloseTo(0.04, 3);
  });
});

describe('an order under way', () => {
  it('is no refusal: its coin is judged once it is over', () => {
    const one = new Portfolio(parametersOf(portfolio.manifest, { weights: '40' }) as never, 1);
    const purse = { amounts: [0], cash: 1, underWay: [false], costOf: () => COST };
    const bar = (atUs: number): void =>
      one.onBar(
        {
          atUs,
          stepUs: 1,
          steps: [{ ...emptyStep(), endUs: atUs, close: 100 + (atUs % 2) * 5 }],
          features: [],
          positions: [0],
          isAfterGap: false,
          purse,
          heard: [],
          random: () => 0,
        },
        { want: () => undefined, signal: () => undefined, ask: () => undefined },
      );
    let atUs = 1;
    const whys = (count: number): string[] =>
      Array.from({ length: count }, () => (bar(atUs++), one.report().coins[0]?.why ?? ''));
    expect(whys(40).filter((why) => why === 'waits').length).toBeGreaterThan(0);
    while (one.report().coins[0]?.why !== 'traded') bar(atUs++);
    purse.underWay = [true];
    expect(new Set(whys(40))).toEqual(new Set(['traded']));
    purse.underWay = [false];
    expect(whys(1)).toEqual(['waits']);
  });
});

describe('targets', () => {
  const terms = (change: object) => ({ weights: '', bands: '5', cash: 2, ...change });
  it('are in equal parts where none are given', () => {
    expect(sharesOf(terms({}), 2)).toEqual([
      [0.49, 0.49],
      [0.05, 0.05],
    ]);
    expect(sharesOf(terms({ weights: 98 }), 1)[0]).toEqual([0.98]);
  });

  it.each([
    ['weights', { weights: '50,40,5' }],
    ['weights', { weights: '60,38.5' }],
    ['bands', { bands: '5,5,5' }],
    ['bands', { bands: '5,0' }],
  ])('are refused by name: %s of %j', (field, change) => {
    expect(() => sharesOf(terms(change), 2)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ field }) as unknown }),
    );
  });
});

describe('a portfolio over files', () => {
  const steps = pairSteps([0, 1, 2].map((stream) => madeMarket(7, 600, {}, 60_000_000, stream)));
  const parameters = parametersOf(portfolio.manifest, {
    weights: '30,30,20',
    bands: '1',
    cash: '20',
    horizonDays: '30',
  });
  const options = { module: portfolio as StrategyModule, parameters, steps, costBps: 5, seed: 1, markets: 3 };

  it('buys its targets, brings back what left its band, and does the same each time', () => {
    const run = runStrategy(options);
    expect(run.stopped).toBeUndefined();
    expect(run.fills).toBeGreaterThan(6);
    expect(runStrategy(options).digest).toBe(run.digest);
    // Wider bands trade less, and dearer trades are not made.
    const wide = { ...options, parameters: { ...parameters, bands: '10' } };
    expect(runStrategy(wide).fills).toBeLessThan(run.fills);
    expect(runStrategy({ ...options, costBps: 1_000 }).fills).toBe(0);
  });

  it('depends on no later bar, and goes on after a restart with the same trades', () => {
    const two = pairSteps([0, 1].map((stream) => madeMarket(9, 300, {}, 60_000_000, stream)));
    const checks = checkStrategy({
      ...options,
      parameters: { ...parameters, weights: '40,40' },
      steps: two,
      markets: 2,
      cuts: 4,
    });
    expect(checks).toMatchObject({ ok: true, lookahead: null, restart: null });
  });

  it('follows a source that was right, and not one that was wrong as often', () => {
    const planted = pairSteps([madeMarket(3, 900, { carry: 0.9 }, 60_000_000, 0)]);
    const said = (side: (up: boolean, bar: number) => boolean): StrategyModule => ({
      manifest: { ...portfolio.manifest, name: 'says', markets: 1, may: 'signal' },
      create: () => {
        let bar = 0;
        return {
          onBar: ({ steps: [step], stepUs }, out) => {
            const up = side((step?.close ?? 0) > (step?.open ?? 0), bar++);
            out.signal({
              market: 0,
              side: up ? 'up' : 'down',
              probability: 0.95,
              edgeBps: 100,
              horizonUs: 5 * stepUs,
            });
          },
          save: () => String(bar),
          load: (state) => {
            bar = Number(state);
          },
        };
      },
    });
    const held = parametersOf(portfolio.manifest, {
      weights: '50',
      bands: '5',
      maxTilt: '40',
      kelly: '1',
      // What the deviation would cost counts nothing beside the signals.
      horizonDays: '0.01',
    });
    const fills = (module: StrategyModule): number =>
      runStrategy({
        ...options,
        parameters: held,
        steps: planted,
        markets: 1,
        costBps: 1,
        listensTo: { module, parameters: {} },
      }).fills;
    expect(fills(said((up) => up))).toBeGreaterThan(20);
    expect(fills(said((_, bar) => bar % 2 === 0))).toBeLessThan(fills(said((up) => up)) / 2);
  });
});
