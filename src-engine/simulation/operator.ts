/** What a careful operator does: looks at what halted trading, settles what only a person may, goes on. */
import type { VenueName } from '../domain/ids.ts';
import { SeededRandom } from '../lib/random.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import { flipSetup } from './flip-strategy.ts';
import type { World } from './world.ts';

const LOOK_US = 500_000;
/** Probability that the operator acts when looking: people take their time. */
const ACTS = 0.4;
/** What a canary may lose, in the home currency; so many are allowed next to nothing. */
const BUDGETS = { usual: '50', small: '0.02' } as const;
const SMALL_BUDGET = 0.2;

export class Operator {
  readonly #world: World;
  readonly #random: SeededRandom;
  /** Acts at every look: the end of a run is not waited for by chance. */
  isEager = false;
  /** Resumes nothing while an order there has no known end. */
  isPatient = false;

  constructor(world: World) {
    this.#world = world;
    this.#random = new SeededRandom(world.seed, 11);
    this.#look();
  }

  #look(): void {
    const { clock } = this.#world;
    clock.schedule(clock.nowUs() + LOOK_US, () => {
      const { engine } = this.#world;
      if (engine !== undefined && (this.isEager || this.#random.next() < ACTS)) this.#act(engine);
      this.#look();
    });
  }

  #act(engine: EngineUnderTest): void {
    const { kernel } = engine;
    const nowUs = engine.life.nowUs();
    for (const { orderId, state } of kernel.orders.open()) {
      if (state !== 'unknown' || kernel.orderEvents.settlementObstacle(orderId, nowUs) !== undefined)
        continue;
      this.#world.command({ type: 'settleOrder', orderId });
      return;
    }
    if (kernel.killSwitch.isOn) {
      // Only after the venue has shown that nothing is open.
      if (kernel.killSwitch.verifiedOpenOrders === 0) this.#world.command({ type: 'rearm' });
    } else if (this.isPatient && [...kernel.orders.open()].some(({ state }) => state === 'unknown')) return;
    else if (kernel.haltReason !== '' || (kernel.paused && !this.isEager))
      this.#world.command({ type: 'resume' });
    else if (kernel.halts.ofVenues.size > 0) this.#resumeOne([...kernel.halts.ofVenues.keys()]);
    else if (kernel.armings.isNeeded && !this.isEager && !this.#promote(engine)) this.#arm(engine);
  }

  /** Lets the world's strategy trade where the account is armed. @returns whether something was said. */
  #promote({ kernel }: EngineUnderTest): boolean {
    if (!this.#world.hasStrategy) return false;
    for (const venue of kernel.portfolio.universe.venues) {
      const setup = flipSetup(kernel, venue);
      if (setup === undefined || kernel.strategies.obstacle(setup) !== undefined) continue;
      this.#world.command({ type: 'setStrategy', setup });
      return true;
    }
    return false;
  }

  /** Sends a canary where nothing is armed, and arms in full where one has completed its cycles; one venue at a look. */
  #arm(engine: EngineUnderTest): void {
    const { armings, portfolio } = engine.kernel;
    for (const venue of portfolio.universe.venues) {
      const { state, canary } = armings.of(venue);
      if (canary !== undefined && canary.completed >= canary.neededCycles) {
        this.#world.command({ type: 'armFully', venue });
        return;
      }
      if (state !== 'disarmed' || !engine.isWatched(venue)) continue;
      const lossBudget = this.#random.next() < SMALL_BUDGET ? BUDGETS.small : BUDGETS.usual;
      this.#world.command({ type: 'arm', venue, lossBudget });
      return;
    }
  }

  /** One venue that is halted by itself goes on. */
  #resumeOne(halted: readonly VenueName[]): void {
    const venue = halted[this.#random.integer(0, halted.length - 1)];
    if (venue !== undefined) this.#world.command({ type: 'resume', venue });
  }
}
