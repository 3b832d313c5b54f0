/** Where an account stands: balances, equity and what was realised. */
import { sql } from 'kysely';
import { type Decimal, decimal, type DecimalText, ZERO } from '../../domain/decimal.ts';
import type { Balance, EquitySample, ExecutionOutcome } from '../../domain/event.ts';
import type { Database } from '../database-types.ts';
import { EQUITY_COLUMNS } from './rows.ts';

/** Every asset that the profile ever held, by name; empty before its first run. */
export function latestBalances({ db }: Database, profile: string): Promise<Balance[]> {
  return db
    .selectFrom('balances')
    .select(['asset', 'total', 'reserved', 'costHome'])
    .where('profile', '=', profile)
    .orderBy('asset')
    .execute();
}

export function latestEquity({ db }: Database, profile: string): Promise<EquitySample | undefined> {
  return db
    .selectFrom('equity')
    .select(EQUITY_COLUMNS)
    .where('profile', '=', profile)
    .orderBy('atUs', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/**
 * The curve from `fromUs` to `toUs`, both included, oldest first, at most `maxPoints` (≥ 2). The first and the
 * last sample are kept; between them the last one of equal spans of time. The database thins: what is not shown
 * is not loaded.
 */
export async function listEquity(
  { db }: Database,
  profile: string,
  range: { readonly fromUs: number; readonly toUs?: number | undefined; readonly maxPoints: number },
): Promise<EquitySample[]> {
  const within = db
    .selectFrom('equity')
    .where('profile', '=', profile)
    .where('atUs', '>=', range.fromUs)
    .where('atUs', '<=', range.toUs ?? Number.MAX_SAFE_INTEGER);
  const found = await within
    .select((of) => [
      of.fn.countAll<number>().as('count'),
      of.fn.min('atUs').as('first'),
      of.fn.max('atUs').as('last'),
    ])
    .executeTakeFirstOrThrow();
  if (found.count <= range.maxPoints) return within.select(EQUITY_COLUMNS).orderBy('atUs').execute();
  const spanUs = Math.ceil((found.last - found.first + 1) / (range.maxPoints - 1));
  // The casts make it whole-number division on both databases: SQLite is given JavaScript numbers as reals.
  const span = sql`(at_us - cast(${found.first} as bigint)) / cast(${spanUs} as bigint)`;
  const kept = within.select((of) => of.fn.max('atUs').as('atUs')).groupBy(span);
  return db
    .selectFrom('equity')
    .select(EQUITY_COLUMNS)
    .where('profile', '=', profile)
    .where((of) => of.or([of('atUs', '=', found.first), of('atUs', 'in', kept)]))
    .orderBy('atUs')
    .execute();
}

export type Totals = {
  readonly orders: number;
  readonly fills: number;
  readonly denials: number;
  readonly opportunities: number;
  readonly executions: Readonly<Record<ExecutionOutcome, number>>;
  /** Sum over all executions, in the home currency, exact. */
  readonly realizedProfitHome: DecimalText;
};

/** Totals of a profile's whole history. Reads one column of every execution: for the start, not for every frame. */
export async function readTotals({ db }: Database, profile: string): Promise<Totals> {
  const count = async (table: 'orders' | 'fills' | 'opportunities'): Promise<number> => {
    const query = db.selectFrom(table).where('profile', '=', profile);
    return (await query.select((of) => of.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n;
  };
  const denied = await db
    .selectFrom('orders')
    .where('profile', '=', profile)
    .where('state', '=', 'denied')
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('executions')
    .select(['outcome', 'profitHome'])
    .where('profile', '=', profile)
    .execute();
  const executions = { completed: 0, missed: 0, unwound: 0, stranded: 0, denied: 0, swept: 0, late: 0 };
  let profit = ZERO;
  for (const row of rows) {
    executions[row.outcome]++;
    profit = profit.plus(decimal(row.profitHome));
  }
  return {
    orders: await count('orders'),
    fills: await count('fills'),
    denials: denied.n,
    opportunities: await count('opportunities'),
    executions,
    realizedProfitHome: profit.toString(),
  };
}

/** Cycles that were traded in simulation with money at stake, and what they brought in all, in the home currency. */
export type SimulatedRecord = { readonly cycles: number; readonly profitHome: Decimal };

/** Newest cycles that count: what a strategy did long ago says little of the market today. */
const RECORD_CYCLES = 1_000;

export async function simulatedRecord(
  { db }: Database,
  profiles: readonly string[],
): Promise<SimulatedRecord> {
  if (profiles.length === 0) return { cycles: 0, profitHome: ZERO };
  const rows = await db
    .selectFrom('executions')
    .select('profitHome')
    .where('profile', 'in', profiles)
    .where('outcome', 'in', ['completed', 'unwound', 'stranded'])
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .limit(RECORD_CYCLES)
    .execute();
  const profitHome = rows.reduce((sum, row) => sum.plus(decimal(row.profitHome)), ZERO);
  return { cycles: rows.length, profitHome };
}
