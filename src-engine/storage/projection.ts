/** What an event changes in the tables, as queries to run in one transaction. */
import type { CompiledQuery, Kysely } from 'kysely';
import type { AuditEntry } from '../contract/records.ts';
import type { Balance, EngineEvent, ExecutionRecord, FillRecord, OrderRecord } from '../domain/event.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import type { Schema } from './schema.ts';

type Db = Kysely<Schema>;

/** Upper bound of one multi-row insert, so that 7 columns stay below SQLite's 32,766 parameters. */
export const MAX_ROWS_PER_INSERT = 1_000;

export type Scope = { readonly profile: string; readonly runId: string };

/** Rows of `events`, in as few statements as fit. */
export function insertEvents(db: Db, rows: readonly Schema['events'][]): CompiledQuery[] {
  const queries: CompiledQuery[] = [];
  for (let from = 0; from < rows.length; from += MAX_ROWS_PER_INSERT) {
    const some = rows.slice(from, from + MAX_ROWS_PER_INSERT);
    queries.push(db.insertInto('events').values(some).compile());
  }
  return queries;
}

/** The rows that `event` adds or replaces besides its own. Repeating them changes nothing. */
export function project(db: Db, scope: Scope, event: EngineEvent): CompiledQuery[] {
  const { profile } = scope;
  switch (event.type) {
    case 'runStarted':
      return [
        insertRun(db, scope, event),
        ...event.balances.map((balance) => putBalance(db, profile, event.atUs, balance)),
      ];
    case 'opportunityOpened':
    case 'opportunityClosed':
      return [putOpportunity(db, profile, event.opportunity)];
    case 'executionFinished':
      return [putExecution(db, profile, event.execution)];
    case 'orderFilled':
      return [putOrder(db, profile, event.order), insertFill(db, profile, event.fill)];
    case 'orderCreated':
    case 'orderDenied':
    case 'orderAccepted':
    case 'orderCanceled':
    case 'orderRejected':
    case 'orderUnknown':
    case 'orderSettled':
      return [putOrder(db, profile, event.order)];
    case 'balancesChanged':
      return event.balances.map((balance) => putBalance(db, profile, event.atUs, balance));
    case 'equitySampled':
      return [putEquity(db, profile, event.sample)];
    case 'limitsChanged':
      return [insertLimitChange(db, profile, event)];
    case 'riskRecorded':
      return [putRiskState(db, profile, event.atUs, event.risk)];
    case 'riskLevelChanged':
    case 'breakerChanged':
    case 'strategyStopped':
    case 'strategyEnabled':
    case 'opportunityDenied':
    case 'feedChanged':
    case 'bookStateChanged':
    case 'instrumentChanged':
    case 'instrumentStopped':
    case 'executionStarted':
    case 'sweepStarted':
    case 'executionAbandoned':
    case 'foreignOrderSeen':
    case 'venueRowUnread':
    case 'reconciled':
    case 'reconcileFailed':
    case 'balancesDiffer':
    case 'balancesAdopted':
    case 'factsDropped':
    case 'deadManSwitchChanged':
    case 'watchdogActed':
    case 'watchdogLost':
    case 'killed':
    case 'killVerified':
    case 'rearmed':
    case 'armingChanged':
    case 'tradingHalted':
    case 'tradingResumed':
      return [];
  }
}

type MakeEntry = (actor: string, action: string, outcome: string, detail: string) => AuditEntry;

/** The audit entry of what an operator or the engine's guards did; undefined for everything else. */
export function auditOf(event: EngineEvent): AuditEntry | undefined {
  const entry = (actor: string, action: string, outcome: string, detail: string): AuditEntry => ({
    atUs: event.atUs,
    actor,
    action,
    outcome,
    detail,
  });
  if (event.type === 'orderDenied') {
    const { side, qty, symbol, price } = event.order;
    const detail = `${side} ${qty} ${symbol} at ${price}; ${event.detail}`;
    return entry('engine', 'order', `denied: ${event.code}`, detail);
  }
  if (event.type === 'killed') {
    const detail = `${event.reason}; cancels sent: ${event.cancelsSent}`;
    return entry(actorOf(event.actor), 'kill', 'killed', detail);
  }
  if (event.type === 'killVerified') {
    const outcome = event.openOrders === 0 ? 'verified' : 'orders still open';
    return entry('engine', 'verify kill', outcome, `open orders: ${event.openOrders}`);
  }
  if (event.type === 'rearmed') return entry(actorOf(event.actor), 'rearm', 'rearmed', '');
  if (event.type === 'tradingHalted') return entry('engine', 'halt trading', event.code, event.reason);
  if (event.type === 'tradingResumed') return entry(actorOf(event.actor), 'resume trading', 'resumed', '');
  if (event.type === 'armingChanged') {
    return entry(actorOf(event.actor), 'live trading', event.to, `was ${event.from}; ${event.reason}`);
  }
  if (event.type === 'limitsChanged') {
    const changes = event.changes.map(({ field, from, to }) => `${field} ${from} → ${to}`);
    const outcome = `version ${event.version}`;
    return entry(actorOf(event.actor), `change ${event.scope}`, outcome, changes.join('; '));
  }
  return auditOfTruth(event, entry) ?? auditOfRisk(event, entry);
}

