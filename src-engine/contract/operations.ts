/**
 * Everything that an operator can do or ask, one entry each. MessagePort, WebSocket, REST and the command line are derived
 * from this table; no endpoint is written by hand.
 */
import { z } from 'zod';
import { FEWEST_POINTS } from '../domain/equity-curve.ts';
import { accountOperations } from './account-operations.ts';
import { alertOperations } from './alert-operations.ts';
import { apiKeyOperations, type KeyScope } from './api-key-operations.ts';
import { botOperations } from './bot-operations.ts';
import { busOperations } from './bus-operations.ts';
import { crossVenueOperations } from './cross-venue-operations.ts';
import { channelOperations } from './channel-operations.ts';
import { edgeOperations } from './edge-operations.ts';
import { eventOperations } from './event-operations.ts';
import { fundingOperations } from './funding-operations.ts';
import { handOperations } from './hand-operations.ts';
import { importOperations } from './import-operations.ts';
import { intelligenceOperations } from './intelligence-operations.ts';
import { inventoryOperations } from './inventory-operations.ts';
import { keyOperations } from './key-operations.ts';
import { venueOperations } from './venue-operations.ts';
import { labOperations } from './lab-operations.ts';
import { libraryOperations } from './library-operations.ts';
import { liveOperations } from './live-operations.ts';
import { logOperations } from './log-operations.ts';
import { traceOperations } from './trace-operations.ts';
import { scorerOperations } from './scorer-operations.ts';
import { retrainOperations } from './retrain-operations.ts';
import { trainingOperations } from './training-operations.ts';
import { sloOperations } from './slo-operations.ts';
import { marketOperations } from './market-operations.ts';
import * as settings from './limit-records.ts';
import { modelOperations } from './model-operations.ts';
import { portfolioOperations } from './portfolio-operations.ts';
import { strategyOperations } from './strategy-operations.ts';
import { noteOperations } from './note-operations.ts';
import { planOperations } from './plan-operations.ts';
import * as records from './records.ts';
import { eventOf } from '../domain/event-schemas.ts';
import { breakerName } from '../domain/risk-schemas.ts';
import * as values from '../domain/value-schemas.ts';
import * as risk from './risk-records.ts';
import { DENIAL_TYPES, NEWS_TYPES } from './topics.ts';
import { executionStory } from './story-records.ts';
import { activityTotals } from './total-records.ts';
import { killVenue } from './venue-records.ts';

export type Role = 'viewer' | 'operator';

type OperationSpec = {
  readonly summary: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly role: Role;
  /** True for what changes anything: it lands in the audit trail with its actor and outcome. */
  readonly changes: boolean;
};

const define = <T extends Record<string, OperationSpec>>(table: T): T => table;

const nothing = z.strictObject({});
const newsFact = z.object({ seq: z.number().int(), event: eventOf(NEWS_TYPES) });
const denialFact = z.object({ seq: z.number().int(), event: eventOf(DENIAL_TYPES) });
/** A row of the journal that holds no event of its type, and what of it does not fit. */
const unreadEvent = z.object({ seq: z.number().int(), problem: z.string() });
/** Newest first; `beforeUs` continues where the last page ended. */
const page = {
  limit: z.number().int().min(1).max(1_000).default(200),
  beforeUs: values.timeUs.optional(),
};

