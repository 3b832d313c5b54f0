/** What a day was traded in, and what the account was worth at its beginning and its end. */
import { sql } from 'kysely';
import type { DayReport } from '../../contract/day-operations.ts';
import { capitalOf, profitOf } from '../../domain/equity-parts.ts';
import { type Decimal, type DecimalText, decimal } from '../../domain/decimal.ts';
import type { EquitySample } from '../../domain/event.ts';
import type { Readable } from '../database-types.ts';
import type { Span } from './day-figures.ts';
import { isNews } from './news.ts';
import { EQUITY_COLUMNS, equityOf } from './rows.ts';

type Equity = NonNullable<DayReport['equity']>;

/** Of the runs that began on that day, in their order, after the one before them where that went on: where it stored anything. */
export async function dayModes(
  { db }: Readable,
  profile: string,
  { fromUs, toUs }: Span,
): Promise<DayReport['modes']> {
  const runs = db.selectFrom('runs').where('profile', '=', profile).orderBy('startedUs');
  const columns = ['mode', 'simulatedMarket', 'startedUs'] as const;
  const [begun, before] = await Promise.all([
    runs.select(columns).where('startedUs', '>=', fromUs).where('startedUs', '<', toUs).execute(),
    db
      .selectFrom('runs')
      .select(columns)
      .where('profile', '=', profile)
      .where('startedUs', '<', fromUs)
      .orderBy('startedUs', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  const wentOn =
    before !== undefined && (await hasStored(db, profile, { fromUs, toUs: begun[0]?.startedUs ?? toUs }));
  const all = [...(wentOn && before !== undefined ? [before] : []), ...begun];
  const modes = new Map(
    all.map(({ mode, simulatedMarket }) => [
      `${mode} ${simulatedMarket}`,
      { mode, simulatedMarket: simulatedMarket === 1 },
    ]),
  );
  return [...modes.values()];
}

/** An account that does not change stores no equity for a while, and one without all of its prices none at all. */
async function hasStored(db: Readable['db'], profile: string, { fromUs, toUs }: Span): Promise<boolean> {
  const times = [
    ['equity', 'atUs', sql`true`],
    ['opportunities', 'closedUs', sql`true`],
    ['executions', 'finishedUs', sql`true`],
    // News alone has an index by its time.
    ['events', 'atUs', isNews],
  ] as const;
  const found = await Promise.all(
    times.map(([table, at, isCounted]) => {
      const time = sql.ref(at);
      return sql`select 1 from ${sql.table(table)} where profile = ${profile} and ${isCounted} and ${time} >= ${fromUs} and ${time} < ${toUs} limit 1`.execute(
        db,
      );
    }),
  );
  return found.some(({ rows }) => rows.length > 0);
}

/**
 * The last sample before the day, or else the first of it, beside the last one of it.
 * @param cycles what executions of the day booked, in the home currency.
 */
export async function dayEquity(
  { db }: Readable,
  profile: string,
  { fromUs, toUs }: Span,
  cycles: DecimalText,
): Promise<DayReport['equity']> {
  const samples = db.selectFrom('equity').select(EQUITY_COLUMNS).where('profile', '=', profile);
  const [before, first, last] = await Promise.all([
    samples.where('atUs', '<', fromUs).orderBy('atUs', 'desc').limit(1).executeTakeFirst(),
    samples.where('atUs', '>=', fromUs).where('atUs', '<', toUs).orderBy('atUs').limit(1).executeTakeFirst(),
    samples
      .where('atUs', '>=', fromUs)
      .where('atUs', '<', toUs)
      .orderBy('atUs', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  const begin = before ?? first;
  if (begin === undefined || last === undefined) return null;
  const [from, to] = [partsOf(equityOf(begin)), partsOf(equityOf(last))];
  const grown = (of: (parts: Equity['from']) => DecimalText): DecimalText =>
    decimal(of(to)).minus(of(from)).toFixed();
  const profit: Decimal = profitOf(to).minus(profitOf(from));
  return {
    from,
    to,
    change: {
      atUs: to.atUs,
      equity: grown(({ equity }) => equity),
      capital:
        from.capital === null || to.capital === null
          ? null
          : decimal(to.capital).minus(from.capital).toFixed(),
      withoutPrice: Math.max(from.withoutPrice, to.withoutPrice),
      realizedPnl: grown(({ realizedPnl }) => realizedPnl),
      unrealizedPnl: grown(({ unrealizedPnl }) => unrealizedPnl),
      fees: grown(({ fees }) => fees),
    },
    holdings: profit.minus(cycles).toFixed(),
  };
}

function partsOf(sample: EquitySample): Equity['from'] {
  const { atUs, equity, realizedPnl, unrealizedPnl, fees, withoutPrice = 0 } = sample;
  const capital = withoutPrice > 0 ? null : capitalOf(sample).toFixed();
  return { atUs, equity, capital, withoutPrice, realizedPnl, unrealizedPnl, fees };
}
