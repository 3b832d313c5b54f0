/** Where an account stands: balances, equity and what was realised. */
import { setImmediate } from 'node:timers/promises';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import { CurveShortener } from '../../domain/equity-curve.ts';
import type { Balance, EquitySample } from '../../domain/event.ts';
import type { Database, Readable } from '../database-types.ts';
import { EQUITY_COLUMNS } from './rows.ts';

/** Every asset that the profile ever held, by name; empty before its first run. */
export function latestBalances({ db }: Readable, profile: string): Promise<Balance[]> {
  return db
    .selectFrom('balances')
    .select(['asset', 'total', 'reserved', 'costHome'])
    .where('profile', '=', profile)
    .orderBy('asset')
    .execute();
}

/** Balances under the names of the run that begins, all at once. @param names by the name that is stored. */
export async function renameBalances(
  database: Database,
  profile: string,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  const changed = [...names].filter(([stored, name]) => stored !== name);
  if (changed.length === 0) return;
  await database.db.transaction().execute(async (transaction) => {
    for (const [stored, asset] of changed)
      await transaction
        .updateTable('balances')
        .set({ asset })
        .where('profile', '=', profile)
        .where('asset', '=', stored)
        .execute();
  });
}

export function latestEquity({ db }: Readable, profile: string): Promise<EquitySample | undefined> {
  return db
    .selectFrom('equity')
    .select(EQUITY_COLUMNS)
    .where('profile', '=', profile)
    .orderBy('atUs', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Samples of one read: so few that the loop is back within a millisecond or two, however long the history is. */
const READ_SAMPLES = 2_000;

/**
 * The curve from `fromUs` to `toUs`, both included, oldest first, at most `maxPoints` (FEWEST_POINTS or more), shortened
 * as `CurveShortener` says. It is read part by part and never held whole.
 */
export async function listEquity(
  { db }: Readable,
  profile: string,
  range: { readonly fromUs: number; readonly toUs?: number | undefined; readonly maxPoints: number },
): Promise<EquitySample[]> {
  const within = db
    .selectFrom('equity')
    .where('profile', '=', profile)
    .where('atUs', '>=', range.fromUs)
    .where('atUs', '<=', range.toUs ?? Number.MAX_SAFE_INTEGER);
  const { count, firstUs, lastUs } = await within
    .select((of) => [
      of.fn.countAll<number>().as('count'),
      of.fn.min('atUs').as('firstUs'),
      of.fn.max('atUs').as('lastUs'),
    ])
    .executeTakeFirstOrThrow();
  const inTime = within.select(EQUITY_COLUMNS).orderBy('atUs');
  if (count <= range.maxPoints) return inTime.execute();
  const shortener = new CurveShortener({ firstUs, lastUs }, range.maxPoints);
  // Samples that come in meanwhile are left for the next time.
  let part = await inTime.where('atUs', '<=', lastUs).limit(READ_SAMPLES).execute();
  for (let last = part.at(-1); last !== undefined; last = part.at(-1)) {
    for (const sample of part) shortener.add(sample);
    await setImmediate();
    const { atUs } = last;
    part = await inTime.where('atUs', '>', atUs).where('atUs', '<=', lastUs).limit(READ_SAMPLES).execute();
  }
  return shortener.kept();
}

/** Cycles that were traded in simulation with money at stake, and what they brought in all, in the home currency. */
export type SimulatedRecord = { readonly cycles: number; readonly profitHome: Decimal };

/** Newest cycles that count: what a strategy did long ago says little of the market today. */
const RECORD_CYCLES = 1_000;

export async function simulatedRecord(
  { db }: Readable,
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
