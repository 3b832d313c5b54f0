/** Where an account stands: balances, equity and what was realised. */
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import { CurveShortener } from '../../domain/equity-curve.ts';
import type { Balance, EquitySample } from '../../domain/event.ts';
import type { Asset, VenueName } from '../../domain/ids.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Database, Readable } from '../database-types.ts';
import { getSetting, setSetting } from '../settings.ts';
import { EQUITY_COLUMNS, equityOf } from './rows.ts';

/** Every asset that the profile ever held, by name; empty before its first run. */
export function latestBalances({ db }: Readable, profile: string): Promise<Balance[]> {
  return db
    .selectFrom('balances')
    .select(['asset', 'total', 'reserved', 'costHome'])
    .where('profile', '=', profile)
    .orderBy('asset')
    .execute();
}

/** A setting: the venue at which the balances of a profile lie whose names do not say where. */
const placeSetting = (profile: string): string => `bare assets ${profile}`;

/** Where balances lie whose names do not say; undefined: no run has noted it. */
export async function placeOfBare(database: Database, profile: string): Promise<VenueName | undefined> {
  const stored = await getSetting(database, placeSetting(profile));
  return typeof stored === 'string' ? stored : undefined;
}

/** Notes where they lie, for a plan that changes before any run has noted it. */
export function notePlaceOfBare(database: Database, profile: string, place: VenueName): Promise<void> {
  return setSetting(database, placeSetting(profile), place);
}

/**
 * Balances under the names of the run that begins, all at once with where those lie that do not say.
 * @param names by the name that is stored. @param place of names without a venue, from now on.
 */
export async function renameBalances(
  database: Database,
  profile: string,
  names: ReadonlyMap<Asset, Asset>,
  place: VenueName,
): Promise<void> {
  const isBare = ([stored]: readonly [Asset, Asset]): boolean => assetName(stored) === stored;
  const changed = [...names].filter(([stored, name]) => stored !== name);
  // What gives up its bare name comes first: another may be about to take it.
  const ordered = [...changed.filter(isBare), ...changed.filter((one) => !isBare(one))];
  const renames = ordered.map(([stored, asset]) =>
    database.db
      .updateTable('balances')
      .set({ asset })
      .where('profile', '=', profile)
      .where('asset', '=', stored)
      .compile(),
  );
  const queries = renames.map(({ sql, parameters }) => ({ sql, parameters }));
  await setSetting(database, placeSetting(profile), place, queries);
}

export async function latestEquity({ db }: Readable, profile: string): Promise<EquitySample | undefined> {
  const row = await db
    .selectFrom('equity')
    .select(EQUITY_COLUMNS)
    .where('profile', '=', profile)
    .orderBy('atUs', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && equityOf(row);
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
  if (count <= range.maxPoints) return (await inTime.execute()).map(equityOf);
  const shortener = new CurveShortener({ firstUs, lastUs }, range.maxPoints);
  // Samples that come in meanwhile are left for the next time.
  let part = await inTime.where('atUs', '<=', lastUs).limit(READ_SAMPLES).execute();
  for (let last = part.at(-1); last !== undefined; last = part.at(-1)) {
    for (const row of part) shortener.add(equityOf(row));
    await setImmediate();
    const { atUs } = last;
    part = await inTime.where('atUs', '>', atUs).where('atUs', '<=', lastUs).limit(READ_SAMPLES).execute();
  }
  return shortener.kept();
}

/** Cycles that were traded in simulation with money at stake, and what they brought in all, in the home currency. */
export type SimulatedRecord = { readonly cycles: number; readonly profitHome: Decimal };

/** Newest cycles that count where no time is named: what a strategy did long ago says little of the market today. */
const RECORD_CYCLES = 1_000;
/** Executions that are read at once. */
const READ_EXECUTIONS = 1_000;

export type RecordOf = {
  /** Every cycle that ended from then on counts; undefined: the newest alone. */
  readonly sinceUs?: number;
  /** With a part at this venue; undefined: all. */
  readonly venue?: VenueName;
};

export async function simulatedRecord(
  { db }: Readable,
  profiles: readonly string[],
  { sinceUs, venue }: RecordOf = {},
): Promise<SimulatedRecord> {
  if (profiles.length === 0) return { cycles: 0, profitHome: ZERO };
  let counted = db
    .selectFrom('executions')
    .select(['profile', 'profitHome', 'finishedUs', 'executionId'])
    .where('profile', 'in', profiles)
    .where('outcome', 'in', ['completed', 'unwound', 'stranded'])
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .orderBy('profile', 'desc');
  if (venue !== undefined) {
    // A route's execution names all of its venues, joined by a plus.
    const part = `%+${venue.replaceAll(/[\\%_]/g, '\\$&')}+%`;
    counted = counted.where(sql<boolean>`'+' || venue || '+' like ${part} escape '\\'`);
  }
  if (sinceUs === undefined) return recordOfRows(await counted.limit(RECORD_CYCLES).execute());
  let all: SimulatedRecord = { cycles: 0, profitHome: ZERO };
  const since = counted.where('finishedUs', '>=', sinceUs);
  let rows = await since.limit(READ_EXECUTIONS).execute();
  for (let last = rows.at(-1); last !== undefined; last = rows.at(-1)) {
    all = recordOfRows(rows, all);
    if (rows.length < READ_EXECUTIONS) break;
    await setImmediate();
    const { finishedUs, executionId, profile } = last;
    rows = await since
      .where((eb) =>
        eb(
          eb.refTuple('finishedUs', 'executionId', 'profile'),
          '<',
          eb.tuple(finishedUs, executionId, profile),
        ),
      )
      .limit(READ_EXECUTIONS)
      .execute();
  }
  return all;
}

function recordOfRows(
  rows: readonly { readonly profitHome: string }[],
  before: SimulatedRecord = { cycles: 0, profitHome: ZERO },
): SimulatedRecord {
  return {
    cycles: before.cycles + rows.length,
    profitHome: rows.reduce((sum, row) => sum.plus(decimal(row.profitHome)), before.profitHome),
  };
}
