/**
 * Kills in a burst, while orders of ours are under way at two venues at once: both are emptied, each is verified by its own
 * ledger, and nothing arrives at a venue once that one has said that nothing is open.
 */
import {
  eachSeed,
  type Outcome,
  pause,
  quantiles,
  type Quantiles,
  type TrialPlan,
  until,
} from './numbers.ts';
import { type TwoRig, withTwoRig } from './two-rig.ts';

/** Orders at both venues so close together belong to one burst. */
const BURST_US = 40_000;
/** Orders of one venue alone after which a burst at both is not waited for any longer. */
const MOST_ALONE = 300;
/** So long after a verified kill nothing may come. */
const WATCHED_MS = 150;
/** Longest way of an order that had left before the kill, on a busy machine. */
const IN_FLIGHT_MS = 1_000;
const LOOK_MS = 20;
/** A kill leaves what a cycle held where it was: an account that has seen many has nothing left to begin with. */
const TRIALS_A_RIG = 5;
const EDGE_SECONDS = 0.5;

type Result = Outcome & {
  /** Kills at which orders were under way at both venues. */
  readonly inBurst: number;
  /** From the command until both venues had shown that nothing is open. */
  readonly verifiedMs: Quantiles;
  /** How late after the acknowledgement an order arrived that had left before. */
  readonly latestArrivalMs: number;
};

export async function killTwo(plan: TrialPlan): Promise<Result> {
  const figures = { inBurst: 0, latestArrivalMs: 0 };
  const verifiedMs: number[] = [];
  const once = async (rig: TwoRig): Promise<void> => {
    await rig.arm();
    for (const place of rig.places) place.placeElsewhere();
    const { isInBurst, killed, killedUs } = await pressed(rig);
    if (isInBurst) figures.inBurst++;
    await killed;
    const acknowledgedUs = rig.clock.nowUs();
    await demandEmptied(rig);
    verifiedMs.push((rig.clock.nowUs() - killedUs) / 1_000);
    figures.latestArrivalMs = Math.max(figures.latestArrivalMs, lateness(rig, acknowledgedUs));
    await rig.client.call('rearm', { confirm: 'REARM' });
    await rig.client.call('resumeTrading', {});
    await rig.demandLedgers();
  };
  const outcome = await eachSeed(
    plan,
    (seed, trials) => withTwoRig(seed, trials, once, { edgeSeconds: EDGE_SECONDS }),
    TRIALS_A_RIG,
  );
  const latestArrivalMs = Number(figures.latestArrivalMs.toFixed(1));
  return { ...outcome, inBurst: figures.inBurst, verifiedMs: quantiles(verifiedMs), latestArrivalMs };
}

/** The command leaves within the step in which an exchange takes an order, while the other has one under way as well. */
async function pressed(
  rig: TwoRig,
): Promise<{ readonly isInBurst: boolean; readonly killed: Promise<unknown>; readonly killedUs: number }> {
  const lastUs = new Map<string, number>();
  let alone = 0;
  let isInBurst = false;
  let killed: Promise<unknown> = Promise.resolve();
  await rig.when(
    'a burst',
    ({ venue }, { kind, atUs }) => {
      if (kind !== 'placed') return false;
      lastUs.set(venue, atUs);
      const times = [...lastUs.values()];
      isInBurst = times.length === rig.places.length && times.every((one) => atUs - one <= BURST_US);
      return isInBurst || ++alone > MOST_ALONE;
    },
    () => {
      killed = rig.client.call('kill', { reason: 'trial' });
    },
  );
  return { isInBurst, killed, killedUs: rig.clock.nowUs() };
}

/** Each venue shows by itself that nothing is open, its ledger says the same, and nothing comes to it from then on. */
async function demandEmptied(rig: TwoRig): Promise<void> {
  const placedAt = new Map<string, number>();
  await until(
    'both venues verified empty',
    () => rig.client.call('getStatus', {}),
    ({ killVenues }) => {
      for (const place of rig.places) {
        const shown = killVenues.find(({ venue }) => venue === place.venue)?.openOrders;
        if (shown !== 0 || placedAt.has(place.venue)) continue;
        placedAt.set(place.venue, place.placed().length);
        const open = place.account.openOrders.size;
        if (open > 0) rig.breach(`${place.venue} is verified empty with ${open} orders open`);
      }
      return placedAt.size === rig.places.length;
    },
    180_000,
    LOOK_MS,
  );
  await pause(WATCHED_MS);
  for (const place of rig.places) {
    if (place.placed().length !== placedAt.get(place.venue))
      rig.breach(`an order came to ${place.venue} after that had shown that nothing is open`);
    if (place.account.openOrders.size > 0) rig.breach(`${place.venue} has open orders after a verified kill`);
  }
}

/** What had left before the kill may still arrive. @returns how much later than its acknowledgement, in ms. */
function lateness(rig: TwoRig, acknowledgedUs: number): number {
  let latestMs = 0;
  for (const place of rig.places) {
    for (const { atUs, clOrdId } of place.placed()) {
      const lateMs = (atUs - acknowledgedUs) / 1_000;
      latestMs = Math.max(latestMs, lateMs);
      if (lateMs > IN_FLIGHT_MS)
        rig.late.push(
          `order ${clOrdId} came to ${place.venue} ${lateMs.toFixed(0)} ms after the acknowledgement`,
        );
    }
  }
  return latestMs;
}
