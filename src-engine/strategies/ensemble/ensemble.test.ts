/** The ensemble: what its regimes, its records, its gates and its agents do, on markets with and without something to find. */
import { describe, expect, it } from 'vitest';
import { madeMarket } from '../../backtest/strategy/made-market.ts';
import { type PairedSteps, pairSteps } from '../../backtest/strategy/paired-steps.ts';
import { runStrategy } from '../../backtest/strategy/run-strategy.ts';
import { checkStrategy } from '../../backtest/strategy/strategy-checks.ts';
import { madeSteps } from '../../backtest/strategy/strategy-trial.ts';
import { emptyStep, StepColumns } from '../../features/market-step.ts';
import { logistic } from '../../lib/elementary.ts';
import { SeededRandom } from '../../lib/random.ts';
import { StrategyHost } from '../strategy-host.ts';
import { type Agent, HOUSE_AGENTS } from './agents.ts';
import { type Ensemble, ensembleOf } from './ensemble.ts';
import { edgeBps, type GateFigures, shutGate } from './gates.ts';
import { HitRecord, LEAST_OUTCOMES, pooledLogit, ScoreRecord } from './record.ts';
import { RegimeFilter, REGIMES } from './regimes.ts';

const CARRIES = { carry: 0.9 };
const SHORT = { horizonBars: 1, costBps: 2 };

function run(
  steps: PairedSteps,
  given: object = {},
  agents: readonly Agent[] = HOUSE_AGENTS,
  markets: 1 | 2 = 1,
) {
  const module = ensembleOf(markets, agents);
  const parameters = module.manifest.parameters.parse(given);
  const host = new StrategyHost({ module, parameters, stepUs: steps.stepUs, seed: 1 });
  const now = Array.from({ length: markets }, emptyStep);
  const wanted: number[] = [];
  for (let at = 0; at < steps.count; at++) {
    steps.read(at, now);
    host.step(now, [0, 0]);
    wanted.push(host.wanted[0] as number);
  }
  return { host, wanted, report: (host.strategy as Ensemble).report() };
}

describe('regimes', () => {
  const after = (
    bars: number,
    signs: Partial<Parameters<RegimeFilter['update']>[0]>,
    filter = new RegimeFilter(),
  ) => {
    for (let at = 1; at <= bars; at++)
      filter.update({ trend: Number.NaN, agitation: Number.NaN, thinness: Number.NaN, ...signs }, at);
    return filter;
  };

  it.each([
    ['trend-up', { trend: 2, agitation: 0, thinness: 0 }],
    ['trend-down', { trend: -2, agitation: 0, thinness: 0 }],
    ['range', { trend: 0, agitation: -0.1, thinness: 0 }],
    ['volatile', { trend: 0, agitation: 1, thinness: 0.2 }],
    ['illiquid', { trend: 0, agitation: 0, thinness: 2 }],
    ['crisis', { trend: -3.5, agitation: 1.5, thinness: 1.2 }],
  ] as const)('%s is recognised by its signs', (regime, signs) => {
    const filter = after(20, signs);
    expect(filter.regime).toBe(regime);
    expect(filter.probability(regime)).toBeGreaterThan(0.6);
    expect(REGIMES.reduce((sum, each) => sum + filter.probability(each), 0)).toBeCloseTo(1, 12);
  });

  it('another one holds once it was clear for three bars, not after a wild one, and says since when', () => {
    const filter = after(30, { trend: 0, agitation: -0.1, thinness: 0 });
    filter.update({ trend: 40, agitation: 5, thinness: 9 }, 31);
    expect(filter.regime).toBe('range');
    after(20, { trend: 0, agitation: -0.1, thinness: 0 }, filter);
    for (let at = 100; filter.regime === 'range'; at++) {
      expect(at).toBeLessThan(120);
      filter.update({ trend: 2.2, agitation: 0, thinness: 0 }, at);
    }
    expect(filter.regime).toBe('trend-up');
    expect(filter.sinceUs).toBeGreaterThanOrEqual(102);
  });

  it('what is not known says nothing: the filter stays where it began', () => {
    const filter = after(50, {});
    expect(filter.regime).toBe('range');
    for (const regime of REGIMES) expect(filter.probability(regime)).toBeCloseTo(1 / 6, 9);
  });
});

