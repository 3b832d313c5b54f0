/** Puts one profile's session together: its market, its account as the last run left it, its kernel. */
import { bookDepthOf } from '../domain/book-depth.ts';
import { join } from 'node:path';
import type { EngineEvent } from '../domain/event.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import type { LogLevel } from '../contract/log-operations.ts';
import type { ProfileName } from '../contract/records.ts';
import { FeeWatch, type FeeWatchParts } from '../engine/market/fee-watch.ts';
import type { FactLog } from '../engine/history/fact-log.ts';
import { LivePace } from '../engine/live-pace.ts';
import { StoryShelf } from '../engine/history/story-shelf.ts';
import { TradingSession } from '../engine/trading-session.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import type { OrderId, VenueName } from '../domain/ids.ts';
import { Universe } from '../domain/universe.ts';
import type { OrderVenue } from '../execution/order-venue.ts';
import { VERSION } from '../config/version.ts';
import { RecordedKernel } from '../divergence/recorded-kernel.ts';
import { SessionLogWriter } from '../divergence/session-log.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { invocation } from '../lib/invocation.ts';
import type { Clock } from '../lib/clock.ts';
import { makeFolder } from '../lib/folders.ts';
import { SeededRandom } from '../lib/random.ts';
import { ownThreadsUs } from './own-strategy/own-thread.ts';
import { threadTimeUs } from '../lib/thread-time.ts';
import { LOOSE_PROFILE } from '../engine/history/history-controls.ts';
import { Runner } from '../runner/runner.ts';
import { StoryKeeper } from '../runner/story-keeper.ts';
import type { Database } from '../storage/database-types.ts';
import type { ChainFinding } from '../storage/chain/heads.ts';
import { findingText } from '../storage/chain/verify.ts';
import type { IntentJournal } from '../storage/intents/intent-journal.ts';
import { Journal } from '../storage/journal.ts';
import { latestBalances } from '../storage/queries/account.ts';
import { openOrders, recoveredOrders } from '../storage/queries/recovery.ts';
import { latestStrategies } from '../storage/queries/strategies.ts';
import { saveStories } from '../storage/queries/stories.ts';
import { verifierOf } from '../venues/registry.ts';
import { DEFAULT_LATENCY } from '../venues/simulated/latency-model.ts';
import { SimulatedVenue } from '../venues/simulated/simulated-venue.ts';
import type { CancelScope } from '../engine/kill/cancel-scope.ts';
import { ScopedVenue } from './scoped-venue.ts';
import { ghostTwin } from './ghost.ts';
import { paperFollower } from './paper-follower.ts';
import { homeAssetOf, openingAccount, recovered } from './history.ts';
import { storedSettings } from './stored-settings.ts';
import type { StrategyShelf } from './strategy-shelf.ts';
import { accountFacts } from './account-facts.ts';
import type { ConnectedVenue, VenueAccount } from './connected-venue.ts';
import { sessionPerpetuals } from './session-perpetuals.ts';
import type { PlannedRun } from './run-plan.ts';
import type { VenueOptions } from './venue-options.ts';
import { WatchedVenue } from './watched-venue.ts';
import { type ConnectedVenues, reasonOf } from './venues.ts';

/** Orders that ended this long before a start may be reported again by the venue. */
const RECALL_US = 120_000_000;

export type SessionOptions = {
  readonly chosen: PlannedRun;
  readonly venues: ConnectedVenues;
  readonly database: Database;
  readonly intents: IntentJournal;
  /** Why no order may leave; empty: it may. Undefined: nothing can be against it. */
  readonly refusal: (() => string) | undefined;
  /** How far a cancel of everything reaches at an account. */
  readonly scope: CancelScope;
  readonly clock: Clock;
  readonly seed: number;
  readonly recordingsDir: string;
  /** Where a log of the session goes, to be played again; undefined: none is kept. */
  readonly sessionsDir: string | undefined;
  /** What strategies may run. */
  readonly shelf: StrategyShelf;
  /** For the operator's log; a warning unless it says otherwise. */
  readonly note: (text: string, level?: LogLevel) => void;
  readonly facts: FactLog;
  /** Instead of the stored setting. */
  readonly maxLegs: 3 | 4 | undefined;
  /** The kill switch was thrown while nothing ran. */
  readonly killed: boolean;
} & Pick<VenueOptions, 'pauses' | 'venueUrls'>;

