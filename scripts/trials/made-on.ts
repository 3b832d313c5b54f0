/** Trials on one rig, one after the other; the first that breaks off is the last. */
import type { TrialEnd } from './numbers.ts';

/** What both kinds of rig have. */
type Stage = {
  readonly engine: { readonly output: string };
  readonly violations: readonly string[];
  readonly late: readonly string[];
  isUnderWay: boolean;
  breach(what: string): void;
  stop(): Promise<void>;
};

/** Rigs that are set up for the same trials: where nothing was traded on one, nothing was tried. */
const TRIES = 2;

/** Makes trials on a rig, and ends it. @param trial hears the number of the trial on this rig, from 1. */
export async function madeOn<T extends Stage>(
  seed: number,
  start: () => Promise<T>,
  trial: (rig: T, number: number) => Promise<void>,
  trials: number,
): Promise<TrialEnd> {
  const late: string[] = [];
  for (let tries = 1; ; tries++) {
    const end = await madeOnOne(seed, await start(), trial, trials);
    if (tries === TRIES || end.made > 0 || end.violations.length > 0)
      return { ...end, late: [...late, ...end.late] };
    late.push(...end.late, `set up once more: ${end.notMade}`);
  }
}

async function madeOnOne<T extends Stage>(
  seed: number,
  rig: T,
  trial: (rig: T, number: number) => Promise<void>,
  trials: number,
): Promise<TrialEnd> {
  let notMade = '';
  let made = 0;
  try {
    while (made < trials) {
      rig.isUnderWay = false;
      await trial(rig, made + 1);
      made++;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const cause = `${reason}; the engine said: ${rig.engine.output.slice(-600)}`;
    if (rig.isUnderWay) {
      made++;
      rig.breach(cause);
    } else notMade = `seed ${seed}: ${cause}`;
  } finally {
    await rig.stop();
  }
  const named = (lines: readonly string[]): string[] => lines.map((what) => `seed ${seed}: ${what}`);
  return { made, violations: named(rig.violations), late: named(rig.late), notMade };
}
