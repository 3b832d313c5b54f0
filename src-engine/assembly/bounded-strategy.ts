/**
 * A strategy of the trader's own runs on the thread that trades, so that a call which does not end would end all of it. Each of its calls, defaults and checks of its parameters included, may take so long by the clock and is cut off then, which
 * stops the strategy as anything that it throws. The bound is far above what a call may cost (the meter counts processor time), so that a busy machine does not reach it. Slow calls of one turn of
 * the event loop share what that turn may take: however many do not end, the engine gives a sign of life before its watchdog takes it for frozen.
 */
import { Script } from 'node:vm';
import { US_PER_MS } from '../domain/time.ts';
import { errorWords } from '../lib/error-words.ts';
import { isPromise, made, MAX_CALL_US } from '../strategies/strategy-host.ts';
import type { Strategy, StrategyManifest, StrategyModule } from '../strategies/strategy-port.ts';

/** Of a call that no slow one came before in its turn. */
export const CALL_DEADLINE_MS = MAX_CALL_US / US_PER_MS;
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

type Outcome<T> = { readonly answer: T } | { readonly problem: string };

/**
 * @param call gives nothing back that has code of its own, or reading it would have no bound.
 * @throws Error that says how long the call took at most, or has the words of what the call throws.
 */
export function bounded<T>(call: () => T, deadlineMs: number): T {
  const slots = globalThis as { [SLOT]?: (() => Outcome<T>) | undefined };
  slots[SLOT] = () => {
    try {
      return { answer: call() };
    } catch (error) {
      // Its words are read here: an error may have getters of its own.
      return { problem: errorWords(error) };
    }
  };
  const timeout = deadlineOf(deadlineMs, turnMs);
  const beganMs = performance.now();
  let outcome: Outcome<T>;
  try {
    outcome = RUN.runInThisContext({ timeout }) as Outcome<T>;
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`a call did not end within ${timeout} ms`, { cause: error });
  } finally {
    slots[SLOT] = undefined;
    count(performance.now() - beganMs);
  }
  if ('problem' in outcome) throw new Error(outcome.problem);
  return outcome.answer;
}

function count(tookMs: number): void {
  if (tookMs < SLOW_MS) return;
  turnMs += tookMs;
  endsTurn ??= setImmediate(() => {
    turnMs = 0;
    endsTurn = undefined;
  }).unref();
}

/** The same strategy, whose calls end. @param deadlineMs of each call. @throws Error where its manifest cannot be read. */
export function boundedStrategy(module: StrategyModule, deadlineMs = CALL_DEADLINE_MS): StrategyModule {
  const known = BOUNDED.get(module);
  if (known !== undefined) return known;
  const { manifest, parameters, shape } = bounded(() => {
    const own = module.manifest;
    return { manifest: { ...own }, parameters: own.parameters, shape: { ...own.parameters.shape } };
  }, CALL_DEADLINE_MS);
  const same: StrategyModule = {
    manifest: {
      ...manifest,
      parameters: boundedParameters(parameters, shape, deadlineMs),
      features: (given) => bounded(() => structuredClone(manifest.features(given)), deadlineMs),
    },
    create: (given, markets) => boundedCreate(module, given, markets, deadlineMs),
  };
  BOUNDED.set(module, same);
  return same;
}

/** What is asked of parameters: their defaults and checks are code of the trader's too, and so may be what they hold. */
function boundedParameters(
  parameters: StrategyManifest['parameters'],
  shape: StrategyManifest['parameters']['shape'],
  deadlineMs: number,
): StrategyManifest['parameters'] {
  const facade: Pick<StrategyManifest['parameters'], 'shape' | 'parse' | 'safeParse'> = {
    shape,
    parse: (given) => bounded(() => structuredClone(parameters.parse(given)), deadlineMs),
    safeParse: (given) => bounded(() => plainResult(parameters.safeParse(given)), deadlineMs),
  };
  return facade as StrategyManifest['parameters'];
}

type Checked = ReturnType<StrategyManifest['parameters']['safeParse']>;

function plainResult(checked: Checked): Checked {
  if (checked.success) return { success: true, data: structuredClone(checked.data) };
  const issues = JSON.parse(JSON.stringify(checked.error.issues)) as Checked['error'];
  return { success: false, error: { issues } } as unknown as Checked;
}

function boundedCreate(
  module: StrategyModule,
  given: Parameters<StrategyModule['create']>[0],
  markets: number | undefined,
  deadlineMs: number,
): Strategy {
  const [strategy, hasOnBar, hasOnBook] = bounded(() => {
    const own = made(module.create(given, markets), 'create');
    // Whatever is no strategy is refused where it is called.
    if (typeof own !== 'object' || own === null) return [own, false, false] as const;
    return [own, own.onBar !== undefined, own.onBook !== undefined] as const;
  }, deadlineMs);
  if (typeof strategy !== 'object' || strategy === null) return strategy;
  return {
    ...(hasOnBar
      ? { onBar: (view, out) => bounded(() => nothingOf(strategy.onBar?.(view, out), 'onBar'), deadlineMs) }
      : {}),
    ...(hasOnBook
      ? {
          onBook: (view, out) => bounded(() => nothingOf(strategy.onBook?.(view, out), 'onBook'), deadlineMs),
        }
      : {}),
    save: () => bounded(() => textOf(strategy.save()), deadlineMs),
    load: (state) => bounded(() => nothingOf(strategy.load(state), 'load'), deadlineMs),
  };
}

/** An answer that nothing reads. @throws Error for a promise. */
function nothingOf(answer: unknown, call: string): void {
  made(answer, call);
}

/** The state that was saved; undefined for what is none, which the host refuses. */
function textOf(state: unknown): string {
  if (typeof state === 'string') return state;
  if (isPromise(state)) state.then(undefined, () => undefined);
  return undefined as never;
}
