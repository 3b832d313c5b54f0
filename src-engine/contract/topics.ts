/**
 * Every stream. Facts are lossless and numbered: a gap means asking for a fresh snapshot. Views are conflated:
 * the latest wins, one packed message a frame, and only what a client asked for is sent.
 */
import { z } from 'zod';
import type { EngineEvent } from '../domain/event.ts';
import * as alerts from './alert-records.ts';
import { crossVenueView } from './cross-venue-records.ts';
import { fundingView } from './funding-records.ts';
import * as lab from './lab-records.ts';
import * as live from './live-records.ts';
import * as logs from './log-operations.ts';
import * as market from './market-records.ts';
import * as positions from './position-records.ts';
import * as records from './records.ts';
import { inventoryView } from '../domain/inventory-schemas.ts';
import * as values from '../domain/value-schemas.ts';
import { strategiesView } from './strategy-records.ts';
import { replayView } from './replay-operations.ts';
import * as risk from './risk-records.ts';
import { todayFigures } from './today-records.ts';
import * as totals from './total-records.ts';

/** The facts lane. `seq` rises by one; each engine process numbers from 1. */
export type Fact = { readonly seq: number; readonly event: EngineEvent };

/** Types of facts that the list of events shows. The database's index of them is of a fixed list: a new type needs a migration. */
export const NEWS_TYPES = [
  'runStarted',
  'feedChanged',
  'bookStateChanged',
  'instrumentChanged',
  'instrumentStopped',
  'killed',
  'killVerified',
  'rearmed',
  'armingChanged',
  'tradingHalted',
  'tradingResumed',
  'limitsChanged',
  'riskLevelChanged',
  'breakerChanged',
  'strategyStopped',
  'strategyEnabled',
  'foreignOrderSeen',
  'venueRowUnread',
  'reconciled',
  'reconcileFailed',
  'balancesDiffer',
  'balancesAdopted',
  'factsDropped',
  'deadManSwitchChanged',
  'watchdogActed',
  'watchdogLost',
  'coinDoubted',
  'coinTrusted',
  'coinDepegged',
  'coinRepegged',
  'transferChanged',
  'inventorySet',
  'strategySet',
  'strategyFailed',
  'goLiveChanged',
] as const;

/** A fact about the engine itself, for the list of events: feeds, books, the kill switch, the limits. */
export type NewsEvent = Extract<EngineEvent, { readonly type: (typeof NEWS_TYPES)[number] }>;
export type NewsFact = { readonly seq: number; readonly event: NewsEvent };

const newsTypes: ReadonlySet<string> = new Set(NEWS_TYPES);

export function isNews(fact: Fact): fact is NewsFact {
  return isNewsEvent(fact.event);
}

export function isNewsEvent(event: EngineEvent): event is NewsEvent {
  return newsTypes.has(event.type);
}

/** What risk refused: a plan, or an order. */
export const DENIAL_TYPES = ['orderDenied', 'opportunityDenied'] as const;
export type DenialEvent = Extract<EngineEvent, { readonly type: (typeof DENIAL_TYPES)[number] }>;
export type DenialFact = { readonly seq: number; readonly event: DenialEvent };

export function isDenial(fact: Fact): fact is DenialFact {
  return fact.event.type === 'orderDenied' || fact.event.type === 'opportunityDenied';
}

const nothing = z.strictObject({});

/** Top of one book. Prices and quantities are integers in the instrument's units; 0 quantity: that side is empty. */
const quote = z.object({
  instrumentId: z.number().int(),
  state: values.bookState,
  /** Whether the run may trade it now: open at its venue, its fee known, and nothing has stopped it. */
  isTradable: z.boolean(),
  /** Since its last change, and since the venue last showed that it is alive. */
  ageUs: z.number().nullable(),
  bid: z.number(),
  bidQty: z.number(),
  ask: z.number(),
  askQty: z.number(),
});
export type QuoteView = z.infer<typeof quote>;

const book = z.object({
  instrumentId: z.number().int(),
  state: values.bookState,
  ageUs: z.number().nullable(),
  /** price, quantity, price, quantity … from the best level on, in the instrument's units. */
  bids: z.array(z.number()),
  asks: z.array(z.number()),
});
export type BookView = z.infer<typeof book>;

