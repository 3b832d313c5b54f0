/** The desk of ONNX models over processes that are doubles, under a made clock: what one model does, and what another has of it. */
import { execFileSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Answer } from '../domain/prediction.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { SideEars } from '../venues/toolkit/side-process.ts';
import { withMemoryBound } from './launch.ts';
import { OnnxDesk, type OnnxEntry } from './onnx-desk.ts';

type Line = { readonly do: 'load' | 'run'; readonly id: number; readonly model: string };
type Said = object | 'ends' | 'nothing';

const LOADED = { event: 'loaded', provider: 'cpu', instead: '' };
const HALF = { event: 'answer', values: [0.5], tookUs: 90 };
const REFUSED = { event: 'failed', code: 'model-damaged', text: 'it was altered' };
const S = 1_000_000;

const entryOf = (model: string): OnnxEntry => ({
  model,
  path: `/models/${model}/model.onnx`,
  predictor: {
    kind: 'onnx',
    file: { sha256: 'a'.repeat(64), bytes: 100 },
    ir: 8,
    opset: 13,
    nodes: 1,
    input: { name: 'x', type: 'float32', dims: [1, 1] },
    output: { name: 'p', type: 'float32', width: 1, element: 0, link: 'identity' },
    columns: 1,
    sequence: 1,
    provider: 'cpu',
  },
  smoke: [{ row: [0], answer: [0.5] }],
});

/** @param say what the process of a model says to its nth line of all. */
function rigOf(say: (line: Line, nth: number) => Said, inUse: ReadonlySet<string> = new Set()) {
  const clock = new SimulatedClock(0);
  const loads: { readonly model: string; readonly atS: number }[] = [];
  let killed = 0;
  const launch = (ears: SideEars) => {
    let isOver = false;
    let nth = 0;
    const over = (how: string): void => {
      if (!isOver) queueMicrotask(() => ears.ended(how));
      isOver = true;
    };
    queueMicrotask(() => ears.said(Buffer.from('{"event":"ready","backends":["cpu"]}')));
    return {
      write(text: string) {
        const line = JSON.parse(text) as Line;
        if (line.do === 'load') loads.push({ model: line.model, atS: clock.nowUs() / S });
        const said = say(line, ++nth);
        if (said === 'ends') over('SIGSEGV');
        else if (said !== 'nothing')
          queueMicrotask(() => ears.said(Buffer.from(JSON.stringify({ id: line.id, ...said }))));
        return true;
      },
      kill: () => {
        killed++;
        over('SIGKILL');
      },
      ref: () => undefined,
      unref: () => undefined,
    };
  };
  const demandRuntime = (): void => undefined;
  const desk = new OnnxDesk({ dataDir: '/data', clock, inUse: () => inUse, launch, demandRuntime });
  const ask = (model: string): Promise<Answer> =>
    new Promise((resolve) => {
      const request = { strategy: 's', model, row: Float64Array.from([0]), askedUs: clock.nowUs() };
      desk.ask(request, ({ answer }) => resolve(answer));
    });
  /** Each timer in its turn, and what follows from it. */
  const goTo = async (atS: number): Promise<void> => {
    for (let next = clock.nextUs; next !== undefined && next <= atS * S; next = clock.nextUs) {
      clock.advanceTo(next);
      await setImmediate();
    }
    clock.advanceTo(atS * S);
  };
  return { desk, clock, ask, loads, goTo, killed: () => killed };
}

it('a model that is refused as it is set is forgotten: nothing loads it again', async () => {
  const { desk, loads, goTo, killed } = rigOf(() => REFUSED);
  await expect(desk.take(entryOf('bad'), false)).rejects.toThrow(/it was altered/);
  expect([desk.standing('bad'), killed()]).toEqual([undefined, 1]);
  await goTo(1_000);
  expect(loads).toHaveLength(1);
});

it('what viewers read of a model names no folder of the machine', async () => {
  const { desk } = rigOf(({ model }) => ({
    ...REFUSED,
    text: `EACCES: open '/models/${model}/model.onnx', install it in "/data/onnx"`,
  }));
  await expect(desk.take(entryOf('bad'), true)).rejects.toThrow(/EACCES/);
  expect(desk.standing('bad')?.why).toContain(`EACCES: open 'model.onnx', install it in "onnx"`);
  desk.stop();
});

it('a model that a strategy runs is tried again where it is refused, ever later', async () => {
  const { desk, loads, goTo } = rigOf(() => REFUSED);
  await expect(desk.take(entryOf('bad'), true)).rejects.toThrow(/it was altered/);
  await goTo(130);
  expect(loads.map(({ atS }) => atS)).toEqual([0, 1, 3, 7, 15, 31, 63, 127]);
  expect(desk.standing('bad')?.why).toMatch(/it was altered/);
  desk.stop();
  await goTo(10_000);
  expect(loads).toHaveLength(8);
});

