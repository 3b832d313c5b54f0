/** Questions to a process beside the engine under a made clock: each ends in an answer or a code, whatever the process does. */
import { expect, it } from 'vitest';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import type { SideEars } from '../venues/toolkit/side-process.ts';
import { Inference } from './inference.ts';

type Line = { readonly do: string; readonly id: number };

/** A process that says what `say` answers to a line; `undefined`: nothing. */
function rigOf(say: (line: Line, nth: number) => object | undefined, begins = true) {
  const clock = new SimulatedClock(0);
  const seen: Line[] = [];
  const ends: (() => void)[] = [];
  let starts = 0;
  let print: (text: string) => void = () => undefined;
  const inference = new Inference((ears: SideEars) => {
    starts++;
    print = (text) => ears.said(Buffer.from(text));
    const send = (line: object): void => ears.said(Buffer.from(JSON.stringify(line)));
    if (begins) queueMicrotask(() => send({ event: 'ready', backends: ['cpu', 'cuda'] }));
    const end = (): void => ears.ended('SIGKILL');
    ends.push(end);
    return {
      write(text) {
        const line = JSON.parse(text) as Line;
        seen.push(line);
        const answer = say(line, seen.length);
        if (answer !== undefined) queueMicrotask(() => send({ id: line.id, ...answer }));
        return true;
      },
      kill: end,
      ref: () => undefined,
      unref: () => undefined,
    };
  }, clock);
  return { inference, clock, seen, ends, starts: () => starts, print: (text: string) => print(text) };
}

const MODEL = { model: 'm', path: '/m.onnx', sha256: 'a', provider: 'cpu' };
const ROW = { input: 'x', type: 'float32', dims: [1, 2], row: [1, 2], output: 'p' } as const;
const LOADED = { event: 'loaded', provider: 'cpu', instead: '' };

it('loads a model, answers a row, and says what the runtime offers', async () => {
  const { inference, seen } = rigOf((line) =>
    line.do === 'load' ? LOADED : { event: 'answer', values: [0.25], tookUs: 90 },
  );
  expect(await inference.answer('m', ROW)).toMatchObject({ fault: 'model-not-loaded' });
  expect(await inference.load(MODEL)).toEqual({ provider: 'cpu', instead: '' });
  expect(await inference.answer('m', ROW)).toEqual({ values: [0.25], tookUs: 90 });
  expect(seen.at(-1)).toMatchObject({
    do: 'run',
    model: 'm',
    row: Buffer.from(Float64Array.of(1, 2).buffer).toString('base64'),
    dims: [1, 2],
  });
  expect(inference.state).toMatchObject({ state: 'running', backends: ['cpu', 'cuda'] });
});

it('a line that is no object, or a code that is none, ends nothing', async () => {
  const { inference, print } = rigOf((line) =>
    line.do === 'load' ? LOADED : { event: 'failed', code: 'toString', text: 'odd' },
  );
  await inference.load(MODEL);
  for (const text of ['null', '7', '"text"', '[]', 'a warning of native code']) print(text);
  expect(await inference.answer('m', ROW)).toEqual({ fault: 'answer-failed', detail: 'odd' });
});

it('what JSON has no number for comes as what it is, and a refusal with its code and words', async () => {
  const { inference } = rigOf((line, nth) => {
    if (line.do === 'load') return LOADED;
    return nth === 2
      ? { event: 'answer', values: ['NaN', '-Infinity'] }
      : { event: 'failed', code: 'answer-shape', text: 'it has 12 values' };
  });
  await inference.load(MODEL);
  expect(await inference.answer('m', ROW)).toMatchObject({ values: [Number.NaN, Number.NEGATIVE_INFINITY] });
  expect(await inference.answer('m', ROW)).toEqual({ fault: 'answer-shape', detail: 'it has 12 values' });
});

it('a model that the runtime refuses is refused in its words', async () => {
  const { inference } = rigOf(() => ({ event: 'failed', code: 'model-refused', text: 'no such operator' }));
  await expect(inference.load(MODEL)).rejects.toThrow(/no such operator/);
});

it('a process that is killed ends each question with a code, and is started again after a wait, ever later', async () => {
  const { inference, clock, ends, starts } = rigOf((line) => (line.do === 'load' ? LOADED : undefined));
  await inference.load(MODEL);
  const asked = [inference.answer('m', ROW), inference.answer('m', ROW)];
  ends[0]?.();
  for (const each of asked) expect(await each).toEqual({ fault: 'model-process-ended', detail: 'SIGKILL' });
  expect(await inference.answer('m', ROW)).toMatchObject({ fault: 'model-process-ended' });
  await expect(inference.load(MODEL)).rejects.toThrow(/SIGKILL/);
  expect(starts()).toBe(1);
  clock.advanceTo(1_000_000);
  await inference.load(MODEL);
  ends[1]?.();
  clock.advanceTo(2_500_000);
  await expect(inference.load(MODEL)).rejects.toThrow(/SIGKILL/);
  clock.advanceTo(3_000_000);
  await inference.load(MODEL);
  expect(starts()).toBe(3);
});

it('a process that hangs is ended: at a row after ten seconds, and where it does not begin', async () => {
  const { inference, clock } = rigOf((line) => (line.do === 'load' ? LOADED : undefined));
  await inference.load(MODEL);
  const asked = inference.answer('m', ROW);
  clock.advanceTo(10_000_001);
  expect(await asked).toMatchObject({
    fault: 'model-process-ended',
    detail: 'it did not answer in time and was ended',
  });
  const never = rigOf(() => LOADED, false);
  const loading = never.inference.load(MODEL);
  never.clock.advanceTo(60_000_001);
  await expect(loading).rejects.toThrow(/did not begin in time/);
});

it('more than 64 questions at once are late at once', async () => {
  const { inference } = rigOf((line) => (line.do === 'load' ? LOADED : undefined));
  await inference.load(MODEL);
  for (let k = 0; k < 64; k++) void inference.answer('m', ROW);
  expect(await inference.answer('m', ROW)).toMatchObject({ fault: 'answer-late' });
});
