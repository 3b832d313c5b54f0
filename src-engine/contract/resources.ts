/**
 * The resources of `/api/v1`: each is a query of the contract under a path, read by GET. A list comes in pages, and a cursor
 * continues it without a gap or a repetition. Server, OpenAPI document and clients are made from this table.
 */
import type { OperationName } from './operations.ts';

/** How a list continues: by the field of its query, and of the last row of the page, named by its path. */
export type Paging = { readonly list: string; readonly after: string; readonly field: readonly string[] };

export type Resource =
  | {
      readonly operation: OperationName;
      readonly paging?: Paging;
      /** Parameters of the query that may stand in the address, beside `limit` and `cursor`. */
      readonly params?: readonly string[];
    }
  /** A view of the moment, as windows subscribe to it. */
  | { readonly view: 'positions' | 'portfolio'; readonly summary: string };

/** Rows of one page at most: the thread that trades looks at the last one for the cursor. */
export const MAX_PAGE = 200;
export const USUAL_PAGE = 100;

const byTime = (list: string, field: readonly string[]): Paging => ({ list, after: 'beforeUs', field });

export const resources: Readonly<Record<string, Resource>> = {
  status: { operation: 'getStatus' },
  totals: { operation: 'getTotals' },
  risk: { operation: 'getRisk' },
  arming: { operation: 'getArming' },
  account: { operation: 'getAccountStanding' },
  positions: {
    view: 'positions',
    summary: 'What the account holds, asset by asset, at the marks of the moment.',
  },
  portfolio: { view: 'portfolio', summary: 'Balances by asset and venue, and the equity of the moment.' },
  inventory: { operation: 'getInventory' },
  funding: { operation: 'getFunding', params: ['coin'] },
  strategies: { operation: 'listStrategies' },
  'portfolio-targets': { operation: 'getPortfolio' },
  models: { operation: 'listModels' },
  'model-versions': { operation: 'getModelVersion' },
  'strategy-events': {
    operation: 'listStrategyEvents',
    paging: { list: 'events', after: 'beforeSeq', field: ['seq'] },
  },
  venues: { operation: 'listVenues' },
  plans: { operation: 'listPlans' },
  runs: { operation: 'listRuns' },
  jobs: { operation: 'listJobs' },
  edges: { operation: 'getEdges', params: ['fromUs', 'toUs'] },
  equity: { operation: 'listEquity', params: ['fromUs', 'toUs', 'maxPoints'] },
  orders: { operation: 'listOrders', params: ['state'], paging: byTime('orders', ['createdUs']) },
  fills: { operation: 'listFills', paging: byTime('fills', ['atUs']) },
  executions: { operation: 'listExecutions', paging: byTime('executions', ['finishedUs']) },
  opportunities: {
    operation: 'listOpportunities',
    params: ['decision'],
    paging: byTime('opportunities', ['closedUs']),
  },
  news: { operation: 'listNews', paging: byTime('news', ['event', 'atUs']) },
  audit: { operation: 'listAudit', paging: byTime('entries', ['atUs']) },
  'limit-changes': { operation: 'listLimitChanges', paging: byTime('changes', ['atUs']) },
  alerts: {
    operation: 'listAlerts',
    params: ['severity'],
    paging: { list: 'alerts', after: 'beforeId', field: ['alertId'] },
  },
  'journal-events': {
    operation: 'listEvents',
    paging: { list: 'events', after: 'afterSeq', field: ['seq'] },
    params: ['afterSeq', 'types'],
  },
};
