/**
 * What must hold of watchdogs: that of a dead engine calls its own venue and no other, reports truthfully, and none acts
 * while its engine lives.
 */
import type { VenueName } from '../domain/ids.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import type { SimulatedWatchdog } from './simulated-watchdog.ts';
import type { WatchdogReport } from '../watchdog/messages.ts';
import type { World } from './world.ts';

/** Its first call after a death has arrived by then, where nothing is wrong on the way. */
const REACH_US = 1_000_000;

export class GuardChecks {
  /** Deaths after which a watchdog reached its venue, and those of which it said that nothing is open there. */
  reached = 0;
  verified = 0;
  readonly #world: World;
  readonly #breach: (what: string) => void;
  readonly #called = new Set<SimulatedWatchdog>();
  readonly #arrived = new Set<SimulatedWatchdog>();

  constructor(world: World, breach: (what: string) => void) {
    this.#world = world;
    this.#breach = breach;
  }

  onCall(watchdog: SimulatedWatchdog, { venue }: SimulatedExchange): void {
    this.#called.add(watchdog);
    if (watchdog.venue !== venue) this.#breach(`the watchdog of ${watchdog.venue} called ${venue}`);
    if (watchdog.enginePid === this.#world.enginePid)
      this.#breach(`the watchdog of ${venue} acted while its engine lived`);
  }

  /** A watchdog has begun to empty the account there. */
  hasCalled(venue: VenueName): boolean {
    return [...this.#called].some((watchdog) => watchdog.venue === venue);
  }

  onArrival(watchdog: SimulatedWatchdog): void {
    this.#arrived.add(watchdog);
  }

  /** An engine dies: every watchdog of its accounts must act. */
  onDeath(enginePid: number): void {
    const { clock, watchdogs } = this.#world;
    for (const watchdog of watchdogs?.of(enginePid) ?? []) {
      const exchange = this.#world.exchange(watchdog.venue);
      const wasClear = exchange.network.isClear;
      clock.schedule(clock.nowUs() + REACH_US, () => {
        const { venue } = watchdog;
        if (!this.#called.has(watchdog))
          this.#breach(`the engine died, and the watchdog of ${venue} did nothing`);
        else if (this.#arrived.has(watchdog)) this.reached++;
        else if (wasClear && exchange.network.isClear)
          this.#breach(`the engine died, and no call of the watchdog reached ${venue}`);
      });
    }
  }

  onReport(watchdog: SimulatedWatchdog, { venue, verified }: WatchdogReport): void {
    if (venue !== watchdog.venue) this.#breach(`the watchdog of ${watchdog.venue} reports of ${venue}`);
    if (!verified) return;
    this.verified++;
    const { openOrders } = this.#world.exchange(watchdog.venue);
    if (openOrders > 0 && this.#world.enginePid === undefined)
      this.#breach(`the watchdog of ${venue} says that nothing is open there, and ${openOrders} orders are`);
  }
}
