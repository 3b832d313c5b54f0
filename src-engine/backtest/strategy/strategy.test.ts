/** Strategies behind the port: what a run earns, what stops one, what its checks find, how often noise fools it, and a trader's own folder. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { emptyStep, StepColumns } from '../../features/market-step.ts';
import { parametersOf } from '../../strategies/check-manifest.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import type {
  Outbox,
  Strategy,
  StrategyManifest,
  StrategyModule,
  View,
} from '../../strategies/strategy-port.ts';
import { related } from '../../strategies/pairs/testing/made-pairs.ts';
import { madeMarket } from './made-market.ts';
import { findStrategies, findStrategy } from './own-strategies.ts';
import { pairSteps, type PairedSteps } from './paired-steps.ts';
import { runStrategy } from './run-strategy.ts';
import { scaffold } from './scaffold.ts';
import { tryStrategy } from './strategy-trial.ts';
import { testOnNoise } from './noise-test.ts';
import { verdictOf } from './verdict.ts';
import { priceMarks } from '../overfit/seen-data.ts';
import { countTrial, hashOf } from './trial-ledger.ts';
import { NOTHING_TRIED, TriedData, trialWords } from './tried-data.ts';

const MINUTE_US = 60_000_000;
const folder = mkdtempSync(join(tmpdir(), 'parallax-strategies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function stepsOf(
  closes: readonly number[],
  book?: { readonly bid: number; readonly ask: number },
): PairedSteps {
  const columns = new StepColumns(closes.length);
  closes.forEach((close, at) =>
    columns.push({
      ...emptyStep(),
      endUs: (at + 1) * MINUTE_US,
      close,
      high: close,
      low: close,
      open: close,
      ...book,
    }),
  );
  return pairSteps([columns]);
}

/** As a plugin in plain JavaScript may answer. */
const late = (): unknown => Promise.reject(new Error('late'));

function made(
  onBar: NonNullable<Strategy['onBar']>,
  change: Partial<StrategyManifest> = {},
  state: Partial<Strategy> = {},
): StrategyModule {
  return {
    manifest: {
      name: 'made',
      version: 1,
      summary: 'made for a test',
      markets: 1,
      input: 'bars',
      may: 'position',
      parameters: z.strictObject({}),
      features: () => [],
      ...change,
    },
    create: () => ({ onBar, save: () => '', load: () => undefined, ...state }),
  };
}
const run = (module: StrategyModule, steps: PairedSteps, costBps = 0) =>
  runStrategy({ module, parameters: {}, steps, costBps, seed: 1 });
/** Long after the first bar, flat after the third. */
const inAndOut = (view: View, out: Outbox): void => {
  if (view.atUs === MINUTE_US) out.want(0, 1, 'in');
  if (view.atUs === 3 * MINUTE_US) out.want(0, 0, 'out');
};

