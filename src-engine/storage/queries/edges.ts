/** Opportunities by cycle and by hour: counted by the database, so that a long history costs no more than its index. */
import { sql } from 'kysely';
import {
  type EdgeHour,
  type EdgeRow,
  MAX_EDGE_HOURS,
  MAX_EDGE_LIVES,
  MAX_EDGE_ROWS,
  MAX_EDGES,
} from '../../contract/edge-operations.ts';
import type { OperationOutput } from '../../contract/operations.ts';
import { Decimal, ZERO } from '../../domain/decimal.ts';
import type { Readable } from '../database-types.ts';

const HOUR_US = 3_600_000_000;
const ATTEMPTS = ['completed', 'missed', 'unwound', 'stranded'] as const;

type Range = { readonly fromUs: number; readonly toUs?: number | undefined };

/** Opportunities that closed, and executions that finished, from `fromUs` on and before `toUs`. */
export async function edgeBoard(
  database: Readable,
  profile: string,
  homeAsset: string,
  range: Range,
): Promise<OperationOutput<'getEdges'>> {
  const [seen, lives, booked, hours] = await Promise.all([
    seenByCycle(database, profile, range),
    newestLives(database, profile, range),
    bookedByCycle(database, profile, range),
    seenByHour(database, profile, range),
  ]);
  const edges = new Map<string, number[]>();
  for (const { venue, path, peakNetBps } of lives) {
    const own = edges.get(keyOf(venue, path)) ?? [];
    edges.set(keyOf(venue, path), own);
    if (own.length < MAX_EDGES) own.unshift(peakNetBps);
  }
  const rows = seen.slice(0, MAX_EDGE_ROWS).map((row): EdgeRow => {
    const key = keyOf(row.venue, row.path);
    return {
      venue: row.venue,
      path: JSON.parse(row.path) as string[],
      seen: row.seen,
      taken: row.taken,
      ...(booked.get(key) ?? { attempts: 0, completed: 0, profitHome: '0' }),
      edges: edges.get(key) ?? [],
    };
  });
  return { homeAsset, rows, isCut: seen.length > MAX_EDGE_ROWS, hours };
}

function keyOf(venue: string, path: string): string {
  return `${venue} ${path}`;
}

function seenByCycle({ db }: Readable, profile: string, range: Range) {
  return db
    .selectFrom('opportunities')
    .select(['venue', 'path'])
    .select((of) => of.fn.countAll<number>().as('seen'))
    .select(sql<number>`sum(case when decision = 'taken' then 1 else 0 end)`.as('taken'))
    .where('profile', '=', profile)
    .where('closedUs', '>=', range.fromUs)
    .where('closedUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .groupBy(['venue', 'path'])
    .orderBy('seen', 'desc')
    .orderBy('venue')
    .orderBy('path')
    .limit(MAX_EDGE_ROWS + 1)
    .execute();
}

function newestLives({ db }: Readable, profile: string, range: Range) {
  return db
    .selectFrom('opportunities')
    .select(['venue', 'path', 'peakNetBps'])
    .where('profile', '=', profile)
    .where('closedUs', '>=', range.fromUs)
    .where('closedUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .orderBy('closedUs', 'desc')
    .orderBy('opportunityId', 'desc')
    .limit(MAX_EDGE_LIVES)
    .execute();
}

/** Profits are added up here, as exact decimals: a database would add them as floats. */
async function bookedByCycle(
  { db }: Readable,
  profile: string,
  range: Range,
): Promise<Map<string, Pick<EdgeRow, 'attempts' | 'completed' | 'profitHome'>>> {
  const rows = await db
    .selectFrom('executions')
    .select(['venue', 'path', 'outcome', 'profitHome'])
    .where('profile', '=', profile)
    .where('finishedUs', '>=', range.fromUs)
    .where('finishedUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .where('outcome', 'in', ATTEMPTS)
    .orderBy('finishedUs', 'desc')
    .execute();
  const booked = new Map<string, Pick<EdgeRow, 'attempts' | 'completed' | 'profitHome'>>();
  for (const [key, own] of Map.groupBy(rows, ({ venue, path }) => keyOf(venue, path))) {
    const profit = own.reduce((sum, { profitHome }) => sum.plus(new Decimal(profitHome)), ZERO);
    booked.set(key, {
      attempts: own.length,
      completed: own.filter(({ outcome }) => outcome === 'completed').length,
      profitHome: profit.toFixed(),
    });
  }
  return booked;
}

async function seenByHour({ db }: Readable, profile: string, range: Range): Promise<EdgeHour[]> {
  // Both databases divide whole numbers to whole numbers.
  const hour = sql<number>`${sql.ref('closedUs')} / ${sql.lit(HOUR_US)}`;
  const rows = await db
    .selectFrom('opportunities')
    .select(hour.as('hour'))
    .select((of) => [of.fn.countAll<number>().as('seen'), of.fn.max('peakNetBps').as('bestBps')])
    .select(sql<number>`sum(case when decision = 'taken' then 1 else 0 end)`.as('taken'))
    .where('profile', '=', profile)
    .where('closedUs', '>=', range.fromUs)
    .where('closedUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .groupBy('hour')
    .orderBy('hour', 'desc')
    .limit(MAX_EDGE_HOURS)
    .execute();
  return rows.map(({ hour: at, ...figures }) => ({ startUs: at * HOUR_US, ...figures }));
}
