import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** As `queries/news.ts` asked then. */
const NEWS_WHERE =
  "type in ('runStarted', 'feedChanged', 'bookStateChanged', 'instrumentChanged', 'instrumentStopped', 'killed', 'killVerified', 'rearmed', 'armingChanged', 'tradingHalted', 'tradingResumed', 'limitsChanged', 'riskLevelChanged', 'breakerChanged', 'strategyStopped', 'strategyEnabled', 'foreignOrderSeen', 'venueRowUnread', 'reconciled', 'reconcileFailed', 'balancesDiffer', 'balancesAdopted', 'factsDropped', 'deadManSwitchChanged', 'watchdogActed', 'watchdogLost')";

/** Events of the engine itself are counted at each start and paged by time; most facts are none of them. */
export const news: Migration = {
  async up(db): Promise<void> {
    await db.schema
      .createIndex('eventsOfNews')
      .on('events')
      .columns(['profile', 'atUs', 'seq'])
      .where(sql<boolean>`${sql.raw(NEWS_WHERE)}`)
      .execute();
  },
};
