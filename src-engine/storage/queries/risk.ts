/** What the risk engine left behind, and the history of its limits. */
import { type LimitChangeRecord } from '../../contract/risk-records.ts';
import { riskSnapshot } from '../../domain/risk-schemas.ts';
import { Decimal, type DecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';
import type { LimitChange, LimitScope, RiskSnapshot } from '../../domain/risk.ts';
import { issueWords } from '../../lib/zod-words.ts';
import type { Readable } from '../database-types.ts';
import { type Page, readPage } from './pages.ts';

/**
 * What the risk engine knew when the profile last ran; undefined before its first run.
 * @throws UserError when it cannot be read: a latch that is forgotten is not a latch.
 */
export async function latestRisk({ db }: Readable, profile: string): Promise<RiskSnapshot | undefined> {
  const row = await db
    .selectFrom('riskState')
    .select(['atUs', 'json'])
    .where('profile', '=', profile)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const parsed = riskSnapshot.safeParse(JSON.parse(row.json));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError({
      code: 'bad-risk-state',
      field: `risk state of ${profile}`,
      value: issue?.path.join('.'),
      message: `cannot be read: ${issueWords(issue)}`,
      remedy: 'Use the version of Parallax that wrote this database, or a backup of it.',
    });
  }
  const snapshot: RiskSnapshot = parsed.data;
  // What was sampled since may hold amounts that are neither in the peak yet nor a gain.
  if (snapshot.unpriced !== undefined) return snapshot;
  const since = await db
    .selectFrom('equity')
    .select('equity')
    .where('profile', '=', profile)
    .where('atUs', '>', row.atUs)
    .execute();
  return {
    ...snapshot,
    peakEquity: highest(
      snapshot.peakEquity,
      since.map(({ equity }) => equity),
    ),
  };
}

/** A peak is recorded once a minute: what was sampled after that is looked at again. */
function highest(peak: DecimalText | null, samples: readonly DecimalText[]): DecimalText | null {
  if (peak === null) return null;
  return Decimal.max(peak, ...samples).toString();
}

/** How often limits and settings of the profile were changed. */
export async function limitsVersion({ db }: Readable, profile: string): Promise<number> {
  const row = await db
    .selectFrom('limitChanges')
    .select((of) => of.fn.max('version').as('last'))
    .where('profile', '=', profile)
    .executeTakeFirst();
  return row?.last ?? 0;
}

/** The set as it stood after its last change, or undefined. The caller checks its shape. */
export async function latestLimits({ db }: Readable, profile: string, scope: LimitScope): Promise<unknown> {
  const row = await db
    .selectFrom('limitChanges')
    .select('after')
    .where('profile', '=', profile)
    .where('scope', '=', scope)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.after) as unknown);
}

/** `beforeUs` is an `atUs`. */
export function listLimitChanges(
  { db }: Readable,
  profile: string,
  page: Page,
): Promise<LimitChangeRecord[]> {
  return readPage(
    page,
    (change) => change.atUs,
    async ({ fromUs, toUs, limit }) => {
      const rows = await db
        .selectFrom('limitChanges')
        .select(['version', 'atUs', 'actor', 'scope', 'changes'])
        .where('profile', '=', profile)
        .where('atUs', '>=', fromUs)
        .where('atUs', '<', toUs)
        .orderBy('atUs', 'desc')
        .orderBy('version', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, changes: JSON.parse(row.changes) as LimitChange[] }));
    },
  );
}