it('a model that ends its process as it is loaded takes no answer of another', async () => {
  const { desk, ask, loads, goTo } = rigOf(({ model, ...line }) =>
    line.do === 'run' ? HALF : model === 'bad' ? 'ends' : LOADED,
  );
  await desk.take(entryOf('good'), false);
  await expect(desk.take(entryOf('bad'), true)).rejects.toThrow(/SIGSEGV/);
  expect(await ask('bad')).toMatchObject({ fault: 'model-process-ended' });
  for (const atS of [1, 5, 50]) {
    await goTo(atS);
    expect(await ask('good')).toEqual({ values: [0.5] });
  }
  expect(loads.filter(({ model }) => model === 'good')).toHaveLength(1);
  expect(loads.filter(({ model }) => model === 'bad').map(({ atS }) => atS)).toEqual([0, 1, 3, 7, 15, 31]);
});

it('a model that ends its process at each row of a strategy is started ever later, whatever it answered as it was tried', async () => {
  const { desk, ask, loads, goTo } = rigOf(({ do: what }, nth) =>
    what === 'load' ? LOADED : nth === 2 ? HALF : 'ends',
  );
  await desk.take(entryOf('bad'), false);
  for (const atS of [1, 3, 7, 15]) {
    expect(await ask('bad')).toMatchObject({ fault: 'model-process-ended' });
    await goTo(atS);
  }
  expect(loads.map(({ atS }) => atS)).toEqual([0, 1, 3, 7, 15]);
});

it('a load that takes eleven seconds holds up no answer of another model', async () => {
  const { desk, ask, goTo, killed } = rigOf(({ model, ...line }) =>
    line.do === 'run' ? HALF : model === 'slow' ? 'nothing' : LOADED,
  );
  await desk.take(entryOf('quick'), false);
  const slow = desk.take(entryOf('slow'), false);
  await goTo(5);
  expect(await ask('quick')).toEqual({ values: [0.5] });
  await goTo(59);
  expect(killed()).toBe(0);
  // It hangs: that one alone is ended.
  await Promise.all([expect(slow).rejects.toThrow(/did not answer in time/), goTo(70)]);
  expect([killed() > 0, await ask('quick')]).toEqual([true, { values: [0.5] }]);
});

it('a model that was imported on a card runs on the CPU too, and one of the CPU is held to its digits', async () => {
  const off = { ...HALF, values: [0.5004] };
  const { desk } = rigOf(({ do: what }) => (what === 'load' ? LOADED : off));
  const { predictor, ...rest } = entryOf('card');
  if (predictor.kind !== 'onnx') throw new Error('it is one');
  expect(await desk.take({ ...rest, predictor: { ...predictor, provider: 'cuda' } }, false)).toMatchObject({
    provider: 'cpu',
  });
  await expect(desk.take(entryOf('cpu'), false)).rejects.toThrow(/answers 0\.5004 to its stored row 0/);
});

it.runIf(process.platform === 'linux')(
  'memory beyond its bound is refused to a process, not taken from the machine',
  () => {
    const script = 'try { new ArrayBuffer(6e9); } catch (error) { console.log(String(error)); }';
    const { program, args } = withMemoryBound(process.execPath, ['-e', script]);
    expect(execFileSync(program, args, { encoding: 'utf8' })).toMatch(/RangeError/);
    expect(withMemoryBound('node', ['a'], 'darwin')).toEqual({ program: 'node', args: ['a'] });
  },
);

it('two who set one model at once wait for one load', async () => {
  const { desk, loads } = rigOf(({ do: what }) => (what === 'load' ? LOADED : HALF));
  const entry = entryOf('a');
  expect(await Promise.all([desk.take(entry, false), desk.take(entry, false)])).toHaveLength(2);
  expect(loads).toHaveLength(1);
});

it('a 17th model takes the place of one that no strategy runs, and is refused where there is none', async () => {
  const inUse = new Set<string>();
  const { desk, ask, goTo } = rigOf(({ do: what }) => (what === 'load' ? LOADED : HALF), inUse);
  for (let nth = 0; nth < 16; nth++) {
    await desk.take(entryOf(`m${nth}`), false);
    inUse.add(`m${nth}`);
  }
  await goTo(1_000);
  await expect(desk.take(entryOf('m16'), false)).rejects.toThrow(/ONNX model 17 of the engine/);
  expect(await ask('m0')).toEqual({ values: [0.5] });
  inUse.delete('m3');
  await desk.take(entryOf('m16'), false);
  expect(desk.standing('m3')).toBeUndefined();
  expect(await ask('m16')).toEqual({ values: [0.5] });
});
