/** How often, and for how long, a holding is tried to be brought home. */
import type { InstrumentId } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../domain/time.ts';
import type { DenialCode } from '../risk/check.ts';
import type { Execution } from './execution.ts';
import { venueOf } from './execution-state.ts';
import type { Holding } from './holding.ts';
import type { SequencerPorts } from './sequencer-ports.ts';

/** Tries to bring one holding home before it counts as stranded. */
const MAX_ATTEMPTS = 5;
/** A holding for which nothing was found rests this long before the next try: the market must move first. */
const RETRY_US: DurationUs = US_PER_SECOND;

/** Messages come back several times a second. */
const THROTTLED_US: DurationUs = 250 * US_PER_MS;

/**
 * Longest that a venue which cannot be asked, or whose account is being compared, holds up one execution between two orders of it. After
 * a reconnect or a sleep a comparison takes seconds; what is held could not be sold meanwhile by anybody, and to give it up would halt
 * trading each time.
 */
const COMPARISON_US: DurationUs = 60 * US_PER_SECOND;

/**
 * A holding that cannot be sold because the account of its venue is not compared yet: it rests, and this uses up none of its tries and
 * none of the time to bring it home. Undefined: the account is compared, or it has rested as long as it may. Rests are counted, not the
 * time of day: while the machine slept no order could have been sent.
 */
export function whileCompared(
  { isKilled, isCompared }: Pick<SequencerPorts, 'isKilled' | 'isCompared'>,
  execution: Execution,
  holding: Holding,
  nowUs: TimeUs,
): Holding | undefined {
  if (isKilled() || isCompared(venueOf(execution, holding))) return undefined;
  // Holdings of one execution rest side by side.
  if (nowUs >= execution.heldUpUntilUs) {
    if (execution.heldUpUs + RETRY_US > COMPARISON_US) return undefined;
    execution.heldUpUs += RETRY_US;
    execution.heldUpUntilUs = nowUs + RETRY_US;
  }
  execution.unwindSinceUs = nowUs;
  return { ...holding, route: [], notBeforeUs: nowUs + RETRY_US, isRested: true };
}

/** A holding about to be tried: after a rest its time to come home begins with this try, however long the rest was. */
export function afterRest(execution: Execution, holding: Holding, nowUs: TimeUs): Holding {
  if (holding.isRested !== true) return holding;
  execution.unwindSinceUs = nowUs;
  return { ...holding, isRested: false };
}

/**
 * How a holding goes on after an order. Progress uses up no try: a thin ladder is walked down as long as the time
 * for it lasts. A way home that found nothing is left for another one; when that finds nothing, it rests.
 */
export function afterOrder(
  order: Order,
  { attempts, avoid }: Holding,
  nowUs: TimeUs,
): Pick<Holding, 'attempts' | 'avoid' | 'notBeforeUs'> {
  if (order.spent.gt(0)) return { attempts: Math.max(1, attempts), avoid: [], notBeforeUs: nowUs };
  const notBeforeUs = attempts > 1 ? nowUs + RETRY_US : nowUs;
  const failed = attempts === 0 ? [] : [...avoid, order.instrumentId];
  return { attempts: attempts + 1, avoid: failed, notBeforeUs };
}

/**
 * The first denial leaves the route for the way home at once; each further one rests before the next try. That too few messages are left
 * says nothing of the way: where there is no other venue it uses up no try, and is asked again until the time to come home is over.
 * @param elsewhere the instrument that was denied: the next try is to be at another one. Left out: at any.
 */
export function afterDenial(
  holding: Holding,
  code: DenialCode,
  nowUs: TimeUs,
  elsewhere?: InstrumentId,
): Holding {
  if (code === 'throttled' && holding.attempts > 0 && elsewhere === undefined)
    return { ...holding, route: [], notBeforeUs: nowUs + THROTTLED_US };
  const notBeforeUs = holding.attempts === 0 ? nowUs : nowUs + RETRY_US;
  const avoid = elsewhere === undefined ? holding.avoid : [...holding.avoid, elsewhere];
  return { ...holding, route: [], avoid, attempts: holding.attempts + 1, notBeforeUs };
}

/** True when a holding is beyond its tries or its time. */
export function isBeyond(
  execution: Execution,
  { attempts }: Holding,
  deadlineMs: number,
  nowUs: TimeUs,
): boolean {
  const { unwindSinceUs } = execution;
  const isLate = unwindSinceUs !== undefined && nowUs - unwindSinceUs > deadlineMs * US_PER_MS;
  return isLate || attempts >= MAX_ATTEMPTS;
}
