/**
 * Whether a figure at a time depends on what came later. Two proofs, for anything that turns steps into figures: the prefix (steps cut at t
 * give the same figures up to t as all of them, bit for bit) and the poison (every step after t replaced by another, nothing up to t may
 * change). Both at seeded places.
 */
import { SeededRandom } from '../lib/random.ts';
import { type MarketStep, STEP_FIELDS } from './market-step.ts';

/** Figures after each step, in one array a step. `steps` calls back with a reused step for each index. */
export type Figures = (steps: StepReader, count: number) => readonly Float64Array[];
export type StepReader = (index: number, step: MarketStep) => void;

export type Leak = {
  readonly check: 'prefix' | 'poison';
  /** Last step that both had in common. */
  readonly cut: number;
  /** The first step at or before the cut whose figure differs. */
  readonly step: number;
  readonly figure: number;
};

/** @param cuts how many places are tried. Answers the first leak; undefined: none was found. */
export function findLeak(
  figures: Figures,
  read: StepReader,
  count: number,
  cuts: number,
  seed: number,
): Leak | undefined {
  const whole = figures(read, count);
  const random = new SeededRandom(seed);
  for (let at = 0; at < cuts; at++) {
    const cut = random.integer(1, Math.max(1, count - 2));
    const prefix = difference(whole, figures(read, cut + 1), cut);
    if (prefix !== undefined) return { check: 'prefix', cut, ...prefix };
    const poison = difference(whole, figures(poisoned(read, cut), count), cut);
    if (poison !== undefined) return { check: 'poison', cut, ...poison };
  }
  return undefined;
}

/** Prices three times as high and quantities half as large after the cut: steps that could be, and are not these. */
function poisoned(read: StepReader, cut: number): StepReader {
  return (index, step) => {
    read(index, step);
    if (index <= cut) return;
    for (const field of STEP_FIELDS) {
      if (field === 'endUs') continue;
      const factor = /Qty|Volume|volume|Depth|trades/.test(field) ? 0.5 : /Reach/.test(field) ? 1.5 : 3;
      step[field] *= factor;
    }
  };
}

function difference(
  whole: readonly Float64Array[],
  other: readonly Float64Array[],
  cut: number,
): Pick<Leak, 'step' | 'figure'> | undefined {
  for (let step = 0; step <= cut; step++) {
    const [left, right] = [whole[step], other[step]];
    const size = Math.max(left?.length ?? 0, right?.length ?? 0);
    for (let figure = 0; figure < size; figure++) {
      if (!Object.is(left?.[figure], right?.[figure])) return { step, figure };
    }
  }
  return undefined;
}