/** @throws UserError when the database cannot be read. */
export async function assembleSession(options: SessionOptions): Promise<TradingSession> {
  const { chosen, database, clock, facts, recordingsDir, intents } = options;
  const { connected, unreached } = options.venues;
  const accounts = connected.flatMap(({ market, account }) => (account ? [{ market, account }] : []));
  const { profile } = chosen;
  for (const { market } of connected) reportLeftOut(market, options.note);
  for (const { title, reason } of unreached) options.note(`${title} is not part of this session: ${reason}`);
  for (const { market, missing } of connected)
    if (missing !== undefined)
      options.note(`${market.title} is watched without trading: ${reasonOf(missing.error)}`);
  const nowUs = clock.nowUs();
  const runId = `${profile}-${nowUs.toString(36)}`;
  const journal = await Journal.open(database, { profile, runId });
  // Before the configuration is read: a kill that was taken out of the history must not be missed.
  const altered = database.heads.brokenOf([profile, LOOSE_PROFILE]);
  const own = await configOf(options, runId);
  const damaged = intents.damage === '' ? own : { ...own, ...haltedForIntents(intents.damage) };
  const strategies = await latestStrategies(database, profile, options.note);
  const setups = strategies.map(({ setup }) => setup);
  await options.shelf.prepare(setups, options.note);
  const config: KernelConfig = {
    ...(altered === undefined ? damaged : { ...damaged, ...haltedForHistory(altered) }),
    strategies,
    shelf: {
      find: (name, code) => options.shelf.find(name, code),
      // What those of the trader's own take on their threads is theirs too.
      meterUs: () => threadTimeUs() + ownThreadsUs(),
      clockUs: () => performance.now() * 1_000,
      overBudget: (strategy, detail) => session.failStrategy(strategy, detail),
      ask: (request) => options.shelf.ask(request, (prediction) => session.notePrediction(prediction)),
    },
  };
  const log = sessionLogOf(options, config);
  const kernel =
    log === undefined ? new Kernel(config) : new RecordedKernel(config, (call) => log.write(call));
  const orderVenues = connected.map((one, at) =>
    one.account === undefined
      ? ordersElsewhere(kernel, one, options, at)
      : new ScopedVenue({
          inner: one.account.venue,
          scope: options.scope,
          clock,
          own: () => openAt(kernel, one.market.venue),
        }),
  );
  const ghost =
    accounts.length === 0
      ? undefined
      : await ghostTwin(config, { profile, database, clock, seed: options.seed });
  const pace = new LivePace(clock, () => session.onResume());
  const feeWatches = accounts.map(({ market, account }) =>
    feeWatchOf(market, account, options, (id, change, atUs) =>
      session.changeInstrument(id, change, 'account', atUs),
    ),
  );
  const stories = new StoryShelf({
    clock,
    save: (rows) => saveStories(database, profile, rows),
    note: options.note,
  });
  const runner = new Runner({
    kernel,
    clock,
    journal,
    intents: intents.keeperOf({ profile, runId }),
    venues: new Map(orderVenues.map((one) => [one.venue, one])),
    feeds: new Map(connected.map(({ market }) => [market.venue, market.feed])),
    publish: (events) => {
      facts.publish(events);
      session.onFacts(events);
      for (const feeWatch of feeWatches) feeWatch.onFacts(events);
      ghost?.onLiveFacts(events);
    },
    pace,
    refusal: options.refusal,
    trace: new StoryKeeper(kernel.store, (story) => stories.take(story)),
    beat:
      accounts.length === 0
        ? undefined
        : (atUs) => {
            for (const { account } of accounts) account.guard.beat(atUs);
          },
  });
  const paper = orderVenues.filter((one) => one instanceof SimulatedVenue);
  const session: TradingSession = new TradingSession({
    profile,
    plan: chosen.plan,
    kernel,
    runner,
    connections: connected.map(({ market, account, missing }, at) => ({
      market,
      missing: missing && { reason: reasonOf(missing.error), isMended: () => missing.isMended() },
      orders: orderVenues[at] as OrderVenue,
      account: account && {
        clockSkew: () => account.venue.clockSkew,
        permissions: account.check.permissions,
        keyNotes: account.check.notes,
        isUnbounded: account.check.isUnbounded,
        hasDeadManSwitch: account.hasDeadManSwitch,
        limitsUsed: () => account.venue.limitsUsed(),
        guard: account.guard,
        feeWatch: feeWatches[accounts.findIndex((one) => one.account === account)],
      },
    })),
    unreached,
    followers: [
      ...(paper.length === 0 ? [] : [paperFollower(kernel, paper)]),
      ...(ghost === undefined ? [] : [ghost.sink()]),
    ],
    ghost,
    stories,
    journal,
    library: options.shelf,
    models: options.shelf.models,
    clock,
    pace,
    recordingsDir,
    perpetuals: await sessionPerpetuals(options, kernel, log && ((call) => log.write(call))),
    log,
  });
  // Before anybody sees the session: it begins as soon as it is there.
  if (accounts.length === 0) await journal.append(await endLostOrders(database, profile, nowUs));
  return session;
}