describe('a run', () => {
  it('carries a decision out at the next close, and books what the quantity earned less both costs', () => {
    // Bought at 110 after the close of 100, sold at 121 after that of 132.
    const result = run(made(inAndOut), stepsOf([100, 110, 132, 121, 50]), 10);
    expect(result.trades).toHaveLength(1);
    expect(result.grossBps).toBeCloseTo((121 / 110 - 1) * 10_000, 9);
    expect(result.costBps).toBeCloseTo(10 + 10 * (121 / 110), 9);
    expect(result.trades[0]).toMatchObject({
      fromUs: 2 * MINUTE_US,
      toUs: 4 * MINUTE_US,
      entered: 'in',
      left: 'out',
      isOpen: false,
    });
    expect([...result.returnsBps].reduce((sum, each) => sum + each, 0)).toBeCloseTo(result.netBps, 9);
    expect(result.exposure).toBe(0.4);
    expect(result.drawdownBps).toBeGreaterThan(0);
  });

  it('books the same where a strategy alters what it was shown', () => {
    const alters = made((view, out) => {
      inAndOut(view, out);
      (view.positions as number[]).fill(9);
      (view.steps[0] as { close: number }).close = 1;
      (view.steps as unknown[]).length = 0;
    });
    const closes = [100, 110, 132, 121, 50];
    expect(run(alters, stepsOf(closes), 10)).toEqual(run(made(inAndOut), stepsOf(closes), 10));
  });

  it('ends a trade where long becomes short, each with its share of the costs', () => {
    const flips = made((view, out) => out.want(0, (view.atUs / MINUTE_US) % 2 === 1 ? 1 : -1, 'flip'));
    const result = run(flips, stepsOf([100, 100, 100, 100, 100]), 10);
    // The last one is open, and pays its exit as buy and hold does.
    expect(result.trades.map(({ isOpen, netBps }) => [isOpen, netBps])).toEqual([
      [false, -20],
      [false, -20],
      [false, -20],
      [true, -20],
    ]);
    expect(result).toMatchObject({ fills: 4, netBps: -80, shortNetBps: -40 });
    expect([...result.returnsBps].reduce((sum, each) => sum + each, 0)).toBeCloseTo(-80, 9);
  });

  it('says what was earned short, and on spot sells nothing that is not held', () => {
    const short = made((view, out) => view.atUs === MINUTE_US && out.want(0, -1, 'down'));
    const options = {
      module: short,
      parameters: {},
      steps: stepsOf([100, 100, 110, 99]),
      costBps: 0,
      seed: 1,
    };
    // One unit sold at 100 and bought back at 99.
    expect(runStrategy(options).shortNetBps).toBeCloseTo(100, 9);
    expect(runStrategy({ ...options, isSpot: true })).toMatchObject({ netBps: 0, fills: 0, shortNetBps: 0 });
  });

  it('is no edge below buy and hold, and an open trade is none of 30', () => {
    const trade = {
      fromUs: 1,
      toUs: 2,
      isOpen: false,
      entered: 'a',
      left: 'b',
      grossBps: 1,
      costBps: 0,
      netBps: 1,
    };
    const base = run(made(inAndOut), stepsOf([100, 110, 132, 121, 50]));
    const result = { ...base, netBps: 500, trades: Array.from({ length: 30 }, () => trade) };
    const luck = { sharpe: 1, trials: 1, counted: NOTHING_TRIED, probability: 0.99 };
    expect(verdictOf(result, result, luck, 499)).toMatchObject({ verdict: 'edge' });
    expect(verdictOf(result, result, luck, 500)).toMatchObject({
      verdict: 'below-buy-and-hold',
      text: expect.stringMatching(/buy and hold 500\.0 bps/),
    });
    const open = { ...result, trades: [...result.trades.slice(1), { ...trade, isOpen: true }] };
    expect(verdictOf(open, open, luck, 0).verdict).toBe('too-few-trades');
  });

  it('pays half the spread where the book is known', () => {
    const plain = run(made(inAndOut), stepsOf([100, 100, 100, 100, 100]));
    const crossed = run(made(inAndOut), stepsOf([100, 100, 100, 100, 100], { bid: 99, ask: 101 }));
    expect([plain.netBps, crossed.netBps]).toEqual([0, -200]);
  });

  it('gives the same digest twice, and another one for another parameter, seed or bar', () => {
    const [sma] = HOUSE_STRATEGIES;
    const module = sma as StrategyModule;
    const digest = (given: Record<string, string>, seed: number, closes: readonly number[]): string =>
      runStrategy({
        module,
        parameters: parametersOf(module.manifest, given),
        steps: stepsOf(closes),
        costBps: 1,
        seed,
      }).digest;
    const closes = Array.from({ length: 80 }, (_, at) => 100 + Math.sin(at / 5));
    const first = digest({}, 1, closes);
    expect(digest({}, 1, closes)).toBe(first);
    expect(
      new Set([
        first,
        digest({ fast: '9' }, 1, closes),
        digest({}, 2, closes),
        digest({}, 1, [...closes.slice(0, 79), 99]),
      ]).size,
    ).toBe(4);
  });
});

