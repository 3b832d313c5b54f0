/** A strategy that asks a model outside of the kernel: every way in which an answer may not come ends in a code and no order, and a replay needs the answers alone. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EngineEvent } from '../domain/event.ts';
import type { Answer, PredictionRequest } from '../domain/prediction.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { KernelHarness, START_US } from '../testing/kernel-harness.ts';

const CODE = 'a'.repeat(64);
const STRATEGY = 'asks:test:BTC/USD';
const DEADLINE_US = 250_000;

/** Long where the model answers more than a half. */
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
    asks: ([p = Number.NaN]) =>
      p >= 0 && p <= 1 ? undefined : { fault: 'answer-out-of-range', detail: `${p} is no probability` },
  },
  create: () => ({
    onBar: ({ steps: [step] }, out) => out.ask(Float64Array.from([step?.close ?? 0]), DEADLINE_US),
    onAnswer(answer, out) {
      if ('fault' in answer) out.want(0, 0, answer.fault);
      else out.want(0, (answer.values[0] ?? 0) > 0.5 ? 1 : 0, 'answered');
    },
    save: () => '',
    load: () => undefined,
  }),
};

const SETUP: StrategySetup = {
  strategy: STRATEGY,
  name: 'asks',
  version: 1,
  code: CODE,
  mode: 'shadow',
  markets: [{ venue: 'test', symbol: 'BTC/USD' }],
  barSeconds: 1,
  stake: '1000',
  maxSlippageBps: 20,
  parameters: {},
};

type Say = (request: PredictionRequest, rig: KernelHarness, nth: number) => void;

/** So many bars, in which `say` answers each question as it is asked. */
function played(bars: number, say: Say) {
  const requests: PredictionRequest[] = [];
  const shelf = { find: () => asks, ask: (request: PredictionRequest) => void requests.push(request) };
  const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf } });
  rig.fairBooks();
  rig.pass(200);
  rig.command({ type: 'setStrategy', setup: SETUP });
  let heard = 0;
  for (let step = 0; step < bars * 10 + 10; step++) {
    rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
    rig.pass(100);
    for (; heard < requests.length; heard++) say(requests[heard] as PredictionRequest, rig, heard);
  }
  const running = rig.kernel.strategies.get(STRATEGY);
  return { rig, requests, running, missed: Object.fromEntries(running?.figures.missed ?? []) };
}

const answering =
  (answer: Answer, change: { readonly model?: string } = {}): Say =>
  ({ strategy, model, askedUs }, rig) =>
    rig.command({ type: 'notePrediction', prediction: { strategy, model, askedUs, answer, ...change } });

const decisions = (rig: KernelHarness): readonly EngineEvent[] => rig.of('strategyDecided');

