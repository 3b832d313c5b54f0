/** An answer that is asked of the engine when a component shows it. */
import { useEffect, useState } from 'react';
import type { EngineClient } from './client.ts';
import { useSession, useSessionState } from './use-session.ts';

/** A question that failed is asked again after this time, while a component shows it. */
const AGAIN_MS = 3_000;

/**
 * The answer to a question, and a way to put a newer one in its place. Undefined before the first answer; a call that fails is
 * repeated, and after a reconnection the question is asked again: the engine may be another one.
 * @param ask the same function at every render.
 */
export function useAsked<T>(
  ask: (client: EngineClient) => Promise<T>,
): readonly [answer: T | undefined, take: (answer: T) => void] {
  const { client } = useSession();
  const isOpen = useSessionState(({ connection }) => connection.phase === 'open');
  const [answer, setAnswer] = useState<T>();
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const askOnce = (): void => {
      ask(client).then(
        (next) => {
          if (!isOver) setAnswer(() => next);
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
  }, [ask, client, isOpen]);
  return [answer, setAnswer];
}
