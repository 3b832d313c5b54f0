/** How far the features of a model lie from its training, over the bars of a file. */
import type { FeatureSet } from '../features/feature-set.ts';
import type { FeatureTable } from '../backtest/strategy/feature-export.ts';
import {
  benjaminiHochberg,
  binCounts,
  kolmogorovSmirnovOfCounts,
  LEAST_ROWS,
  psi,
  PSI_ACT,
  PSI_LOOK,
} from '../models/drift.ts';
import type { ModelFile } from './model-file.ts';

export type FeatureDrift = {
  readonly feature: string;
  readonly rows: number;
  readonly psi: number | null;
  /** Kolmogorov–Smirnov at the training deciles, and its p among all features that were tested (Benjamini and Hochberg). */
  readonly ks: number | null;
  readonly p: number | null;
  readonly level: 'ok' | 'look' | 'act' | 'too-few-rows';
};

/** A distance that is certain is worth a look only from this size on: with enough rows any is certain. */
const KS_LOOK = 0.1;
const KS_ALPHA = 0.01;

/** Rows are thinned to one a label's length: those within it are much alike. */
export function driftOf(model: ModelFile, set: FeatureSet, table: FeatureTable): readonly FeatureDrift[] {
  const width = set.specs.length;
  const every = model.horizonBars ?? 1;
  const found = set.names.map((feature, at): FeatureDrift => {
    const values: number[] = [];
    for (let row = 0; row < table.rows; row += every) {
      const value = table.values[row * width + at] as number;
      if (!Number.isNaN(value)) values.push(value);
    }
    const { cuts = [], counts = [] } = model.deciles[at] ?? {};
    const sum = counts.reduce((total, count) => total + count, 0);
    if (values.length < LEAST_ROWS || sum === 0)
      return { feature, rows: values.length, psi: null, ks: null, p: null, level: 'too-few-rows' };
    const observed = binCounts(values, cuts);
    const index = psi(counts, observed);
    const { statistic, p } = kolmogorovSmirnovOfCounts(counts, observed, {
      expected: sum / every,
      observed: values.length,
    });
    // What independent samples of one law would show by chance is no drift.
    const noise = cuts.length * (1 / values.length + every / sum);
    const level = index - noise >= PSI_ACT ? 'act' : index - noise >= PSI_LOOK ? 'look' : 'ok';
    return { feature, rows: values.length, psi: index, ks: statistic, p, level };
  });
  // As many tests as features: without the correction one in a hundred would be certain by chance.
  const tested = found.filter(({ p }) => p !== null);
  const adjusted = benjaminiHochberg(tested.map(({ p }) => p ?? 1));
  return found.map((row) => {
    const p = adjusted[tested.indexOf(row)];
    if (p === undefined) return row;
    const isOff = p < KS_ALPHA && (row.ks ?? 0) >= KS_LOOK;
    return { ...row, p, level: isOff && row.level === 'ok' ? 'look' : row.level };
  });
}
