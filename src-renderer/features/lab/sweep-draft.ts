/** A sweep as it is typed, and the plan that it makes. */
import { typedFigure } from '../../lib/typed-figure.ts';
import { labField, parseRange, type SweepPlan } from './lab-fields.ts';

export type ParameterDraft = { readonly name: string; readonly text: string };
export type SearchDraft = {
  readonly method: 'grid' | 'random' | 'latin-hypercube';
  /** Of a search that draws. */
  readonly trials: string;
  readonly folds: string;
  readonly rankBy: 'sharpe' | 'return';
};

export type PlanDraft =
  | { readonly ok: true; readonly plan: SweepPlan; readonly trials: number }
  | { readonly ok: false; readonly error: string };

export const MAX_PARAMETERS = 6;
/** As many as the engine takes from a window. */
const MAX_TRIALS = 5_000;
/** A walk forward over fewer blocks than this has nothing to compare. */
const BLOCKS = 8;

/** @param base what is fixed, by name; null: a fixed setting does not fit. */
export function planOf(
  parameters: readonly ParameterDraft[],
  search: SearchDraft,
  base: Readonly<Record<string, string | number>> | null,
): PlanDraft {
  const bad = (error: string): PlanDraft => ({ ok: false, error });
  if (base === null) return bad('A fixed setting is not valid.');
  if (parameters.length === 0) return bad('Name at least one setting to vary.');
  const ranges: SweepPlan['parameters'] = {};
  let combinations = 1;
  for (const { name, text } of parameters) {
    const field = labField(name);
    if (field === undefined) return bad('Choose which setting to vary.');
    if (Object.hasOwn(ranges, name)) return bad(`${field.label} is entered twice.`);
    const parsed = parseRange(field, text);
    if (!parsed.ok) return bad(`${field.label}: ${parsed.error}`);
    ranges[name] = parsed.range;
    combinations *= parsed.count;
  }
  const drawn = typedFigure(search.trials);
  const isGrid = search.method === 'grid';
  if (!isGrid && !(Number.isInteger(drawn) && drawn >= 1))
    return bad('Trials must be a whole number from 1.');
  const trials = isGrid ? combinations : drawn;
  if (trials > MAX_TRIALS) return bad(`That makes ${trials} trials; ${MAX_TRIALS} at most.`);
  const folds = typedFigure(search.folds);
  if (!(Number.isInteger(folds) && folds >= 1 && folds <= 100)) return bad('Folds must be from 1 to 100.');
  const fixed = Object.fromEntries(Object.entries(base).filter(([name]) => !Object.hasOwn(ranges, name)));
  return {
    ok: true,
    trials,
    plan: {
      parameters: ranges,
      base: fixed,
      search: search.method === 'grid' ? { method: 'grid' } : { method: search.method, trials },
      folds,
      blocks: BLOCKS,
      rankBy: search.rankBy,
    },
  };
}
