/**
 * A strategy of the trader's own runs on the thread that trades, so that a call which does not end would end all of it. Each of its calls may take so long by the clock and is cut off then, which
 * stops the strategy as anything that it throws. The bound is far above what a call may cost (the meter counts processor time), so that a busy machine does not reach it.
 */
import { Script } from 'node:vm';
import type { Strategy, StrategyModule } from '../strategies/strategy-port.ts';

export const CALL_DEADLINE_MS = 2_000;

/** The call that is under way; a property of the global object, as a script of this context sees nothing else. */
const SLOT = Symbol.for('parallax.bounded-call');
const RUN = new Script(`globalThis[Symbol.for('parallax.bounded-call')]()`, { filename: 'bounded-call' });
const BOUNDED = new WeakMap<StrategyModule, StrategyModule>();

/** @throws Error that says how long the call took at most, or what the call throws. */
export function bounded<T>(call: () => T, deadlineMs: number): T {
  const slots = globalThis as { [SLOT]?: (() => T) | undefined };
  slots[SLOT] = call;
  try {
    return RUN.runInThisContext({ timeout: deadlineMs }) as T;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`a call did not end within ${deadlineMs} ms`, { cause: error });
  } finally {
    slots[SLOT] = undefined;
  }
}

/** The same strategy, whose calls end. @param deadlineMs of each call. */
export function boundedStrategy(module: StrategyModule, deadlineMs = CALL_DEADLINE_MS): StrategyModule {
  const known = BOUNDED.get(module);
  if (known !== undefined) return known;
  const made: StrategyModule = {
    manifest: {
      ...module.manifest,
      features: (parameters) => bounded(() => module.manifest.features(parameters), deadlineMs),
    },
    create: (parameters) =>
      boundedCalls(
        bounded(() => module.create(parameters), deadlineMs),
        deadlineMs,
      ),
  };
  BOUNDED.set(module, made);
  return made;
}

function boundedCalls(strategy: Strategy, deadlineMs: number): Strategy {
  // Whatever is no strategy is refused where it is called.
  if (typeof strategy !== 'object' || strategy === null) return strategy;
  return {
    ...(strategy.onBar === undefined
      ? {}
      : { onBar: (view, out) => bounded(() => strategy.onBar?.(view, out), deadlineMs) }),
    ...(strategy.onBook === undefined
      ? {}
      : { onBook: (view, out) => bounded(() => strategy.onBook?.(view, out), deadlineMs) }),
    save: () => bounded(() => strategy.save(), deadlineMs),
    load: (state) => bounded(() => strategy.load(state), deadlineMs),
  };
}
