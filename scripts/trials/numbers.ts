/** The figures that trials report of the times that they measured. */
export type Quantiles = { readonly p50: number; readonly p99: number; readonly max: number };

/** Of milliseconds, to a tenth; zeros when there are none. */
export function quantiles(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1));
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** So many trials, on rigs from a seed each, some rigs side by side: they mostly wait. */
export type TrialPlan = {
  readonly trials: number;
  readonly firstSeed: number;
  readonly jobs: number;
  /** Hears how many were made so far, and what they breached, after every rig. */
  readonly onMade?: ((made: number, violations: number) => void) | undefined;
};

export type Outcome = {
  /** Those that were made. */
  readonly trials: number;
  /** What they breached. */
  readonly violations: readonly string[];
  /** What came later than promised: a matter of the machine's speed too. */
  readonly late: readonly string[];
  /** Why others were not: nothing was traded in time, on a machine that was too busy. */
  readonly notMade: readonly string[];
};

/** The trials of one rig: how many were made, breaches and delays, and why the others were not. */
export type TrialEnd = Pick<Outcome, 'violations' | 'late'> & {
  readonly made: number;
  readonly notMade: string;
};

/** Runs every trial. @param aRig most of them that one rig makes, one after the other. */
export async function eachSeed(
  { trials, firstSeed, jobs, onMade }: TrialPlan,
  run: (seed: number, count: number) => Promise<TrialEnd>,
  aRig = 1,
): Promise<Outcome> {
  const violations: string[] = [];
  const late: string[] = [];
  const notMade: string[] = [];
  const share = Math.min(aRig, Math.ceil(trials / jobs));
  let seed = firstSeed;
  let left = trials;
  let made = 0;
  const work = async (): Promise<void> => {
    while (left > 0) {
      const count = Math.min(share, left);
      left -= count;
      const end = await run(seed++, count);
      made += end.made;
      violations.push(...end.violations);
      late.push(...end.late);
      if (end.notMade !== '') notMade.push(end.notMade);
      onMade?.(made, violations.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, trials) }, work));
  return { trials: made, violations, late, notMade };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How often something here is looked at, and an engine is asked: it lets a client ask only so often. */
const LOOK_MS = 20;
const ASK_MS = 100;

/** Asks an engine until it is so. @throws as `until`. */
export function asked<T>(what: string, ask: () => Promise<T>, fits: (value: T) => boolean): Promise<T> {
  return until(what, ask, fits, 300_000, ASK_MS);
}

/** Looks until it is so. @throws Error that says what was waited for, and what was seen last. */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  fits: (value: T) => boolean,
  patienceMs = 180_000,
  everyMs = LOOK_MS,
): Promise<T> {
  const endMs = performance.now() + patienceMs;
  let last = '';
  for (;;) {
    try {
      const value = await read();
      if (fits(value)) return value;
      last = JSON.stringify(value) ?? '';
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > endMs) {
      throw new Error(`${what}: not within ${patienceMs / 1_000} s; last seen: ${last.slice(0, 400)}`);
    }
    await pause(everyMs);
  }
}
