/** Runs one seed: a world, its disasters, its operator, and what must hold of them. The same seed is the same run. */
import { createHash } from 'node:crypto';
import type { FaceName } from '../venues/local-exchange/face-names.ts';
import { FailingLeg, type LegFailure } from './failing-leg.ts';
import { isOfEngine, type Planned, planFaults } from './fault-plan.ts';
import { FaultScript } from './fault-script.ts';
import { Invariants } from './invariants.ts';
import { Operator } from './operator.ts';
import { ONE_VENUE, World } from './world.ts';

/** Of the disasters, and of the rest after them in which everything must settle. */
const SPAN_US = 24_000_000;
const REST_STEP_US = 2_000_000;
const MAX_REST_US = 240_000_000;
/** What a comparison with the venues takes, and what it takes at worst where a venue's limits were used up before it. */
const COMPARED_US = 4_000_000;
const COMPARED_LATE_US = 40_000_000;
/** A calm that lasted so long is the end. */
const CALM_US = 6_000_000;

export type SeedResult = {
  readonly seed: number;
  /** Facts of the engine, and moments of the world. */
  readonly events: number;
  readonly crashes: number;
  readonly orders: number;
  readonly fills: number;
  /** How often a venue's dead-man switch was set. */
  readonly keptAlive: number;
  /** Orders made at a venue that nothing had befallen while something had befallen another. */
  readonly tradedOn: number;
  /** Orders of a strategy. */
  readonly ofStrategies: number;
  readonly guarded: GuardedFigures;
  /** Orders that rested, and records of quotes that were filled. */
  readonly rested: number;
  readonly quoted: number;
  /** Longest time for which a quote stood after nothing was to be quoted, in ms: while nothing was wrong with the world, and in any case. */
  readonly unwantedMs: { readonly calm: number; readonly any: number };
  /** Longest time for which a fill of a quote was not hedged, likewise; and for which legs of a route that were filled were not even. */
  readonly nakedMs: { readonly calm: number; readonly any: number; readonly routes: number };
  /** Routes whose legs were uneven at all. */
  readonly uneven: number;
  /** How one leg of each route failed, and how many orders did; undefined: none had to. */
  readonly failingLeg: { readonly failure: LegFailure; readonly orders: number } | undefined;
  readonly faults: readonly Planned[];
  readonly violations: readonly string[];
  /** SHA-256 over all facts: the same seed gives the same. */
  readonly digest: string;
};

/** What happened of what accounts have that are armed and watched. */
export type GuardedFigures = {
  /** Canaries sent, venues armed in full, and cycles begun. */
  readonly canaries: number;
  readonly armedInFull: number;
  readonly begun: number;
  /** Times that a watchdog of a dead engine reached its venue, and that it has verified that nothing is open there. */
  readonly reached: number;
  readonly verified: number;
  /** Watchdogs that were lost, and fees that changed by what an account was asked. */
  readonly lost: number;
  readonly feesRead: number;
};

export type Tampering = (world: World) => void;

