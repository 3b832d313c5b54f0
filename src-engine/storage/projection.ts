/** What an event changes in the tables. */
import type { AuditEntry } from '../contract/records.ts';
import type { Balance, EngineEvent, ExecutionRecord, FillRecord, OrderRecord } from '../domain/event.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import { amountWords, assetName } from '../domain/venue-asset.ts';
import { addRow, putRow, type RowChange } from './put-rows.ts';

export type Scope = { readonly profile: string; readonly runId: string };

/** The rows that `event` adds or replaces besides its own. Repeating them changes nothing. */
export function project(scope: Scope, event: EngineEvent): RowChange[] {
  const { profile } = scope;
  switch (event.type) {
    case 'runStarted':
      return [
        insertRun(scope, event),
        ...event.balances.map((balance) => putBalance(profile, event.atUs, balance)),
      ];
    case 'opportunityOpened':
    case 'opportunityClosed':
      return [putOpportunity(profile, event.opportunity)];
    case 'executionFinished':
      return [putExecution(profile, event.execution)];
    case 'orderFilled':
      return [putOrder(profile, event.order), insertFill(profile, event.fill)];
    case 'orderCreated':
    case 'orderDenied':
    case 'orderAccepted':
    case 'orderCanceled':
    case 'orderRejected':
    case 'orderUnknown':
    case 'orderSettled':
      return [putOrder(profile, event.order)];
    case 'balancesChanged':
      return event.balances.map((balance) => putBalance(profile, event.atUs, balance));
    case 'equitySampled':
      return [putEquity(profile, event.sample)];
    case 'limitsChanged':
      return [insertLimitChange(profile, event)];
    case 'riskRecorded':
      return [putRiskState(profile, event.atUs, event.risk)];
    case 'riskLevelChanged':
    case 'breakerChanged':
    case 'strategyStopped':
    case 'strategyEnabled':
    case 'coinDoubted':
    case 'coinTrusted':
    case 'coinDepegged':
    case 'coinRepegged':
    case 'transferChanged':
    case 'inventorySet':
    case 'strategySet':
    case 'strategyDecided':
    case 'strategyFilled':
    case 'strategyMissed':
    case 'strategyFailed':
    case 'strategiesRecorded':
    case 'sentimentRead':
    case 'fundingRead':
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
    case 'goLiveChanged':
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
  if (event.type === 'tradingHalted') {
    const where = event.venue === undefined ? '' : `${event.venue}: `;
    return entry('engine', 'halt trading', event.code, `${where}${event.reason}`);
  }
  if (event.type === 'tradingResumed')
    return entry(actorOf(event.actor), 'resume trading', 'resumed', event.venue ?? '');
  if (event.type === 'armingChanged') {
    return entry(actorOf(event.actor), 'live trading', event.to, `was ${event.from}; ${event.reason}`);
  }
  if (event.type === 'goLiveChanged') {
    const detail = `${event.venue}; was ${event.from}; ${event.reason}`;
    return entry(actorOf(event.actor), 'go-live pipeline', event.to, detail);
  }
  if (event.type === 'limitsChanged') {
    const changes = event.changes.map(({ field, from, to }) => `${field} ${from} → ${to}`);
    const outcome = `version ${event.version}`;
    return entry(actorOf(event.actor), `change ${event.scope}`, outcome, changes.join('; '));
  }
  return (
    auditOfTruth(event, entry) ??
    auditOfRisk(event, entry) ??
    auditOfInventory(event, entry) ??
    auditOfStrategies(event, entry)
  );
}

/** Strategies that were set or taken away, and those that failed. What they decide is in the facts alone. */
function auditOfStrategies(event: EngineEvent, entry: MakeEntry): AuditEntry | undefined {
  if (event.type === 'strategySet') {
    const { strategy, mode, stake, barSeconds, parameters } = event.setup;
    const outcome = event.isRemoved === true ? 'removed' : mode;
    const detail = `${strategy}; bars of ${barSeconds} s, stake ${stake}, ${JSON.stringify(parameters)}${promotedWords(event)}`;
    return entry(actorOf(event.actor), 'set strategy', outcome, detail);
  }
  if (event.type !== 'strategyFailed') return undefined;
  return entry('engine', 'stop strategy', event.code, `${event.strategy}; ${event.detail}`);
}

/** By which gates it may trade an account. */
function promotedWords({ promotion }: Extract<EngineEvent, { readonly type: 'strategySet' }>): string {
  if (promotion === undefined) return '';
  const gates = promotion.gates.map(
    ({ gate, value, bound, passes }) => `${passes ? 'ok' : 'FAIL'} ${gate}: ${value} (${bound})`,
  );
  return `; ${promotion.isOverride ? 'gates overridden' : 'by its gates'}: ${[promotion.why, ...gates].filter((text) => text !== '').join('; ')}`;
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
    const by = event.actor === undefined ? 'engine' : actorOf(event.actor);
    return entry(by, 'stop strategy', 'stopped', `${event.strategy}; ${event.reason}`);
  }
  if (event.type === 'strategyEnabled') {
    return entry(actorOf(event.actor), 'enable strategy', 'enabled', event.strategy);
  }
  if (event.type === 'coinDoubted') {
    const { coin, prices, unit, reason } = event;
    const seen = prices.map(({ venue, price }) => `${price} ${unit} at ${venue}`).join(', ');
    return entry('engine', 'quarantine coin', 'quarantined', `${coin}: ${seen}; ${reason}`);
  }
  if (event.type === 'coinTrusted') {
    return entry(
      actorOf(event.actor),
      'trust coin',
      'trusted',
      `${event.coin} at ${event.venues.join(', ')}`,
    );
  }
  return undefined;
}