describe('what stops a strategy, and nothing else', () => {
  it.each<[string, StrategyModule, string]>([
    [
      'a throw',
      made(() => {
        throw new Error('oh');
      }),
      'threw',
    ],
    [
      'a throw while it is made',
      {
        ...made(inAndOut),
        create: () => {
          throw new Error('oh');
        },
      },
      'threw',
    ],
    ['a call that answers a promise', made(late), 'threw'],
    [
      'a promise while it is made',
      { ...made(inAndOut), create: (() => Promise.resolve({})) as never },
      'threw',
    ],
    [
      'a throw of what no conversion makes a text',
      made(() => {
        throw Object.create(null) as Error;
      }),
      'threw',
    ],
    [
      'an error whose message is no text',
      made(() => {
        throw Object.assign(new Error('oh'), { message: 5 });
      }),
      'threw',
    ],
    ['NaN', made((_, out) => out.want(0, Number.NaN, 'x')), 'bad-position'],
    ['1e308', made((_, out) => out.want(0, 1e308, 'x')), 'bad-position'],
    ['a market that it has not', made((_, out) => out.want(1, 1, 'x')), 'bad-position'],
    ['a text for a position', made((_, out) => out.want(0, '1' as never, 'x')), 'bad-position'],
    ['no reason', made((_, out) => out.want(0, 1, '')), 'bad-reason'],
    [
      'a position of one that may signal',
      made((_, out) => out.want(0, 1, 'x'), { may: 'signal' }),
      'bad-position',
    ],
    [
      'a probability of 2',
      made((_, out) => out.signal({ market: 0, side: 'up', probability: 2, edgeBps: 1, horizonUs: 1 })),
      'bad-signal',
    ],
    [
      'a state that is a promise',
      made(inAndOut, {}, { save: (() => Promise.reject(new Error('late'))) as never }),
      'bad-state',
    ],
    ['a state that is no text', made(inAndOut, {}, { save: () => 1 as never }), 'bad-state'],
  ])('%s', (_, module, code) => {
    const result = run(module, stepsOf([100, 110, 132, 121, 50]));
    expect(result.stopped?.code ?? 'bad-state').toBe(code);
    // The run goes on to its end without a position.
    expect(result.returnsBps).toHaveLength(4);
    if (code !== 'bad-state') expect(result.fills).toBe(0);
  });

  it('closes what it held', () => {
    const result = run(
      made((view, out) => {
        if (view.atUs > 2 * MINUTE_US) throw new Error('oh');
        out.want(0, 1, 'in');
      }),
      stepsOf([100, 100, 100, 100, 90]),
    );
    expect(result).toMatchObject({
      stopped: { code: 'threw', atUs: 3 * MINUTE_US, detail: 'oh' },
      netBps: 0,
      fills: 2,
    });
    expect(result.trades[0]).toMatchObject({ left: 'stopped: threw' });
  });
});

describe('the checks of a strategy', () => {
  it.each(HOUSE_STRATEGIES.map((module) => [module.manifest.name, module] as const))(
    'find nothing in %s',
    (_, module) => {
      const shorter: Record<string, string> =
        module.manifest.name === 'pairs' ? { windowBars: '120', retestBars: '60' } : {};
      expect(tryStrategy(module, { bars: 500, parameters: shorter }).checks).toMatchObject({
        ok: true,
        repeats: true,
        lookahead: null,
        restart: null,
        stopped: null,
      });
    },
  );

  it('find a decision that rests on later bars, on chance of its own, and on what a restart loses', () => {
    const seen: number[] = [];
    const peeks = made(({ steps: [step] }, out) => {
      seen.push(step?.close ?? 0);
      // What an earlier run over the same bars saw last.
      out.want(0, (seen[0] as number) > (seen.at(-2) ?? 0) ? 1 : 0, 'x');
    });
    expect(tryStrategy(peeks, { bars: 300 }).checks.ok).toBe(false);
    let calls = 0;
    const counts = made((_, out) => out.want(0, calls++ % 7 === 0 ? 1 : 0, 'x'));
    expect(tryStrategy(counts, { bars: 300 }).checks.repeats).toBe(false);
    const forgets: StrategyModule = {
      ...made(inAndOut),
      create: () => {
        let bars = 0;
        return {
          onBar: (_, out) => out.want(0, ++bars % 50 < 25 ? 1 : 0, 'x'),
          save: () => '',
          load: () => undefined,
        };
      },
    };
    expect(tryStrategy(forgets, { bars: 330 }).checks).toMatchObject({
      repeats: true,
      lookahead: null,
      restart: expect.any(Number) as number,
    });
  });

  it('give the same chance after a restart', () => {
    const draws = made((view, out) => out.want(0, view.random() < 0.5 ? 1 : 0, 'x'));
    expect(tryStrategy(draws, { bars: 200 }).checks.ok).toBe(true);
  });
});

