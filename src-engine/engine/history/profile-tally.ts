/** What is counted of a profile while it runs: the totals of its whole history, and the figures of the day. */
import { ActivityTally } from '../../contract/activity-tally.ts';
import type { TodayFigures } from '../../contract/today-records.ts';
import type { ActivityTotals } from '../../contract/total-records.ts';
import type { DecimalText } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Database } from '../../storage/database-types.ts';
import { readDay } from '../../storage/queries/day.ts';
import { readTotals, type StoredTotals } from '../../storage/queries/totals.ts';
import type { SessionParts } from '../trading-session.ts';
import { dayOf, DayTally } from './day-tally.ts';

export class ProfileTally {
  readonly #activity: ActivityTally;
  readonly #day: DayTally;

  private constructor(activity: ActivityTally, day: DayTally) {
    this.#activity = activity;
    this.#day = day;
  }

  /** Reads what the database holds. @throws UserError as the queries do. */
  static async open(
    database: Database,
    { profile, kernel, clock }: Pick<SessionParts, 'profile' | 'kernel' | 'clock'>,
  ): Promise<ProfileTally> {
    const nowUs = clock.nowUs();
    const totals = await readTotals(database, profile);
    const before = await readDay(database, profile, dayOf(nowUs));
    return new ProfileTally(new ActivityTally(countedIn(totals)), new DayTally(kernel, before, nowUs));
  }

  /** Takes a fact that is durable. */
  take(event: EngineEvent): void {
    this.#activity.take(event);
    this.#day.take(event);
  }

  /** What all finished executions booked, in the home currency. */
  get cyclesProfit(): DecimalText {
    return this.#activity.cyclesProfit;
  }

  totals(homeAsset: string): ActivityTotals {
    return this.#activity.totals(homeAsset);
  }

  today(nowUs: TimeUs): TodayFigures {
    return this.#day.figures(nowUs);
  }
}

/** What the database holds, as the tally begins with it. */
export function countedIn(stored: StoredTotals): Omit<ActivityTotals, 'homeAsset'> {
  return {
    orders: { count: stored.orders },
    fills: {
      count: stored.fills,
      fees: [...stored.fees].map(([asset, sum]) => ({ asset, sum: sum.toFixed() })),
    },
    executions: {
      count: Object.values(stored.executions).reduce((sum, count) => sum + count, 0),
      profitHome: stored.profitHome.toFixed(),
    },
    opportunities: { count: stored.opportunities },
    events: { count: stored.events },
  };
}