/** What a trader declared, what became of it, and which stablecoins were stopped. */
function auditOfInventory(event: EngineEvent, entry: MakeEntry): AuditEntry | undefined {
  if (event.type === 'transferChanged') {
    const { transferId, coin, amount, fee, from, to, network, state, isLate, arrived } = event.transfer;
    const came = state === 'arrived' ? `, ${arrived} arrived` : '';
    const detail = `${transferId}: ${amount} ${coin} from ${from} to ${to} over ${network}, fee at most ${fee}${came}`;
    return entry(actorOf(event.actor), 'transfer', isLate ? `${state}, late` : state, detail);
  }
  if (event.type === 'inventorySet') {
    const { actor, coin, venue, detail } = event;
    return entry(actorOf(actor), 'set inventory', 'set', `${coin} at ${venue}: ${detail}`);
  }
  if (event.type === 'coinDepegged')
    return entry('engine', 'stop stablecoin', 'stopped', `${event.coin}: ${event.reason}`);
  if (event.type === 'coinRepegged')
    return entry('engine', 'stop stablecoin', 'released', `${event.coin}: ${event.reason}`);
  return undefined;
}

/** What was found, and what an operator decided, where the venue and the ledger differed. */
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
      ({ asset, ledger, venue }) => `${assetName(asset)} ledger ${ledger}, venue ${venue}`,
    );
    const detail = `${event.venue}: ${numbers.join('; ')}`;
    return event.type === 'balancesDiffer'
      ? entry('engine', 'compare balances', 'different', detail)
      : entry(actorOf(event.actor), 'adopt balances', 'adopted', detail);
  }
  if (event.type === 'executionAbandoned') {
    const left = event.left.map(({ asset, amount }) => amountWords(amount, asset));
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

function insertRun({ profile, runId }: Scope, event: EngineEvent & { type: 'runStarted' }): RowChange {
  const { mode, seed, homeAsset, atUs: startedUs } = event;
  const simulatedMarket = event.simulatedMarket ? 1 : 0;
  return addRow('runs', { profile, runId, mode, startedUs, seed, simulatedMarket, homeAsset });
}

function putBalance(profile: string, atUs: number, balance: Balance): RowChange {
  const { asset, total, reserved, costHome } = balance;
  const row = { profile, asset, total, reserved, costHome, atUs };
  return putRow('balances', ['profile', 'asset'], row, ['total', 'reserved', 'costHome', 'atUs']);
}

/** What an order may change; the rest of it stays as it was created. */
const ORDER_CHANGES = ['state', 'filledQty', 'filledNotional', 'fees', 'reason', 'updatedUs'] as const;

function putOrder(profile: string, order: OrderRecord): RowChange {
  const { orderId, intentId, executionId, venue, symbol, side, price, qty, timeInForce } = order;
  const { state, filledQty, filledNotional, fees, reason, createdUs, updatedUs } = order;
  const made = { orderId, intentId, executionId, venue, symbol, side, price, qty, timeInForce, createdUs };
  const row = { profile, ...made, state, filledQty, filledNotional, fees, reason, updatedUs };
  return putRow('orders', ['profile', 'orderId'], row, ORDER_CHANGES);
}

/** The same fill reported twice is one fill: the first report stays. */
function insertFill(profile: string, fill: FillRecord): RowChange {
  const { venue, fillId, orderId, executionId, symbol, side, price, qty, fee, feeAsset, atUs } = fill;
  const columns = { venue, fillId, orderId, executionId, symbol, side, price, qty, fee, feeAsset, atUs };
  const row = { profile, ...columns, cost: fill.cost ?? null };
  return putRow('fills', ['profile', 'venue', 'fillId'], row, []);
}

function putExecution(profile: string, execution: ExecutionRecord): RowChange {
  const changing = {
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
  const row = { profile, executionId: execution.executionId, ...changing };
  return putRow('executions', ['profile', 'executionId'], row, columnsOf(changing));
}

function putOpportunity(profile: string, opportunity: Opportunity): RowChange {
  const changing = {
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
  const row = { profile, opportunityId: opportunity.opportunityId, ...changing };
  return putRow('opportunities', ['profile', 'opportunityId'], row, columnsOf(changing));
}

function insertLimitChange(
  profile: string,
  { version, atUs, actor, scope, changes, after }: EngineEvent & { type: 'limitsChanged' },
): RowChange {
  const texts = { changes: JSON.stringify(changes), after: JSON.stringify(after) };
  return addRow('limitChanges', { profile, version, atUs, actor: actorOf(actor), scope, ...texts });
}

function putRiskState(profile: string, atUs: number, snapshot: RiskSnapshot): RowChange {
  const row = { profile, atUs, json: JSON.stringify(snapshot) };
  return putRow('riskState', ['profile'], row, ['atUs', 'json']);
}

function putEquity(profile: string, sample: (EngineEvent & { type: 'equitySampled' })['sample']): RowChange {
  const { atUs, homeAsset, equity, realizedPnl, unrealizedPnl, fees, withoutPrice = null } = sample;
  const changing = { homeAsset, equity, realizedPnl, unrealizedPnl, fees, withoutPrice };
  return putRow('equity', ['profile', 'atUs'], { profile, atUs, ...changing }, columnsOf(changing));
}

function columnsOf<T extends object>(row: T): (keyof T & string)[] {
  return Object.keys(row) as (keyof T & string)[];
}
