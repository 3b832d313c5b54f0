/**
 * Rows that decide how a profile is traded and follow from its facts: each set of limits, and what the risk engine knows. They are
 * in no chain of their own, as whoever has the facts can make them again: they are compared with the facts they follow from.
 */
import type { Kysely } from 'kysely';
import type { EngineEvent } from '../../domain/event.ts';
import { project, type Scope } from '../projection.ts';
import type { Dialect, WriteQuery } from '../put-rows.ts';
import type { Schema } from '../schema.ts';
import type { ChainFinding } from './heads.ts';

type Db = Kysely<Schema>;
type Known = Extract<EngineEvent, { readonly type: 'limitsChanged' | 'riskRecorded' }>;
type Told = { readonly seq: number; readonly event: Known };

export type Derived = {
  readonly finding: ChainFinding | undefined;
  /** Puts the rows as they follow from the facts; empty where they do. */
  readonly repair: (dialect: Dialect, db: Db) => WriteQuery[];
};

/** Compares them. The facts must have been found whole before. */
export async function checkDerived(db: Db, profile: string): Promise<Derived> {
  const changes = await told(db, profile, 'limitsChanged');
  const [risk] = await told(db, profile, 'riskRecorded', 1);
  const lastSeq = Math.max(0, ...changes.map(({ seq }) => seq), risk?.seq ?? 0);
  const wrong = (await wrongLimits(db, profile, changes)) ?? (await wrongRisk(db, profile, risk));
  if (wrong === undefined) return { finding: undefined, repair: () => [] };
  const { seq, table } = wrong;
  const detail = `the rows of ${table} are not what follows from this fact`;
  return {
    finding: { profile, chain: 'events', kind: 'derived', id: seq ?? lastSeq, detail },
    repair: (dialect, writable) => [
      writable.deleteFrom('limitChanges').where('profile', '=', profile).compile(),
      writable.deleteFrom('riskState').where('profile', '=', profile).compile(),
      ...[...changes, ...(risk === undefined ? [] : [risk])].flatMap(({ event }) =>
        project(dialect, scopeOf(profile), event),
      ),
    ],
  };
}

/** These rows do not name their run. */
const scopeOf = (profile: string): Scope => ({ profile, runId: '' });

type Wrong = { readonly seq: number | undefined; readonly table: 'limit_changes' | 'risk_state' };

async function wrongLimits(db: Db, profile: string, changes: readonly Told[]): Promise<Wrong | undefined> {
  const rows = await db.selectFrom('limitChanges').selectAll().where('profile', '=', profile).execute();
  const stored = new Map(rows.map((row) => [row.version, row]));
  for (const { seq, event } of changes) {
    if (event.type !== 'limitsChanged') continue;
    const row = stored.get(event.version);
    stored.delete(event.version);
    const fits =
      row?.scope === event.scope &&
      row.atUs === event.atUs &&
      row.changes === JSON.stringify(event.changes) &&
      row.after === JSON.stringify(event.after);
    if (!fits) return { seq, table: 'limit_changes' };
  }
  return stored.size === 0 ? undefined : { seq: undefined, table: 'limit_changes' };
}

async function wrongRisk(db: Db, profile: string, last: Told | undefined): Promise<Wrong | undefined> {
  const row = await db.selectFrom('riskState').selectAll().where('profile', '=', profile).executeTakeFirst();
  if (row === undefined && last === undefined) return undefined;
  const event = last?.event.type === 'riskRecorded' ? last.event : undefined;
  const fits = row?.atUs === event?.atUs && row?.json === JSON.stringify(event?.risk);
  return fits ? undefined : { seq: last?.seq, table: 'risk_state' };
}

/** Facts of one type, the newest first. */
async function told(db: Db, profile: string, type: Known['type'], most?: number): Promise<Told[]> {
  const rows = await db
    .selectFrom('events')
    .select(['seq', 'json'])
    .where('profile', '=', profile)
    .where('type', '=', type)
    .orderBy('seq', 'desc')
    .$if(most !== undefined, (query) => query.limit(most ?? 0))
    .execute();
  return rows.map(({ seq, json }) => ({ seq, event: JSON.parse(json) as Known }));
}
