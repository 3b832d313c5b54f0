/** What a day was traded in, and what the account was worth at its beginning and its end. */
import type { DayReport } from '../../contract/day-operations.ts';
import { capitalOf, profitOf } from '../../domain/equity-parts.ts';
import { type Decimal, type DecimalText, decimal } from '../../domain/decimal.ts';
import type { EquitySample } from '../../domain/event.ts';
import type { Readable } from '../database-types.ts';
import type { Span } from './day-figures.ts';
import { EQUITY_COLUMNS } from './rows.ts';

type Equity = NonNullable<DayReport['equity']>;

/** Of the runs that stored something on that day, in their order: one that began before it counts where it went on. */
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
    before !== undefined &&
    (await db
      .selectFrom('equity')
      .select('atUs')
      .where('profile', '=', profile)
      .where('atUs', '>=', fromUs)
      .where('atUs', '<', begun[0]?.startedUs ?? toUs)
      .limit(1)
      .executeTakeFirst()) !== undefined;
  const all = [...(wentOn && before !== undefined ? [before] : []), ...begun];
  const modes = new Map(
    all.map(({ mode, simulatedMarket }) => [
      `${mode} ${simulatedMarket}`,
      { mode, simulatedMarket: simulatedMarket === 1 },
    ]),
  );
  return [...modes.values()];
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
  const [from, to] = [partsOf(begin), partsOf(last)];
  const grown = (of: (parts: Equity['from']) => DecimalText): DecimalText =>
    decimal(of(to)).minus(of(from)).toFixed();
  const profit: Decimal = profitOf(to).minus(profitOf(from));
  return {
    from,
    to,
    change: {
      atUs: to.atUs,
      equity: grown(({ equity }) => equity),
      capital: grown(({ capital }) => capital),
      realizedPnl: grown(({ realizedPnl }) => realizedPnl),
      unrealizedPnl: grown(({ unrealizedPnl }) => unrealizedPnl),
      fees: grown(({ fees }) => fees),
    },
    holdings: profit.minus(cycles).toFixed(),
  };
}

function partsOf(sample: EquitySample): Equity['from'] {
  const { atUs, equity, realizedPnl, unrealizedPnl, fees } = sample;
  return { atUs, equity, capital: capitalOf(sample).toFixed(), realizedPnl, unrealizedPnl, fees };
}