describe('records', () => {
  it('make a probability of a score by outcomes before it, and a weight of what was beyond luck', () => {
    const judge = (informed: number): ScoreRecord => {
      const random = new SeededRandom(5);
      const record = new ScoreRecord();
      for (let at = 0; at < 600; at++) {
        const score = random.normal();
        const isUp = random.next() < 0.5 + (score > 0 ? informed : -informed);
        record.onOutcome(score, record.probability(score), 0.5, isUp ? 1 : 0);
      }
      return record;
    };
    const told = judge(0.4);
    expect(told.probability(1.5)).toBeGreaterThan(0.8);
    expect(told.probability(-1.5)).toBeLessThan(0.2);
    expect(told.skill).toBeGreaterThan(0.1);
    expect(judge(0).skill).toBe(0);
    // A score that is against what comes is turned round.
    expect(judge(-0.4).probability(1.5)).toBeLessThan(0.2);
  });

  it('say nothing of few outcomes, nor of one kind alone', () => {
    const record = new ScoreRecord();
    for (let at = 0; at < 100; at++) {
      expect(record.probability(1)).toBeUndefined();
      record.onOutcome(at, undefined, 0.5, 1);
    }
    expect([record.skill, record.gain]).toEqual([0, undefined]);
    expect(LEAST_OUTCOMES).toBeGreaterThanOrEqual(40);
  });

  it('a hit rate has the interval of Wilson', () => {
    const hits = new HitRecord();
    expect(hits.interval).toEqual([0, 1]);
    for (let at = 0; at < 10; at++) hits.onOutcome(at < 8);
    // 8 of 10: 49.0 % to 94.3 %.
    expect(hits.interval[0]).toBeCloseTo(0.49016, 4);
    expect(hits.interval[1]).toBeCloseTo(0.94332, 4);
  });

  it('votes are pooled by their weights', () => {
    expect(pooledLogit([])).toBeUndefined();
    const equal = pooledLogit([0.8, 0.2].map((probability) => ({ probability, weight: 0.1 }))) as number;
    expect(equal).toBeCloseTo(0, 12);
    const votes = [
      { probability: 0.9, weight: 3 },
      { probability: 0.5, weight: 1 },
    ];
    // Three quarters of ln 9.
    expect(logistic(pooledLogit(votes) as number)).toBeCloseTo(1 / (1 + 9 ** -0.75), 9);
  });
});

describe('gates', () => {
  const open: GateFigures = {
    p: 0.9,
    side: 1,
    counted: 3,
    agree: 2,
    right: 15,
    judged: 20,
    interval: [0.5, 0.9],
    moved: 1,
    moveBps: 50,
    regime: 'range',
    gate: 0.8,
    costBps: 20,
    short: false,
  };
  it.each<[string, Partial<GateFigures>]>([
    ['', {}],
    ['', { right: 0, judged: 19 }],
    ['', { p: 0.1, side: -1, short: true }],
    ['agreement', { agree: 1 }],
    ['probability', { p: 0.799 }],
    ['probability', { p: undefined }],
    ['probability', { p: 0.9, moved: 0.85 }],
    ['hit rate', { right: 13 }],
    ['edge after costs', { costBps: 40 }],
    ['edge after costs', { moveBps: Number.NaN }],
    ['regime', { regime: 'crisis' }],
    ['regime', { regime: 'illiquid' }],
    ['side', { p: 0.1, side: -1 }],
  ])('%j is shut by %j', (gate, change) => {
    expect(shutGate({ ...open, ...change })).toBe(gate);
  });
  it('the edge is what is expected of an even bet', () => expect(edgeBps(open)).toBeCloseTo(40, 9));
});

