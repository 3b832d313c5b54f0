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
/** Executions of one page of those that are added up. */
const PAGE_ROWS = 5_000;
const ATTEMPTS = ['completed', 'missed', 'unwound', 'stranded'] as const;

type Range = { readonly fromUs: number; readonly toUs?: number | undefined };

/** Opportunities that closed, and executions that finished, from `fromUs` on and before `toUs`. @param pageRows executions that are read at once. */
export async function edgeBoard(
  database: Readable,
  profile: string,
  homeAsset: string,
  range: Range,
  pageRows = PAGE_ROWS,
): Promise<OperationOutput<'getEdges'>> {
  const [seen, lives, booked, hours] = await Promise.all([
    seenByCycle(database, profile, range),
    newestLives(database, profile, range),
    bookedByCycle(database, profile, range, pageRows),
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

type Booked = Pick<EdgeRow, 'attempts' | 'completed' | 'profitHome'>;

/**
 * Profits are added up here, as exact decimals: a database would add them as floats. The executions of years come in pages, so that
 * memory is bounded however long the period is.
 */
async function bookedByCycle(
  readable: Readable,
  profile: string,
  range: Range,
  pageRows: number,
): Promise<Map<string, Booked>> {
  const sums = new Map<string, { attempts: number; completed: number; profit: Decimal }>();
  let last: { readonly finishedUs: number; readonly executionId: string } | undefined;
  for (;;) {
    const rows = await finishedBefore(readable, profile, range, last, pageRows);
    for (const { venue, path, outcome, profitHome } of rows) {
      const key = keyOf(venue, path);
      const sum = sums.get(key) ?? { attempts: 0, completed: 0, profit: ZERO };
      sums.set(key, sum);
      sum.attempts++;
      if (outcome === 'completed') sum.completed++;
      sum.profit = sum.profit.plus(new Decimal(profitHome));
    }
    last = rows.at(-1);
    if (rows.length < pageRows) break;
  }
  return new Map(
    [...sums].map(([key, { profit, ...counts }]) => [key, { ...counts, profitHome: profit.toFixed() }]),
  );
}

/** Newest first. */
function finishedBefore(
  { db }: Readable,
  profile: string,
  { fromUs, toUs = Number.MAX_SAFE_INTEGER }: Range,
  last: { readonly finishedUs: number; readonly executionId: string } | undefined,
  pageRows: number,
) {
  const page = db
    .selectFrom('executions')
    .select(['venue', 'path', 'outcome', 'profitHome', 'finishedUs', 'executionId'])
    .where('profile', '=', profile)
    .where('finishedUs', '>=', fromUs)
    .where('outcome', 'in', ATTEMPTS)
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .limit(pageRows);
  if (last === undefined) return page.where('finishedUs', '<', toUs).execute();
  const { finishedUs, executionId } = last;
  return page
    .where('finishedUs', '<=', finishedUs)
    .where((of) => of.or([of('finishedUs', '<', finishedUs), of('executionId', '<', executionId)]))
    .execute();
}

export async function seenByHour({ db }: Readable, profile: string, range: Range): Promise<EdgeHour[]> {
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
