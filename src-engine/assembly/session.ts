/** Puts one profile's session together: its market, its account as the last run left it, its kernel. */
import type { EngineEvent } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import {
  detectionSettings,
  executionSettings,
  limits as limitsSchema,
  type ProfileName,
} from '../contract/records.ts';
import { checkLimits } from '../domain/limit-rules.ts';
import { DEFAULT_DETECTION, DEFAULT_EXECUTION, DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import type { ChosenProfile } from '../engine/controls.ts';
import type { FactLog } from '../engine/fact-log.ts';
import { LivePace } from '../engine/live-pace.ts';
import { DETECTION_SETTING, EXECUTION_SETTING } from '../engine/handlers.ts';
import type { MarketSource } from '../engine/market-source.ts';
import { TradingSession } from '../engine/trading-session.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Clock } from '../lib/clock.ts';
import { SeededRandom } from '../lib/random.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import { Runner } from '../runner/runner.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { latestBalances, latestEquity } from '../storage/queries/account.ts';
import { isKilled, leftByCycles, openOrders, unfinishedFills } from '../storage/queries/recovery.ts';
import { latestLimits, latestRisk, limitsVersion } from '../storage/queries/risk.ts';
import { getSetting } from '../storage/settings.ts';
import { DEFAULT_LATENCY } from '../venues/simulated/latency-model.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';

/** What a paper account starts with when the trader names nothing else. */
const DEFAULT_CAPITAL: Readonly<Record<Asset, string>> = { USD: '25000' };

export type SessionOptions = {
  readonly chosen: ChosenProfile;
  readonly market: MarketSource;
  readonly database: Database;
  readonly clock: Clock;
  readonly seed: number;
  readonly recordingsDir: string;
  readonly facts: FactLog;
  /** Instead of the stored setting. */
  readonly maxLegs: 3 | 4 | undefined;
  /** The kill switch was thrown while nothing ran. */
  readonly killed: boolean;
};

/** The asset that profits are counted in: the first of the capital. */
export function homeAssetOf(chosen: ChosenProfile): Asset {
  return Object.keys(chosen.capital ?? DEFAULT_CAPITAL)[0] ?? 'USD';
}

/** @throws UserError when the database cannot be read. */
export async function assembleSession(options: SessionOptions): Promise<TradingSession> {
  const { chosen, market, database, clock, seed, facts } = options;
  const { profile } = chosen;
  const nowUs = clock.nowUs();
  const runId = `${profile}-${nowUs.toString(36)}`;
  const journal = await Journal.open(database, { profile, runId });
  const detection = await storedSetting(database, DETECTION_SETTING, detectionSettings, DEFAULT_DETECTION);
  const unfinished = await unfinishedFills(database, profile);
  const kernel = new Kernel({
    runId,
    mode: 'paper',
    simulatedMarket: market.isSimulated,
    seed,
    homeAsset: homeAssetOf(chosen),
    instruments: market.instruments,
    bookDepth: market.bookDepth,
    limits: await storedLimits(database, profile),
    execution: await storedSetting(database, EXECUTION_SETTING, executionSettings, DEFAULT_EXECUTION),
    detection: options.maxLegs === undefined ? detection : { ...detection, maxLegs: options.maxLegs },
    opening: await openingAccount(database, chosen),
    leftovers: await leftByCycles(database, profile),
    unfinishedFills: unfinished.lastRun,
    abandonedFills: unfinished.earlier,
    killed: options.killed || (await isKilled(database, profile)),
    risk: await latestRisk(database, profile),
    limitsVersion: await limitsVersion(database, profile),
  });
  const venue = new SimulatedVenue({
    runId,
    venue: market.venue,
    store: kernel.store,
    clock,
    random: new SeededRandom(seed, 1),
    latency: DEFAULT_LATENCY,
  });
  const pace = new LivePace(clock);
  const runner = new Runner({
    kernel,
    clock,
    journal,
    venues: new Map([[market.venue, venue]]),
    feeds: new Map([[market.venue, market.feed]]),
    publish: (events) => facts.publish(events),
    pace,
  });
  const recovered = await endLostOrders(database, profile, nowUs);
  const { recordingsDir } = options;
  return new TradingSession({
    profile,
    kernel,
    runner,
    venue,
    market,
    journal,
    clock,
    pace,
    recordingsDir,
    recovered,
  });
}

/** The account as the last run left it; a fresh one has the capital. */
export async function openingAccount(database: Database, chosen: ChosenProfile): Promise<OpeningAccount> {
  const balances = await latestBalances(database, chosen.profile);
  if (balances.length === 0) {
    const capital = Object.entries(chosen.capital ?? DEFAULT_CAPITAL);
    return { balances: capital.map(([asset, total]) => ({ asset, total })), realizedPnl: '0', fees: '0' };
  }
  const equity = await latestEquity(database, chosen.profile);
  return { balances, realizedPnl: equity?.realizedPnl ?? '0', fees: equity?.fees ?? '0' };
}

/**
 * The simulated venue forgets its orders with the process that held them: what was under way when it ended never
 * arrived, and what was filled is in the journal. So these orders are over.
 */
async function endLostOrders(database: Database, profile: ProfileName, atUs: number): Promise<EngineEvent[]> {
  const lost = await openOrders(database, profile);
  return lost.map((order) => ({
    type: 'orderCanceled',
    atUs,
    order: {
      ...order,
      state: 'canceled',
      reason: 'the engine stopped before it was answered',
      updatedUs: atUs,
    },
  }));
}

/** Limits as they were last set; those that another version knew and that make no sense any longer give way. */
async function storedLimits(database: Database, profile: string): Promise<RiskLimits> {
  const stored = (await latestLimits(database, profile, 'limits')) ?? {};
  const parsed = limitsSchema.safeParse({ ...DEFAULT_LIMITS, ...stored });
  if (!parsed.success) return DEFAULT_LIMITS;
  try {
    checkLimits(parsed.data);
    return parsed.data;
  } catch {
    return DEFAULT_LIMITS;
  }
}

/** A setting of an earlier run; one that does not fit any longer gives way to the default. */
async function storedSetting<T>(
  database: Database,
  key: string,
  schema: { safeParse(value: unknown): { readonly success: boolean; readonly data?: T | undefined } },
  fallback: T,
): Promise<T> {
  const parsed = schema.safeParse(await getSetting(database, key));
  return parsed.success && parsed.data !== undefined ? parsed.data : fallback;
}
