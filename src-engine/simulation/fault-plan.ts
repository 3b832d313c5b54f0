/** What may go wrong in a world, and a seeded list of it. */
import { SeededRandom } from '../lib/random.ts';

/** What may happen in any world. Each has a span at most; what lasts ends by itself. */
export const FAULTS = [
  'cut',
  'cable out',
  'silence',
  'delayed frames',
  'doubled frame',
  'lost book frame',
  'lost report',
  'wrong checksum',
  'slow network',
  'lost answers',
  'lost calls',
  'rejected order',
  'partial fill',
  '5xx after accepting',
  '5xx before accepting',
  'late history',
  'maintenance',
  'cancel only',
  'lockout',
  'disk full',
  'disk hangs',
  'crash',
  'crash before durable',
  'crash once durable',
  'crash once sent',
  'crash while writing',
  'crash on a report',
  'kill',
  'pause',
] as const;

/** What happens in worlds of several venues besides. */
export const FAULTS_OF_MANY = [
  'venue dies',
  'ban',
  'late answers',
  'clock skew',
  'announced end',
  'fees rise',
  'pair halted',
] as const;

/** What is no disaster, and happens in some of these worlds beside those. */
export const BESIDE_OF_MANY = ['other program'] as const;

/** What happens besides where accounts are armed, and watched by watchdogs. */
export const FAULTS_OF_GUARDED = ['disarm', 'watchdog lost'] as const;

export type Fault =
  | (typeof FAULTS)[number]
  | (typeof FAULTS_OF_MANY)[number]
  | (typeof BESIDE_OF_MANY)[number]
  | (typeof FAULTS_OF_GUARDED)[number];

/** What may happen in a world. */
export function faultsOf(exchanges: number, isGuarded: boolean): readonly Fault[] {
  const disasters = disastersOf(exchanges, isGuarded);
  return exchanges === 1 ? disasters : [...disasters, ...BESIDE_OF_MANY];
}

function disastersOf(exchanges: number, isGuarded: boolean): readonly Fault[] {
  const some = exchanges === 1 ? FAULTS : [...FAULTS, ...FAULTS_OF_MANY];
  return isGuarded ? [...some, ...FAULTS_OF_GUARDED] : some;
}

/** What befalls the engine or the account as a whole: no venue's fault. */
const OF_THE_ENGINE: ReadonlySet<Fault> = new Set<Fault>([
  'disk full',
  'disk hangs',
  'crash',
  'crash before durable',
  'crash once durable',
  'crash once sent',
  'crash while writing',
  'crash on a report',
  'kill',
  'pause',
]);

export const isOfEngine = (fault: Fault): boolean => OF_THE_ENGINE.has(fault);

export type Planned = {
  readonly atUs: number;
  readonly fault: Fault;
  readonly lastsUs: number;
  /** Which exchange of the world it befalls, where it is a venue's. */
  readonly exchange: number;
};

/** Fewest and most disasters of one seed. */
const COUNT = { min: 2, max: 9 } as const;
const COUNT_OF_MANY = { min: 3, max: 12 } as const;
/** Of worlds of several venues so many have faults of one venue alone: all others must trade on as if nothing were. */
const ONE_ALONE = 0.4;
/** Orders that another program places in a world at most. */
const MOST_BESIDE = 2;
/** A venue that dies is gone for this much longer than other faults last. */
const DEAD_FACTOR = 8;

/** @param exchanges how many the world has; with one that is not guarded the list is that of the oldest seeds. */
export function planFaults(seed: number, spanUs: number, exchanges: number, isGuarded: boolean): Planned[] {
  const random = new SeededRandom(seed, 9);
  const isOne = exchanges === 1;
  const only = !isOne && random.next() < ONE_ALONE ? random.integer(0, exchanges - 1) : undefined;
  const all = disastersOf(exchanges, isGuarded);
  const kinds = only === undefined ? all : all.filter((fault) => !isOfEngine(fault));
  const { min, max } = isOne ? COUNT : COUNT_OF_MANY;
  const count = random.integer(min, max);
  const disasters = Array.from({ length: count }, (): Planned => {
    // The first seconds are the engine's to come up in.
    const atUs = Math.round(2_000_000 + random.next() * (spanUs - 4_000_000));
    const fault = kinds[random.integer(0, kinds.length - 1)] ?? 'cut';
    const factor = fault === 'venue dies' ? DEAD_FACTOR : 1;
    const lastsUs = Math.round((200_000 + random.exponential(1_500_000)) * factor);
    const exchange = isOne ? 0 : (only ?? random.integer(0, exchanges - 1));
    return { atUs, fault, lastsUs, exchange };
  });
  const beside = isOne ? [] : besideThem(seed, spanUs, exchanges, only);
  return [...disasters, ...beside].sort((a, b) => a.atUs - b.atUs);
}

/** Drawn apart, so that the disasters of a seed are what they are without it. */
function besideThem(seed: number, spanUs: number, exchanges: number, only: number | undefined): Planned[] {
  const random = new SeededRandom(seed, 14);
  const count = random.integer(0, MOST_BESIDE);
  return Array.from({ length: count }, () => {
    const atUs = Math.round(2_000_000 + random.next() * (spanUs - 4_000_000));
    const exchange = only ?? random.integer(0, exchanges - 1);
    return { atUs, fault: 'other program', lastsUs: 0, exchange };
  });
}