describe('a strategy that asks a model outside', () => {
  it('asks once a bar, and decides by the answer', () => {
    const { rig, requests, missed } = played(3, answering({ values: [0.9] }));
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(requests[0]).toMatchObject({ strategy: STRATEGY, model: CODE, row: Float64Array.from([51_005]) });
    expect(decisions(rig)).toMatchObject([{ wanted: [1], reason: 'answered' }]);
    expect(rig.of('strategyFilled')).toMatchObject([{ side: 'buy' }]);
    expect(missed).toEqual({});
  });

  it.each([
    ['none at all', () => undefined, 'answer-late'],
    ['NaN', answering({ values: [Number.NaN] }), 'answer-not-finite'],
    ['infinity', answering({ values: [Number.POSITIVE_INFINITY] }), 'answer-not-finite'],
    ['1e308', answering({ values: [1e308] }), 'answer-out-of-range'],
    ['-0.1', answering({ values: [-0.1] }), 'answer-out-of-range'],
    ['no values', answering({ values: [] }), 'answer-shape'],
    ['too many values', answering({ values: Array.from({ length: 1_001 }, () => 0.9) }), 'answer-shape'],
    ['a dead process', answering({ fault: 'model-process-ended', detail: 'SIGKILL' }), 'model-process-ended'],
    ['another model', answering({ values: [0.9] }, { model: 'b'.repeat(64) }), 'answer-late'],
  ] as readonly (readonly [string, Say, string])[])(
    'answered by %s holds nothing, has a code, and is counted',
    (_, say, code) => {
      const { rig, missed, running } = played(4, say);
      expect(Object.keys(missed)).toEqual([code]);
      expect(missed[code]).toBeGreaterThanOrEqual(3);
      // One fact, however often it happens.
      expect(rig.of('strategyMissed')).toMatchObject([{ code, strategy: STRATEGY }]);
      expect([rig.placed, rig.of('strategyFilled'), decisions(rig)]).toEqual([[], [], []]);
      expect([running?.stopped, running?.isFlat]).toEqual([null, true]);
    },
  );

  it('takes no answer after its deadline, and none twice', () => {
    const late: Say = (request, rig) => {
      rig.pass(300);
      answering({ values: [0.9] })(request, rig, 0);
    };
    expect(played(3, late).missed).toMatchObject({ 'answer-late': expect.any(Number) as number });
    expect(decisions(played(3, late).rig)).toEqual([]);
    const twice: Say = (request, rig) => {
      answering({ values: [0.1] })(request, rig, 0);
      answering({ values: [0.9] })(request, rig, 0);
    };
    expect(decisions(played(3, twice).rig)).toEqual([]);
  });

  it('sells what it holds once its answers end', () => {
    const { rig } = played(6, (request, own, nth) => {
      if (nth < 2) answering({ values: [0.9] })(request, own, nth);
    });
    expect(rig.of('strategyFilled').map(({ side }) => side)).toEqual(['buy', 'sell']);
    expect(decisions(rig)).toMatchObject([{ wanted: [1] }, { wanted: [0], reason: 'answer-late' }]);
  });

  it('is replayed from the answers alone: nothing is asked, and the facts are the same', () => {
    const answers: { readonly atUs: number; readonly answer: Answer }[] = [];
    const first = played(5, (request, rig, nth) => {
      const answer: Answer =
        nth === 2
          ? { fault: 'model-process-ended', detail: 'SIGKILL' }
          : { values: [nth % 2 === 0 ? 0.9 : 0.2] };
      answers.push({ atUs: request.askedUs, answer });
      answering(answer)(request, rig, nth);
    });
    const shelf = { find: () => asks };
    const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf } });
    rig.fairBooks();
    rig.pass(200);
    rig.command({ type: 'setStrategy', setup: SETUP });
    for (let step = 0; step < 60; step++) {
      rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
      rig.pass(100);
      const due = answers.find(({ atUs }) => atUs === rig.clock.nowUs());
      if (due !== undefined)
        answering(due.answer)(
          { strategy: STRATEGY, model: CODE, askedUs: due.atUs, row: new Float64Array() },
          rig,
          0,
        );
    }
    expect(decisions(rig).length).toBeGreaterThan(2);
    expect(decisions(rig)).toEqual(decisions(first.rig));
    expect(rig.of('strategyMissed')).toEqual(first.rig.of('strategyMissed'));
  });

  it('that was late is recorded with its count before its next bar, and what it says then is passed on', () => {
    const says: StrategyModule = {
      ...asks,
      create: () => ({
        ...asks.create({}),
        onAnswer: (_, out) => {
          out.want(0, 0, 'late');
          out.signal({ market: 0, side: 'down', probability: 0.9, edgeBps: 10, horizonUs: 1e6 });
        },
      }),
    };
    const listener: StrategyModule = {
      manifest: { ...asks.manifest, name: 'listens', mostMarkets: 2, account: true },
      create: () => ({
        onBar: ({ heard = [] }) => void notes.push(...heard.map(({ source }) => source)),
        save: () => '',
        load: () => undefined,
      }),
    };
    const notes: string[] = [];
    const shelf = { find: (name: string) => (name === 'asks' ? says : listener) };
    const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf } });
    rig.fairBooks();
    rig.pass(200);
    rig.command({ type: 'setStrategy', setup: { ...SETUP, barSeconds: 300 } });
    rig.command({
      type: 'setStrategy',
      setup: { ...SETUP, strategy: 'listens', name: 'listens', barSeconds: 300 },
    });
    const until = (second: number): void => {
      for (; rig.clock.nowUs() < START_US + second * 1e6; rig.pass(1_000))
        rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
    };
    const recorded = () => rig.of('strategiesRecorded').at(-1)?.strategies[0]?.missed;
    until(599);
    expect(recorded()).toEqual({});
    until(720);
    expect(recorded()).toEqual({ 'answer-late': 1 });
    until(901);
    expect(notes).toEqual([STRATEGY]);
  });

  it('that asks without saying so in its manifest is stopped', () => {
    const { asks: _, ...manifest } = asks.manifest;
    const shelf = { find: () => ({ ...asks, manifest }) };
    const rig = new KernelHarness({ detection: { minNetBps: 5_000 }, kernel: { shelf } });
    rig.fairBooks();
    rig.pass(200);
    rig.command({ type: 'setStrategy', setup: SETUP });
    rig.book('BTC/USD', [['51000', '2']], [['51010', '2']]);
    rig.pass(2_200);
    expect(rig.of('strategyFailed')).toMatchObject([
      { code: 'threw', detail: 'its manifest names no model that it asks' },
    ]);
  });
});
