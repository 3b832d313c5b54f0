/**
 * One slow clock for everything that ages on the screen. Components read it through useSyncExternalStore and
 * answer with text: React renders only those whose text has changed.
 */
import { useCallback, useSyncExternalStore } from 'react';
import { isAnyVisible } from './windows.ts';

const PERIOD_MS = 200;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
/** Counts the readings of the clock. */
let round = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (!isAnyVisible()) return;
    round++;
    for (const each of listeners) each();
  }, PERIOD_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Renders again whenever the result of `read()` changes, checked five times a second. */
export function useTicking<T extends string | number | boolean | null>(read: () => T): T {
  return useSyncExternalStore(subscribe, () => inThisRound(read));
}

const answers = new WeakMap<() => unknown, { readonly round: number; readonly answer: unknown }>();

/** React asks more than once a render and takes an answer that moves in between for an endless loop: it moves with the clock alone. */
function inThisRound<T>(read: () => T): T {
  const known = answers.get(read);
  if (known?.round === round) return known.answer as T;
  const answer = read();
  answers.set(read, { round, answer });
  return answer;
}

/** Milliseconds that only rise; for ages. */
export function monotonicMs(): number {
  return performance.now();
}

/** A stable `read` for useTicking over one value. */
export function useTickingText(format: (nowMs: number) => string): string {
  return useTicking(useCallback(() => format(monotonicMs()), [format]));
}