function openAt({ orders }: Kernel, venue: VenueName): OrderId[] {
  return [...orders.open()].flatMap((order) => (order.venue === venue ? [order.orderId] : []));
}

function feeWatchOf(
  { instruments }: MarketSource,
  { venue }: VenueAccount,
  { clock, note }: SessionOptions,
  apply: FeeWatchParts['apply'],
): FeeWatch {
  const read = (symbols: readonly string[]) => venue.readFees(symbols);
  return new FeeWatch({ clock, instruments, read, apply, note });
}

/** Nothing is traded on a history that is not as it was written, until an operator has looked at it. */
function haltedForHistory(finding: ChainFinding): Pick<KernelConfig, 'haltedFor' | 'haltCode'> {
  const reason = `the stored history was changed: ${findingText(finding)}`;
  return {
    haltCode: 'history-altered',
    haltedFor: `${reason}. Run "${invocation()} audit verify", then "${invocation()} audit acknowledge", then resume`,
  };
}

/** An order that was sent may be unknown here: the venue is asked, and an operator looks. */
function haltedForIntents(damage: string): Pick<KernelConfig, 'haltedFor' | 'haltCode'> {
  return {
    haltCode: 'history-altered',
    haltedFor: `the intent journal was found damaged: ${damage}. Check the orders at the venue, run "${invocation()} audit acknowledge", then resume`,
  };
}

/** Most pairs that one line of the log names. */
const MAX_NAMED = 20;

/** What of the venue's list cannot be traded is counted and named: it is missing nowhere silently. */
function reportLeftOut({ leftOut, title, instruments }: MarketSource, note: SessionOptions['note']): void {
  if (leftOut.length > 0) {
    const named = leftOut.slice(0, MAX_NAMED).map(({ name, reason }) => `${name} (${reason})`);
    const rest = leftOut.length > named.length ? [`${leftOut.length - named.length} more`] : [];
    note(
      `${title}: left out ${leftOut.length} pairs that cannot be traded: ${[...named, ...rest].join('; ')}`,
    );
  }
  const feeless = instruments.filter(({ takerFee }) => takerFee === undefined).map(({ symbol }) => symbol);
  if (feeless.length > 0) {
    const named = feeless.slice(0, MAX_NAMED).join(', ');
    note(`${title}: ${feeless.length} pairs are not traded, as their fee is not known: ${named}`);
  }
  const assumed = instruments.filter(({ feeBasis }) => feeBasis.startsWith('assumed'));
  if (assumed.length > 0) {
    note(
      `${title}: fees of ${assumed.length} pairs are ${assumed[0]?.feeBasis}; an account’s fees may differ`,
      'info',
    );
  }
}

/** A file of its own for this run, if one is asked for. */
function sessionLogOf(
  { sessionsDir, chosen, note }: SessionOptions,
  config: KernelConfig,
): SessionLogWriter | undefined {
  if (sessionsDir === undefined) return undefined;
  makeFolder(sessionsDir);
  const path = join(sessionsDir, `${config.runId}.session.jsonl`);
  note(`this session is logged to ${path}`, 'info');
  return new SessionLogWriter(path, { profile: chosen.profile, engineVersion: VERSION, config }, note);
}

