/** Readings of news in a session: taken within their bounds, facts of the journal, seen by strategies, never an order. */
import { describe, expect, it } from 'vitest';
import type { SentimentReading } from '../domain/sentiment.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { Ensemble, ensemble } from '../strategies/ensemble/ensemble.ts';
import { KernelHarness, START_US } from '../testing/kernel-harness.ts';
import { Kernel } from './kernel.ts';
import type { Input } from './input.ts';

const HOUR_US = 3_600 * US_PER_SECOND;
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

function rigOf(): KernelHarness {
  const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf: SHELF } });
  rig.fairBooks();
  rig.pass(200);
  rig.command({ type: 'setStrategy', setup: SETUP });
  return rig;
}

const readingOf = (change: Partial<SentimentReading> = {}): SentimentReading => ({
  about: 'BTC',
  score: -0.5,
  confidence: 0.5,
  answeredUs: START_US,
  validUntilUs: START_US + HOUR_US,
  ...change,
});

const note = (rig: KernelHarness, reading: SentimentReading): void =>
  rig.command({ type: 'noteSentiment', reading });

/** The vote of the last bar that ended, two seconds later. */
function vote(rig: KernelHarness) {
  for (let second = 0; second < 2; second++) {
    rig.fairBooks();
    rig.pass(1_000);
  }
  const strategy = rig.kernel.strategies.get(SETUP.strategy)?.host?.strategy as Ensemble;
  return strategy.report().votes.find(({ agent }) => agent === 'sentiment');
}

describe('a reading', () => {
  it('is a fact, is heard by the agent of sentiment until it is over, and makes no order', () => {
    const rig = rigOf();
    expect(vote(rig)?.state).toBe('no-input');
    const reading = readingOf({ validUntilUs: START_US + 5 * US_PER_SECOND });
    note(rig, reading);
    expect(rig.of('sentimentRead')).toMatchObject([{ reading }]);
    expect(vote(rig)).toMatchObject({ state: 'learning', score: -0.25 });
    for (let bars = 0; bars < 4; bars++) vote(rig);
    expect(vote(rig)?.state).toBe('late');
    expect(rig.of('orderCreated')).toEqual([]);
  });

  it('of the market is heard where the coin has none, or one that is over', () => {
    const rig = rigOf();
    note(rig, readingOf({ about: '', score: 1 }));
    expect(vote(rig)?.score).toBe(0.5);
    note(rig, readingOf({ about: 'ETH', score: -1 }));
    expect(vote(rig)?.score).toBe(0.5);
    note(rig, readingOf({ validUntilUs: START_US + 6.5 * US_PER_SECOND }));
    expect(vote(rig)?.score).toBe(-0.25);
    for (let bars = 0; bars < 4; bars++) vote(rig);
    expect(vote(rig)?.score).toBe(0.5);
  });

  it.each<[string, Partial<SentimentReading>]>([
    ['a score beyond its bounds', { score: 1.5 }],
    ['no number', { score: Number.NaN }],
    ['1e308', { confidence: 1e308 }],
    ['a confidence below zero', { confidence: -0.1 }],
    ['a market for a subject', { about: 'BTC/USD' }],
    ['a text for a subject', { about: 'buy BTC' }],
    ['a time to come', { answeredUs: START_US + HOUR_US, validUntilUs: START_US + 2 * HOUR_US }],
    ['an end before it was made', { validUntilUs: START_US - 1 }],
    ['more than a day to live', { validUntilUs: START_US + 25 * HOUR_US }],
  ])('with %s is not taken', (_, change) => {
    const rig = rigOf();
    note(rig, readingOf(change));
    expect([rig.of('sentimentRead'), vote(rig)?.state]).toEqual([[], 'no-input']);
  });

  it('that is no newer than the one before is not taken, and subjects are bounded', () => {
    const rig = rigOf();
    note(rig, readingOf());
    note(rig, readingOf({ score: 1 }));
    for (const about of ['A', 'B', 'C', 'D', 'E', 'F', 'G'])
      note(rig, readingOf({ about, validUntilUs: START_US + 2 * HOUR_US }));
    expect(rig.of('sentimentRead')).toHaveLength(8);
    // The one that is over first gave way.
    expect(vote(rig)?.state).toBe('no-input');
  });

  it('is an input: the same inputs give the same facts, state and votes, and without it they differ', () => {
    const inputs: Input[] = [];
    const facts = (calls: readonly Input[], config: Kernel['config']): string => {
      const kernel = new Kernel(config);
      kernel.begin(START_US);
      for (const input of calls) kernel.step(structuredClone(input));
      kernel.end(START_US + HOUR_US);
      return JSON.stringify(kernel.outbox.events);
    };
    const rig = rigOf();
    const step = rig.kernel.step.bind(rig.kernel);
    rig.kernel.step = (input: Input) => {
      inputs.push(structuredClone(input));
      step(input);
    };
    rig.command({ type: 'setStrategy', setup: SETUP });
    note(rig, readingOf());
    for (let bars = 0; bars < 5; bars++) vote(rig);
    expect(inputs.some(({ kind }) => kind === 'command')).toBe(true);
    const whole = facts(inputs, rig.kernel.config);
    expect(whole).toContain('sentimentRead');
    expect(facts(inputs, rig.kernel.config)).toBe(whole);
    const without = inputs.filter((one) => one.kind !== 'command' || one.command.type !== 'noteSentiment');
    const other = facts(without, rig.kernel.config);
    expect(other).not.toBe(whole);
    // What differs beside the fact itself is the recorded state of the ensemble, which heard it.
    const states = (text: string) =>
      (JSON.parse(text) as { type: string }[]).filter(({ type }) => type === 'strategiesRecorded');
    expect(states(other)).not.toEqual(states(whole));
  });
});
