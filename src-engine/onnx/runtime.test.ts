/** The real ONNX Runtime, where it is installed: published answers, imports, and what a process does that is killed. */
import { spawn as spawnOf } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../lib/system-clock.ts';
import { answerOf, parseModel } from '../training/model-file.ts';
import { withNames } from '../training/import-model.ts';
import { ModelRegistry } from '../training/registry.ts';
import { until } from '../testing/until.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import type { SideEars } from '../venues/toolkit/side-process.ts';
import { importOnnx, questionOf, smokeFault } from './import-onnx.ts';
import { Inference } from './inference.ts';
import { onnxLauncher } from './launch.ts';
import { runtimeRoot } from './installed.ts';
import { OnnxDesk } from './onnx-desk.ts';
import { madeOnnx, node, tensor } from './testing/made-onnx.ts';

const isInstalled = (() => {
  try {
    return runtimeRoot('/nowhere') !== '';
  } catch {
    return false;
  }
})();

it('a runtime that is not installed, or of another version, is named with the one command that installs it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-none-'));
  try {
    runtimeRoot(folder);
  } catch (error) {
    expect(String(error)).toContain(
      `npm install --ignore-scripts --prefix "${join(folder, 'onnx')}" onnxruntime-node@1.30.0`,
    );
  }
  rmSync(folder, { recursive: true });
});