describe('noise and signal', () => {
  it('on random walks no strategy of the house earns beyond noise', () => {
    for (const module of HOUSE_STRATEGIES) {
      const result = testOnNoise(module, parametersOf(module.manifest, {}), {
        seeds: 16,
        bars: 800,
        costBps: 10,
      });
      expect(result, result.strategy).toMatchObject({ ok: true });
      expect(result.meanNetBps, result.strategy).toBeLessThanOrEqual(0);
    }
  });

  it('a walk that goes on is found by who follows the last bar', () => {
    // Returns that go on for more than a bar: the last one says which way.
    const lucky = made(({ steps: [step] }, out) =>
      out.want(0, (step?.close ?? 0) > (step?.open ?? 0) ? 1 : -1, 'x'),
    );
    const result = tryStrategy(lucky, { bars: 3_000, planted: { carry: 0.6 }, costBps: 0 }).run;
    expect(result.grossBps).toBeGreaterThan(1_000);
  });

  it('where a signal is planted the right strategy earns net of costs, and the wrong one does not', () => {
    const named = (name: string): StrategyModule =>
      HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === name) as StrategyModule;
    const net = (name: string, planted: object, parameters = {}): number =>
      [1, 2, 3].reduce(
        (sum, seed) =>
          sum + tryStrategy(named(name), { seed, bars: 2_000, planted, costBps: 2, parameters }).run.netBps,
        0,
      );
    expect(net('mean-reversion', { reversion: 0.1 })).toBeGreaterThan(300);
    expect(net('momentum', { carry: 0.9 }, { bars: '3', entry: '1' })).toBeGreaterThan(300);
    expect(net('momentum', { reversion: 0.1 })).toBeLessThan(0);
  });

  it('the pairs rule behind the port earns on a planted pair what its rehearsal shows', () => {
    const columns = [new StepColumns(1_500), new StepColumns(1_500)] as const;
    for (const { endUs, a, b } of related(3, 1_500)) {
      columns[0].push({ ...emptyStep(), endUs, close: a });
      columns[1].push({ ...emptyStep(), endUs, close: b });
    }
    const module = HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === 'pairs') as StrategyModule;
    const parameters = parametersOf(module.manifest, { windowBars: '300', retestBars: '60', costBps: '2' });
    const result = runStrategy({ module, parameters, steps: pairSteps(columns), costBps: 2, seed: 1 });
    expect(result.trades.length).toBeGreaterThan(3);
    expect(result.netBps).toBeGreaterThan(0);
  });
});

describe('trials', () => {
  it('count each once by its data; a line that was altered still counts', async () => {
    const dataDir = join(folder, 'trials');
    const [data, other] = [hashOf('a'), hashOf('b')];
    const trial = (name: string, sharpe: number) => ({ data, trial: hashOf(name), sharpe });
    expect(await countTrial(dataDir, trial('x', 0.1))).toEqual([0.1]);
    expect(await countTrial(dataDir, trial('x', 0.1))).toEqual([0.1]);
    expect(await countTrial(dataDir, trial('y', 0.2))).toEqual([0.1, 0.2]);
    expect(await countTrial(dataDir, { ...trial('x', 0.3), data: other })).toEqual([0.3]);
    appendFileSync(join(dataDir, 'strategy-trials', `${data}.jsonl`), '{"trial": nonsense\n');
    expect(await countTrial(dataDir, trial('y', 0.2))).toHaveLength(3);
  });

  it('of both kinds and on all files of a market and time count together, with the ratios of one kind', async () => {
    const tried = new TriedData(join(folder, 'tried'));
    const steps = madeMarket(3, 900);
    const seenTo = (count: number) => ({
      markets: [],
      fromUs: steps.endUs(0),
      toUs: steps.endUs(count - 1),
      prices: [priceMarks(count, (at) => ({ endUs: steps.endUs(at), close: steps.close(at) }))],
    });
    const [whole, shorter] = [hashOf('whole'), hashOf('shorter')];
    const [x, y] = [hashOf('x'), hashOf('y')];
    await tried.begin(shorter, seenTo(800), x);
    await tried.count('training', shorter, seenTo(800), { trial: y, sharpe: 0.3, t: 2 });
    const counted = await tried.count('run', whole, seenTo(900), { trial: x, sharpe: 0.1 });
    expect(counted).toEqual({ trials: 3, runs: 1, trainings: 2, elsewhere: 2, sharpes: [0.1] });
    expect(trialWords(counted)).toBe(
      '3 trials on this market and time (1 run, 2 trainings; 2 on other files that share 10 % of the time or more)',
    );
    // A crash broke a line of the list: what follows is read, and the file is described again by its next trial.
    appendFileSync((await tried.listPaths()).at(-1) as string, `{"data":"${hashOf('cut')}"`);
    const last = hashOf('last');
    expect(await tried.count('run', last, seenTo(850), { trial: y, sharpe: 0.2 })).toMatchObject({
      trials: 4,
      elsewhere: 3,
    });
    expect(await tried.on('training', shorter, await tried.alike(shorter))).toMatchObject({
      trials: 4,
      elsewhere: 2,
      sharpes: [0, 0.3],
    });
  });
});

