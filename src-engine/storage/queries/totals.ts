/** Counts and exact sums of a profile's whole history. Decimals are text in the database, so they are added up here. */
import { setImmediate } from 'node:timers/promises';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { ExecutionOutcome } from '../../domain/event.ts';
import type { Asset } from '../../domain/ids.ts';
import type { Database } from '../database-types.ts';
import { countNews } from './news.ts';

/** Rows of one read: the loop is back within a few milliseconds, however long the history is. */
const READ_ROWS = 2_000;

export type StoredTotals = {
  readonly orders: number;
  readonly denials: number;
  readonly fills: number;
  readonly opportunities: number;
  readonly events: number;
  readonly executions: Readonly<Record<ExecutionOutcome, number>>;
  /** Sum over all executions, in the home currency. */
  readonly profitHome: Decimal;
  readonly fees: ReadonlyMap<Asset, Decimal>;
};

/** Reads every execution and fill of the profile once: for the start of a session, not for every frame. */
export async function readTotals(database: Database, profile: string): Promise<StoredTotals> {
  const { db } = database;
  const orders = await db
    .selectFrom('orders')
    .where('profile', '=', profile)
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  const denials = await db
    .selectFrom('orders')
    .where('profile', '=', profile)
    .where('state', '=', 'denied')
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  const opportunities = await db
    .selectFrom('opportunities')
    .where('profile', '=', profile)
    .where('closedUs', 'is not', null)
    .select((of) => of.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return {
    orders: orders.n,
    denials: denials.n,
    opportunities: opportunities.n,
    events: await countNews(database, profile),
    ...(await sumExecutions(database, profile)),
    ...(await sumFills(database, profile)),
  };
}

async function sumExecutions({ db }: Database, profile: string) {
  const executions = {
    completed: 0,
    missed: 0,
    unwound: 0,
    stranded: 0,
    denied: 0,
    swept: 0,
    late: 0,
    quoted: 0,
  };
  let profitHome = ZERO;
  for (let after = ''; ; await setImmediate()) {
    const rows = await db
      .selectFrom('executions')
      .select(['executionId', 'outcome', 'profitHome'])
      .where('profile', '=', profile)
      .where('executionId', '>', after)
      .orderBy('executionId')
      .limit(READ_ROWS)
      .execute();
    for (const row of rows) {
      executions[row.outcome]++;
      profitHome = profitHome.plus(decimal(row.profitHome));
    }
    const last = rows.at(-1);
    if (last === undefined) return { executions, profitHome };
    after = last.executionId;
  }
}

async function sumFills({ db }: Database, profile: string) {
  const fees = new Map<Asset, Decimal>();
  let fills = 0;
  let [venue, fillId] = ['', ''];
  for (;;) {
    const [afterVenue, afterFill] = [venue, fillId];
    const rows = await db
      .selectFrom('fills')
      .select(['venue', 'fillId', 'fee', 'feeAsset'])
      .where('profile', '=', profile)
      .where((of) =>
        of.or([
          of('venue', '>', afterVenue),
          of.and([of('venue', '=', afterVenue), of('fillId', '>', afterFill)]),
        ]),
      )
      .orderBy('venue')
      .orderBy('fillId')
      .limit(READ_ROWS)
      .execute();
    for (const { fee, feeAsset } of rows) fees.set(feeAsset, (fees.get(feeAsset) ?? ZERO).plus(decimal(fee)));
    fills += rows.length;
    const last = rows.at(-1);
    if (last === undefined) return { fills, fees };
    ({ venue, fillId } = last);
    await setImmediate();
  }
}
