/** The same figures for parts of a run's trades: by cycle, venue, clock hour and hour of the day. */
import { type DecimalText, decimal } from '../../domain/decimal.ts';
import { type ExecutionRecord, isOfCycle } from '../../domain/event.ts';
import { formatTimeUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { type TradeFigures, TradeTally } from './trade-tally.ts';

/** Most groups of one breakdown; trades of further ones are counted together under `REST`. */
export const MAX_GROUPS = 10_000;
export const REST = 'all others';

const US_PER_HOUR = 3_600 * US_PER_SECOND;

export type Group = { readonly key: string; readonly figures: TradeFigures };

export type Breakdowns = {
  /** `VENUE USD → BTC → ETH → USD`; most profitable first, then by name. */
  readonly byCycle: readonly Group[];
  readonly byVenue: readonly Group[];
  /** Clock hours in UTC, `2026-08-02T03`, by when the trade began; in order; hours without executions left out. */
  readonly byHour: readonly Group[];
  /** Hours of the day in UTC, `00` to `23`, over all days. */
  readonly byHourOfDay: readonly Group[];
};

export class BreakdownTally {
  readonly #cycles = new Map<string, TradeTally>();
  readonly #venues = new Map<string, TradeTally>();
  readonly #hours = new Map<string, TradeTally>();
  readonly #hoursOfDay = new Map<string, TradeTally>();

  /** Takes an execution; sales of residuals belong to no cycle and are in no group. */
  add(execution: ExecutionRecord): void {
    const { venue, path, startedUs } = execution;
    if (!isOfCycle(execution.outcome)) return;
    const [home = ''] = path;
    groupOf(this.#cycles, `${venue} ${[...path, home].join(' → ')}`).add(execution);
    groupOf(this.#venues, venue).add(execution);
    const hour = clockHour(startedUs);
    groupOf(this.#hours, hour).add(execution);
    groupOf(this.#hoursOfDay, hour.slice(-2)).add(execution);
  }

  figures(): Breakdowns {
    return {
      byCycle: groups(this.#cycles).sort(byProfit),
      byVenue: groups(this.#venues).sort(byProfit),
      byHour: groups(this.#hours).sort(byKey),
      byHourOfDay: groups(this.#hoursOfDay).sort(byKey),
    };
  }
}

/** `2026-08-02T03`: the hour that a time lies in, UTC. */
function clockHour(timeUs: TimeUs): string {
  return formatTimeUs(Math.floor(timeUs / US_PER_HOUR) * US_PER_HOUR).slice(0, 13);
}

function groupOf(tallies: Map<string, TradeTally>, wanted: string): TradeTally {
  const key = tallies.has(wanted) || tallies.size < MAX_GROUPS ? wanted : REST;
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = new TradeTally();
    tallies.set(key, tally);
  }
  return tally;
}

function groups(tallies: ReadonlyMap<string, TradeTally>): Group[] {
  return [...tallies].map(([key, tally]) => ({ key, figures: tally.figures() }));
}

function byProfit(a: Group, b: Group): number {
  const profit = (group: Group): DecimalText => group.figures.profit;
  return decimal(profit(b)).comparedTo(profit(a)) || byKey(a, b);
}

function byKey(a: Group, b: Group): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
