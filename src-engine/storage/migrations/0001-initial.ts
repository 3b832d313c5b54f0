import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tables as of version 1. A released migration never changes: what comes later is a migration of its own. */
export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await createEvents(db);
    await createOrders(db);
    await createTrading(db);
    await createAccount(db);
  },
};

async function createEvents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('runId', 'text', (column) => column.notNull())
    .addColumn('mode', 'text', (column) => column.notNull())
    .addColumn('startedUs', 'bigint', (column) => column.notNull())
    .addColumn('seed', 'bigint', (column) => column.notNull())
    .addColumn('simulatedMarket', 'integer', (column) => column.notNull())
    .addColumn('homeAsset', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('runsKey', ['profile', 'runId'])
    .execute();
  await db.schema
    .createTable('events')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('runId', 'text', (column) => column.notNull())
    .addColumn('atUs', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('json', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('eventsKey', ['profile', 'seq'])
    .execute();
  await db.schema
    .createIndex('eventsOfKillSwitch')
    .on('events')
    .columns(['profile', 'seq'])
    .where(sql<boolean>`type in ('killed', 'rearmed')`)
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('auditId', 'bigint', (column) => column.notNull())
    .addColumn('atUs', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('auditKey', ['profile', 'auditId'])
    .execute();
  await newestFirst(db, 'audit', 'atUs', 'auditId');
}

async function createOrders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('orders')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('orderId', 'text', (column) => column.notNull())
    .addColumn('intentId', 'text', (column) => column.notNull())
    .addColumn('executionId', 'text', (column) => column.notNull())
    .addColumn('venue', 'text', (column) => column.notNull())
    .addColumn('symbol', 'text', (column) => column.notNull())
    .addColumn('side', 'text', (column) => column.notNull())
    .addColumn('price', 'text', (column) => column.notNull())
    .addColumn('qty', 'text', (column) => column.notNull())
    .addColumn('timeInForce', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('filledQty', 'text', (column) => column.notNull())
    .addColumn('filledNotional', 'text', (column) => column.notNull())
    .addColumn('fees', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('createdUs', 'bigint', (column) => column.notNull())
    .addColumn('updatedUs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('ordersKey', ['profile', 'orderId'])
    .execute();
  await newestFirst(db, 'orders', 'createdUs', 'orderId');
  await db.schema
    .createIndex('ordersByState')
    .on('orders')
    .columns(['profile', 'state', 'createdUs', 'orderId'])
    .execute();
  await db.schema
    .createTable('fills')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('venue', 'text', (column) => column.notNull())
    .addColumn('fillId', 'text', (column) => column.notNull())
    .addColumn('orderId', 'text', (column) => column.notNull())
    .addColumn('executionId', 'text', (column) => column.notNull())
    .addColumn('symbol', 'text', (column) => column.notNull())
    .addColumn('side', 'text', (column) => column.notNull())
    .addColumn('price', 'text', (column) => column.notNull())
    .addColumn('qty', 'text', (column) => column.notNull())
    .addColumn('fee', 'text', (column) => column.notNull())
    .addColumn('feeAsset', 'text', (column) => column.notNull())
    .addColumn('atUs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('fillsKey', ['profile', 'venue', 'fillId'])
    .execute();
  await newestFirst(db, 'fills', 'atUs', 'fillId');
}

async function createTrading(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('executions')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('executionId', 'text', (column) => column.notNull())
    .addColumn('opportunityId', 'text', (column) => column.notNull())
    .addColumn('venue', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('startAmount', 'text', (column) => column.notNull())
    .addColumn('profit', 'text', (column) => column.notNull())
    .addColumn('profitHome', 'text', (column) => column.notNull())
    .addColumn('expectedNetBps', 'double precision', (column) => column.notNull())
    .addColumn('realizedNetBps', 'double precision', (column) => column.notNull())
    .addColumn('dust', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('startedUs', 'bigint', (column) => column.notNull())
    .addColumn('finishedUs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('executionsKey', ['profile', 'executionId'])
    .execute();
  await newestFirst(db, 'executions', 'finishedUs', 'executionId');
  await db.schema
    .createTable('opportunities')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('opportunityId', 'text', (column) => column.notNull())
    .addColumn('cycleId', 'integer', (column) => column.notNull())
    .addColumn('venue', 'text', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('legs', 'text', (column) => column.notNull())
    .addColumn('startAmount', 'text', (column) => column.notNull())
    .addColumn('expectedProfit', 'text', (column) => column.notNull())
    .addColumn('waterfall', 'text', (column) => column.notNull())
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('decisionDetail', 'text', (column) => column.notNull())
    .addColumn('openedUs', 'bigint', (column) => column.notNull())
    .addColumn('peakNetBps', 'double precision', (column) => column.notNull())
    .addColumn('closedUs', 'bigint')
    .addPrimaryKeyConstraint('opportunitiesKey', ['profile', 'opportunityId'])
    .execute();
  await newestFirst(db, 'opportunities', 'closedUs', 'opportunityId');
  await db.schema
    .createIndex('opportunitiesByDecision')
    .on('opportunities')
    .columns(['profile', 'decision', 'closedUs', 'opportunityId'])
    .execute();
}

async function createAccount(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('balances')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('asset', 'text', (column) => column.notNull())
    .addColumn('total', 'text', (column) => column.notNull())
    .addColumn('reserved', 'text', (column) => column.notNull())
    .addColumn('costHome', 'text', (column) => column.notNull())
    .addColumn('atUs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('balancesKey', ['profile', 'asset'])
    .execute();
  await db.schema
    .createTable('equity')
    .addColumn('profile', 'text', (column) => column.notNull())
    .addColumn('atUs', 'bigint', (column) => column.notNull())
    .addColumn('homeAsset', 'text', (column) => column.notNull())
    .addColumn('equity', 'text', (column) => column.notNull())
    .addColumn('realizedPnl', 'text', (column) => column.notNull())
    .addColumn('unrealizedPnl', 'text', (column) => column.notNull())
    .addColumn('fees', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('equityKey', ['profile', 'atUs'])
    .execute();
  await db.schema
    .createTable('settings')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('json', 'text', (column) => column.notNull())
    .execute();
}

/** What the lists page along: time, then id, so that rows of the same microsecond keep their order. */
async function newestFirst(db: Kysely<unknown>, table: string, time: string, id: string): Promise<void> {
  await db.schema.createIndex(`${table}ByTime`).on(table).columns(['profile', time, id]).execute();
}
