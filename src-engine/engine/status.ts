/** How the engine stands, as one record; all ages are taken at the moment of asking. */
import { VERSION } from '../config/version.ts';
import type { RunPlan } from '../contract/plan-records.ts';
import type { EngineStatus, ProfileName } from '../contract/records.ts';
import type { RunMode } from '../domain/event.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { EngineLease } from '../storage/lease/engine-lease.ts';
import type { StorageKind } from '../storage/database-types.ts';
import type { IntentJournal } from '../storage/intents/intent-journal.ts';
import { killStanding } from './kill/kill-standing.ts';
import { denialsOf } from './risk/risk-view.ts';
import type { TradingSession } from './trading-session.ts';
import { venueStandings } from './market/venue-standing.ts';

/** Of the engine's lease on its database. */
export type LeaseStanding = Pick<EngineLease, 'refusal' | 'words'>;

export type EngineFacts = {
  readonly session: TradingSession | undefined;
  /** The profile that was chosen, whether its session could be started or not. */
  readonly profile: ProfileName | undefined;
  readonly plan: RunPlan | undefined;
  /** Why there is no session although a profile was chosen. */
  readonly fault: string;
  /** The kill switch while no session runs. */
  readonly loose: Parameters<typeof killStanding>[1];
  readonly nowUs: number;
  readonly startedUs: number;
  readonly factSeq: number;
  readonly storageKind: StorageKind;
  readonly intents: Pick<IntentJournal, 'health' | 'level'>;
  /** On a database that several engines can reach; undefined: this one is a file of its folder. */
  readonly lease: LeaseStanding | undefined;
};

export function engineStatus(facts: EngineFacts): EngineStatus {
  const { session, nowUs } = facts;
  const kernel = session?.parts.kernel;
  const kill = killStanding(session, facts.loose);
  const journals = [session?.parts.journal, facts.intents].filter((one) => one !== undefined);
  const refusal = facts.lease?.refusal() ?? '';
  const healths = [{ healthy: refusal === '', detail: refusal }, ...journals.map((one) => one.health)];
  const health = healths.find(({ healthy }) => !healthy) ?? {
    healthy: true,
    detail: facts.lease?.words ?? '',
  };
  return {
    version: VERSION,
    profile: facts.profile ?? null,
    plan: planOf(facts),
    mode: kernel === undefined ? null : modeOf(kernel),
    arming: kernel === undefined ? null : armingOf(kernel),
    simulatedMarket: kernel?.config.simulatedMarket ?? isSimulated(facts),
    venueTitle: session?.title ?? '',
    atUs: nowUs,
    startedUs: session?.startedUs ?? facts.startedUs,
    killed: kill.killed,
    killVerifiedOpenOrders: kill.verifiedOpenOrders ?? null,
    killProblem: kill.problem,
    killVenues: [...kill.venues],
    paused: kernel !== undefined && (kernel.paused || kernel.haltReason !== ''),
    haltReason:
      kernel?.haltReason === '' && kernel.paused
        ? 'paused by the operator'
        : (kernel?.haltReason ?? facts.fault),
    feeds: session === undefined ? [] : venueStandings(session, nowUs),
    unreachedVenues: (session?.parts.unreached ?? []).map(({ adapter, title, reason }) => ({
      adapter,
      title,
      reason,
    })),
    doubtedCoins: kernel?.risk.coins.doubted ?? [],
    instruments: kernel?.config.instruments.length ?? 0,
    cycles: kernel?.desk.index.cycles.length ?? 0,
    ordersInFlight: kernel?.orders.openCount ?? 0,
    factSeq: facts.factSeq,
    recording: session?.recording ?? null,
    storage: { kind: facts.storageKind, ...health, durability: facts.intents.level },
    counters: {
      bookUpdates:
        kernel === undefined ? 0 : [...kernel.feeds.values()].reduce((sum, feed) => sum + feed.messages, 0),
      opportunities: kernel?.desk.tracker.count ?? 0,
      orders: kernel?.orders.orderCount ?? 0,
      fills: kernel?.orders.fillCount ?? 0,
      denials: kernel === undefined ? 0 : denialsOf(kernel).reduce((sum, { count }) => sum + count, 0),
    },
  };
}

/** What is traded now: of a disarmed live profile that is its twin. */
function modeOf({ config, armings }: Kernel): RunMode {
  return armings.isNeeded && !armings.isAny ? 'ghost' : config.mode;
}

/** Of several venues the one that is armed furthest: that is what the window warns of. */
function armingOf({ armings, portfolio }: Kernel): EngineStatus['arming'] {
  if (!armings.isNeeded) return null;
  const rank = { armed: 0, canary: 1, disarmed: 2 } as const;
  const [most] = portfolio.universe.venues
    .map((venue) => armings.of(venue))
    .toSorted((a, b) => rank[a.state] - rank[b.state]);
  return most === undefined ? null : { state: most.state, reason: most.reason, sinceUs: most.sinceUs };
}

/** Before its market was reached: what the profile will show. */
function isSimulated(facts: EngineFacts): boolean {
  const mode = facts.plan?.mode ?? facts.profile;
  return mode === 'demo' || mode === 'rehearsal';
}

function planOf({ plan }: EngineFacts): EngineStatus['plan'] {
  return plan === undefined ? null : { name: plan.name, mode: plan.mode, isBuiltIn: plan.isBuiltIn };
}
