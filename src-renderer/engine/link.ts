/** Whether the engine answers, judged by its last word and never by the socket alone. */
import type { ConnectionState } from './client.ts';

/** `starting`: nothing was ever heard. `silent`: connected, but no word for too long. */
export type EngineLink = 'starting' | 'answering' | 'silent' | 'lost' | 'refused';

/** The engine sends its status every second; twice that without a word is silence. */
export const SILENT_AFTER_MS = 2_000;

export function engineLink(
  phase: ConnectionState['phase'],
  silentMs: number | null,
  hasReplica: boolean,
): EngineLink {
  if (phase === 'refused') return 'refused';
  if (phase === 'open' && silentMs !== null) {
    if (silentMs > SILENT_AFTER_MS) return 'silent';
    return hasReplica ? 'answering' : 'starting';
  }
  return hasReplica || phase === 'lost' ? 'lost' : 'starting';
}
