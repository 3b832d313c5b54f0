/**
 * One of two venues is cut off, bans, falls silent, or answers late or wrongly, in the middle of orders: the other trades on,
 * and what was under way at the struck one is settled by its own word once it is back.
 */
import type { RunningExchange } from '../../src-engine/venues/local-exchange/local-exchange.ts';
import { asked, eachSeed, type Outcome, quantiles, type Quantiles, type TrialPlan } from './numbers.ts';
import { type Place, type TwoRig, withTwoRig } from './two-rig.ts';

/** Orders that the other venue must take while the struck one is away. */
const ORDERS_BESIDE = 3;
const TRIALS_A_RIG = 6;
const BAN_US = 4_000_000;
const LATE_US = 1_500_000;

type Blow = {
  begin(exchange: RunningExchange, pair: string): void;
  end(exchange: RunningExchange): void;
  /** The engine must have noticed before it ends. */
  readonly isNoticed: boolean;
};

const nothing = (): void => undefined;

const BLOWS: Readonly<Record<string, Blow>> = {
  cut: { begin: ({ faults }) => faults.dropConnections(), end: nothing, isNoticed: false },
  ban: { begin: ({ faults }) => faults.ban(BAN_US), end: ({ faults }) => faults.ban(0), isNoticed: true },
  silence: {
    begin: ({ faults }) => faults.silence(true),
    end: ({ faults }) => faults.silence(false),
    isNoticed: true,
  },
  'late answers': {
    begin: ({ faults }) => faults.delayFrames(LATE_US),
    end: ({ faults }) => faults.delayFrames(0),
    isNoticed: false,
  },
  'wrong answers': {
    begin: ({ faults }, pair) => {
      faults.corruptNextChecksum(pair);
      faults.partialFillNextOrder(0.3);
      faults.failNextRest(502, true);
    },
    end: nothing,
    isNoticed: false,
  },
  maintenance: {
    begin: ({ faults }) => faults.setSystemStatus('maintenance'),
    end: ({ faults }) => faults.setSystemStatus('online'),
    isNoticed: true,
  },
};

type Result = Outcome & {
  /** How often each was done. */
  readonly blows: Readonly<Record<string, number>>;
  /** From the end of it until the account had been compared and agreed. */
  readonly agreedMs: Quantiles;
};

export async function cutTwo(plan: TrialPlan): Promise<Result> {
  const agreedMs: number[] = [];
  const kinds = Object.entries(BLOWS);
  let next = plan.firstSeed;
  const blows: Record<string, number> = Object.fromEntries(kinds.map(([kind]) => [kind, 0]));
  const once = async (rig: TwoRig): Promise<void> => {
    const number = next++;
    const [kind, blow] = kinds[number % kinds.length] ?? ['cut', BLOWS['cut'] as Blow];
    const struck = rig.places[Math.floor(number / kinds.length) % rig.places.length] as Place;
    agreedMs.push(await strike(rig, struck, blow, kind));
    blows[kind] = (blows[kind] ?? 0) + 1;
  };
  const outcome = await eachSeed(plan, (seed, trials) => withTwoRig(seed, trials, once), TRIALS_A_RIG);
  return { ...outcome, blows, agreedMs: quantiles(agreedMs) };
}

async function strike(rig: TwoRig, struck: Place, blow: Blow, kind: string): Promise<number> {
  const other = rig.places.find((place) => place !== struck) as Place;
  await rig.arm();
  let beside = -1;
  await rig.when(
    `an order at ${struck.venue}`,
    (place) => place === struck,
    () => {
      blow.begin(struck.exchange, struck.pair);
      beside = other.placed().length;
    },
  );
  await rig.when(
    `orders at ${other.venue} while ${struck.venue} has ${kind}`,
    () => other.placed().length >= beside + ORDERS_BESIDE,
    nothing,
  );
  const { venues } = await asked(
    `the engine to notice ${kind} at ${struck.venue}`,
    () => rig.client.call('getArming', {}),
    (arming) => !blow.isNoticed || !holds(arming.venues, struck.venue),
  );
  const here = venues.find(({ venue }) => venue === other.venue);
  const isHalted = here?.checklist.some(({ id, ok }) => id === 'not-halted' && !ok) ?? true;
  if (isHalted || here?.state === 'disarmed')
    rig.breach(`${other.venue} is halted or disarmed by ${kind} at ${struck.venue}: ${here?.reason}`);
  const endedUs = rig.clock.nowUs();
  blow.end(struck.exchange);
  await rig.client.call('reconcile', {});
  const standing = await asked(
    `${struck.venue} to agree after ${kind}`,
    () => rig.client.call('getAccountStanding', {}),
    (all) =>
      all.venues.every(
        ({ venue, agreedUs, refusal }) =>
          refusal === '' && (venue !== struck.venue || (agreedUs ?? 0) > endedUs),
      ),
  );
  const agreedUs = standing.venues.find(({ venue }) => venue === struck.venue)?.agreedUs ?? endedUs;
  await rig.disarm();
  const placed = new Set(rig.places.flatMap((place) => place.placed().map(({ clOrdId }) => clOrdId)));
  const { unknownOrders } = await rig.client.call('getAccountStanding', {});
  for (const { orderId } of unknownOrders)
    if (placed.has(orderId)) rig.breach(`order ${orderId} is unknown, and its venue has it`);
  await rig.demandLedgers();
  return (agreedUs - endedUs) / 1_000;
}

type Standing = {
  readonly venue: string;
  readonly checklist: readonly { readonly id: string; readonly ok: boolean }[];
};

/** Nothing of what a fault of a venue shows in is shown of it: its account is compared, its books live, trading not halted. */
function holds(venues: readonly Standing[], name: string): boolean {
  const shows = new Set(['reconciled', 'books', 'not-halted', 'clock']);
  return venues.some(
    ({ venue, checklist }) => venue === name && checklist.every(({ id, ok }) => ok || !shows.has(id)),
  );
}
