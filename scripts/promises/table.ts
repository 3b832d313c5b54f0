/** What Parallax promises, and the tests that show it. A promise that is shown only in part says which part is not. */
import { ACCOUNT_PROMISES } from './account.ts';
import { BOUNDARY_PROMISES } from './boundary.ts';
import { DATA_PROMISES } from './data.ts';
import { HAND_PROMISES } from './hand.ts';
import { MARKET_PROMISES } from './market.ts';
import { OPERATION_PROMISES } from './operations.ts';
import { ORDER_PROMISES } from './orders.ts';
import type { PromiseRow } from './promise-row.ts';
import { RISK_PROMISES } from './risk-and-kill.ts';
import { ROUTE_PROMISES } from './routes.ts';
import { START_PROMISES } from './start.ts';
import { STRATEGY_PROMISES } from './strategies.ts';
import { TRUTH_PROMISES } from './truth.ts';
import { SINGLE_VENUE_PROMISES } from './single-venues.ts';
import { VENUE_PROMISES } from './venues.ts';
import { WINDOW_PROMISES } from './window.ts';

export const PROMISES: readonly PromiseRow[] = [
  ...ORDER_PROMISES,
  ...RISK_PROMISES,
  ...DATA_PROMISES,
  ...WINDOW_PROMISES,
  ...TRUTH_PROMISES,
  ...ACCOUNT_PROMISES,
  ...START_PROMISES,
  ...MARKET_PROMISES,
  ...BOUNDARY_PROMISES,
  ...HAND_PROMISES,
  ...VENUE_PROMISES,
  ...SINGLE_VENUE_PROMISES,
  ...ROUTE_PROMISES,
  ...STRATEGY_PROMISES,
  ...OPERATION_PROMISES,
];
