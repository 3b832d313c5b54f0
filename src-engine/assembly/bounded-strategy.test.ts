/** A call of the trader's own code that does not end is cut off, and stops that strategy alone. */
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { emptyStep } from '../features/market-step.ts';
import { StrategyHost } from '../strategies/strategy-host.ts';
import type { Strategy, StrategyModule } from '../strategies/strategy-port.ts';
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
