/** What finished cycles earned, by day and by cycle. */
import type { PnlReport } from '../../contract/market-records.ts';
import { Decimal } from '../../domain/decimal.ts';
import type { Readable } from '../database-types.ts';

/** Most executions that one report adds up, newest first, and most days and cycles that it lists. */
export const MAX_REPORTED = 50_000;
const MAX_DAYS = 400;
const MAX_CYCLES = 500;
const DAY_US = 86_400_000_000;

type Sum = { profit: Decimal; executions: number; wins: number; losses: number };
type CycleSum = Sum & { path: string; traded: number; expectedBps: number; realizedBps: number };

/** Executions that finished from `fromUs` on and before `toUs`. Days are UTC, newest last; cycles by profit. */
export async function pnlReport(
  { db }: Readable,
  profile: string,
  homeAsset: string,
  range: { readonly fromUs: number; readonly toUs?: number | undefined },
): Promise<PnlReport> {
  const rows = await db
    .selectFrom('executions')
    .select(['path', 'profitHome', 'expectedNetBps', 'realizedNetBps', 'outcome', 'finishedUs'])
    .where('profile', '=', profile)
    .where('finishedUs', '>=', range.fromUs)
    .where('finishedUs', '<', range.toUs ?? Number.MAX_SAFE_INTEGER)
    .orderBy('finishedUs', 'desc')
    .orderBy('executionId', 'desc')
    .limit(MAX_REPORTED + 1)
    .execute();
  const days = new Map<number, Sum>();
  const cycles = new Map<string, CycleSum>();
  let profit = new Decimal(0);
  const counted = rows.slice(0, MAX_REPORTED);
  for (const row of counted) {
    const earned = new Decimal(row.profitHome);
    profit = profit.plus(earned);
    const dayUs = row.finishedUs - (row.finishedUs % DAY_US);
    add(entry(days, dayUs, emptySum), earned);
    const cycle = entry(cycles, row.path, () => emptyCycle(row.path));
    add(cycle, earned);
    if (row.outcome === 'denied' || row.outcome === 'missed') continue;
    cycle.traded++;
    cycle.expectedBps += row.expectedNetBps;
    cycle.realizedBps += row.realizedNetBps;
  }
  return {
    homeAsset,
    executions: counted.length,
    isCut: rows.length > MAX_REPORTED,
    profit: profit.toString(),
    days: [...days]
      .sort(([a], [b]) => a - b)
      .slice(-MAX_DAYS)
      .map(([dayUs, sum]) => ({ dayUs, ...sumRow(sum) })),
    cycles: [...cycles.values()]
      .sort((a, b) => b.profit.cmp(a.profit))
      .slice(0, MAX_CYCLES)
      .map((cycle) => ({
        path: JSON.parse(cycle.path) as string[],
        ...sumRow(cycle),
        expectedBps: cycle.traded === 0 ? 0 : cycle.expectedBps / cycle.traded,
        realizedBps: cycle.traded === 0 ? 0 : cycle.realizedBps / cycle.traded,
      })),
  };
}

function emptySum(): Sum {
  return { profit: new Decimal(0), executions: 0, wins: 0, losses: 0 };
}

function emptyCycle(path: string): CycleSum {
  return { ...emptySum(), path, traded: 0, expectedBps: 0, realizedBps: 0 };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function add(sum: Sum, earned: Decimal): void {
  sum.profit = sum.profit.plus(earned);
  sum.executions++;
  if (earned.isZero()) return;
  if (earned.isNegative()) sum.losses++;
  else sum.wins++;
}

function sumRow({ profit, executions, wins, losses }: Sum) {
  return { profit: profit.toString(), executions, wins, losses };
}