describe('the list of data that were tried on', () => {
  it('goes on in another part where one is full, and forgets none', async () => {
    const tried = new TriedData(join(folder, 'parts'));
    const seen = (name: string) => ({
      markets: ['A/B@x', name.repeat(150)],
      fromUs: 0,
      toUs: 100,
      prices: [],
    });
    await tried.begin(hashOf('first'), seen('a'), hashOf('t'));
    const [first] = await tried.listPaths();
    appendFileSync(first as string, `${'#'.repeat(1024 * 1024)}\n`);
    await tried.begin(hashOf('second'), seen('b'), hashOf('u'));
    await tried.begin(hashOf('third'), seen('c'), hashOf('v'));
    // Described already, in whichever part.
    await tried.begin(hashOf('first'), seen('a'), hashOf('w'));
    expect((await tried.listPaths()).map((path) => basename(path))).toEqual(['data.jsonl', 'data-2.jsonl']);
    expect(await tried.list()).toHaveLength(3);
    const others = await tried.alike(hashOf('third'));
    expect(others.toSorted()).toEqual([hashOf('first'), hashOf('second')].toSorted());
    expect(await tried.on('training', hashOf('third'), others)).toMatchObject({ trials: 4, elsewhere: 3 });
  });
});

describe('a trader’s own folder', () => {
  it('holds what is scaffolded, which runs; one that is broken is named and keeps no other from running', async () => {
    const dataDir = join(folder, 'own');
    const files = await scaffold(dataDir, 'my-strategy');
    expect(files.map((file) => basename(file))).toEqual(['strategy.ts', 'strategy.test.ts']);
    await expect(scaffold(dataDir, 'my-strategy')).rejects.toThrow(/"my-strategy" exists already/);
    await expect(scaffold(dataDir, '../up')).rejects.toThrow(/is not a name of a strategy/);
    await expect(scaffold(dataDir, 'momentum')).rejects.toThrow(/is a strategy of the house/);
    const write = (name: string, text: string, file = 'strategy.mjs'): void => {
      mkdirSync(join(dataDir, 'strategies', name));
      writeFileSync(join(dataDir, 'strategies', name, file), text);
    };
    const manifest = (name: string, more: string): string =>
      `{ name: '${name}', version: 1, summary: 's', markets: 1, input: 'bars', may: 'position', parameters: z.object({}), features: () => []${more} }`;
    write('empty', '', 'readme.txt');
    write('throws', 'throw new Error("no licence");');
    write('syntax', 'export default {{{');
    write(
      'other-name',
      `export default ({ z }) => ({ manifest: ${manifest('another', '')}, create: () => ({}) });`,
    );
    write('sma-crossover', 'export default 1;');
    write(
      'three',
      `export default ({ z }) => ({ manifest: ${manifest('three', ', markets: 3')}, create: () => ({}) });`,
    );
    symlinkSync(join(dataDir, 'strategies', 'my-strategy'), join(dataDir, 'strategies', 'linked'));
    symlinkSync(join(dataDir, 'nowhere'), join(dataDir, 'strategies', 'dangling'));
    write('no-create', `export default ({ z }) => ({ manifest: ${manifest('no-create', '')} });`);
    const faults = new Map(
      (await findStrategies(dataDir, true))
        .filter(({ place }) => place === 'own')
        .map(({ name, fault }) => [name, fault]),
    );
    expect(faults.get('my-strategy')).toBeUndefined();
    expect(faults.get('linked')).toMatch(/manifest\.name is "my-strategy" and its folder "linked"/);
    expect(faults.get('dangling')).toBe('it is a link that leads to no folder');
    expect(faults.get('empty')).toMatch(/has none of strategy\.ts/);
    expect(faults.get('throws')).toBe('no licence');
    expect(faults.get('syntax')).toBeDefined();
    expect(faults.get('other-name')).toMatch(/manifest\.name is "another"/);
    expect(faults.get('sma-crossover')).toMatch(/the house has/);
    expect(faults.get('three')).toMatch(/three: manifest\.markets/);
    expect(faults.get('no-create')).toMatch(/create: must be a function/);
    await expect(findStrategy(dataDir, 'throws')).rejects.toThrow(
      /"throws" cannot be used: no licence\. Correct .*strategy\.mjs/,
    );
    // Listed before it is loaded: one that never ends, or ends the process, concerns no other.
    write('never-ends', 'for (;;);');
    write('ends-all', 'process.exit(0);');
    const listed = await findStrategies(dataDir, false);
    expect(listed.find(({ name }) => name === 'never-ends')).toMatchObject({
      module: undefined,
      fault: undefined,
    });
    expect((await findStrategy(dataDir, 'sma-crossover')).place).toBe('house');
    const { module } = await findStrategy(dataDir, 'my-strategy');
    expect(tryStrategy(module, { bars: 400 }).checks.ok).toBe(true);
  });
});
