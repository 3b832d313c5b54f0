import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** As `queries/news.ts` asks: the index is used only where the text is the same. */
export const NEWS_WHERE =
  "type in ('runStarted', 'feedChanged', 'bookStateChanged', 'instrumentChanged', 'instrumentStopped', 'killed', 'killVerified', 'rearmed', 'armingChanged', 'tradingHalted', 'tradingResumed', 'limitsChanged', 'riskLevelChanged', 'breakerChanged', 'strategyStopped', 'strategyEnabled', 'foreignOrderSeen', 'venueRowUnread', 'reconciled', 'reconcileFailed', 'balancesDiffer', 'balancesAdopted', 'factsDropped', 'deadManSwitchChanged', 'watchdogActed', 'watchdogLost', 'coinDoubted', 'coinTrusted', 'coinDepegged', 'coinRepegged', 'transferChanged', 'inventorySet', 'strategySet', 'strategyFailed', 'goLiveChanged')";

/** A step of a go-live pipeline, which it may take back by itself, is an event of the engine. */
export const goLiveNews: Migration = {
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
