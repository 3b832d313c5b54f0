/** What a day brought, counted by the database: opportunities by their last decision, executions by their outcome. */
import { sql } from 'kysely';
import type { DayReport } from '../../contract/day-operations.ts';
import { Decimal, ZERO } from '../../domain/decimal.ts';
import type { ExecutionOutcome } from '../../domain/event.ts';
import type { DecisionCode } from '../../domain/opportunity.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Readable } from '../database-types.ts';

/** Executions that are added up: more than a year of busy days has in one of them. */
export const MAX_DAY_EXECUTIONS = 200_000;
const PAGE_ROWS = 5_000;

/** From `fromUs` on and before `toUs`. */
export type Span = { readonly fromUs: number; readonly toUs: number };
type Decisions = DayReport['decisions'];

/** Opportunities that closed in the span. What a plan promised is added up as an estimate, and only where it promised something. */
export async function decisionsOf({ db }: Readable, profile: string, span: Span): Promise<Decisions> {
  const promise = sql<number>`cast(${sql.ref('expectedProfit')} as double precision)`;
  const rows = await db
    .selectFrom('opportunities')
    .select(['decision', 'path'])
    .select((of) => [of.fn.countAll<number>().as('opportunities'), of.fn.max('peakNetBps').as('bestBps')])
    .select(sql<number>`sum(case when ${promise} > 0 then ${promise} else 0 end)`.as('promised'))
    .where('profile', '=', profile)
    .where('closedUs', '>=', span.fromUs)
    .where('closedUs', '<', span.toUs)
    .groupBy(['decision', 'path'])
    .execute();
  const found = new Map<
    DecisionCode,
    { opportunities: number; bestBps: number; promised: Map<string, number> }
  >();
  for (const row of rows) {
    const one = found.get(row.decision) ?? { opportunities: 0, bestBps: row.bestBps, promised: new Map() };
    found.set(row.decision, one);
    one.opportunities += row.opportunities;
    one.bestBps = Math.max(one.bestBps, row.bestBps);
    const asset = assetName((JSON.parse(row.path) as string[])[0] ?? '');
    if (row.promised > 0) one.promised.set(asset, (one.promised.get(asset) ?? 0) + row.promised);
  }
  return [...found]
    .map(([decision, { promised, ...one }]) => ({
      decision,
      ...one,
      promised: [...promised].map(([asset, amount]) => ({ asset, amount })),
    }))
    .sort((a, b) => b.opportunities - a.opportunities || (a.decision < b.decision ? -1 : 1));
}

/** Executions that finished in the span, added up exactly and by pages. */
export async function outcomesOf(
  { db }: Readable,
  profile: string,
  span: Span,
): Promise<Pick<DayReport, 'outcomes' | 'executions' | 'profitHome' | 'isCut'>> {
  const sums = new Map<ExecutionOutcome, { executions: number; profit: Decimal }>();
  let profit = ZERO;
  let executions = 0;
  let isCut = false;
  for (let last: { finishedUs: number; executionId: string } | undefined; ; ) {
    const { finishedUs, executionId } = last ?? { finishedUs: span.fromUs, executionId: '' };
    const rows = await db
      .selectFrom('executions')
      .select(['outcome', 'profitHome', 'finishedUs', 'executionId'])
      .where('profile', '=', profile)
      .where('finishedUs', '>=', finishedUs)
      .where('finishedUs', '<', span.toUs)
      .where((of) => of.or([of('finishedUs', '>', finishedUs), of('executionId', '>', executionId)]))
      .orderBy('finishedUs')
      .orderBy('executionId')
      .limit(PAGE_ROWS)
      .execute();
    for (const row of rows) {
      const sum = sums.get(row.outcome) ?? { executions: 0, profit: ZERO };
      sums.set(row.outcome, sum);
      sum.executions++;
      executions++;
      const earned = new Decimal(row.profitHome);
      sum.profit = sum.profit.plus(earned);
      profit = profit.plus(earned);
    }
    last = rows.at(-1);
    isCut = rows.length === PAGE_ROWS && executions >= MAX_DAY_EXECUTIONS;
    if (rows.length < PAGE_ROWS || isCut) break;
  }
  const outcomes = [...sums]
    .map(([outcome, sum]) => ({ outcome, executions: sum.executions, profitHome: sum.profit.toFixed() }))
    .sort((a, b) => b.executions - a.executions || (a.outcome < b.outcome ? -1 : 1));
  return { outcomes, executions, profitHome: profit.toFixed(), isCut };
}