export const topics = {
  /** Params and payload of each conflated view, and the shortest time between two updates. */
  status: { everyMs: 250, params: nothing, view: records.engineStatus },
  health: { everyMs: 1_000, params: nothing, view: records.engineHealth },
  quotes: { everyMs: 100, params: nothing, view: z.object({ quotes: z.array(quote) }) },
  book: {
    everyMs: 50,
    params: z.strictObject({
      instrumentId: z.number().int().nonnegative(),
      levels: z.number().int().min(1).max(100).default(15),
    }),
    view: book,
  },
  /** Public trades of one instrument, and the newest of its bars. */
  trades: {
    everyMs: 100,
    params: z.strictObject({
      instrumentId: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(market.MAX_TRADES).default(100),
    }),
    view: market.tradesView,
  },
  bars: {
    everyMs: 250,
    params: z.strictObject({ instrumentId: z.number().int().nonnegative(), span: market.barSpan }),
    view: market.barsView,
  },
  opportunities: { everyMs: 100, params: nothing, view: z.object({ open: z.array(values.opportunity) }) },
  portfolio: {
    everyMs: 250,
    params: nothing,
    view: z.object({ balances: z.array(values.balance), equity: values.equityParts.nullable() }),
  },
  /** What the account holds, asset by asset, at the marks of the moment. */
  positions: { everyMs: 500, params: nothing, view: positions.positionsView },
  /** What lies where beside its target, transfers, and stablecoins beside their pegs. */
  inventory: { everyMs: 1_000, params: nothing, view: inventoryView },
  /** The strategies of the session: state, decisions, profit after costs. */
  strategies: { everyMs: 1_000, params: nothing, view: strategiesView },
  /** The market of an instrument at all its venues, and the edge between each two of them. */
  crossVenue: {
    everyMs: 500,
    params: z.strictObject({ instrumentId: z.number().int().nonnegative() }),
    view: crossVenueView,
  },
  /** Perpetuals that are watched: funding, basis, open interest. */
  funding: { everyMs: 1_000, params: nothing, view: fundingView },
  /** Counts and sums of all orders, fills, executions and opportunities of the profile. */
  totals: { everyMs: 500, params: nothing, view: totals.countedTotals },
  /** The day (UTC) at a glance: profit, captured edge and what was missed, fills, unwinds, exposure. */
  today: { everyMs: 500, params: nothing, view: todayFigures },
  /** The newest alerts, and how many are not acknowledged. */
  alerts: {
    everyMs: 500,
    params: z.strictObject({ limit: z.number().int().min(0).max(alerts.MAX_ALERTS).default(200) }),
    view: alerts.alertsView,
  },
  alertRules: { everyMs: 1_000, params: nothing, view: z.object({ rules: z.array(alerts.ruleStanding) }) },
  /** The newest lines of the engine's log that fit a filter. */
  logs: { everyMs: 500, params: logs.logFilter, view: logs.logView },
  /** Differs once a note that the profile shows was written or removed: listNotes is asked again then, and not before. */
  notes: { everyMs: 250, params: nothing, view: z.object({ revision: z.string() }) },
  /** Long work of the lab, newest first. */
  jobs: { everyMs: 250, params: nothing, view: z.object({ jobs: z.array(lab.job) }) },
  /** A recording that is played again; null: none is. */
  replay: { everyMs: 100, params: nothing, view: z.object({ replay: replayView.nullable() }) },
  /** The simulated twin beside a live account; nothing in profiles without one. */
  ghost: { everyMs: 1_000, params: nothing, view: live.ghostStatus },
  /** Levels, breakers, stops and how much of each limit is used. */
  risk: { everyMs: 500, params: nothing, view: risk.riskStatus },
} as const;

export type Topics = typeof topics;
export type TopicName = keyof Topics;
export type TopicParams<N extends TopicName> = z.input<Topics[N]['params']>;
export type TopicView<N extends TopicName> = z.output<Topics[N]['view']>;

export function isTopicName(name: string): name is TopicName {
  return Object.hasOwn(topics, name);
}

/** The same stream asked for twice is one stream: its key is the topic and its checked params. */
export function topicKey(topic: TopicName, params: unknown): string {
  return `${topic}:${JSON.stringify(params)}`;
}
