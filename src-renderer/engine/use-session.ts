/** React's way to the session. */
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { QuoteView } from '../../src-engine/contract/topics.ts';
import { useTicking } from '../lib/ticker.ts';
import { type EngineLink, engineLink } from './link.ts';
import type { Replica } from './replica.ts';
import type { Session, SessionState } from './session.ts';

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('no session around this component');
  return session;
}

/** A part of the session's state; the selector must answer the same object for the same state. */
export function useSessionState<T>(select: (state: SessionState) => T): T {
  return useStore(useSession().store, select);
}

/** A part of the replica, or undefined while there is none. */
export function useReplica<T>(select: (replica: Replica) => T): T | undefined {
  return useSessionState(({ replica }) => (replica === null ? undefined : select(replica)));
}

/** The latest quote of one instrument; its change renders only who asked for it. */
export function useQuote(id: number): QuoteView | undefined {
  const { quotes } = useSession();
  const subscribe = useCallback((listener: () => void) => quotes.subscribe(id, listener), [quotes, id]);
  return useSyncExternalStore(subscribe, () => quotes.get(id));
}

/** Whether the engine answers, checked five times a second. */
export function useEngineLink(): EngineLink {
  const session = useSession();
  return useTicking(() => {
    const { connection, replica } = session.store.getState();
    return engineLink(connection.phase, session.silentMs(), replica !== null);
  });
}

/** True while the engine's last word is no longer what is: every state that is shown is one of the past. */
export function useIsCutOff(): boolean {
  const link = useEngineLink();
  return link === 'silent' || link === 'lost' || link === 'refused';
}

/** The state of a book; unknown while the engine does not answer, whatever it said last. */
export function useBookState(id: number): QuoteView['state'] | 'unknown' {
  const state = useQuote(id)?.state ?? 'syncing';
  return useIsCutOff() ? 'unknown' : state;
}

/** True where the engine lets this window only look. */
export function useIsViewer(): boolean {
  return useSessionState(({ connection }) => connection.role === 'viewer');
}
