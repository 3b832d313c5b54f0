import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const NEWS_WHERE =
  "type in ('runStarted', 'feedChanged', 'bookStateChanged', 'instrumentChanged', 'instrumentStopped', 'killed', 'killVerified', 'rearmed', 'armingChanged', 'tradingHalted', 'tradingResumed', 'limitsChanged', 'riskLevelChanged', 'breakerChanged', 'strategyStopped', 'strategyEnabled', 'foreignOrderSeen', 'venueRowUnread', 'reconciled', 'reconcileFailed', 'balancesDiffer', 'balancesAdopted', 'factsDropped', 'deadManSwitchChanged', 'watchdogActed', 'watchdogLost', 'coinDoubted', 'coinTrusted', 'coinDepegged', 'coinRepegged', 'transferChanged', 'inventorySet', 'strategySet', 'strategyFailed')";

/** As `queries/strategies.ts` asks. */
export const STRATEGIES_WHERE = "type = 'strategiesRecorded'";
export const DECISIONS_WHERE = "type in ('strategyDecided', 'strategyFilled', 'strategyMissed')";

/** A strategy that was set or has failed is an event of the engine; the last record of all of them is found at a start, and what they decided by a window. */
export const strategies: Migration = {
  async up(db): Promise<void> {
    await db.schema.dropIndex('eventsOfNews').execute();
    await db.schema
      .createIndex('eventsOfNews')
      .on('events')
      .columns(['profile', 'atUs', 'seq'])
      .where(sql<boolean>`${sql.raw(NEWS_WHERE)}`)
      .execute();
    await db.schema
      .createIndex('eventsOfStrategies')
      .on('events')
      .columns(['profile', 'seq'])
      .where(sql<boolean>`${sql.raw(STRATEGIES_WHERE)}`)
      .execute();
    await db.schema
      .createIndex('eventsOfDecisions')
      .on('events')
      .columns(['profile', 'seq'])
      .where(sql<boolean>`${sql.raw(DECISIONS_WHERE)}`)
      .execute();
  },
};
