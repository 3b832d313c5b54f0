/**
 * SIGKILL and SIGSTOP of an engine that trades accounts at two venues at once: a watchdog a venue empties it and reports by
 * itself, and what goes on afterwards agrees with both exchanges to the last digit.
 */
import { readReport } from '../../src-engine/watchdog/report-file.ts';
import type { WatchdogReport } from '../../src-engine/watchdog/messages.ts';
import {
  asked,
  eachSeed,
  type Outcome,
  quantiles,
  type Quantiles,
  type TrialPlan,
  until,
} from './numbers.ts';
import { WATCHDOG_SECONDS } from './rig.ts';
import { type TwoRig, type TwoRigOptions, withTwoRig } from './two-rig.ts';

/** The engine that comes up after a death is the one of the next trial. */
const TRIALS_A_RIG = 10;

type Result = Outcome & {
  /** Trials in which orders of ours had reached each of the two by the time of the signal. */
  readonly bothTraded: number;
  /** From the signal until both exchanges had canceled everything. */
  readonly emptyMs: Quantiles;
};

export function sigkillTwo(plan: TrialPlan): Promise<Result> {
  return repeated(plan, {}, async (rig, deaths) => {
    const emptyMs = await signaled(rig, 'SIGKILL', 'dead');
    await rig.engine.ended();
    await restarted(rig, deaths);
    return emptyMs;
  });
}

export function sigstopTwo(plan: TrialPlan): Promise<Result> {
  return repeated(plan, { watchdogSeconds: WATCHDOG_SECONDS }, async (rig, stops) => {
    const emptyMs = await signaled(rig, 'SIGSTOP', 'frozen');
    const wokenUs = rig.clock.nowUs();
    rig.engine.signal('SIGCONT');
    await asked(
      'the halt of both venues',
      () => rig.client.call('getArming', {}),
      ({ venues }) =>
        venues.every(({ checklist }) =>
          checklist.some(({ id, detail }) => id === 'not-halted' && detail.includes('watchdog')),
        ),
    );
    await rig.demandLedgers();
    await demandAudit(rig, stops);
    const { executions } = await rig.client.call('listExecutions', { limit: 200 });
    for (const { executionId, startedUs } of executions)
      if (startedUs > wokenUs) rig.breach(`cycle ${executionId} was begun after the engine had been stopped`);
    return emptyMs;
  });
}

async function repeated(
  plan: TrialPlan,
  options: TwoRigOptions,
  trial: (rig: TwoRig, count: number) => Promise<number>,
): Promise<Result> {
  let bothTraded = 0;
  const emptyMs: number[] = [];
  const outcome = await eachSeed(
    plan,
    (seed, trials) =>
      withTwoRig(
        seed,
        trials,
        async (rig, number) => {
          const before = rig.places.map((place) => place.placed().length);
          await rig.arm();
          for (const place of rig.places) place.placeElsewhere();
          emptyMs.push(await trial(rig, number));
          if (rig.places.every((place, at) => place.placed().length > (before[at] ?? 0))) bothTraded++;
        },
        options,
      ),
    TRIALS_A_RIG,
  );
  return { ...outcome, bothTraded, emptyMs: quantiles(emptyMs) };
}

/** The signal in the middle of orders. Each venue's watchdog reports by itself that it is empty. @returns after how many ms. */
async function signaled(
  rig: TwoRig,
  signal: 'SIGKILL' | 'SIGSTOP',
  cause: WatchdogReport['cause'],
): Promise<number> {
  let signaledUs = 0;
  await rig.midOrder(() => {
    rig.engine.signal(signal);
    signaledUs = rig.clock.nowUs();
  });
  let emptyMs = 0;
  for (const { venue, account, exchange } of rig.places) {
    const report = await until(
      `the report of ${venue}`,
      () => readReport(rig.dataDir, venue),
      (found) => found?.verified === true,
    );
    if (report?.cause !== cause) rig.breach(`the watchdog of ${venue} takes the engine for ${report?.cause}`);
    if (account.openOrders.size > 0)
      rig.breach(`${venue} has ${account.openOrders.size} orders open after its watchdog`);
    const last = exchange.log.entries.findLast(({ kind }) => kind === 'canceled');
    emptyMs = Math.max(emptyMs, ((last?.atUs ?? signaledUs) - signaledUs) / 1_000);
  }
  return emptyMs;
}

/** Another engine on the same folder comes up halted and disarmed, agrees with both venues, and begins nothing. */
async function restarted(rig: TwoRig, deaths: number): Promise<void> {
  const before = rig.places.map((place) => place.placed().length);
  rig.startAgain();
  const status = await asked(
    'the engine to come up again',
    () => rig.client.call('getStatus', {}),
    ({ mode, feeds }) => mode !== null && feeds.length === rig.places.length,
  );
  if (!status.paused || status.arming?.state !== 'disarmed')
    rig.breach('the engine came up again neither halted nor disarmed');
  await rig.demandLedgers();
  await demandAudit(rig, deaths);
  for (const [at, place] of rig.places.entries())
    if (place.placed().length !== before[at])
      rig.breach(`orders came to ${place.venue}, which was not armed again`);
}

/** Each act of each watchdog is in the audit trail. */
async function demandAudit(rig: TwoRig, count: number): Promise<void> {
  const { entries } = await rig.client.call('listAudit', { limit: 500 });
  const acts = entries.filter(({ action }) => action === 'cancel everything').length;
  if (acts < count * rig.places.length)
    rig.breach(`the audit trail has ${acts} acts of watchdogs after ${count} at each venue`);
}
