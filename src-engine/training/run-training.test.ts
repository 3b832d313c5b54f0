/** A training that is broken off and taken up, and a model that is promoted by its gates. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countTrial, hashOf, trialsOn } from '../backtest/strategy/trial-ledger.ts';
import { madeMarket } from '../backtest/strategy/made-market.ts';
import { emptyStep } from '../features/market-step.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { makeDataset } from './dataset.ts';
import { KeptWork } from './kept-work.ts';
import { gatesNow, promoteModel } from './promotion.ts';
import { ModelRegistry } from './registry.ts';
import { runTraining, type TrainingProgress } from './run-training.ts';
import { checkSpec } from './training-spec.ts';

const root = mkdtempSync(join(tmpdir(), 'parallax-training-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const now = () => '2026-01-01T00:00:00.000Z';
const FILE = join(root, 'bars.csv');
const columns = madeMarket(1, 1_200, { carry: 0.8 });
const step = emptyStep();
writeFileSync(
  FILE,
  `time,open,high,low,close,volume\n${Array.from({ length: columns.length }, (_, at) => {
    columns.read(at, step);
    return [step.endUs / 1e6, step.open, step.high, step.low, step.close, step.volume]
      .map((value, place) => (place === 0 ? value : value.toFixed(6)))
      .join(',');
  }).join('\n')}\n`,
);

const spec = (change: object) =>
  checkSpec(
    {
      name: 'made',
      kind: 'logistic',
      file: 'bars.csv',
      features: ['return:1', 'z-score:20'],
      horizonBars: 1,
      costBps: 10,
      ...change,
    },
    'a test',
  );
const train = (
  name: string,
  change: object,
  onProgress: (progress: TrainingProgress) => void = () => undefined,
) => {
  const dataDir = join(root, name);
  return runTraining(spec(change), FILE, { dataDir, version: '1', now, stores: true, onProgress });
};

describe('a training that is broken off', () => {
  it.each([
    ['logistic', {}],
    ['lstm', { kind: 'lstm', lstm: { sequence: 3, units: 2, epochs: 2 } }],
    ['q', { kind: 'q', features: ['return:1'], policy: { episodes: 2 } }],
  ])('%s goes on from the folds that are done, to the same bytes and verdict', async (name, change) => {
    const whole = await train(`${name}-whole`, change);
    const part = `${name}-part`;
    const stop = (progress: TrainingProgress): void => {
      if (progress.phase === 'training' && progress.fit === 3) throw new Error('canceled');
    };
    await expect(train(part, change, stop)).rejects.toThrow('canceled');
    // It was tried, whether or not it comes to its end.
    const { dataSha256 } = whole.record;
    expect([...(await trialsOn(join(root, part), hashOf('train', dataSha256))).values()]).toEqual([0]);
    const [kept = ''] = readdirSync(join(root, part, 'lab', 'training'));
    // A line that the kill cut.
    appendFileSync(join(root, part, 'lab', 'training', kept), 'cut\troll 2\t{"p":[0.');
    const seen: TrainingProgress[] = [];
    const resumed = await train(part, change, (progress) => seen.push(progress));
    expect(seen.find(({ phase }) => phase === 'rows')).toMatchObject({
      kept: expect.toSatisfy((count: number) => count >= 2),
    });
    expect(resumed.record).toEqual(whole.record);
    expect(resumed.registered?.sha256).toBe(whole.registered?.sha256);
    expect(readdirSync(join(root, part, 'lab', 'training'))).toEqual([]);
  });

  it('says how far it is, with the loss and Sharpe ratio of each epoch', async () => {
    const seen: TrainingProgress[] = [];
    const { record } = await train('epochs', { kind: 'trees', trees: { rounds: 24 } }, (progress) =>
      seen.push(progress),
    );
    const steps = seen.flatMap((progress) => (progress.phase === 'training' ? [progress] : []));
    expect(steps.map(({ fit }) => fit)).toEqual(steps.map(({ fit }) => fit).toSorted((a, b) => a - b));
    expect(steps.at(-1)).toMatchObject({ fit: 5, fits: 5 });
    expect(record.epochs.map(({ epoch }) => epoch)).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24]);
    const [first, last] = [record.epochs[0], record.epochs.at(-1)];
    expect(last?.validationLoss).toBeLessThan(first?.validationLoss ?? 0);
    expect(last?.sharpe).toBeGreaterThan(0);
  });
});

it('keeps the folds of the newest 20 unfinished trainings', async () => {
  const dataDir = join(root, 'many');
  for (let at = 0; at < 25; at++) (await KeptWork.open(dataDir, `${at}`)).once('roll 0', () => at);
  expect(readdirSync(join(dataDir, 'lab', 'training'))).toHaveLength(20);
  expect((await KeptWork.open(dataDir, '24')).size).toBe(1);
});

it('refuses rows that would take the memory of the engine before it takes any', () => {
  const set = new FeatureSet(['return:1'], 'features');
  const steps = { count: 1e9, stepUs: 60e6, unpaired: 0, gaps: 0, read: () => expect.unreachable() };
  expect(() => makeDataset(set, steps, 1, false)).toThrow(/1000000000 values, more than 50000000/);
});

it('counts trials on a file that is an hour longer, renamed, or cut, and none on what comes after', async () => {
  const dataDir = join(root, 'longer');
  const lines = readFileSync(FILE, 'utf8').split('\n');
  const [head = '', ...bars] = lines;
  const on = async (name: string, from: number, to: number, change: object) => {
    const file = join(root, `${name}.csv`);
    writeFileSync(file, [head, ...bars.slice(from, to), ''].join('\n'));
    const options = { dataDir, version: '1', now, stores: false, onProgress: () => undefined };
    const { record } = await runTraining(spec({ ...change, folds: 2 }), file, options);
    const gates = await gatesNow(dataDir, record);
    return {
      judgement: record.judgement,
      chance: gates.find(({ gate }) => gate === 'better than chance')?.value,
    };
  };
  const first = await on('first', 0, 700, {});
  expect(first.judgement).toMatchObject({ trials: 1, trialsElsewhere: 0 });
  const longer = await on('longer', 0, 760, { ridge: 2 });
  expect(longer.judgement).toMatchObject({
    trials: 2,
    trialsElsewhere: 1,
    text: expect.stringContaining(
      'counting 2 trials on this market and time (1 on other files that share 10 % of the time or more)',
    ),
  });
  expect(longer.chance).toMatch(/over 2 trials on this market and time \(1 on other files/);
  // The same settings again are no other trial, on whichever file.
  expect((await on('cut', 200, 700, {})).judgement).toMatchObject({ trials: 2, trialsElsewhere: 1 });
  expect((await on('after', 760, 1_200, {})).judgement).toMatchObject({ trials: 1, trialsElsewhere: 0 });
});

describe('a promotion', () => {
  it('follows from the gates; many more trials on the same data, or an altered record, close them', async () => {
    const { record, registered } = await train('gates', {});
    const { sha256 = '', file = '' } = registered ?? {};
    const dataDir = join(root, 'gates');
    const registry = new ModelRegistry(dataDir, now);
    const gates = async () => gatesNow(dataDir, await registry.record('made', sha256));
    const failed = async () => (await gates()).flatMap(({ gate, passes }) => (passes ? [] : [gate]));
    expect(await failed()).toEqual([]);
    const given = { why: '', override: '' };
    expect(await promoteModel(registry, dataDir, 'made', 'challenger', given)).toMatchObject({
      champion: sha256,
    });
    expect((await registry.events('made')).at(-1)?.why).toBe('passed 12 gates');
    for (let trial = 0; trial < 200; trial++) {
      for (const ledger of ['train', 'train-net'])
        await countTrial(dataDir, {
          data: hashOf(ledger, record.dataSha256),
          trial: hashOf(trial),
          sharpe: trial % 2 === 0 ? 3 : -3,
        });
    }
    expect(await failed()).toEqual(['deflated Sharpe']);
    const manifest = join(dirname(file), 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"leak": null', '"leak":  null'));
    expect(await gates()).toMatchObject([{ value: expect.stringMatching(/was altered/), passes: false }]);
    // The same training stores it again.
    await train('gates', {});
    expect(await failed()).toEqual(['deflated Sharpe']);
  });

  it('asks for the costs of the market, and holds the record at the highest ones, whichever came first', async () => {
    const dataDir = join(root, 'costs');
    const registry = new ModelRegistry(dataDir, now);
    const costs = async (costBps: number) => {
      const { registered } = await train('costs', { costBps });
      const gates = await gatesNow(dataDir, await registry.record('made', registered?.sha256 ?? ''));
      return gates
        .filter(({ gate }) => gate === 'costs of a fill')
        .map(({ value, passes }) => [value, passes]);
    };
    expect(await costs(0)).toEqual([['0.0 bps', false]]);
    expect(await costs(10)).toEqual([['10.0 bps', true]]);
    expect(await costs(0)).toEqual([['10.0 bps', true]]);
    expect(await registry.versions('made')).toHaveLength(1);
    const record = (await registry.record('made', (await registry.versions('made'))[0] ?? '')) as object;
    const listed = (await gatesNow(dataDir, { ...record, takerFeeBps: 26 })).find(({ passes }) => !passes);
    expect(listed).toMatchObject({ gate: 'costs of a fill', bound: expect.stringContaining('26.0 bps') });
  });
});
