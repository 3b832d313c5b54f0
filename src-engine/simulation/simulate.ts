/** Runs one seed: a world, its disasters, its operator, and what must hold of them. The same seed is the same run. */
import { createHash } from 'node:crypto';
import type { FaceName } from '../venues/local-exchange/face-names.ts';
import { isOfEngine, type Planned, planFaults } from './fault-plan.ts';
import { FaultScript } from './fault-script.ts';
import { Invariants } from './invariants.ts';
import { Operator } from './operator.ts';
import { ONE_VENUE, World } from './world.ts';

/** Of the disasters, and of the rest after them in which everything must settle. */
const SPAN_US = 24_000_000;
const REST_STEP_US = 2_000_000;
const MAX_REST_US = 240_000_000;
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
  readonly faults: readonly Planned[];
  readonly violations: readonly string[];
  /** SHA-256 over all facts: the same seed gives the same. */
  readonly digest: string;
};

export type Tampering = (world: World) => void;

export type SimulationOptions = {
  /** Whose faces the exchanges of the world have; one exchange when left out. */
  readonly venues?: readonly FaceName[] | undefined;
  /** Plants a bug: for tests of the invariants. */
  readonly tamper?: Tampering | undefined;
  /** Hears the story while it happens. */
  readonly print?: ((line: string) => void) | undefined;
};

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<SeedResult> {
  const { venues = ONE_VENUE, tamper = () => undefined, print = () => undefined } = options;
  const world = await World.make(seed, venues);
  const invariants = new Invariants(world);
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
  world.onCommand = (command) => invariants.onCommand(command);
  world.onCrash = () => invariants.onCrash();
  for (const exchange of world.exchanges) {
    exchange.network.onPlacement = (text) => {
      invariants.onPlacement(exchange, text);
      script.onPlacement();
    };
    exchange.network.onKeepAlive = () => invariants.onKeepAlive(exchange);
    exchange.network.onArrival = (text) => script.onArrival(exchange, text);
  }
  tamper(world);
  const faults = planFaults(seed, SPAN_US, venues.length);
  for (const planned of faults) {
    world.clock.schedule(startUs + planned.atUs, () => {
      const { fault, lastsUs } = planned;
      const where = venues.length > 1 && !isOfEngine(fault) ? ` at ${venues[planned.exchange]}` : '';
      print(`${at()}  *** ${fault}${where} for up to ${(lastsUs / 1e6).toFixed(1)} s`);
      invariants.apart.onFault(planned);
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
    tradedOn: invariants.apart.tradedOn,
    faults,
    violations: invariants.breaches,
    digest: hash.digest('hex'),
  };
  await world.close();
  return result;
}

/** No new cycle begins; the world goes on until all is settled and compared, or the patience ends. */
async function rest(world: World): Promise<void> {
  let calmUs = 0;
  for (let restedUs = 0; restedUs < MAX_REST_US && calmUs < CALM_US; restedUs += REST_STEP_US) {
    const { engine } = world;
    if (engine?.kernel.paused === false) world.command({ type: 'pause' });
    await world.advance(REST_STEP_US);
    const isCalm = world.engine !== undefined && !world.engine.isBusy && isCompared(world);
    calmUs = isCalm ? calmUs + REST_STEP_US : 0;
  }
}

function isCompared({ engine }: World): boolean {
  return engine?.kernel.orderEvents.reconciler.standings().every(({ refusal }) => refusal === '') ?? false;
}
