/** Strategies in a backtest: a portfolio trades the account of the run, and a model outside answers as an input of it. */
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EngineEvent } from '../domain/event.ts';
import type { Answer, PredictionRequest } from '../domain/prediction.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import { portfolio } from '../strategies/rebalancing/portfolio-strategy.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { runBacktest } from './backtest.ts';
import { runMeasuredBacktest } from './measured-backtest.ts';
import type { RunStrategies } from './run-strategies.ts';
import { portfolioSetup } from '../testing/portfolio-setup.ts';
import { header, logFolder, spec, START_US } from './testing/made-log.ts';

const folder = logFolder();
afterAll(() => folder.remove());
const SPECS = [
  spec('BTC/USD', { lotSize: '0.000001', minQty: '0.000001', takerFee: '0.0005' }),
  spec('ETH/USD', { lotSize: '0.00001', minQty: '0.00001', takerFee: '0.0005' }),
];

/** A second each; half way BTC rises by 40 %, and the market is silent for 20 seconds before. */
const EVENTS = Array.from({ length: 60 }, (_, second) => {
  const t = START_US + (second + (second < 30 ? 0 : 20)) * 1_000_000;
  const btc = (second < 30 ? 50_000 : 70_000) + (second % 2) * 100;
  const eth = 2_500 + (second % 3);
  return [
    { k: 'snapshot', t, i: 'BTC/USD', b: [[String(btc), '2']], a: [[String(btc + 10), '2']] },
    { k: 'snapshot', t, i: 'ETH/USD', b: [[String(eth), '20']], a: [[String(eth + 1), '20']] },
  ];
}).flat();
const LOG = folder.write('market.jsonl', [header(SPECS), ...EVENTS]);

const setupOf = (change: Partial<StrategySetup> = {}): StrategySetup => portfolioSetup('made', change);

/** Long where its model answers more than a half; the row is the price. */
const asks: StrategyModule = {
  manifest: {
    name: 'asks',
    version: 1,
    summary: 'Asks.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: z.strictObject({}),
    features: () => [],
    asks: () => undefined,
  },
  create: () => ({
    onBar: ({ steps: [step] }, out) => out.ask(Float64Array.from([step?.close ?? 0]), 250_000),
    onAnswer: (answer, out) =>
      'fault' in answer
        ? out.want(0, 0, answer.fault)
        : out.want(0, (answer.values[0] ?? 0) > 0.5 ? 1 : 0, 'answered'),
    save: () => '',
    load: () => undefined,
  }),
};
const ASKS = setupOf({
  strategy: 'asks:made:BTC/USD',
  name: 'asks',
  version: 1,
  code: 'a'.repeat(64),
  markets: [{ venue: 'made', symbol: 'BTC/USD' }],
  parameters: {},
});
const shelf = {
  find: (name: string) =>
    name === 'asks' ? asks : name === 'portfolio' ? (portfolio as StrategyModule) : undefined,
};

/** @returns the report and the facts. */
async function played(strategies: Partial<RunStrategies>) {
  const events: EngineEvent[] = [];
  const report = await runBacktest({
    logs: [LOG],
    capital: { USD: '10000' },
    limits: { maxPositionPct: 100, maxGrossExposurePct: 100 },
    strategies: { setups: [setupOf()], shelf, answerMs: 20, ...strategies },
    onEvents: (batch) => events.push(...batch),
  });
  return { report, events };
}