describe('an ensemble', () => {
  const few = madeSteps(ensembleOf(1), 1, 300, CARRIES);
  let wantedBySound: number[] | undefined;
  const sound = (): number[] => (wantedBySound ??= run(few, SHORT).wanted);

  it('wants a position where a signal is planted, net of costs and with a hit rate above its gate', () => {
    for (const seed of [1, 2]) {
      const steps = madeSteps(ensembleOf(1), seed, 1_000, CARRIES);
      const { report, host } = run(steps, SHORT);
      expect(host.stopped).toBeUndefined();
      expect(report.hits.low).toBeGreaterThan(0.7);
    }
    const module = ensembleOf(1);
    const parameters = module.manifest.parameters.parse(SHORT);
    const steps = madeSteps(module, 3, 1_000, CARRIES);
    expect(runStrategy({ module, parameters, steps, costBps: 1, seed: 1 }).netBps).toBeGreaterThan(500);
  });

  it('wants none on a random walk, and names the gate', () => {
    for (const seed of [1, 2, 3]) {
      const { wanted, report } = run(madeSteps(ensembleOf(1), seed, 800), SHORT);
      expect(wanted.filter((each) => each !== 0).length).toBeLessThan(8);
      expect(report.shut).not.toBe('');
    }
  });

  it.each([1, 2])('wants none where most prices stand: that is no fall (seed %i)', (seed) => {
    const random = new SeededRandom(seed);
    const thin = new StepColumns(900);
    const step = emptyStep();
    let price = 100;
    for (let at = 0; at < 900; at++) {
      step.endUs = (at + 1) * few.stepUs;
      step.open = price;
      if (random.next() < 0.4) price *= random.next() < 0.5 ? 0.99 : 1.01;
      step.close = price;
      [step.high, step.low] = [Math.max(step.open, price), Math.min(step.open, price)];
      [step.buyVolume, step.sellVolume] = [random.next(), random.next()];
      thin.push(step);
    }
    const { wanted, report } = run(pairSteps([thin]), { ...SHORT, short: true });
    expect([wanted.filter((each) => each !== 0), report.hits.count]).toEqual([[], 0]);
  });

  it('decides the same twice, nothing by later bars, and the same after a restart', () => {
    const module = ensembleOf(1);
    const parameters = module.manifest.parameters.parse(SHORT);
    const steps = madeSteps(module, 4, 450, CARRIES);
    const checks = checkStrategy({ module, parameters, steps, costBps: 1, seed: 1, cuts: 2 });
    expect(checks).toMatchObject({ ok: true, repeats: true, lookahead: null, restart: null, stopped: null });
    expect(checks.decisions).toBeGreaterThan(30);
  });

  it('shows after a restart what it showed before, and says how long it holds', () => {
    const module = ensembleOf(1);
    const steps = madeSteps(module, 4, 450, CARRIES);
    const parameters = module.manifest.parameters.parse(SHORT);
    const made = () => new StrategyHost({ module, parameters, stepUs: steps.stepUs, seed: 1 });
    const reportOf = ({ strategy }: StrategyHost) => (strategy as Ensemble).report();
    const host = made();
    const fresh = reportOf(host);
    expect([fresh.atUs, fresh.holdsBars]).toEqual([0, 0]);
    const now = [emptyStep()];
    const held = new Set<number>();
    for (let at = 0; at < steps.count; at++) {
      steps.read(at, now);
      host.step(now, [0]);
      held.add(reportOf(host).holdsBars);
      if (at % 50 !== 49) continue;
      const again = made();
      again.load(host.save() as string);
      expect(reportOf(again)).toEqual(reportOf(host));
    }
    expect(held).toEqual(new Set([0, 1]));
    // A state of an older version has no vote: none is made up.
    const { wanted, state } = JSON.parse(host.save() as string) as { wanted: number[]; state: string };
    const older = made();
    const { last: _last, ...rest } = JSON.parse(state) as { readonly last: unknown };
    older.load(JSON.stringify({ wanted, state: JSON.stringify(rest) }));
    expect(reportOf(older)).toMatchObject({
      atUs: 0,
      hits: reportOf(host).hits,
      regime: reportOf(host).regime,
    });
  });

  it('has a state that a session records, however much it has seen', () => {
    const { host } = run(madeSteps(ensembleOf(2), 1, 1_000, CARRIES), SHORT, HOUSE_AGENTS, 2);
    expect(host.save()?.length).toBeLessThan(28_000);
  });

  it('hears the second market where that one leads', () => {
    const leader = madeMarket(7, 900);
    const follower = new StepColumns(900);
    const step = emptyStep();
    for (let at = 0; at < 900; at++) {
      leader.read(Math.max(0, at - 1), step);
      follower.push({ ...step, endUs: leader.endUs(at) });
    }
    const { report } = run(pairSteps([follower, leader]), SHORT, HOUSE_AGENTS, 2);
    const vote = report.votes.find(({ agent }) => agent === 'correlation');
    expect(vote).toMatchObject({
      state: 'votes',
      weight: expect.toSatisfy((weight: number) => weight > 0.1),
    });
    const alone = run(madeSteps(ensembleOf(1), 1, 50)).report.votes;
    const without = alone.filter(({ state }) => state === 'no-input').map(({ agent }) => agent);
    expect(without).toEqual(['correlation', 'arbitrage', 'funding', 'sentiment']);
  });

  it.each<[string, Agent['answer']]>([
    ['unknown', ({ atUs }) => ({ score: Number.NaN, atUs })],
    ['bad-answer', ({ atUs }) => ({ score: Number.POSITIVE_INFINITY, atUs })],
    ['bad-answer', ({ atUs }) => ({ score: 1e308, atUs })],
    ['late', ({ atUs }) => ({ score: 1, atUs: atUs - 120e6 })],
    ['late', ({ atUs }) => ({ score: 1, atUs: atUs + 1 })],
    ['late', () => ({ score: 1, atUs: Number.NaN })],
    [
      'killed',
      () => {
        throw new Error('out of order');
      },
    ],
  ])('an agent that is %s has no vote, and the others go on as without it', (state, answer) => {
    const faulty: Agent = { name: 'sentiment', answer };
    const others = HOUSE_AGENTS.filter(({ name }) => name !== 'sentiment');
    const { host, wanted, report } = run(few, SHORT, [...others, faulty]);
    expect(host.stopped).toBeUndefined();
    expect(report.votes.find(({ agent }) => agent === 'sentiment')).toMatchObject({
      state,
      probability: null,
      weight: 0,
      outcomes: 0,
    });
    expect(wanted).toEqual(sound());
  });

  it('sends nothing where every agent is faulty, and one that threw is not asked again, after a restart neither', () => {
    let asked = 0;
    const agents: readonly Agent[] = HOUSE_AGENTS.map(({ name }) => ({
      name,
      answer: () => {
        asked++;
        throw new Error('gone');
      },
    }));
    const steps = madeSteps(ensembleOf(1), 1, 300, CARRIES);
    const { host, wanted } = run(steps, SHORT, agents);
    expect([asked, wanted.some((each) => each !== 0)]).toEqual([HOUSE_AGENTS.length, false]);
    const module = ensembleOf(1, agents);
    const again = new StrategyHost({
      module,
      parameters: module.manifest.parameters.parse(SHORT),
      stepUs: steps.stepUs,
      seed: 1,
    });
    again.load(host.save() as string);
    const now = [emptyStep()];
    steps.read(299, now);
    again.step(now, [0]);
    expect([asked, again.stopped]).toEqual([HOUSE_AGENTS.length, undefined]);
  });
});