/** What the kernel begins with. */
async function configOf(options: SessionOptions, runId: string): Promise<KernelConfig> {
  const { chosen, database, seed, maxLegs, killed, clock } = options;
  const { profile } = chosen;
  const { connected } = options.venues;
  const markets = connected.map(({ market }) => market);
  const instruments = markets.flatMap((market) => market.instruments);
  const ofAccounts = connected.filter(({ account }) => account !== undefined);
  const isFirst = (await latestBalances(database, profile)).length === 0;
  const ofAccount = isFirst ? ofAccounts[0]?.market.homeAsset : undefined;
  const homeAsset = ofAccount ?? (await homeAssetOf(database, chosen));
  const universe = new Universe(instruments, homeAsset);
  // Where accounts are traded, the first run at a venue takes what that one shows; later ones hold the ledger against it.
  const holdings =
    ofAccounts.length === 0
      ? undefined
      : new Map(ofAccounts.map(({ market, account }) => [market.venue, account?.balances ?? []]));
  const { freshAt, joined, ...opening } = await openingAccount(
    database,
    chosen,
    instruments,
    universe,
    holdings,
  );
  const common: KernelConfig = {
    runId,
    mode: 'paper',
    simulatedMarket: markets.every(({ isSimulated }) => isSimulated),
    seed,
    homeAsset,
    instruments,
    bookDepth: bookDepthOf(new Map(markets.map(({ venue, bookDepth }) => [venue, bookDepth]))),
    verifierOf,
    standing: chosen.standing,
    ...(await storedSettings(database, profile, usualDetection(chosen), maxLegs, options.note)),
    // Before balances get the names of this run: what is recovered has those of the last one.
    ...(await recovered(database, profile, killed, universe, clock.nowUs())),
    opening,
    freshAt,
    joined,
  };
  if (holdings === undefined) return common;
  const openOrders = await recoveredOrders(database, profile, clock.nowUs() - RECALL_US);
  return accountConfig({ ...common, openOrders }, options, isFirst);
}

/** A demo of several exchanges trades routes between them; elsewhere they are watched until the trader turns that on. */
function usualDetection({ plan }: PlannedRun): Partial<DetectionSettings> {
  const isDemo = plan.venues.every(
    ({ market, execution }) => market === 'local' && execution === 'simulated',
  );
  const isOfSeveral = plan.venues.length > 1;
  return { crossVenue: isOfSeveral, tradeCrossVenue: isDemo && isOfSeveral };
}

/** What trades accounts: they are compared with the ledger first, begin disarmed, and halted after a run before. */
function accountConfig(
  common: KernelConfig,
  { venues: { connected } }: SessionOptions,
  isFirst: boolean,
): KernelConfig {
  const watched = connected.flatMap(({ market, missing }) =>
    missing === undefined ? [] : [[market.venue, reasonOf(missing.error)] as const],
  );
  return {
    ...common,
    mode: 'live',
    mustReconcile: true,
    mustArm: true,
    ...accountFacts(connected),
    ...(watched.length > 0 && { watchedOnly: Object.fromEntries(watched) }),
    haltedFor: isFirst ? undefined : 'the engine was restarted: check the account, then resume',
  };
}

/** What takes the orders of a venue without an account: a simulated one, or none where accounts are traded elsewhere. */
function ordersElsewhere(
  kernel: Kernel,
  one: ConnectedVenue,
  options: SessionOptions,
  at: number,
): OrderVenue {
  return one.missing === undefined ? simulated(kernel, one, options, at) : new WatchedVenue(one.market.venue);
}

/** @param at of the venue in the plan: each draws its latencies from a seed of its own. */
function simulated(
  kernel: Kernel,
  { market }: ConnectedVenue,
  { clock, seed }: SessionOptions,
  at: number,
): SimulatedVenue {
  return new SimulatedVenue({
    runId: kernel.config.runId,
    venue: market.venue,
    store: kernel.store,
    clock,
    random: new SeededRandom(seed, at === 0 ? 1 : 100 + at),
    latency: DEFAULT_LATENCY,
  });
}

/**
 * The simulated venue forgets its orders with the process that held them: what was under way when it ended never arrived, and what was
 * filled is in the journal. So these orders are over. Of an account at a venue nothing of the kind may be said.
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
