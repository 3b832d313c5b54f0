/** A call of the trader's own code that does not end is cut off, and stops that strategy alone. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { emptyStep } from '../features/market-step.ts';
import { StrategyHost } from '../strategies/strategy-host.ts';
import type { Strategy, StrategyModule } from '../strategies/strategy-port.ts';
import { z } from 'zod';
import { parametersOf } from '../strategies/check-manifest.ts';
import { parameterRows } from '../strategies/parameter-rows.ts';
import { momentum } from '../strategies/house/momentum.ts';
import { MAX_STRATEGIES } from '../strategies/session/strategy-desk.ts';
import { SILENCE_MS } from '../watchdog/messages.ts';
import { boundedStrategy, CALL_DEADLINE_MS, deadlineOf } from './bounded-strategy.ts';

/** A manifest of the house with other calls. */
function hostOf(calls: Partial<Strategy>, deadlineMs = 50): StrategyHost {
  const strategy: Strategy = { onBar: () => undefined, save: () => '', load: () => undefined, ...calls };
  const module = { ...momentum, create: () => strategy } as unknown as StrategyModule;
  return new StrategyHost({
    module: boundedStrategy(module, deadlineMs),
    parameters: momentum.manifest.parameters.parse({}),
    stepUs: 60_000_000,
    seed: 1,
  });
}

const endless = (): never => {
  for (;;);
};

it('cuts off what does not end, wherever it is called, and goes on', () => {
  const step = { ...emptyStep(), endUs: 60_000_000, open: 1, high: 1, low: 1, close: 1 };
  const deciding = hostOf({ onBar: endless });
  deciding.step([step], [0]);
  expect(deciding.stopped).toMatchObject({ code: 'threw', detail: 'a call did not end within 50 ms' });
  const saving = hostOf({ save: endless });
  expect(saving.save()).toBeUndefined();
  expect(saving.stopped?.detail).toMatch(/did not end/);
  const module = { ...momentum, create: endless } as unknown as StrategyModule;
  const parameters = momentum.manifest.parameters.parse({});
  const making = new StrategyHost({ module: boundedStrategy(module, 50), parameters, stepUs: 1, seed: 1 });
  expect(making.stopped?.detail).toMatch(/did not end/);
  // What ends is as it was: its answers, its errors, and the object that it is called on.
  const sound = hostOf({
    onBar: (_view, out) => out.want(0, 1, 'made'),
    save() {
      return `state ${typeof this.load}`;
    },
  });
  sound.step([step], [0]);
  expect([sound.wanted, sound.stopped]).toEqual([[1], undefined]);
  expect(sound.save()).toContain('state function');
  const throwing = hostOf({
    onBar: () => {
      throw new TypeError('made');
    },
  });
  throwing.step([step], [0]);
  expect(throwing.stopped).toMatchObject({ code: 'threw', detail: 'made' });
});

it('cuts off what is read of an answer or an error, and goes on', async () => {
  await setImmediate();
  const step = { ...emptyStep(), endUs: 60_000_000, open: 1, high: 1, low: 1, close: 1 };
  const trap = (name: string): object => Object.defineProperty({}, name, { get: endless, enumerable: true });
  const stopOf = (calls: Partial<Strategy>): string | undefined => {
    const host = hostOf(calls);
    host.step([step], [0]);
    host.save();
    return host.stopped?.detail;
  };
  expect(stopOf({ onBar: () => trap('then') as never })).toMatch(/did not end/);
  expect(stopOf({ save: () => trap('then') as never })).toMatch(/did not end/);
  const thrown = Object.defineProperty(new Error('x'), 'message', { get: endless });
  const coded = Object.defineProperty(new Error('its words'), 'code', { get: endless });
  const throwing = (error: unknown) => () => {
    throw error;
  };
  expect(stopOf({ onBar: throwing(thrown) })).toMatch(/did not end/);
  expect(stopOf({ onBar: throwing({ toString: endless }) })).toMatch(/did not end/);
  expect(stopOf({ onBar: throwing(coded) })).toBe('its words');
  // A promise is one whoever makes it, and no text is no state.
  const promised: unknown = async () => undefined;
  expect(stopOf({ onBar: promised as NonNullable<Strategy['onBar']> })).toMatch(
    /onBar\(\) answered a promise/,
  );
  expect(stopOf({ save: (async () => '') as never })).toMatch(/must answer a text/);
  const create = (() => trap('onBar')) as unknown as StrategyModule['create'];
  const bare = boundedStrategy({ ...momentum, create }, 50);
  expect(() => bare.create({})).toThrow(/did not end/);
});

