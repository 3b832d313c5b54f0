/** How far the features of a model lie from its training, over the bars of a file. */
import type { FeatureSet } from '../features/feature-set.ts';
import type { FeatureTable } from '../backtest/strategy/feature-export.ts';
import { binCounts, LEAST_ROWS, psi, PSI_ACT, PSI_LOOK } from '../models/drift.ts';
import type { ModelFile } from './model-file.ts';

export type FeatureDrift = {
  readonly feature: string;
  readonly rows: number;
  readonly psi: number | null;
  readonly level: 'ok' | 'look' | 'act' | 'too-few-rows';
};

/** Rows are thinned to one a label's length: those within it are much alike. */
export function driftOf(model: ModelFile, set: FeatureSet, table: FeatureTable): readonly FeatureDrift[] {
  const width = set.specs.length;
  const every = model.horizonBars ?? 1;
  return set.names.map((feature, at) => {
    const values: number[] = [];
    for (let row = 0; row < table.rows; row += every) {
      const value = table.values[row * width + at] as number;
      if (!Number.isNaN(value)) values.push(value);
    }
    const { cuts = [], counts = [] } = model.deciles[at] ?? {};
    const sum = counts.reduce((total, count) => total + count, 0);
    if (values.length < LEAST_ROWS || sum === 0)
      return { feature, rows: values.length, psi: null, level: 'too-few-rows' as const };
    const index = psi(counts, binCounts(values, cuts));
    // What independent samples of one law would show by chance is no drift.
    const noise = cuts.length * (1 / values.length + every / sum);
    const level = index - noise >= PSI_ACT ? 'act' : index - noise >= PSI_LOOK ? 'look' : 'ok';
    return { feature, rows: values.length, psi: index, level };
  });
}
