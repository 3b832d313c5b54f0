/** `train` and `model` as a user types them: the same bytes twice, an honest verdict, a registry that is verified. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { madeMarket } from '../../backtest/strategy/made-market.ts';
import { emptyStep } from '../../features/market-step.ts';
import { parallaxHere } from '../testing/in-process.ts';
import { json } from '../testing/parallax-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-train-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const data = (name: string): readonly string[] => ['--data-dir', join(folder, name)];

function candles(name: string, seed: number, planted: object): string {
  const columns = madeMarket(seed, 2_000, planted);
  const step = emptyStep();
  const rows = Array.from({ length: columns.length }, (_, at) => {
    columns.read(at, step);
    return [step.endUs / 1e6, step.open, step.high, step.low, step.close, step.volume]
      .map((value, place) => (place === 0 ? value : value.toFixed(6)))
      .join(',');
  });
  writeFileSync(join(folder, `${name}.csv`), `time,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return `${name}.csv`;
}
const WALK = candles('walk', 1, {});
const PLANTED = candles('planted', 1, { carry: 0.8 });

function spec(name: string, change: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(
    path,
    JSON.stringify({
      name,
      kind: 'logistic',
      file: WALK,
      features: ['z-score:20', 'return:1', 'return:5', 'rsi:14'],
      costBps: 10,
      ...change,
    }),
  );
  return path;
}
type Training = {
  readonly sha256: string;
  readonly file: string;
  readonly judgement: {
    readonly verdict: string;
    readonly trials: number;
    readonly netBps: number;
    readonly logLoss: number;
    readonly baseLogLoss: number;
  };
};
const train = async (path: string, ...more: readonly string[]): Promise<Training> =>
  json(await parallaxHere('train', path, ...more, '--json')) as unknown as Training;

describe('train', () => {
  it.each(['logistic', 'trees'])(
    '%s gives the same bytes twice, and says of a random walk that it does not earn',
    async (kind) => {
      const path = spec(`walk-${kind}`, { kind });
      const [first, second] = [await train(path, ...data('a')), await train(path, ...data('b'))];
      expect(second.sha256).toBe(first.sha256);
      expect(readFileSync(second.file)).toEqual(readFileSync(first.file));
      expect(first.judgement.verdict).toBe('chance');
      expect(await train(path, ...data('a'))).toMatchObject({
        judgement: { trials: first.judgement.trials },
      });
    },
  );

  it.each([
    ['lstm', { lstm: { sequence: 5, units: 3, epochs: 2 }, folds: 2 }],
    ['q', { policy: { episodes: 4 }, costBps: 10 }],
    ['dqn', { policy: { episodes: 2, hidden: [8] }, folds: 1, costBps: 10 }],
  ])('%s is stored, verified, and found no better than chance on a random walk', async (kind, change) => {
    const DATA = data(`walk-${kind}`);
    const path = spec(`walk-${kind}`, { kind, features: ['z-score:20', 'return:1'], ...change });
    const first = await train(path, ...DATA);
    expect(first.judgement.verdict).toBe('chance');
    expect((await train(path, ...DATA, '--dry-run')).judgement).toEqual(first.judgement);
    expect(await parallaxHere('model', 'verify', ...DATA)).toMatchObject({ code: 0 });
  });

  it('a table learns a planted signal, net of costs', async () => {
    const answer = await train(
      spec('table', { kind: 'q', file: PLANTED, features: ['return:1'] }),
      ...data('table'),
    );
    expect(answer.judgement.verdict).toBe('earns');
  });

  it('finds a planted signal out of sample, net of costs, and counts what was tried', async () => {
    const { judgement } = await train(spec('planted', { file: PLANTED, horizonBars: 1 }), ...data('c'));
    expect(judgement).toMatchObject({ verdict: 'earns', trials: 1 });
    expect(judgement.netBps).toBeGreaterThan(0);
    expect(json(await parallaxHere('model', 'gates', 'planted', '--json', ...data('c')))).toMatchObject({
      passes: true,
      gates: expect.arrayContaining([
        { gate: 'purge and embargo', passes: true, value: 'embargo of 1 bars', bound: expect.any(String) },
        expect.objectContaining({ gate: 'look-ahead', value: 'none in 4 cuts of 2000 bars' }),
      ]),
    });
    expect(judgement.logLoss).toBeLessThan(judgement.baseLogLoss);
    expect(
      (await train(spec('planted-2', { file: PLANTED, horizonBars: 1, ridge: 5 }), ...data('c'))).judgement
        .trials,
    ).toBe(2);
    expect(
      (await train(spec('planted', { file: PLANTED, horizonBars: 1, costBps: 100 }), ...data('c'))).judgement
        .verdict,
    ).toBe('better-but-does-not-earn');
  });

  it.each<[object, RegExp]>([
    [{ kind: 'magic' }, /kind: ""magic"" must be one of logistic, trees, lstm, q, dqn/],
    [{ horizonBars: 0 }, /horizonBars: "0" must be at least 1/],
    [{ folds: 1e9 }, /folds: "1000000000" must be at most 50/],
    [{ features: ['nothing'] }, /features: "nothing" is not a feature/],
    [{ features: ['imbalance'] }, /features: leave no row of 2000 bars/],
    [{ speed: 1 }, /has names that are not known: speed/],
    [{ name: '../up' }, /name: .*must be lower case/],
    [{ file: 'none.csv' }, /none\.csv/],
    [{ horizonBars: 900, folds: 3 }, /folds: "3" leaves nothing to learn from/],
  ])('refuses %j', async (change, message) => {
    const path = join(folder, 'bad.json');
    writeFileSync(path, JSON.stringify({ name: 'bad', kind: 'logistic', file: WALK, ...change }));
    expect(await parallaxHere('train', path, ...data('d'))).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});

describe('model', () => {
  it('promotes, rolls back in one step, and names what was altered', async () => {
    const DATA = data('e');
    const first = await train(spec('steps', {}), ...DATA);
    const type = (...words: readonly string[]) => parallaxHere('model', ...words, ...DATA);
    expect(await type('show', 'steps', '--version', 'champion')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/has no champion/),
    });
    expect(await type('promote', 'steps')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /does not pass \d+ of 12 gates: .*better than chance: p [\d.]+ over 1 trial/,
      ),
    });
    expect(await type('promote', 'steps', '--override', 'yes')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/override: "yes" is not the word OVERRIDE/),
    });
    expect(await type('promote', 'steps', '--override', 'OVERRIDE')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/why: is missing/),
    });
    const over = ['--override', 'OVERRIDE', '--reason', 'a', 'try'];
    expect(json(await type('promote', 'steps', '--json', ...over))).toMatchObject({
      aliases: { champion: first.sha256, challenger: null, previous: null },
    });
    const second = await train(spec('steps', { ridge: 9 }), ...DATA);
    expect(json(await type('promote', 'steps', '--json', ...over))).toMatchObject({
      aliases: { champion: second.sha256, previous: first.sha256 },
    });
    expect(json(await type('rollback', 'steps', '--json'))).toMatchObject({
      aliases: { champion: first.sha256, challenger: second.sha256, previous: null },
    });
    expect(await type('rollback', 'steps')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no champion before this one/),
    });
    const shown = json(await type('show', 'steps', '--json'));
    expect((shown['events'] as { readonly action: string }[]).map(({ action }) => action)).toEqual([
      'register',
      'promote',
      'register',
      'promote',
      'rollback',
    ]);
    expect((shown['events'] as { readonly why: string }[])[1]?.why).toMatch(
      /^gates overridden: a try \(.*better than chance/,
    );
    expect(await type('verify')).toMatchObject({ code: 0 });
    writeFileSync(second.file, readFileSync(second.file, 'utf8').replace('"version":1', '"version": 1'));
    expect(await type('verify', 'steps')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/FAIL steps .*was altered/),
    });
    expect(await type('promote', 'steps', ...over)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/was altered/),
    });
    const ledger = join(folder, 'e', 'models', 'steps', 'events.jsonl');
    writeFileSync(ledger, readFileSync(ledger, 'utf8').replace('a try', 'a lie'));
    expect(await type('verify', 'steps')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/was altered at line 2/),
    });
    appendFileSync(ledger, '{}\n');
    expect(await type('show', '../../etc')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not a name of a model/),
    });
  });

  it('imports a file of LightGBM, and answers rows as it does', async () => {
    const DATA = data('f');
    const file = join(folder, 'light.txt');
    const tree =
      'num_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0.5\ndecision_type=10\nleft_child=-1\nright_child=-2\nleaf_value=-1 2\nis_linear=0';
    writeFileSync(
      file,
      `tree\nversion=v4\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=regression\n\nTree=0\n${tree}\n\nend of trees\n`,
    );
    const rows = join(folder, 'rows.csv');
    writeFileSync(rows, 'a,b\n0.5,1\n0.6,1\n,1\n');
    expect(
      json(await parallaxHere('model', 'predict', file, '--rows', rows, '--json', ...DATA)),
    ).toMatchObject({ rows: 3, answers: [-1, 2, -1] });
    expect(
      json(await parallaxHere('model', 'import', file, '--name', 'light', '--json', ...DATA)),
    ).toMatchObject({ format: 'lightgbm-text', isNew: true });
    expect(
      json(
        await parallaxHere(
          'model',
          'predict',
          'light',
          '--version',
          'challenger',
          '--rows',
          rows,
          '--json',
          ...DATA,
        ),
      ),
    ).toMatchObject({ answers: [-1, 2, -1] });
    writeFileSync(rows, '1,2\n1\n');
    expect(await parallaxHere('model', 'predict', file, '--rows', rows, ...DATA)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/rows\.csv: row 2: has 1 values, and the model takes 2/),
    });
    writeFileSync(rows, '1,2\n1,x\n');
    expect(await parallaxHere('model', 'predict', file, '--rows', rows, ...DATA)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/row 2 that is no number/),
    });
  });

  it('finds no drift in its own data, and drift in another market', async () => {
    const DATA = data('g');
    await train(spec('drifts', { horizonBars: 1 }), ...DATA);
    const drift = async (file: string) =>
      json(
        await parallaxHere(
          'model',
          'drift',
          'drifts',
          '--version',
          'challenger',
          '--file',
          join(folder, file),
          '--json',
          ...DATA,
        ),
      );
    expect(await drift(WALK)).toMatchObject({ worst: 'ok' });
    expect(await drift(candles('carried', 2, { carry: 0.9 }))).toMatchObject({ worst: 'act' });
  });
});
