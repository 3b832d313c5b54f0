/** Both chains of every profile, as an operator asks for them. */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import { checkDerived } from './derived.ts';
import type { ChainFinding, ChainHeads } from './heads.ts';
import { CHAINS, type ChainName, type Head } from './links.ts';
import { profilesOf } from './rows.ts';
import { checkSettings, settingRows } from './settings-check.ts';
import { hashAt, walkChain } from './walk.ts';

export type VerifiedChain = {
  readonly profile: string;
  readonly chain: ChainName;
  /** Rows that are in place, from the first one on. */
  readonly rows: number;
  /** Of them, those that were sealed as they stood. */
  readonly sealed: number;
  /** The last row that is in place. Noted elsewhere, it shows later that nothing up to it was changed: see `expected`. */
  readonly end: Head;
};

/** An end that was noted outside of this machine. */
export type ExpectedEnd = { readonly profile: string; readonly chain: ChainName; readonly end: Head };

export type Verification = {
  readonly whole: boolean;
  readonly chains: readonly VerifiedChain[];
  /** The first row of each chain that does not fit, and what was found at a start and is not acknowledged. */
  readonly findings: readonly ChainFinding[];
  /** What of the file that keeps the ends is damaged; empty when all can. */
  readonly headFile: string;
};

export async function verifyChains(
  db: Kysely<Schema>,
  heads: ChainHeads,
  expected: readonly ExpectedEnd[] = [],
): Promise<Verification> {
  const chains: VerifiedChain[] = [];
  const findings: ChainFinding[] = [];
  for (const chain of CHAINS) {
    const known = heads.all().flatMap((state) => (state.chain === chain ? [state.profile] : []));
    for (const profile of [...new Set([...known, ...(await profilesOf(db, chain))])].toSorted()) {
      const { rows, end, anchor, finding } = await walkChain(db, heads, profile, chain);
      chains.push({ profile, chain, rows, sealed: anchor?.rows ?? 0, end });
      const found = finding ?? heads.get(profile, chain)?.broken;
      if (found != null) findings.push(found);
      else if (chain === 'events') findings.push(...(await derivedFindings(db, profile)));
    }
  }
  findings.push(...(await checkSettings(heads, () => settingRows(db), 'all')));
  for (const one of expected) {
    const finding = await missed(db, one);
    if (finding !== undefined) findings.push(finding);
  }
  const headFile = heads.damage ?? '';
  return { whole: findings.length === 0 && headFile === '', chains, findings, headFile };
}

/** All of it is read as it was at one moment: an engine may go on writing. */
async function derivedFindings(db: Kysely<Schema>, profile: string): Promise<readonly ChainFinding[]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (moment) => (await checkDerived(moment, profile)).findings);
}

/** A hash covers all rows before it: where this one is as it was noted, so are they. */
async function missed(
  db: Kysely<Schema>,
  { profile, chain, end }: ExpectedEnd,
): Promise<ChainFinding | undefined> {
  const found = await hashAt(db, profile, chain, end.id);
  if (found === end.hash) return undefined;
  const detail =
    found === undefined
      ? 'the row whose hash was noted is not there'
      : 'this row or one before it is not as it was when its hash was noted';
  return { profile, chain, kind: found === undefined ? 'removed' : 'altered', id: end.id, detail };
}

/** One line for a person. */
export function findingText({ profile, chain, kind, id, detail }: ChainFinding): string {
  if (kind === 'setting') return detail;
  const what =
    kind === 'no-head' || kind === 'anchor'
      ? 'is damaged'
      : kind === 'derived'
        ? 'does not fit the tables'
        : `was ${kind}`;
  return `${chain} of ${profile}: row ${id} ${what}: ${detail}`;
}
