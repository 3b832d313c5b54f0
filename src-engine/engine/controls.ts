import type { ArmingStatus } from '../contract/live-records.ts';
import type { KeyStanding } from '../contract/key-operations.ts';
import type { goLiveOperations } from '../contract/go-live-operations.ts';
import type { Caller, OperationHandlers, OperationOutput } from '../contract/operations.ts';
import type { RunPlan } from '../contract/plan-records.ts';
import type { EngineStatus, ProfileName } from '../contract/records.ts';
import type { KnownVenue } from '../contract/venue-records.ts';
import type { ActivityTotals } from '../contract/total-records.ts';
import type { DecimalText } from '../domain/decimal.ts';
import type { Durability } from '../domain/durability.ts';
import type { Hold } from '../domain/hold.ts';
import type { VenueName } from '../domain/ids.ts';
import type { StandingHalts } from '../kernel/halts.ts';
import type { Command } from '../kernel/input.ts';
import type { Lab } from '../lab/lab.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import type { Clock } from '../lib/clock.ts';
import type { ReadingName } from '../reading/readings.ts';
import type { Database } from '../storage/database-types.ts';
import type { IntentJournal } from '../storage/intents/intent-journal.ts';
import type { Journal } from '../storage/journal.ts';
import type { AccountMoment } from './account/account-moment.ts';
import type { AlertWatch } from './alerts/alert-watch.ts';
import type { Outsiders } from './outsiders.ts';
import type { EngineLog } from './history/engine-log.ts';
import type { FactLog } from './history/fact-log.ts';
import type { SnapshotDesk } from './snapshot-desk.ts';
import type { TradingSession } from './trading-session.ts';

/** The setting that keeps the profile of the plan that was chosen last. */
export const PROFILE_SETTING = 'profile';

export type ChosenProfile = {
  readonly profile: ProfileName;
  /** Of an account that has no history yet; by asset, the first is the one that profits are counted in. */
  readonly capital: Readonly<Record<string, DecimalText>> | undefined;
  /** Venues to trade, by their ids; undefined: those of the last time. */
  readonly venues?: readonly VenueName[] | undefined;
  /** Of a session that starts again by itself: what an operator has not ended yet. */
  readonly standing?: StandingHalts | undefined;
};

/** The run plans that are kept. All reject with a UserError that names the plan. */
export type PlanControls = {
  list(): Promise<RunPlan[]>;
  find(profile: ProfileName): Promise<RunPlan>;
  add(plan: Pick<RunPlan, 'name' | 'venues' | 'home'>): Promise<RunPlan>;
  copy(profile: ProfileName, name: string): Promise<RunPlan>;
  /** @param inUse the profile that is chosen now. */
  change(
    profile: ProfileName,
    changes: { readonly name?: string | undefined; readonly venues?: RunPlan['venues'] | undefined },
    inUse: ProfileName | undefined,
  ): Promise<RunPlan>;
  remove(profile: ProfileName, inUse: ProfileName | undefined): Promise<RunPlan[]>;
};

/** Settings that the command line named: they go before what is stored. */
export type CommandLineSettings = {
  /** The volume of 30 days in USD. */
  readonly feeVolumeUsd?: number | undefined;
  readonly durability?: Durability | undefined;
};

/** A venue, and its title as a person typed it. */
export type Named = { readonly venue: VenueName; readonly title: string };

/** The go-live pipelines of the session's accounts. */
export type GoLiveControls = {
  readonly handlers: Pick<OperationHandlers, keyof typeof goLiveOperations>;
  /** Without a step of a pipeline. @throws UserError where the venue's is not as far, or the checklist does not hold. */
  armByHand(to: 'canary' | 'full', named: Named, caller: Caller): Promise<ArmingStatus>;
};

/** What operations may do with the engine. */
export type EngineControls = {
  readonly database: Database;
  readonly lab: Lab;
  readonly alerts: AlertWatch;
  readonly outsiders: Outsiders;
  readonly goLive: GoLiveControls;
  readonly facts: FactLog;
  readonly clock: Clock;
  readonly session: TradingSession | undefined;
  readonly profile: ProfileName | undefined;
  readonly commandLine: CommandLineSettings;
  /** What is about to be sent is kept in it. */
  readonly intents: IntentJournal;
  /** Set while this program is about to be replaced by another version. */
  readonly hold: Hold;
  /** The account as every view of it has it. */
  readonly account: AccountMoment;
  /** All that write a history at the moment. */
  readonly journals: readonly Journal[];
  status(): EngineStatus;
  /** Reads on the reader's thread; whoever gets the answer releases it. @throws UserError `busy` when too many wait. */
  read(name: ReadingName, input: unknown, caller: Caller): Promise<AnswerBytes>;
  /** All that a window starts from, as the bytes of an answer. */
  readonly snapshots: SnapshotDesk;
  /** Which keys the keychain holds, and what the running session's may do. */
  keys(): Promise<KeyStanding[]>;
  readonly plans: PlanControls;
  /** Every venue that is known, traded now or not, and those of a plan that are known by their name alone. */
  readonly knownVenues: (planned: readonly string[]) => readonly KnownVenue[];
  /** Lines of the engine's log that fit, newest first. */
  listLogs(query: Parameters<EngineLog['list']>[0]): OperationOutput<'listLogs'>;
  /** @throws UserError when there is no session. */
  requireSession(): TradingSession;
  /** Exact totals of the profile's history. @throws UserError when there is no session. */
  totals(): ActivityTotals;
  /** Starts a profile and remembers it. A session of another profile is stopped first. */
  chooseProfile(chosen: ChosenProfile): Promise<void>;
  /** Gives the kernel a command and waits until what follows from it is durable and done. */
  command(command: Command, caller: Caller): Promise<void>;
  /** Answers how many orders were open and so are canceled, in all and by venue; where no cancel has left yet, why. */
  kill(reason: string, caller: Caller): Promise<Omit<OperationOutput<'kill'>, 'killed' | 'audit'>>;
  rearm(caller: Caller): Promise<void>;
};
