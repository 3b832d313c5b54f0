/** The values of features over a file's steps as CSV, .npy or .npz. Equal inputs give equal bytes. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { UserError } from '../../domain/errors.ts';
import { FeatureRow, type FeatureSet } from '../../features/feature-set.ts';
import { emptyStep } from '../../features/market-step.ts';
import { npyBytes, npzBytes } from '../../features/npy.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { GAP_STEPS } from '../../strategies/strategy-host.ts';
import type { PairedSteps } from './paired-steps.ts';

export const EXPORT_KINDS: readonly string[] = ['.csv', '.npy', '.npz'];
/** 400 MB of values. */
const MOST_VALUES = 50_000_000;

export type FeatureTable = {
  readonly endUs: Float64Array;
  /** Rows first. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly unknown: number;
};

/** @param warmOnly rows with an unknown value are left out. @throws UserError for more than can be held. */
export function featureTable(set: FeatureSet, steps: PairedSteps, warmOnly: boolean): FeatureTable {
  const width = set.specs.length;
  if (steps.count * width > MOST_VALUES) {
    throw new UserError({
      code: 'too-many-values',
      field: '--features',
      message: `are ${width} features of ${steps.count} bars, more than ${MOST_VALUES} values`,
      remedy: 'Take fewer features, or longer bars with --bar.',
    });
  }
  const row = new FeatureRow(set, GAP_STEPS * steps.stepUs);
  const now = [emptyStep()];
  const endUs = new Float64Array(steps.count);
  const values = new Float64Array(steps.count * width);
  let [rows, unknown] = [0, 0];
  for (let at = 0; at < steps.count; at++) {
    steps.read(at, now);
    row.update(now[0] ?? emptyStep());
    const missing = row.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
    if (warmOnly && missing > 0) continue;
    unknown += missing;
    endUs[rows] = now[0]?.endUs ?? 0;
    values.set(row.values, rows * width);
    rows++;
  }
  return { endUs: endUs.slice(0, rows), values: values.slice(0, rows * width), rows, unknown };
}

export type ExportResult = {
  readonly rows: number;
  readonly unknown: number;
  readonly sha256: string;
  /** Of a CSV that goes to stdout. */
  readonly text?: string;
};

/** @throws UserError when there is a file of that name. */
export async function exportFeatures({
  set,
  steps,
  out,
  kind,
  warmOnly,
}: {
  set: FeatureSet;
  steps: PairedSteps;
  out: string | undefined;
  kind: string;
  warmOnly: boolean;
}): Promise<ExportResult> {
  if (out !== undefined && existsSync(out)) {
    throw new UserError({
      code: 'file-exists',
      field: '--out',
      value: out,
      message: 'exists already',
      remedy: 'Choose another name.',
    });
  }
  const table = featureTable(set, steps, warmOnly);
  const data = kind === '.csv' ? csvOf(set, table) : arraysOf(set, table, kind);
  if (out !== undefined) await writeWhole(out, data);
  const sha256 = createHash('sha256').update(data).digest('hex');
  const { rows, unknown } = table;
  return { rows, unknown, sha256, ...(typeof data === 'string' && out === undefined ? { text: data } : {}) };
}

/** Times in µs since 1970; numbers with 17 digits at most, which give the same double again; nothing for what is not known. */
function csvOf(set: FeatureSet, { endUs, values, rows }: FeatureTable): string {
  const width = set.specs.length;
  const lines = [['end_us', ...set.names].join(',')];
  for (let at = 0; at < rows; at++) {
    const cells = Array.from(values.subarray(at * width, (at + 1) * width), (value) =>
      Number.isNaN(value) ? '' : String(value),
    );
    lines.push([String(endUs[at]), ...cells].join(','));
  }
  return `${lines.join('\n')}\n`;
}

function arraysOf(set: FeatureSet, { endUs, values, rows }: FeatureTable, kind: string): Uint8Array {
  const table = npyBytes('<f8', [rows, set.specs.length], values);
  if (kind === '.npy') return table;
  return npzBytes({
    end_us: npyBytes(
      '<i8',
      [rows],
      BigInt64Array.from(endUs, (each) => BigInt(each)),
    ),
    values: table,
  });
}
