/**
 * Everything that a person may ask of the database and of the lab's folders, as functions of a connection and these folders
 * alone: they run on a thread of their own, so that however much is asked, the thread that trades answers none of it.
 */
import { runLibraryTask } from '../backtest/library/library-tasks.ts';
import type { OperationName, OperationOutput, ParsedInput } from '../contract/operations.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import type { LabFolders } from '../lab/lab-task.ts';
import { recordsOf } from '../lab/recordings.ts';
import { runReadings } from '../lab/run-readings.ts';
import type { Readable } from '../storage/database-types.ts';
import { listEquity, type RecordOf, simulatedRecord } from '../storage/queries/account.ts';
import {
  listAudit,
  listExecutions,
  listFills,
  listOpportunities,
  listOrders,
} from '../storage/queries/history.ts';
import { edgeBoard } from '../storage/queries/edges.ts';
import { listEvents } from '../storage/queries/event-pages.ts';
import { listNews } from '../storage/queries/news.ts';
import { measuredQuantilesUs } from '../storage/queries/latency.ts';
import { listNotes } from '../storage/queries/notes.ts';
import { pnlReport } from '../storage/queries/pnl.ts';
import { venueComparison } from '../storage/queries/venue-comparison.ts';
import { listLimitChanges } from '../storage/queries/risk.ts';
import { listStrategyEvents, paperRecord } from '../storage/queries/strategies.ts';
import { readStory } from '../storage/queries/stories.ts';
import { scorerEffect, scorerReport, scorerTraining } from './scorer-report.ts';
import { readTrace } from '../storage/queries/trace.ts';

import { dayReport } from './day-report.ts';

export type ReadingContext = {
  readonly database: Readable;
  readonly folders: LabFolders;
  readonly profile: string;
  readonly homeAsset: string;
  /** When it was asked. */
  readonly nowUs: number;
};

type Reading = (context: ReadingContext, input: never) => Promise<unknown>;

/** An operation of the contract, by its own input and output. */
type OperationReadings = {
  readonly [N in OperationName]?: (
    context: ReadingContext,
    input: ParsedInput<N>,
  ) => Promise<OperationOutput<N>>;
};

/** Rows of each list that a window starts with, and points of its equity curve. */
const SNAPSHOT_ROWS = 200;
const SNAPSHOT_POINTS = 1_000;

/** Of the database. */
const tableOperations = {
  listOrders: async ({ database, profile }, page) => ({ orders: await listOrders(database, profile, page) }),
  listFills: async ({ database, profile }, page) => ({ fills: await listFills(database, profile, page) }),
  listExecutions: async ({ database, profile }, page) => ({
    executions: await listExecutions(database, profile, page),
  }),
  listOpportunities: async ({ database, profile }, page) => ({
    opportunities: await listOpportunities(database, profile, page),
  }),
  listEquity: async ({ database, profile }, range) => ({
    samples: await listEquity(database, profile, range),
  }),
  listEvents: ({ database, profile }, page) => listEvents(database, profile, page),
  listStrategyEvents: ({ database, profile }, page) => listStrategyEvents(database, profile, page),
  listNews: ({ database, profile }, page) => listNews(database, profile, page),
  listAudit: async ({ database, profile }, page) => ({ entries: await listAudit(database, profile, page) }),
  listLimitChanges: async ({ database, profile }, page) => ({
    changes: await listLimitChanges(database, profile, page),
  }),
  getExecution: ({ database, profile }, { executionId }) => readStory(database, profile, executionId),
  getTrace: ({ database, profile }, { id }) => readTrace(database, profile, id),
  getVenueComparison: ({ database, profile, homeAsset }, range) =>
    venueComparison(database, profile, homeAsset, range),
  getEdges: ({ database, profile, homeAsset }, range) => edgeBoard(database, profile, homeAsset, range),
  getScorer: ({ database, profile, homeAsset }) => scorerReport(database, profile, homeAsset),
  listNotes: ({ database, profile }, asked) => listNotes(database, profile, asked),
  getDayReport: (context, { day }) => dayReport(context, day),
  getPnlReport: ({ database, profile, homeAsset }, range) => pnlReport(database, profile, homeAsset, range),
} satisfies OperationReadings;

/** Of the lab's folders. */
const fileOperations = {
  ...runReadings,
} satisfies OperationReadings;

/** What operations need besides. */
const parts = {
  /** The part of a snapshot that is history. */
  history: async ({ database, profile }: ReadingContext) => {
    const page = { limit: SNAPSHOT_ROWS };
    const [recentOpportunities, recentOrders, recentFills, recentExecutions, equityCurve] = await Promise.all(
      [
        listOpportunities(database, profile, page),
        listOrders(database, profile, page),
        listFills(database, profile, page),
        listExecutions(database, profile, page),
        listEquity(database, profile, { fromUs: 0, maxPoints: SNAPSHOT_POINTS }),
      ],
    );
    return { recentOpportunities, recentOrders, recentFills, recentExecutions, equityCurve };
  },
  record: async (
    { database }: ReadingContext,
    { profiles, ...only }: RecordOf & { readonly profiles: readonly string[] },
  ) => {
    const { cycles, profitHome } = await simulatedRecord(database, profiles, only);
    return { cycles, profitHome: profitHome.toString() };
  },
  /** Null: there is none. */
  paperRecord: async (
    { database }: ReadingContext,
    { profiles, setup }: { readonly profiles: readonly string[]; readonly setup: StrategySetup },
  ) => (await paperRecord(database, profiles, setup)) ?? null,
  scorerTraining: ({ database, profile, homeAsset }: ReadingContext) =>
    scorerTraining(database, profile, homeAsset),
  scorerEffect: ({ database, profile, homeAsset }: ReadingContext) =>
    scorerEffect(database, profile, homeAsset),
  latencies: ({ database }: ReadingContext, of: { readonly profile: string; readonly field: string }) =>
    measuredQuantilesUs(database, of.profile, of.field),
} as const;

const library = {
  /** `unread`: some recording was not read whole yet. */
  recordings: async ({ folders }: ReadingContext) => {
    const listed = await runLibraryTask(folders.recordings, { kind: 'list', scan: false });
    return {
      recordings: await recordsOf(folders, listed),
      unread: listed.some(({ figures, fault }) => figures === null && fault === ''),
    };
  },
} as const;

/** By lane: what waits for the database does not wait for a large file. */
export const READINGS = {
  tables: { ...tableOperations, ...parts },
  files: { ...fileOperations, ...library },
} as const;

export type Lane = keyof typeof READINGS;
export type ReadingOperation = keyof typeof tableOperations | keyof typeof fileOperations;
export type ReadingName = keyof typeof READINGS.tables | keyof typeof READINGS.files;

export const READING_OPERATIONS: readonly ReadingOperation[] = [
  ...(Object.keys(tableOperations) as (keyof typeof tableOperations)[]),
  ...(Object.keys(fileOperations) as (keyof typeof fileOperations)[]),
];

export function isReadingOperation(name: string): name is ReadingOperation {
  return (READING_OPERATIONS as readonly string[]).includes(name);
}

export function laneOf(name: ReadingName): Lane {
  return Object.hasOwn(READINGS.tables, name) ? 'tables' : 'files';
}

/** @throws UserError as the queries do. */
export function read(context: ReadingContext, name: ReadingName, input: unknown): Promise<unknown> {
  const all = { ...READINGS.tables, ...READINGS.files } as Readonly<Record<ReadingName, Reading>>;
  return all[name](context, input as never);
}