/** What the risk engine refused, and how its state changed. */
function auditOfRisk(event: EngineEvent, entry: MakeEntry): AuditEntry | undefined {
  if (event.type === 'opportunityDenied') {
    const cycle = `${event.venue} ${event.path.join('>')} (${event.opportunityId})`;
    return entry('engine', 'trade cycle', `denied: ${event.code}`, `${cycle}; ${event.detail}`);
  }
  if (event.type === 'riskLevelChanged') {
    const detail = `was ${event.from}; ${event.lossPct} % of the day's equity is lost`;
    return entry(actorOf(event.actor), 'risk level', event.to, detail);
  }
  if (event.type === 'breakerChanged') {
    const name = event.venue === '' ? event.breaker : `${event.breaker} of ${event.venue}`;
    return entry(actorOf(event.actor), `breaker ${name}`, event.state, event.reason);
  }
  if (event.type === 'strategyStopped') {
    return entry('engine', 'stop strategy', 'stopped', `${event.strategy}; ${event.reason}`);
  }
  if (event.type === 'strategyEnabled') {
    return entry(actorOf(event.actor), 'enable strategy', 'enabled', event.strategy);
  }
  return undefined;
}

/** What was found, and what an operator decided, where the venue and the ledger told different things. */
function auditOfTruth(event: EngineEvent, entry: MakeEntry): AuditEntry | undefined {
  if (event.type === 'orderSettled') {
    const { orderId, side, qty, symbol } = event.order;
    return entry(actorOf(event.actor), 'settle order', 'settled', `${orderId}: ${side} ${qty} ${symbol}`);
  }
  if (event.type === 'reconcileFailed') {
    return entry('engine', 'reconcile', `failed ${event.attempt} times`, `${event.venue}: ${event.reason}`);
  }
  if (event.type === 'balancesDiffer' || event.type === 'balancesAdopted') {
    const numbers = event.differences.map(
      ({ asset, ledger, venue }) => `${asset} ledger ${ledger}, venue ${venue}`,
    );
    const detail = `${event.venue}: ${numbers.join('; ')}`;
    return event.type === 'balancesDiffer'
      ? entry('engine', 'compare balances', 'different', detail)
      : entry(actorOf(event.actor), 'adopt balances', 'adopted', detail);
  }
  if (event.type === 'executionAbandoned') {
    const left = event.left.map(({ asset, amount }) => `${amount} ${asset}`);
    return entry('engine', 'recover', 'cycle abandoned', `${event.executionId}: ${left.join(', ')}`);
  }
  if (event.type === 'deadManSwitchChanged') {
    return entry('engine', `dead-man switch of ${event.venue}`, event.state, event.reason);
  }
  if (event.type === 'watchdogActed') {
    const { cause, silentMs, canceled, verified, tookMs, problem } = event;
    const outcome = verified ? 'verified' : `not verified: ${problem}`;
    const detail = `${event.venue}: the engine was ${cause} for ${silentMs} ms; ${canceled} orders canceled in ${tookMs} ms`;
    return entry('watchdog', 'cancel everything', outcome, detail);
  }
  if (event.type === 'watchdogLost') return entry('engine', 'watchdog', 'lost', event.reason);
  if (event.type === 'factsDropped') {
    return entry('engine', 'journal', 'market facts dropped', `${event.count} facts`);
  }
  return undefined;
}

function actorOf(actor: { readonly kind: string; readonly via: string }): string {
  return `${actor.kind} via ${actor.via}`;
}

export function insertAudit(db: Db, row: Schema['audit']): CompiledQuery {
  return db.insertInto('audit').values(row).compile();
}

function insertRun(db: Db, scope: Scope, event: EngineEvent & { type: 'runStarted' }): CompiledQuery {
  const { mode, seed, homeAsset, atUs: startedUs } = event;
  const simulatedMarket = event.simulatedMarket ? 1 : 0;
  return db
    .insertInto('runs')
    .values({ ...scope, mode, startedUs, seed, simulatedMarket, homeAsset })
    .compile();
}