describe.runIf(isInstalled)(
  'ONNX Runtime (npm install --no-save --ignore-scripts onnxruntime-node@1.30.0)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
    const clock = new SystemClock();
    let inference: Inference;
    const fileOf = (name: string, bytes: Uint8Array) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return { model: name, path, sha256: createHash('sha256').update(bytes).digest('hex'), provider: 'cpu' };
    };
    const imported = (name: string, bytes: Uint8Array, options = {}) =>
      importOnnx(inference, fileOf(name, bytes).path, bytes, options);
    beforeAll(() => {
      inference = new Inference(onnxLauncher(folder, [`${folder}/*`]), clock);
    });
    afterAll(() => {
      inference.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it.runIf(HAS_SHARED_DATA)('gives published answers at their tolerance', async () => {
      type Tensor = { readonly dims: readonly number[]; readonly data: readonly number[] };
      type Case = {
        readonly onnx_base64: string;
        readonly feeds: Readonly<Record<string, Tensor>>;
        readonly expected: Readonly<Record<string, { readonly data: readonly number[] } | readonly number[]>>;
        readonly tolerance?: number;
      };
      const { cases } = JSON.parse(
        readFileSync(sharedFile('known-answers/models/onnx-models.json'), 'utf8'),
      ) as {
        readonly cases: readonly Case[];
      };
      expect(cases.length).toBe(2);
      for (const [at, { onnx_base64: base64, feeds, expected, tolerance = 0 }] of cases.entries()) {
        const file = fileOf(`case-${at}.onnx`, Buffer.from(base64, 'base64'));
        expect(await inference.load(file)).toEqual({ provider: 'cpu', instead: '' });
        const [[input, { dims, data }]] = Object.entries(feeds) as [[string, Tensor]];
        // Of a ZipMap the label alone is a tensor.
        const [[output, values]] = Object.entries(expected) as [[string, { data: number[] } | number[]]];
        const found = await inference.answer(file.model, { input, type: 'float32', dims, row: data, output });
        const wanted = Array.isArray(values) ? values : values.data;
        expect('values' in found && found.values.length).toBe(wanted.length);
        wanted.forEach((value, place) =>
          expect(Math.abs(value - (('values' in found && found.values[place]) || 0))).toBeLessThanOrEqual(
            tolerance,
          ),
        );
      }
      await expect(imported('iris.onnx', Buffer.from(cases[1]?.onnx_base64 ?? '', 'base64'))).rejects.toThrow(
        /takes 3 rows at once \(float_input float32\[3, 2\]\)/,
      );
    });

    it('imports a file with its smoke rows, keeps it in the registry, and notices each byte that is altered', async () => {
      const bytes = madeOnnx();
      const { model, loaded } = await imported('sigmoid.onnx', bytes);
      expect(loaded).toEqual({ provider: 'cpu', instead: '' });
      expect(model.smoke.map(({ row, answer }) => [row[0], Math.round((answer[0] ?? 0) * 1e6)])).toEqual([
        [0, 500_000],
        [0.5, 622_459],
        [1, 731_059],
      ]);
      const named = withNames(model, { features: ['return:1'], horizonBars: 5, barSeconds: 60 });
      expect(() =>
        withNames(model, { features: ['return:1', 'sma:5'], horizonBars: 5, barSeconds: 60 }),
      ).toThrow(/are 2, and the model has 1/);
      expect(() => answerOf(named, [0])).toThrow(/runs in a process of its own/);
      const registry = new ModelRegistry(folder, () => '2026-11-30T00:00:00Z');
      const { sha256 } = await registry.register('net', named, { kind: 'onnx' }, bytes);
      const file = join(folder, 'models', 'net', sha256, 'model.onnx');
      expect((await registry.load('net', 'challenger')).model).toEqual(named);
      const { predictor } = parseModel(
        readFileSync(join(folder, 'models', 'net', sha256, 'model.json'), 'utf8'),
        'net',
      );
      if (predictor.kind !== 'onnx') throw new Error('it is one');
      const again = { model: sha256, path: file, sha256: predictor.file.sha256, provider: 'cpu' };
      const where = await inference.load(again);
      expect(await smokeFault(inference, sha256, predictor, named.smoke, where)).toBeUndefined();
      const other = named.smoke.map(({ row, answer }) => ({ row, answer: [(answer[0] ?? 0) + 0.001] }));
      expect(await smokeFault(inference, sha256, predictor, other, where)).toMatch(
        /to its stored row 0, and 0\.501 was stored/,
      );
      const altered = Buffer.from(bytes);
      altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
      writeFileSync(file, altered);
      await expect(registry.load('net', 'challenger')).rejects.toThrow(/model\.onnx: was altered/);
      await expect(inference.load(again)).rejects.toThrow(/was altered/);
      await registry.register('net', named, { kind: 'onnx' }, bytes);
      expect((await registry.load('net', 'challenger')).sha256).toBe(sha256);
    });

    it.each([
      [
        'two inputs',
        { inputs: [tensor(11, 'x', 1, [0, 1]), tensor(11, 'y', 1, [0, 1])] },
        {},
        /takes 2 inputs \(x float32\[N, 1\]; y float32\[N, 1\]\)/,
      ],
      ['an input of words', { inputs: [tensor(11, 'x', 8, [0, 1])] }, {}, /takes x string\[N, 1\]/],
      [
        'an input of one dimension',
        { inputs: [tensor(11, 'x', 1, [4])] },
        {},
        /a row is \[batch, features\]/,
      ],
      [
        'an open number of features',
        { inputs: [tensor(11, 'x', 1, [0, 0])] },
        {},
        /how many features is open\. Name them/,
      ],
      [
        'an open number of bars',
        { inputs: [tensor(11, 'x', 1, [0, 0, 3])] },
        {},
        /how many bars is open\. Say it: --sequence N/,
      ],
      ['an output that is none', {}, { output: 'q' }, /has no output q: there are p float32\[N, 1\]/],
      ['an element that is none', {}, { element: 2 }, /answers 1 values, and --element 2/],
      ['an operator that is none', { nodes: [node('Nonsense', 'x', 'p')] }, {}, /Nonsense/],
      [
        'no numbers',
        { nodes: [node('Log', 'x', 'y'), node('Sqrt', 'y', 'z'), node('Log', 'z', 'p')] },
        {},
        /answers no rows of zeros, halves and ones/,
      ],
    ])('refuses a file with %s', async (_, made, options, message) => {
      await expect(imported('bad.onnx', madeOnnx(made), options)).rejects.toThrow(message);
    });

    it('says where a model really runs: CPU in place of what is not there', async () => {
      const { loaded, backends } = await imported('cuda.onnx', madeOnnx(), { provider: 'dml' });
      expect(loaded.provider).toBe(backends.includes('dml') ? 'dml' : 'cpu');
      if (loaded.provider === 'cpu') expect(loaded.instead).not.toBe('');
      expect(backends).toContain('cpu');
    });

    it('a desk answers a strategy, says what is wrong with a row, and goes on after its process was killed', async () => {
      const bytes = madeOnnx();
      const { model } = await imported('desk.onnx', bytes);
      if (model.predictor.kind !== 'onnx') throw new Error('it is one');
      const pids: number[] = [];
      const launch = (ears: SideEars) => {
        const start = onnxLauncher(folder, [`${folder}/*`], ((
          ...args: Parameters<typeof import('node:child_process').spawn>
        ) => {
          const child = spawnOf(...args);
          pids.push(child.pid ?? 0);
          return child;
        }) as never);
        return start(ears);
      };
      const demandRuntime = (): void => undefined;
      const desk = new OnnxDesk({ dataDir: folder, clock, inUse: () => new Set(), launch, demandRuntime });
      const entry = {
        model: 'a'.repeat(64),
        path: join(folder, 'desk.onnx'),
        predictor: model.predictor,
        smoke: model.smoke,
      };
      const ask = (value: number) =>
        new Promise((resolve) => {
          const request = { strategy: 's', model: entry.model, row: Float64Array.from([value]), askedUs: 5 };
          desk.ask(request, ({ answer }) => resolve(answer));
        });
      expect(await ask(0)).toMatchObject({ fault: 'model-not-loaded' });
      expect(await desk.take(entry, false)).toEqual({ provider: 'cpu', instead: '' });
      expect(await ask(0)).toEqual({ values: [0.5] });
      expect(await ask(1e300)).toMatchObject({
        fault: 'answer-failed',
        detail: expect.stringMatching(/beyond float32/) as string,
      });
      process.kill(pids[0] as number, 'SIGKILL');
      await until(async () => expect(await ask(0)).toMatchObject({ fault: 'model-process-ended' }));
      await until(async () => expect(await ask(0)).toEqual({ values: [0.5] }));
      expect(pids).toHaveLength(2);
      expect(desk.standing(entry.model)).toMatchObject({ provider: 'cpu', why: '' });
      expect(questionOf(model.predictor, [0])).toMatchObject({ input: 'x', dims: [1, 1], output: 'p' });
      desk.stop();
    });
  },
);