it('bounds the defaults and checks of parameters, and gives their answers as they are', async () => {
  await setImmediate();
  const manifestOf = (parameters: object) => ({ ...momentum.manifest, parameters });
  const withParameters = (parameters: object, deadlineMs = 50): StrategyModule['manifest'] =>
    boundedStrategy(
      { ...momentum, manifest: manifestOf(parameters) } as unknown as StrategyModule,
      deadlineMs,
    ).manifest;
  const lazy = withParameters(z.strictObject({ size: z.number().default(endless) }));
  expect(() => parameterRows(lazy)).toThrow(/did not end within/);
  const checked = withParameters(z.strictObject({ size: z.number().default(1).refine(endless) }));
  expect(() => parametersOf(checked, { size: '2' })).toThrow(/did not end within/);
  const worded = withParameters(
    z.strictObject({
      size: z
        .number()
        .default(1)
        .refine(() => false, { error: endless }),
    }),
  );
  expect(() => parametersOf(worded, { size: '2' })).toThrow(/did not end within/);
  const text = withParameters(z.strictObject({ size: z.unknown().default({ toString: endless }) }), 1_000);
  expect(() => parameterRows(text)).toThrow();
  const sound = withParameters(z.strictObject({ size: z.number().min(1).max(5).default(2) }), 1_000);
  expect(parameterRows(sound)).toEqual([{ name: 'size', usual: 2, range: 'from 1 to 5' }]);
  expect(parametersOf(sound, { size: '3' })).toEqual({ size: 3 });
  expect(() => parametersOf(sound, { size: '6' })).toThrow(/size.*6.*must be at most 5/s);
  const parameters = { bars: 20, entry: 1.5, exit: 0.2, short: false };
  const { features } = boundedStrategy(momentum).manifest;
  expect(features(parameters as never)).toEqual(momentum.manifest.features(parameters as never));
});

it('bounds what all strategies of a session take in one turn together, so that the watchdog does not take the engine for frozen', () => {
  let spent = 0;
  const deadlines = Array.from({ length: MAX_STRATEGIES }, () => {
    const deadline = deadlineOf(CALL_DEADLINE_MS, spent);
    spent += deadline;
    return deadline;
  });
  // One that comes after another one that was cut off is no less bounded, and still has a good while.
  expect(deadlines.slice(0, 4)).toEqual([1_000, 333, 111, 37]);
  expect(spent).toBeLessThan(SILENCE_MS.min);
});

it('cuts off what waits and computes nothing, and gives the next turn its time again', async () => {
  await setImmediate();
  const step = { ...emptyStep(), endUs: 60_000_000, open: 1, high: 1, low: 1, close: 1 };
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const detailOf = (deadlineMs: number): string | undefined => {
    const host = hostOf({ onBar: () => void Atomics.wait(cell, 0, 0, 5_000) }, deadlineMs);
    host.step([step], [0]);
    return host.stopped?.detail;
  };
  expect(detailOf(600)).toBe('a call did not end within 600 ms');
  expect(detailOf(600)).toMatch(/did not end/);
  const [, left] = /within (\d+) ms/.exec(detailOf(600) ?? '') ?? [];
  expect(Number(left)).toBeLessThan(200);
  await setImmediate();
  expect(detailOf(200)).toBe('a call did not end within 200 ms');
});
