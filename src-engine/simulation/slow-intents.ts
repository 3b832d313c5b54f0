/** The intents of one life of the engine, on the simulated disk of its world: a process that is dead keeps nothing more. */
import type { EngineEvent } from '../domain/event.ts';
import type { SeededRandom } from '../lib/random.ts';
import type { IntentGate } from '../runner/intent-gate.ts';
import type { SimulatedSegments } from '../testing/simulated-segments.ts';
import type { Life } from './process-life.ts';
import { HANG_CHECK_US, LATENCY_US } from './slow-disk.ts';

export class SlowIntents implements IntentGate {
  /** Called between an intent becoming durable and the engine hearing of it. */
  onDurable: (intents: readonly EngineEvent[]) => void = () => undefined;
  readonly #keeper: IntentGate;
  readonly #life: Life;

  constructor(keeper: IntentGate, life: Life) {
    this.#keeper = keeper;
    this.#life = life;
  }

  keep(intents: readonly EngineEvent[]): Promise<void> | void {
    if (this.#life.isOver) return never();
    const durable = this.#keeper.keep(intents);
    if (durable instanceof Promise) return durable.then(() => this.onDurable(intents));
    this.onDurable(intents);
    return this.#life.isOver ? never() : undefined;
  }

  confirm(): void {
    if (!this.#life.isOver) this.#keeper.confirm();
  }
}

/** A sync takes its time, and lasts as long as the disk hangs. */
export function slowSyncs(
  segments: SimulatedSegments,
  life: Life,
  random: SeededRandom,
  isHanging: () => boolean,
): void {
  segments.atSync = (run) => {
    const sync = (): void => {
      if (isHanging()) life.schedule(life.nowUs() + HANG_CHECK_US, sync);
      else run();
    };
    life.schedule(life.nowUs() + Math.round(LATENCY_US.min + random.exponential(LATENCY_US.mean)), sync);
  };
}

function never(): Promise<void> {
  return new Promise(() => undefined);
}
