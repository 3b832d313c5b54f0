/** Runs one seed: a world, its disasters, its operator, and what must hold of them. The same seed is the same run. */
import { createHash } from 'node:crypto';
import { FaultScript, type Planned, planFaults } from './fault-script.ts';
import { Invariants } from './invariants.ts';
import { Operator } from './operator.ts';
import { World } from './world.ts';

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
  readonly faults: readonly Planned[];
  readonly violations: readonly string[];
  /** SHA-256 over all facts: the same seed gives the same. */
  readonly digest: string;
};

export type Tampering = (world: World) => void;

/** @param tamper plants a bug: for tests of the invariants. @param tell hears the story while it happens. */
export async function simulate(
  seed: number,
  tamper: Tampering = () => undefined,
  tell: (line: string) => void = () => undefined,
): Promise<SeedResult> {
  const world = await World.make(seed);
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
      tell(`${at()}  ${JSON.stringify(event).slice(0, 260)}`);
    }
  };
  world.onDurable = (events) => invariants.onDurable(events);
  world.onCommand = (command) => invariants.onCommand(command);
  world.onCrash = () => invariants.onCrash();
  world.network.onPlacement = (text) => {
    invariants.onPlacement(text);
    script.onPlacement();
  };
  world.network.onKeepAlive = () => invariants.onKeepAlive();
  world.network.onArrival = (text) => script.onArrival(text);
  tamper(world);
  const faults = planFaults(seed, SPAN_US);
  for (const planned of faults) {
    world.clock.schedule(startUs + planned.atUs, () => {
      tell(`${at()}  *** ${planned.fault} for up to ${(planned.lastsUs / 1e6).toFixed(1)} s`);
      script.begin(planned);
    });
  }
  world.startEngine();
  await world.advance(SPAN_US);
  script.end();
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
  return engine?.kernel.room.reconciler.standings().every(({ refusal }) => refusal === '') ?? false;
}