export const operations = define({
  ...alertOperations,
  ...apiKeyOperations,
  ...botOperations,
  ...busOperations,
  ...intelligenceOperations,
  ...channelOperations,
  ...edgeOperations,
  ...eventOperations,
  ...keyOperations,
  ...venueOperations,
  ...planOperations,
  ...strategyOperations,
  ...portfolioOperations,
  ...modelOperations,
  ...inventoryOperations,
  ...handOperations,
  ...fundingOperations,
  ...crossVenueOperations,
  ...liveOperations,
  ...logOperations,
  ...marketOperations,
  ...sloOperations,
  ...traceOperations,
  ...noteOperations,
  ...labOperations,
  ...libraryOperations,
  ...importOperations,
  ...trainingOperations,
  ...retrainOperations,
  ...scorerOperations,
  getStatus: {
    summary: 'State of the engine: profile, mode, feeds and their data age, kill switch, storage.',
    input: nothing,
    output: records.engineStatus,
    role: 'viewer',
    changes: false,
  },
  getSnapshot: {
    summary: 'The full state that a window starts from; facts after `factSeq` continue it without a gap.',
    input: nothing,
    output: z.object({
      factSeq: z.number().int(),
      status: records.engineStatus,
      homeAsset: z.string(),
      instruments: z.array(records.instrument),
      balances: z.array(values.balance),
      equity: values.equityParts.nullable(),
      openOpportunities: z.array(values.opportunity),
      recentOpportunities: z.array(values.opportunity),
      recentOrders: z.array(values.order),
      recentFills: z.array(values.fill),
      recentExecutions: z.array(values.execution),
      /** Of this process, newest first. */
      recentNews: z.array(newsFact).readonly(),
      recentDenials: z.array(denialFact).readonly(),
      equityCurve: z.array(values.equitySample),
      limits: settings.limits,
      detection: settings.detectionSettings,
    }),
    role: 'viewer',
    changes: false,
  },
  getTotals: {
    summary:
      'Exact counts and sums of all orders, fills, executions, closed opportunities and events of the profile.',
    input: nothing,
    output: activityTotals,
    role: 'viewer',
    changes: false,
  },
  listOrders: {
    summary: 'Orders, newest first.',
    input: z.strictObject({ ...page, state: values.orderState.optional() }),
    output: z.object({ orders: z.array(values.order) }),
    role: 'viewer',
    changes: false,
  },
  listFills: {
    summary: 'Fills, newest first.',
    input: z.strictObject(page),
    output: z.object({ fills: z.array(values.fill) }),
    role: 'viewer',
    changes: false,
  },
  listExecutions: {
    summary: 'Executions (attempts to trade a cycle) and their outcomes, newest first.',
    input: z.strictObject(page),
    output: z.object({ executions: z.array(values.execution) }),
    role: 'viewer',
    changes: false,
  },
  getExecution: {
    summary:
      'The story of an execution: its orders with the times of each step, its fills, and the books at the decision and at the fills.',
    input: z.strictObject({ executionId: z.string().min(1).max(200) }),
    output: executionStory,
    role: 'viewer',
    changes: false,
  },
  listOpportunities: {
    summary: 'Closed opportunities, newest first.',
    input: z.strictObject({ ...page, decision: values.decisionCode.optional() }),
    output: z.object({ opportunities: z.array(values.opportunity) }),
    role: 'viewer',
    changes: false,
  },
  listNews: {
    summary: 'Events of the engine (feeds, books, the kill switch, limits) from the journal, newest first.',
    input: z.strictObject(page),
    output: z.object({ news: z.array(newsFact), unread: z.array(unreadEvent) }),
    role: 'viewer',
    changes: false,
  },
  listEquity: {
    summary:
      'The equity curve between two times, in at most `maxPoints` points: its peaks, lows and maximum drawdown are kept.',
    input: z.strictObject({
      fromUs: values.timeUs.default(0),
      toUs: values.timeUs.optional(),
      maxPoints: z.number().int().min(FEWEST_POINTS).max(10_000).default(1_000),
    }),
    output: z.object({ samples: z.array(values.equitySample) }),
    role: 'viewer',
    changes: false,
  },
  listAudit: {
    summary: 'The audit trail, newest first.',
    input: z.strictObject(page),
    output: z.object({ entries: z.array(records.auditEntry) }),
    role: 'viewer',
    changes: false,
  },
  chooseProfile: {
    summary:
      'Starts a plan by its profile: demo (the local exchange), paper (live data), rehearsal (an account at the local exchange), live, or one of the trader’s own.',
    input: z.strictObject({
      profile: records.profileName,
      /** Starting balances for a paper account that has none yet: {"USD": "25000"}. */
      capital: z.record(z.string().regex(/^[A-Z0-9]{2,10}$/), values.amountText).optional(),
      /** Ids of the venues to trade; those of the last time when left out. */
      venues: z.array(records.venueName).min(1).max(16).optional(),
    }),
    output: records.engineStatus,
    role: 'operator',
    changes: true,
  },
  kill: {
    summary: 'Stops trading at once: no new order after the answer, every open order canceled, latched.',
    input: z.strictObject({ reason: z.string().max(200).default('operator') }),
    output: z.object({
      killed: z.literal(true),
      cancelsSent: z.number().int(),
      /** Each venue by itself; left out by a kill that came by the file of the data folder. */
      venues: z.array(killVenue.extend({ cancelsSent: z.number().int() })).optional(),
      /** Why no cancel has reached the venue yet, which is tried again and again; left out when one has, or none is needed. */
      problem: z.string().optional(),
      /** The engine is killed, and the row of the audit trail was not durable within a second; left out when it was. */
      audit: z.literal('audit-not-durable').optional(),
    }),
    role: 'operator',
    changes: true,
  },
  rearm: {
    summary: 'Releases the kill switch. `confirm` must be the word REARM.',
    input: z.strictObject({ confirm: z.literal('REARM') }),
    output: z.object({ killed: z.literal(false) }),
    role: 'operator',
    changes: true,
  },
  pauseTrading: {
    summary:
      'Pauses trading, or with `venue` that venue alone: nothing new is traded; cycles in flight are finished.',
    input: z.strictObject({ venue: z.string().max(60).optional() }),
    output: z.object({ paused: z.literal(true) }),
    role: 'operator',
    changes: true,
  },
  resumeTrading: {
    summary:
      'Resumes trading after a pause or a halt; with `venue`, ends the halt of that venue alone. Does not release the kill switch.',
    input: z.strictObject({ venue: z.string().max(60).optional() }),
    /** Still true where one venue was resumed and the whole account is paused or halted. */
    output: z.object({ paused: z.boolean() }),
    role: 'operator',
    changes: true,
  },
  acknowledgeHistory: {
    summary:
      'Accepts a history that was found changed. `confirm` must be the word ACKNOWLEDGE. Trading stays halted until it is resumed.',
    input: z.strictObject({ confirm: z.literal('ACKNOWLEDGE') }),
    output: z.object({ acknowledged: z.array(z.string()) }),
    role: 'operator',
    changes: true,
  },
  updateLimits: {
    summary: 'Changes risk limits; omitted limits are unchanged.',
    input: settings.limits.partial(),
    output: settings.limits,
    role: 'operator',
    changes: true,
  },
  applyLimitPreset: {
    summary: 'Sets the limits on capital at risk from a named preset.',
    input: z.strictObject({ preset: settings.limitPreset }),
    output: settings.limits,
    role: 'operator',
    changes: true,
  },
  listLimitChanges: {
    summary: 'Every change of limits and settings with its version, actor and time, newest first.',
    input: z.strictObject(page),
    output: z.object({ changes: z.array(risk.limitChange) }),
    role: 'viewer',
    changes: false,
  },
  getRisk: {
    summary: 'Loss level, breakers, stopped cycles, and how much of each limit is used.',
    input: nothing,
    output: risk.riskStatus,
    role: 'viewer',
    changes: false,
  },
  resetBreaker: {
    summary:
      'Resets a tripped breaker: the loss, drawdown or positions that tripped it become its new reference; a record of executions without an edge begins anew.',
    input: z.strictObject({
      breaker: breakerName,
      /** Of data-quality and api-reliability. */
      venue: z.string().max(40).default(''),
    }),
    output: risk.riskStatus,
    role: 'operator',
    changes: true,
  },
  updateDetection: {
    summary: 'Changes the detection settings; omitted settings are unchanged.',
    input: settings.detectionSettings.omit({ maxLegs: true }).partial(),
    output: settings.detectionSettings,
    role: 'operator',
    changes: true,
  },
  getExecutionSettings: {
    summary: 'Execution settings: how a chosen cycle is traded.',
    input: nothing,
    output: settings.executionSettings,
    role: 'viewer',
    changes: false,
  },
  updateExecution: {
    summary: 'Changes the execution settings; omitted settings are unchanged.',
    input: settings.executionSettings.partial(),
    output: settings.executionSettings,
    role: 'operator',
    changes: true,
  },
  getFeeSettings: {
    summary: 'The 30-day volume that selects the fee tier of paper trading, and its source.',
    input: nothing,
    output: records.feeSettings,
    role: 'viewer',
    changes: false,
  },
  updateFeeSettings: {
    summary: 'Stores the 30-day volume in USD; the paper profile uses it from its next start.',
    input: z.strictObject({ volumeUsd: records.feeSettings.shape.volumeUsd }),
    output: records.feeSettings,
    role: 'operator',
    changes: true,
  },
  getDurability: {
    summary: 'What the intent of an order survives before the order is sent, and where the level was set.',
    input: nothing,
    output: records.durabilitySettings,
    role: 'viewer',
    changes: false,
  },
  updateDurability: {
    summary:
      'Sets that level: process (survives a crash of the engine) or disk (survives a power loss). It holds from the next order on.',
    input: z.strictObject({ level: records.durabilitySettings.shape.level }),
    output: records.durabilitySettings,
    role: 'operator',
    changes: true,
  },
  ...accountOperations,
});

export type Operations = typeof operations;
export type OperationName = keyof Operations;
/** What a caller sends (defaults may be left out). */
export type OperationInput<N extends OperationName> = z.input<Operations[N]['input']>;
/** What an implementation is given (defaults filled in). */
export type ParsedInput<N extends OperationName> = z.output<Operations[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<Operations[N]['output']>;

/** Who calls: the role decides what is allowed, `via` goes to the audit trail. A key of the API is bound by its scope as well. */
export type Caller = { readonly role: Role; readonly via: string; readonly scope?: KeyScope | undefined };

/** The engine's answer to every operation; a missing one does not compile. */
export type OperationHandlers = {
  readonly [N in OperationName]: (
    input: ParsedInput<N>,
    caller: Caller,
  ) => Promise<OperationOutput<N>> | OperationOutput<N>;
};

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}