describe('a portfolio in a backtest', () => {
  it('trades the account of the run: orders, fills, balances and figures agree, and the same again', async () => {
    const { report, events } = await played({});
    const fills = events.filter(({ type }) => type === 'strategyFilled');
    expect(fills).toMatchObject([
      { side: 'buy', symbol: 'ETH/USD', mode: 'paper' },
      { side: 'buy', symbol: 'BTC/USD' },
      { side: 'sell', symbol: 'BTC/USD' },
    ]);
    expect(report.orders).toBe(3);
    const [found] = report.strategies ?? [];
    expect(found).toMatchObject({ strategy: 'portfolio', mode: 'paper', fills: 3, stopped: null });
    for (const { market, qty } of found?.holdings ?? [])
      expect(report.balances[market.split('/')[0] ?? '']).toBe(qty);
    expect(Number(report.fees)).toBeCloseTo(Number(found?.fees), 7);
    expect(report.assumptions.join(' ')).toContain('Strategies of the run: portfolio (paper).');
    expect(report.explain.join(' ')).toMatch(/portfolio \(paper\): 2 decisions, 3 fills/);
    // What it has at the end is what the curve shows: 40 % of 1000 that rose by 40 % less what was sold.
    expect(Number(report.pnl)).toBeGreaterThan(100);
    expect((await played({})).report.digest).toBe(report.digest);
    const { metrics } = await runMeasuredBacktest(
      {
        logs: [LOG],
        capital: { USD: '10000' },
        limits: { maxPositionPct: 100, maxGrossExposurePct: 100 },
        strategies: { setups: [setupOf()], shelf, answerMs: 20 },
      },
      1_000_000,
    );
    const samples = events.flatMap((event) => (event.type === 'equitySampled' ? [event.sample] : []));
    expect(metrics?.endEquity).toBe(samples.at(-1)?.equity);
  });

  it('ends bars in silence as a session does, and in shadow leaves the account alone', async () => {
    const { report } = await played({ setups: [setupOf({ mode: 'shadow' })] });
    expect(report.orders).toBe(0);
    expect(report.strategies).toMatchObject([{ mode: 'shadow', fills: 3 }]);
    expect(report.pnl).toBe('0');
  });

  it.each([
    [{ setups: [setupOf({ markets: [{ venue: 'far', symbol: 'BTC/USD' }] })] }, /BTC\/USD@far" is no market/],
    [{ setups: [setupOf(), setupOf()] }, /is named twice/],
    [{ setups: [setupOf({ name: 'none' })] }, /"none" is not loaded/],
  ])('is refused where it cannot be: %#', async (change, words) => {
    await expect(played(change)).rejects.toThrow(words);
  });
});

describe('a model outside of the kernel in a backtest', () => {
  const rises = (request: PredictionRequest): Promise<Answer> =>
    Promise.resolve({ values: [(request.row[0] ?? 0) > 60_000 ? 0.9 : 0.1] });

  it('is asked before the run, and its answers come in as declared: however long it really took', async () => {
    const asked: number[] = [];
    const slow = async (request: PredictionRequest): Promise<Answer> => {
      asked.push(request.askedUs);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      return rises(request);
    };
    const { report, events } = await played({ setups: [ASKS], answer: slow });
    expect(asked.length).toBeGreaterThan(50);
    expect(asked).toEqual(asked.toSorted((a, b) => a - b));
    const [decided] = events.flatMap((event) => (event.type === 'strategyDecided' ? [event] : []));
    expect(decided).toMatchObject({ wanted: [1], reason: 'answered' });
    expect((decided?.atUs ?? 0) - 20_000).toSatisfy((atUs: number) => asked.includes(atUs));
    expect(report.strategies).toMatchObject([{ fills: 1, missed: {} }]);
    expect(report.assumptions.join(' ')).toContain('answers 20 ms after it is asked');
    const again = await played({ setups: [ASKS], answer: rises });
    expect(again.report.digest).toBe(report.digest);
  });

  it('that is declared slower than its deadline is late, as in a session', async () => {
    const { report } = await played({ setups: [ASKS], answer: rises, answerMs: 300 });
    expect(Object.keys(report.strategies?.[0]?.missed ?? {})).toEqual(['answer-late']);
    expect(report.strategies?.[0]?.fills).toBe(0);
  });

  it('that cannot answer a row is a fault of that row, and one whose process ends is no result', async () => {
    const failing = (): Promise<Answer> => Promise.resolve({ fault: 'answer-failed', detail: 'no' });
    const { report } = await played({ setups: [ASKS], answer: failing });
    expect(Object.keys(report.strategies?.[0]?.missed ?? {})).toEqual(['answer-failed']);
    const dead = (): Promise<Answer> => Promise.resolve({ fault: 'model-process-ended', detail: 'SIGKILL' });
    await expect(played({ setups: [ASKS], answer: dead })).rejects.toThrow(/does not answer: .*SIGKILL/);
  });

  it('must ask the same rows whatever it was answered', async () => {
    const turns: StrategyModule = {
      ...asks,
      create: () => {
        let last = 0;
        return {
          onBar: (_, out) => out.ask(Float64Array.from([last]), 250_000),
          onAnswer: (answer) => void (last = 'fault' in answer ? 0 : 1),
          save: () => '',
          load: () => undefined,
        };
      },
    };
    await expect(played({ setups: [ASKS], shelf: { find: () => turns }, answer: rises })).rejects.toThrow(
      /asked its model another row/,
    );
  });
});
