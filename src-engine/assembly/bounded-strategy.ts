/**
 * A strategy of the trader's own runs on the thread that trades, so that a call which does not end would end all of it. Each of its calls may take so long by the clock and is cut off then, which
 * stops the strategy as anything that it throws. The bound is far above what a call may cost (the meter counts processor time), so that a busy machine does not reach it. Slow calls of one turn of
 * the event loop share what that turn may take: however many do not end, the engine gives a sign of life before its watchdog takes it for frozen.
 */
import { Script } from 'node:vm';
import type { Strategy, StrategyModule } from '../strategies/strategy-port.ts';

/** Of a call that no slow one came before in its turn. */
export const CALL_DEADLINE_MS = 1_000;
/** Of all slow calls of a turn. With the shortest deadlines of as many strategies as a session may have it stays below the least silence of a watchdog (2 s). */
const TURN_MS = 1_500;
/** Whatever was taken before: a call that is not slow ends within it. */
const LEAST_DEADLINE_MS = 10;
/** A call that took less is not counted: a replay makes thousands of them in one turn. */
const SLOW_MS = 50;

/** What slow calls took of this turn of the event loop, in which no sign of life is given. */
let turnMs = 0;
let endsTurn: NodeJS.Immediate | undefined;

/** How long a call may take now, in ms by the clock. @param spentMs by slow calls before it in the same turn. */
export function deadlineOf(deadlineMs: number, spentMs: number): number {
  // Two thirds of what is left, so that one after a call that was cut off still has a good while.
  const share = Math.floor(((TURN_MS - spentMs) * 2) / 3);
  return Math.max(LEAST_DEADLINE_MS, Math.min(deadlineMs, share));
}

/** The call that is under way; a property of the global object, as a script of this context sees nothing else. */
const SLOT = Symbol.for('parallax.bounded-call');
const RUN = new Script(`globalThis[Symbol.for('parallax.bounded-call')]()`, { filename: 'bounded-call' });
const BOUNDED = new WeakMap<StrategyModule, StrategyModule>();

/** @throws Error that says how long the call took at most, or what the call throws. */
export function bounded<T>(call: () => T, deadlineMs: number): T {
  const slots = globalThis as { [SLOT]?: (() => T) | undefined };
  slots[SLOT] = call;
  const timeout = deadlineOf(deadlineMs, turnMs);
  const beganMs = performance.now();
  try {
    return RUN.runInThisContext({ timeout }) as T;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`a call did not end within ${timeout} ms`, { cause: error });
  } finally {
    slots[SLOT] = undefined;
    count(performance.now() - beganMs);
  }
}

function count(tookMs: number): void {
  if (tookMs < SLOW_MS) return;
  turnMs += tookMs;
  endsTurn ??= setImmediate(() => {
    turnMs = 0;
    endsTurn = undefined;
  }).unref();
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