function putBalance(db: Db, profile: string, atUs: number, balance: Balance): CompiledQuery {
  const { asset, total, reserved, costHome } = balance;
  const row = { total, reserved, costHome, atUs };
  return db
    .insertInto('balances')
    .values({ profile, asset, ...row })
    .onConflict((conflict) => conflict.columns(['profile', 'asset']).doUpdateSet(row))
    .compile();
}

function putOrder(db: Db, profile: string, order: OrderRecord): CompiledQuery {
  const { orderId, intentId, executionId, venue, symbol, side, price, qty, timeInForce, createdUs } = order;
  const { state, filledQty, filledNotional, fees, reason, updatedUs } = order;
  const row = { state, filledQty, filledNotional, fees, reason, updatedUs };
  const fixed = { orderId, intentId, executionId, venue, symbol, side, price, qty, timeInForce, createdUs };
  return db
    .insertInto('orders')
    .values({ profile, ...fixed, ...row })
    .onConflict((conflict) => conflict.columns(['profile', 'orderId']).doUpdateSet(row))
    .compile();
}

/** The same fill told twice is one fill: the first telling stays. */
function insertFill(db: Db, profile: string, fill: FillRecord): CompiledQuery {
  const { venue, fillId, orderId, executionId, symbol, side, price, qty, fee, feeAsset, atUs } = fill;
  return db
    .insertInto('fills')
    .values({ profile, venue, fillId, orderId, executionId, symbol, side, price, qty, fee, feeAsset, atUs })
    .onConflict((conflict) => conflict.columns(['profile', 'venue', 'fillId']).doNothing())
    .compile();
}

function putExecution(db: Db, profile: string, execution: ExecutionRecord): CompiledQuery {
  const { executionId } = execution;
  const row = {
    opportunityId: execution.opportunityId,
    venue: execution.venue,
    path: JSON.stringify(execution.path),
    startAmount: execution.startAmount,
    profit: execution.profit,
    profitHome: execution.profitHome,
    expectedNetBps: execution.expectedNetBps,
    realizedNetBps: execution.realizedNetBps,
    dust: JSON.stringify(execution.dust),
    outcome: execution.outcome,
    detail: execution.detail,
    startedUs: execution.startedUs,
    finishedUs: execution.finishedUs,
  };
  return db
    .insertInto('executions')
    .values({ profile, executionId, ...row })
    .onConflict((conflict) => conflict.columns(['profile', 'executionId']).doUpdateSet(row))
    .compile();
}

function putOpportunity(db: Db, profile: string, opportunity: Opportunity): CompiledQuery {
  const { opportunityId } = opportunity;
  const row = {
    cycleId: opportunity.cycleId,
    venue: opportunity.venue,
    path: JSON.stringify(opportunity.path),
    legs: JSON.stringify(opportunity.legs),
    startAmount: opportunity.startAmount,
    expectedProfit: opportunity.expectedProfit,
    waterfall: JSON.stringify(opportunity.waterfall),
    decision: opportunity.decision,
    decisionDetail: opportunity.decisionDetail,
    openedUs: opportunity.openedUs,
    peakNetBps: opportunity.peakNetBps,
    closedUs: opportunity.closedUs ?? null,
  };
  return db
    .insertInto('opportunities')
    .values({ profile, opportunityId, ...row })
    .onConflict((conflict) => conflict.columns(['profile', 'opportunityId']).doUpdateSet(row))
    .compile();
}

function insertLimitChange(
  db: Db,
  profile: string,
  { version, atUs, actor, scope, changes, after }: EngineEvent & { type: 'limitsChanged' },
): CompiledQuery {
  const texts = { changes: JSON.stringify(changes), after: JSON.stringify(after) };
  return db
    .insertInto('limitChanges')
    .values({ profile, version, atUs, actor: actorOf(actor), scope, ...texts })
    .compile();
}

function putRiskState(db: Db, profile: string, atUs: number, snapshot: RiskSnapshot): CompiledQuery {
  const row = { atUs, json: JSON.stringify(snapshot) };
  return db
    .insertInto('riskState')
    .values({ profile, ...row })
    .onConflict((conflict) => conflict.column('profile').doUpdateSet(row))
    .compile();
}

function putEquity(
  db: Db,
  profile: string,
  sample: (EngineEvent & { type: 'equitySampled' })['sample'],
): CompiledQuery {
  const { atUs, homeAsset, equity, realizedPnl, unrealizedPnl, fees } = sample;
  const row = { homeAsset, equity, realizedPnl, unrealizedPnl, fees };
  return db
    .insertInto('equity')
    .values({ profile, atUs, ...row })
    .onConflict((conflict) => conflict.columns(['profile', 'atUs']).doUpdateSet(row))
    .compile();
}