export type SimulationOptions = {
  /** Whose faces the exchanges of the world have; one exchange when left out. */
  readonly venues?: readonly FaceName[] | undefined;
  /** Accounts are armed and watched by watchdogs, and fees are read again; where there are several venues when left out. */
  readonly isGuarded?: boolean | undefined;
  /** What rests at one account and is hedged at another, as the setting `makerMarkets` has it; nothing when left out. */
  readonly quotes?: string | undefined;
  /** A strategy trades the accounts, which are guarded then. */
  readonly hasStrategy?: boolean | undefined;
  /** One leg of each route fails, every time, and nothing else is wrong with the world; nothing is armed. */
  readonly failsLeg?: boolean | undefined;
  /** Plants a bug: for tests of the invariants. */
  readonly tamper?: Tampering | undefined;
  /** Hears the story while it happens. */
  readonly print?: ((line: string) => void) | undefined;
};

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SeedResult> {
  const { venues = ONE_VENUE, tamper = () => undefined, print = () => undefined } = options;
  const { hasStrategy, quotes } = options;
  const failingLeg = options.failsLeg === true ? new FailingLeg(seed) : undefined;
  const isGuarded = hasStrategy === true ? true : options.isGuarded;
  const world = await World.make(seed, venues, failingLeg ? false : isGuarded, quotes, hasStrategy);
  const invariants = new Invariants(world, failingLeg !== undefined);
  const script = new FaultScript(world);
  const operator = new Operator(world);
  const hash = createHash('sha256');
  const startUs = world.clock.nowUs();
  const at = (): string => ((world.clock.nowUs() - startUs) / 1e6).toFixed(3).padStart(8);
  world.onEvent = (event) => {
    hash.update(`${JSON.stringify(event)}\n`);
    invariants.onEvent(event);
    if (event.type !== 'equitySampled' && event.type !== 'riskRecorded') {
      print(`${at()}  ${JSON.stringify(event).slice(0, 260)}`);
    }
  };
  world.onDurable = (events) => invariants.onDurable(events);
  world.onKept = (intents) => {
    failingLeg?.onKept(intents);
    invariants.onKept(intents);
  };
  world.onCommand = (command) => invariants.onCommand(command);
  world.onEnd = (isDeath) => invariants.onEnd(isDeath);
  for (const exchange of world.exchanges) {
    exchange.network.onPlacement = (text) => {
      invariants.onPlacement(exchange, text);
      script.onPlacement(exchange);
    };
    exchange.network.onKeepAlive = () => invariants.onKeepAlive(exchange);
    exchange.network.onArrival = (text) => script.onArrival(exchange, text);
  }
  world.onWatchdogCall = (watchdog, exchange) => invariants.guards.onCall(watchdog, exchange);
  world.onWatchdogArrival = (watchdog) => invariants.guards.onArrival(watchdog);
  world.onReport = (watchdog, report) => {
    print(`${at()}  ${JSON.stringify(report)}`);
    invariants.guards.onReport(watchdog, report);
  };
  tamper(world);
  if (failingLeg !== undefined) {
    print(`${at()}  *** of each route one leg is ${failingLeg.failure}`);
    for (const exchange of world.exchanges) failingLeg.befall(exchange);
    operator.isPatient = true;
  }
  const faults = failingLeg === undefined ? planFaults(seed, SPAN_US, venues.length, world.isGuarded) : [];
  for (const planned of faults) {
    world.clock.schedule(startUs + planned.atUs, () => {
      const { fault, lastsUs } = planned;
      const where = venues.length > 1 && !isOfEngine(fault) ? ` at ${venues[planned.exchange]}` : '';
      print(`${at()}  *** ${fault}${where} for up to ${(lastsUs / 1e6).toFixed(1)} s`);
      invariants.apart.onFault(planned);
      invariants.quotes?.onFault(planned, startUs);
      script.begin(planned);
    });
  }
  world.startEngine();
  await world.advance(SPAN_US);
  script.end();
  invariants.apart.end();
  operator.isEager = true;
  await rest(world);
  invariants.atRest();
  const result = {
    seed,
    events: world.events.length + world.clock.timersRun,
    crashes: script.crashes,
    orders: world.events.filter(({ type }) => type === 'orderCreated').length,
    fills: world.events.filter(({ type }) => type === 'orderFilled').length,
    keptAlive: invariants.keptAlive,
    rested: world.events.filter((one) => one.type === 'orderAccepted' && one.order.timeInForce === 'gtc')
      .length,
    quoted: world.events.filter(
      (one) => one.type === 'executionFinished' && one.execution.outcome === 'quoted',
    ).length,
    unwantedMs: invariants.quotes?.longestMs ?? { calm: 0, any: 0 },
    nakedMs: {
      ...(invariants.quotes?.naked.longestMs ?? { calm: 0, any: 0 }),
      routes: invariants.naked.longestMs,
    },
    tradedOn: invariants.apart.tradedOn,
    ofStrategies: invariants.strategies.orders,
    guarded: guardedFigures(world, invariants),
    uneven: invariants.naked.uneven,
    failingLeg: failingLeg && { failure: failingLeg.failure, orders: failingLeg.count },
    faults,
    violations: invariants.breaches,
    digest: hash.digest('hex'),
  };
  await world.close();
  return result;
}

function guardedFigures({ events }: World, { arming, guards }: Invariants): GuardedFigures {
  const { canaries, armedInFull, begun } = arming;
  const { reached, verified } = guards;
  const lost = events.filter(({ type }) => type === 'watchdogLost').length;
  const feesRead = events.filter((one) => one.type === 'instrumentChanged' && one.cause === 'account').length;
  return { canaries, armedInFull, begun, reached, verified, lost, feesRead };
}

/** No new cycle begins; the world goes on until all is settled and compared, or the patience ends. */
async function rest(world: World): Promise<void> {
  let calmUs = 0;
  let askedFor = '';
  for (let restedUs = 0; restedUs < MAX_REST_US && calmUs < CALM_US; restedUs += REST_STEP_US) {
    const { engine } = world;
    if (engine?.kernel.paused === false) world.command({ type: 'pause' });
    const { armings } = engine?.kernel ?? {};
    if (armings?.isNeeded === true && armings.isAny) world.command({ type: 'disarm', reason: 'the end' });
    await world.advance(REST_STEP_US);
    const isCalm = world.engine !== undefined && !world.engine.isBusy && isCompared(world);
    calmUs = isCalm ? calmUs + REST_STEP_US : 0;
    // Orders of another program are seen when the account is compared the next time: an operator does not wait for that. A countdown of
    // the venue's may end them later still.
    const open = openBeside(world);
    if (open === askedFor || !isCalm) continue;
    askedFor = open;
    const askedUs = world.clock.nowUs();
    world.command({ type: 'reconcile' });
    await world.advance(COMPARED_US);
    while (!isCompared(world, askedUs) && world.clock.nowUs() - askedUs < COMPARED_LATE_US)
      await world.advance(REST_STEP_US);
  }
}

/** Orders of other programs; empty: there never were any. */
function openBeside({ exchanges }: World): string {
  return exchanges
    .map(({ otherProgram: { count, open } }) =>
      count === 0 ? '' : `${count}: ${open.map(({ orderId }) => orderId).join()}`,
    )
    .join(' ')
    .trim();
}

/** Every venue is part of the run, and was compared. @param sinceUs and agreed then or later. */
function isCompared({ engine }: World, sinceUs = 0): boolean {
  if (engine === undefined || engine.unreached.length > 0) return false;
  return engine.kernel.orderEvents.reconciler
    .standings()
    .every(({ refusal, agreedUs = 0 }) => refusal === '' && agreedUs >= sinceUs);
}
