/** An answer that is asked of the engine when a component shows it. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from './client.ts';
import { useSession, useSessionState } from './use-session.ts';

/** A question that failed is asked again after this time, while a component shows it. */
const AGAIN_MS = 3_000;

/**
 * The answer to a question, and a way to put a newer one in its place. Undefined before the first answer; a call that fails is
 * repeated, and after a reconnection the question is asked again: the engine may be another one.
 * @param ask the same function at every render. @param everyMs it is asked again so long after each answer; undefined: it is not.
 */
export function useAsked<T>(
  ask: (client: EngineClient) => Promise<T>,
  everyMs?: number,
): readonly [answer: T | undefined, take: (answer: T) => void] {
  const { client } = useSession();
  const isOpen = useSessionState(({ connection }) => connection.phase === 'open');
  const [answer, setAnswer] = useState<T>();
  /** What was put in an answer's place meanwhile is newer than it. */
  const taken = useRef(0);
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const askOnce = (): void => {
      const before = taken.current;
      ask(client).then(
        (next) => {
          if (isOver) return;
          if (taken.current === before) setAnswer(() => next);
          if (everyMs !== undefined) timer = setTimeout(askOnce, everyMs);
        },
        // The banners say why the engine does not answer.
        () => {
          if (!isOver) timer = setTimeout(askOnce, AGAIN_MS);
        },
      );
    };
    askOnce();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [ask, everyMs, client, isOpen]);
  const take = useCallback((next: T): void => {
    taken.current++;
    setAnswer(() => next);
  }, []);
  return [answer, take];
}
