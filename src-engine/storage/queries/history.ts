/** The lists that the window shows: one profile each, newest first, as the contract's records. */
import type { AuditEntry } from '../../contract/records.ts';
import type { ExecutionRecord, FillRecord, OrderRecord } from '../../domain/event.ts';
import type { DecisionCode, Opportunity } from '../../domain/opportunity.ts';
import type { OrderState } from '../../domain/order.ts';
import type { Readable } from '../database-types.ts';
import { type Page, readPage } from './pages.ts';
import { AUDIT_COLUMNS, executionOf, FILL_COLUMNS, fillOf, opportunityOf, ORDER_COLUMNS } from './rows.ts';

/** `beforeUs` is a `createdUs`. */
export function listOrders(
  { db }: Readable,
  profile: string,
  page: Page & { readonly state?: OrderState | undefined },
): Promise<OrderRecord[]> {
  const { state } = page;
  return readPage(
    page,
    (order) => order.createdUs,
    ({ fromUs, toUs, limit }) => {
      const query = db.selectFrom('orders').select(ORDER_COLUMNS).where('profile', '=', profile);
      return (state === undefined ? query : query.where('state', '=', state))
        .where('createdUs', '>=', fromUs)
        .where('createdUs', '<', toUs)
        .orderBy('createdUs', 'desc')
        .orderBy('orderId', 'desc')
        .limit(limit)
        .execute();
    },
  );
}

/** `beforeUs` is an `atUs`. */
export function listFills({ db }: Readable, profile: string, page: Page): Promise<FillRecord[]> {
  return readPage(
    page,
    (fill) => fill.atUs,
    async ({ fromUs, toUs, limit }) => {
      const rows = await db
        .selectFrom('fills')
        .select(FILL_COLUMNS)
        .where('profile', '=', profile)
        .where('atUs', '>=', fromUs)
        .where('atUs', '<', toUs)
        .orderBy('atUs', 'desc')
        .orderBy('fillId', 'desc')
        .limit(limit)
        .execute();
      return rows.map(fillOf);
    },
  );
}

/** Finished ones. `beforeUs` is a `finishedUs`. */
export function listExecutions({ db }: Readable, profile: string, page: Page): Promise<ExecutionRecord[]> {
  return readPage(
    page,
    (execution) => execution.finishedUs,
    async ({ fromUs, toUs, limit }) => {
      const rows = await db
        .selectFrom('executions')
        .selectAll()
        .where('profile', '=', profile)
        .where('finishedUs', '>=', fromUs)
        .where('finishedUs', '<', toUs)
        .orderBy('finishedUs', 'desc')
        .orderBy('executionId', 'desc')
        .limit(limit)
        .execute();
      return rows.map(executionOf);
    },
  );
}

/** Closed ones. `beforeUs` is a `closedUs`. */
export function listOpportunities(
  { db }: Readable,
  profile: string,
  page: Page & { readonly decision?: DecisionCode | undefined },
): Promise<Opportunity[]> {
  const { decision } = page;
  return readPage(
    page,
    (opportunity) => opportunity.closedUs ?? 0,
    async ({ fromUs, toUs, limit }) => {
      const query = db.selectFrom('opportunities').selectAll().where('profile', '=', profile);
      const rows = await (decision === undefined ? query : query.where('decision', '=', decision))
        .where('closedUs', '>=', fromUs)
        .where('closedUs', '<', toUs)
        .orderBy('closedUs', 'desc')
        .orderBy('opportunityId', 'desc')
        .limit(limit)
        .execute();
      return rows.map(opportunityOf);
    },
  );
}

/** `beforeUs` is an `atUs`. */
export function listAudit({ db }: Readable, profile: string, page: Page): Promise<AuditEntry[]> {
  return readPage(
    page,
    (entry) => entry.atUs,
    ({ fromUs, toUs, limit }) =>
      db
        .selectFrom('audit')
        .select(AUDIT_COLUMNS)
        .where('profile', '=', profile)
        .where('atUs', '>=', fromUs)
        .where('atUs', '<', toUs)
        .orderBy('atUs', 'desc')
        .orderBy('auditId', 'desc')
        .limit(limit)
        .execute(),
  );
}
