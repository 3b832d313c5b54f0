/**
 * One slow clock for everything that ages on the screen. Components read it through useSyncExternalStore and
 * answer with text: React renders only those whose text has changed.
 */
import { useCallback, useSyncExternalStore } from 'react';

const PERIOD_MS = 200;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    for (const each of listeners) each();
  }, PERIOD_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Renders again whenever `read()` answers something else, looked at five times a second. */
export function useTicking<T extends string | number | boolean | null>(read: () => T): T {
  return useSyncExternalStore(subscribe, read);
}

/** Milliseconds that only rise; for ages. */
export function monotonicMs(): number {
  return performance.now();
}

/** A stable `read` for useTicking over one value. */
export function useTickingText(format: (nowMs: number) => string): string {
  return useTicking(useCallback(() => format(monotonicMs()), [format]));
}
