/** The tables of a profile's history as files: read in the order of their time, a page at a time, and never in memory whole. */
import { setImmediate } from 'node:timers/promises';
import type { Database } from '../storage/database-types.ts';
import type { Schema } from '../storage/schema.ts';
import type { ExportPlace } from './export-place.ts';
import { PartitionedTable, type TableCounts } from './partitions.ts';
import type { TableFormat } from './table-format.ts';
import type { Column, ColumnType, Row } from './table-rows.ts';

const PAGE = 1_000;
export const TABLE_NAMES = ['opportunities', 'executions', 'orders', 'fills', 'equity'] as const;
export type TableName = (typeof TABLE_NAMES)[number];

type Plan = {
  readonly columns: readonly Column[];
  /** What a row's day is taken from, and what orders rows of one moment. */
  readonly time: string;
  readonly ids: readonly string[];
  readonly rowOf?: (row: Row) => Row;
};

/** Columns of one type by their names, in the order in which they are named. */
function columns(...groups: readonly (readonly [ColumnType, string])[]): Column[] {
  return groups.flatMap(([type, names]) => names.split(' ').map((name) => ({ name, type })));
}

const WATERFALL = 'grossBps feesBps depthBps roundingBps slippageBps ageRiskBps inventoryBps netBps';

const PLANS: Readonly<Record<TableName, Plan>> = {
  opportunities: {
    // Closed ones, as in every list: an open one has no time here yet.
    time: 'closedUs',
    ids: ['opportunityId'],
    columns: columns(
      ['text', 'profile opportunityId'],
      ['integer', 'cycleId'],
      ['json', 'path legs'],
      ['decimal', 'startAmount expectedProfit'],
      ['double', `peakNetBps ${WATERFALL}`],
      ['integer', 'ageUs'],
      ['text', 'decision decisionDetail'],
      ['time', 'openedUs closedUs'],
    ),
    rowOf: ({ waterfall, ...row }) => {
      const parts = JSON.parse(String(waterfall)) as Record<string, number | undefined>;
      const names = [...WATERFALL.split(' '), 'ageUs'];
      return { ...row, ...Object.fromEntries(names.map((name) => [name, parts[name]])) };
    },
  },
  executions: {
    time: 'finishedUs',
    ids: ['executionId'],
    columns: columns(
      ['text', 'profile executionId opportunityId'],
      ['json', 'path'],
      ['decimal', 'startAmount profit profitHome'],
      ['double', 'expectedNetBps realizedNetBps'],
      ['text', 'outcome detail'],
      ['json', 'dust'],
      ['time', 'startedUs finishedUs'],
    ),
  },
  orders: {
    time: 'createdUs',
    ids: ['orderId'],
    columns: columns(
      ['text', 'profile orderId intentId executionId symbol side'],
      ['decimal', 'price qty'],
      ['text', 'timeInForce state'],
      ['decimal', 'filledQty filledNotional fees'],
      ['text', 'reason'],
      ['time', 'createdUs updatedUs'],
    ),
  },
  fills: {
    time: 'atUs',
    ids: ['fillId', 'venue'],
    columns: columns(
      ['text', 'profile fillId orderId executionId symbol side'],
      ['decimal', 'price qty fee'],
      ['text', 'feeAsset'],
      ['decimal', 'cost'],
      ['time', 'atUs'],
    ),
  },
  equity: {
    time: 'atUs',
    ids: [],
    columns: columns(
      ['text', 'profile homeAsset'],
      ['decimal', 'equity realizedPnl unrealizedPnl fees'],
      // Coins that the equity leaves out; null: none.
      ['integer', 'withoutPrice'],
      ['time', 'atUs'],
    ),
  },
};

/** Names in Parquet: `filledQty` is `filled_qty`, a time's `Us` becomes `_at`, as it is a timestamp there; `at` alone is a word of SQL. */
export function parquetName(name: string): string {
  const named = name === 'atUs' ? 'happenedAt' : name.replace(/(?:ed)Us$/, 'edAt');
  return named.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** @throws UserError or the operating system's error. */
export async function exportTable(
  database: Database,
  profile: string,
  name: TableName,
  place: ExportPlace,
  format: TableFormat,
): Promise<TableCounts> {
  const plan = PLANS[name];
  const table = new PartitionedTable(place, format, {
    name,
    columns: plan.columns.map(({ name: one, type }) => ({ name: parquetName(one), type })),
    about: () => ({ format: 'parallax-history', version: 1, table: name, profile }),
  });
  try {
    for await (const rows of pagesOf(database, profile, name, plan)) {
      for (const row of rows) {
        const whole = plan.rowOf?.(row) ?? row;
        const named = plan.columns.map(({ name: one }) => [parquetName(one), whole[one]] as const);
        table.add(String(row['venue'] ?? ''), Number(row[plan.time]), Object.fromEntries(named));
      }
      // The loop is back, and an interrupt is heard, between two pages.
      await setImmediate();
      await table.settle();
    }
    return table.finish();
  } catch (error) {
    table.abandon();
    throw error;
  }
}

/** By time, then by id: each page begins behind the last row of the one before. */
async function* pagesOf(
  { db }: Database,
  profile: string,
  name: TableName,
  { time, ids }: Plan,
): AsyncGenerator<Row[]> {
  const keys = [time, ...ids];
  // One query for tables of several types: the plan names columns that its table has.
  const table = name as 'orders';
  type Key = keyof Schema['orders'];
  let last: Row | undefined;
  for (;;) {
    let query = db
      .selectFrom(table)
      .selectAll()
      .where('profile', '=', profile)
      .where(time as Key, '>=', (last?.[time] ?? 0) as never)
      .limit(PAGE);
    for (const key of keys) query = query.orderBy(key as Key);
    const after = last;
    if (after !== undefined) {
      query = query.where((of) =>
        of.or(
          keys.map((key, n) =>
            of.and([
              ...keys.slice(0, n).map((same) => of(same as Key, '=', after[same] as never)),
              of(key as Key, '>', after[key] as never),
            ]),
          ),
        ),
      );
    }
    const rows = (await query.execute()) as Row[];
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}
