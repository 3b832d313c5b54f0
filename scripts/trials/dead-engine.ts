/** Trials in which the engine's process is killed or frozen in the middle of its orders. */
import {
  asked,
  eachSeed,
  type Outcome,
  quantiles,
  type Quantiles,
  type TrialPlan,
  until,
} from './numbers.ts';
import { type Rig, type RigOptions, WATCHDOG_SECONDS, withRig } from './rig.ts';

/** From the last sign of life beyond the silence that is allowed: two looks, a call, and a machine that is busy. */
const ACT_WITHIN_MS = 8_000;
/** The engine that comes up after a death is the one of the next trial. */
const TRIALS_A_RIG = 10;
const EDGE_SECONDS = 1;

export type DeadEngineResult = Outcome & {
  /** From the signal until the exchange had canceled everything. */
  readonly emptyMs: Quantiles;
};

/** SIGKILL: the watchdog cancels at once; a restart begins halted, agrees with the venue and reports what happened. */
export function sigkill(plan: TrialPlan): Promise<DeadEngineResult> {
  return repeated(plan, {}, async (rig, emptyMs, deaths) => {
    let killedUs = 0;
    await rig.midOrder(() => {
      rig.engine.signal('SIGKILL');
      killedUs = rig.clock.nowUs();
    });
    await rig.engine.ended();
    emptyMs.push(await emptied(rig, killedUs, ACT_WITHIN_MS));
    const report = await until(
      'the report',
      () => rig.report,
      (found) => found?.verified === true,
    );
    if (report?.cause !== 'dead')
      rig.breach(`the watchdog took the dead engine for ${report?.cause ?? 'nothing'}`);
    rig.demandNothingAfter(killedUs, 'SIGKILL');
    const restartedUs = rig.clock.nowUs();
    await rig.restart();
    await rig.demandAudit('cancel everything', deaths);
    rig.demandSilenceAfter(restartedUs, 'SIGKILL, of an engine that was not armed again');
  });
}

/** SIGSTOP: the watchdog cancels when the silence is over; the engine that wakes begins nothing new, and learns of it. */
export function sigstop(plan: TrialPlan): Promise<DeadEngineResult> {
  return repeated(plan, { watchdogSeconds: WATCHDOG_SECONDS }, async (rig, emptyMs, stops) => {
    let stoppedUs = 0;
    await rig.midOrder(() => {
      rig.engine.signal('SIGSTOP');
      stoppedUs = rig.clock.nowUs();
    });
    emptyMs.push(await emptied(rig, stoppedUs, WATCHDOG_SECONDS * 1_000 + ACT_WITHIN_MS));
    const report = await until(
      'the report',
      () => rig.report,
      (found) => found?.verified === true,
    );
    if (report?.cause !== 'frozen')
      rig.breach(`the watchdog took the frozen engine for ${report?.cause ?? 'nothing'}`);
    rig.demandNothingAfter(stoppedUs, 'SIGSTOP');
    const wokenUs = rig.clock.nowUs();
    rig.engine.signal('SIGCONT');
    await asked(
      'the halt',
      () => rig.client.call('getStatus', {}),
      ({ haltReason }) => haltReason.includes('watchdog'),
    );
    await rig.demandLedger();
    await rig.demandAudit('cancel everything', stops);
    const { executions } = await rig.client.call('listExecutions', { limit: 200 });
    for (const { executionId, startedUs } of executions) {
      if (startedUs > wokenUs) rig.breach(`cycle ${executionId} was begun after the engine had been stopped`);
    }
  });
}

async function repeated(
  plan: TrialPlan,
  options: RigOptions,
  trial: (rig: Rig, emptyMs: number[], number: number) => Promise<void>,
): Promise<DeadEngineResult> {
  const emptyMs: number[] = [];
  const outcome = await eachSeed(
    plan,
    (seed, trials) =>
      withRig(
        seed,
        async (rig, number) => {
          await rig.arm();
          await rig.placeElsewhere();
          await trial(rig, emptyMs, number);
        },
        { edgeSeconds: EDGE_SECONDS, ...options },
        trials,
      ),
    TRIALS_A_RIG,
  );
  return { ...outcome, emptyMs: quantiles(emptyMs) };
}

/** @returns how long after `sinceUs` the exchange had nothing of the account open. */
async function emptied(rig: Rig, sinceUs: number, withinMs: number): Promise<number> {
  await until(
    'an empty venue',
    () => rig.openAtVenue,
    (open) => open === 0,
  );
  const last = rig.exchange.log.entries.findLast(({ kind }) => kind === 'canceled');
  const tookMs = ((last?.atUs ?? rig.clock.nowUs()) - sinceUs) / 1_000;
  if (tookMs > withinMs)
    rig.late.push(`the venue was empty after ${tookMs.toFixed(0)} ms, allowed are ${withinMs}`);
  return tookMs;
}
