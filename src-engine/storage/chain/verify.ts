/** Both chains of every profile, as an operator asks for them. */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { ChainFinding, ChainHeads } from './heads.ts';
import { CHAINS, type ChainName } from './links.ts';
import { profilesOf } from './rows.ts';
import { walkChain } from './walk.ts';

export type VerifiedChain = {
  readonly profile: string;
  readonly chain: ChainName;
  /** Rows that are in place, from the first one on. */
  readonly rows: number;
  /** Of them, those that were sealed as they stood. */
  readonly sealed: number;
};

export type Verification = {
  readonly whole: boolean;
  readonly chains: readonly VerifiedChain[];
  /** The first row of each chain that does not fit, and what was found at a start and is not acknowledged. */
  readonly findings: readonly ChainFinding[];
  /** What of the file that keeps the ends cannot be believed; empty when all can. */
  readonly headFile: string;
};

export async function verifyChains(db: Kysely<Schema>, heads: ChainHeads): Promise<Verification> {
  const chains: VerifiedChain[] = [];
  const findings: ChainFinding[] = [];
  for (const chain of CHAINS) {
    const known = heads.all().flatMap((state) => (state.chain === chain ? [state.profile] : []));
    for (const profile of [...new Set([...known, ...(await profilesOf(db, chain))])].toSorted()) {
      const { rows, anchor, finding } = await walkChain(db, heads, profile, chain);
      chains.push({ profile, chain, rows, sealed: anchor?.rows ?? 0 });
      const found = finding ?? heads.get(profile, chain)?.broken ?? undefined;
      if (found !== undefined) findings.push(found);
    }
  }
  const headFile = heads.damage ?? '';
  return { whole: findings.length === 0 && headFile === '', chains, findings, headFile };
}

/** One line for a person. */
export function findingText({ profile, chain, kind, id, detail }: ChainFinding): string {
  return `${chain} of ${profile}: row ${id} ${kind === 'no-head' || kind === 'anchor' ? 'cannot be believed' : `was ${kind}`}: ${detail}`;
}
