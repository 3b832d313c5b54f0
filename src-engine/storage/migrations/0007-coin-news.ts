import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const NEWS_WHERE =
  "type in ('runStarted', 'feedChanged', 'bookStateChanged', 'instrumentChanged', 'instrumentStopped', 'killed', 'killVerified', 'rearmed', 'armingChanged', 'tradingHalted', 'tradingResumed', 'limitsChanged', 'riskLevelChanged', 'breakerChanged', 'strategyStopped', 'strategyEnabled', 'foreignOrderSeen', 'venueRowUnread', 'reconciled', 'reconcileFailed', 'balancesDiffer', 'balancesAdopted', 'factsDropped', 'deadManSwitchChanged', 'watchdogActed', 'watchdogLost', 'coinDoubted', 'coinTrusted')";

/** Coins that are quarantined or trusted are events of the engine too. */
export const coinNews: Migration = {
  async up(db): Promise<void> {
    await db.schema.dropIndex('eventsOfNews').execute();
    await db.schema
      .createIndex('eventsOfNews')
      .on('events')
      .columns(['profile', 'atUs', 'seq'])
      .where(sql<boolean>`${sql.raw(NEWS_WHERE)}`)
      .execute();
  },
};
