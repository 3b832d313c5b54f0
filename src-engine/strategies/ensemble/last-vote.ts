/** The last vote as it is kept over a restart: by agent in their order, without what their records say. */
import type { z } from 'zod';
import type { TimeUs } from '../../domain/time.ts';
import { AGENT_NAMES, type AgentName } from './agents.ts';
import type { ENSEMBLE_STATE, Vote } from './ensemble-report.ts';
import type { GateFigures } from './gates.ts';

type KeptVote = NonNullable<z.infer<typeof ENSEMBLE_STATE>['last']>;
/** What can be shown of one: without votes where there was none. */
export type LastVote = Omit<KeptVote, 'votes'> & { readonly votes: readonly KeptVote['votes'][number][] };
export const NO_VOTE: LastVote = { atUs: 0, p: null, side: 0, counted: 0, agree: 0, votes: [] };

/** Null: there was none yet. */
export function lastVote(
  atUs: TimeUs,
  { p, side, counted, agree }: GateFigures,
  votes: readonly Vote[],
): LastVote | null {
  if (atUs === 0) return null;
  return {
    atUs,
    p: p ?? null,
    side,
    counted,
    agree,
    votes: votes.map(({ state, score, probability, weight }) => [state, score, probability, weight]),
  };
}

/** @param silent an agent's vote where none is kept, with what its record says. */
export function restoredVotes({ votes }: LastVote, silent: (name: AgentName) => Vote): Vote[] {
  return AGENT_NAMES.map((name, at) => {
    const kept = votes[at];
    const own = silent(name);
    // An agent that is no part of this ensemble any longer has no vote.
    if (kept === undefined || own.state === 'no-input') return own;
    const [state, score, probability, weight] = kept;
    return { ...own, state, score, probability, weight };
  });
}
