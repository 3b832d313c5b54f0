/** Trials of the kill switch: thrown in the middle of a cycle's orders, in one process with the exchange. */
import type { EngineEvent } from '../../src-engine/domain/event.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { LiveEngine, TRADER } from '../../src-engine/testing/live-engine.ts';
import { pause, quantiles, type Quantiles, type TrialPlan } from './numbers.ts';

/** So long after a verified kill nothing may come. */
const WATCHED_MS = 150;
const PATIENCE_MS = 180_000;
/** A kill leaves what a cycle held where it was: an account that has seen many has nothing left to begin with. */
const KILLS_AN_ACCOUNT = 5;
/** Longest way of an order over loopback to an exchange that shares its process with an engine, on a busy machine. */
const IN_FLIGHT_MS = 1_000;
/** A cancel leaves with the command and waits for nothing. */
const FIRST_CANCEL_MS = 100;
/** From the command until the venue has shown that nothing is open. */
const VERIFIED_MS = 1_000;
const MID_CYCLE: ReadonlySet<string> = new Set(['orderCreated', 'orderAccepted', 'orderFilled']);

export type KillResult = {
  readonly trials: number;
  readonly violations: readonly string[];
  readonly late: readonly string[];
  /** How late after the acknowledgement an order arrived that had left before. */
  readonly latestArrivalMs: number;
  /** From the command until the venue had the first cancel, and until it had shown that nothing is open. */
  readonly firstCancelMs: Quantiles;
  readonly verifiedMs: Quantiles;
};

/** Resolves within the step in which the fact is reported. */
function when(engine: LiveEngine, fits: (event: EngineEvent) => boolean, act: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    engine.onEvent = (event) => {
      if (!fits(event)) return;
      engine.onEvent = () => undefined;
      clearTimeout(timer);
      act();
      resolve();
    };
  });
}

class Kills {
  readonly violations: string[] = [];
  readonly late: string[] = [];
  readonly verifiedMs: number[] = [];
  readonly firstCancelMs: number[] = [];
  latestArrivalMs = 0;
  readonly #random = new SeededRandom(1);

  async once(engine: LiveEngine, trial: number): Promise<void> {
    const { clock, exchange } = engine;
    const placed = (): number => exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
    // In the middle of a cycle: some of its orders on their way, some done, some not yet made.
    let skip = this.#random.integer(0, 3);
    await when(
      engine,
      ({ type }) => MID_CYCLE.has(type) && skip-- === 0,
      () => undefined,
    );
    const killedUs = clock.nowUs();
    const verified = when(
      engine,
      ({ type }) => type === 'killVerified',
      () => this.verifiedMs.push((clock.nowUs() - killedUs) / 1_000),
    );
    engine.command({ type: 'kill', reason: `trial ${trial}` });
    await engine.runner.settled();
    const acknowledgedUs = clock.nowUs();
    await verified;
    const verifiedMs = this.verifiedMs.at(-1) ?? Number.POSITIVE_INFINITY;
    if (verifiedMs > VERIFIED_MS)
      this.late.push(`trial ${trial}: the venue was verified empty after ${verifiedMs} ms`);
    const account = exchange.accounts.byKey(TRADER.key);
    const cancelMs =
      ((account?.cancelAllsUs.find((atUs) => atUs >= killedUs) ?? Number.NaN) - killedUs) / 1_000;
    this.firstCancelMs.push(cancelMs);
    const leftUs = engine.cancelAllLeftUs(killedUs) ?? Number.POSITIVE_INFINITY;
    if (leftUs > acknowledgedUs) this.#breach(trial, 'the first cancel left after the acknowledgement');
    const leftMs = (leftUs - killedUs) / 1_000;
    if (leftMs > FIRST_CANCEL_MS) this.late.push(`trial ${trial}: the first cancel left after ${leftMs} ms`);
    const before = placed();
    await pause(WATCHED_MS);
    if (placed() !== before) this.#breach(trial, 'an order came after the kill was verified');
    // Orders that left before the kill may still arrive: how much later is reported. Nothing leaves after it.
    for (const { kind, atUs, clOrdId } of exchange.log.entries) {
      if (kind !== 'placed' || atUs <= acknowledgedUs) continue;
      const lateMs = (atUs - acknowledgedUs) / 1_000;
      const orderLeftUs = engine.leftUs(clOrdId);
      if (orderLeftUs === undefined || orderLeftUs > acknowledgedUs)
        this.#breach(trial, `order ${clOrdId} left after the acknowledgement`);
      this.latestArrivalMs = Math.max(this.latestArrivalMs, lateMs);
      if (lateMs > IN_FLIGHT_MS)
        this.late.push(`trial ${trial}: an order came ${lateMs} ms after the acknowledgement`);
    }
    const open = account?.openOrders.size ?? 0;
    if (open > 0) this.#breach(trial, `${open} orders are open after a verified kill`);
    engine.command({ type: 'rearm' });
    engine.command({ type: 'resume' });
  }

  #breach(trial: number, what: string): void {
    this.violations.push(`trial ${trial}: ${what}`);
  }
}

export async function kill({ trials }: TrialPlan): Promise<KillResult> {
  const kills = new Kills();
  for (let trial = 1; trial <= trials; ) {
    const engine = await LiveEngine.start(trial);
    try {
      for (let k = 0; k < KILLS_AN_ACCOUNT && trial <= trials; k++) await kills.once(engine, trial++);
    } finally {
      await engine.stop();
    }
  }
  return {
    trials,
    violations: kills.violations,
    late: kills.late,
    latestArrivalMs: Number(kills.latestArrivalMs.toFixed(2)),
    firstCancelMs: quantiles(kills.firstCancelMs),
    verifiedMs: quantiles(kills.verifiedMs),
  };
}
