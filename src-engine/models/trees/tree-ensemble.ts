/**
 * Boosted trees in flat arrays, whoever trained them, and their answers. A file of trees is refused unless it is one: children in range, no node with
 * two parents and so no circle, bounded depth and size, numbers that are numbers.
 */
import { UserError } from '../../domain/errors.ts';
import { exp, logistic } from '../../lib/elementary.ts';

export const MAX_TREES = 20_000;
export const MAX_NODES = 4_000_000;
export const MAX_DEPTH = 512;
export const MAX_FEATURES = 4_096;
export const MAX_GROUPS = 100;

export type Tree = {
  /** −1: a leaf. */
  readonly feature: Int32Array;
  /** Of a split: what a value is compared with; of a leaf: its value. */
  readonly value: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Whether a missing value goes left. */
  readonly defaultLeft: Uint8Array;
  /** Bits 0 and 1: what is missing (`MISSING`); bit 2: a split by categories, whose set goes left (or right, of XGBoost). */
  readonly kind: Uint8Array;
  /** By node: the categories of its set. */
  readonly categories: ReadonlyMap<number, ReadonlySet<number>>;
  /** Which output it adds to. */
  readonly group: number;
};

export const MISSING = { none: 0, zero: 1, nan: 2 } as const;
export const BY_CATEGORY = 4;

export type Link = 'identity' | 'logistic' | 'exp' | 'softmax';

export type TreeEnsemble = {
  /** How numbers are compared and summed: XGBoost `x < t` in float32, LightGBM `x <= t` in double. */
  readonly arithmetic: 'float32-below' | 'double-at-most';
  readonly features: number;
  readonly groups: number;
  /** Margin before the first tree, a group. */
  readonly base: readonly number[];
  readonly trees: readonly Tree[];
  readonly link: Link;
  /** Of a logistic link: the margin is multiplied by it. */
  readonly slope: number;
};

/** Into `out`, a margin for each group. @param row NaN: missing. */
export function marginsOf(model: TreeEnsemble, row: ArrayLike<number>, out: Float64Array): void {
  const isFloat = model.arithmetic === 'float32-below';
  for (let group = 0; group < model.groups; group++) out[group] = model.base[group] ?? 0;
  for (const tree of model.trees) {
    const leaf = tree.value[isFloat ? leafBelow(tree, row) : leafAtMost(tree, row)] as number;
    const sum = (out[tree.group] as number) + leaf;
    out[tree.group] = isFloat ? Math.fround(sum) : sum;
  }
}

/** What the model says: a value, a probability, or one for each class. */
export function predictionOf(model: TreeEnsemble, margins: ArrayLike<number>): number[] {
  const values = Array.from({ length: model.groups }, (_, group) => margins[group] as number);
  if (model.link === 'logistic') return values.map((value) => logistic(model.slope * value));
  if (model.link === 'exp') return values.map(exp);
  if (model.link === 'identity') return values;
  const most = Math.max(...values);
  const grown = values.map((value) => exp(value - most));
  const sum = grown.reduce((total, each) => total + each, 0);
  return grown.map((value) => value / sum);
}

function leafBelow(
  { feature, value, left, right, defaultLeft, kind, categories }: Tree,
  row: ArrayLike<number>,
): number {
  let node = 0;
  for (let split = feature[0] as number; split >= 0; split = feature[node] as number) {
    const x = Math.fround(row[split] as number);
    let goesLeft: boolean;
    if (Number.isNaN(x)) goesLeft = defaultLeft[node] === 1;
    else if (((kind[node] as number) & BY_CATEGORY) !== 0)
      goesLeft = categories.get(node)?.has(Math.trunc(x)) !== true;
    else goesLeft = x < (value[node] as number);
    node = (goesLeft ? left : right)[node] as number;
  }
  return node;
}

/** Below this a value counts as zero where zero is missing. */
const ZERO = 1e-35;

function leafAtMost(
  { feature, value, left, right, defaultLeft, kind, categories }: Tree,
  row: ArrayLike<number>,
): number {
  let node = 0;
  for (let split = feature[0] as number; split >= 0; split = feature[node] as number) {
    let x = row[split] as number;
    const how = kind[node] as number;
    const missing = how & 3;
    let goesLeft: boolean;
    if ((how & BY_CATEGORY) !== 0) goesLeft = x >= 0 && categories.get(node)?.has(Math.trunc(x)) === true;
    else {
      if (Number.isNaN(x) && missing !== MISSING.nan) x = 0;
      const isMissing =
        missing === MISSING.nan ? Number.isNaN(x) : missing === MISSING.zero && Math.abs(x) <= ZERO;
      goesLeft = isMissing ? defaultLeft[node] === 1 : x <= (value[node] as number);
    }
    node = (goesLeft ? left : right)[node] as number;
  }
  return node;
}

/** @throws UserError that names the tree and the node at fault. */
export function checkEnsemble(model: TreeEnsemble, field: string): TreeEnsemble {
  const { trees, features, groups, base } = model;
  within(field, 'features', features, 1, MAX_FEATURES);
  within(field, 'outputs', groups, 1, MAX_GROUPS);
  within(field, 'trees', trees.length, 1, MAX_TREES);
  within(
    field,
    'nodes',
    trees.reduce((sum, tree) => sum + tree.feature.length, 0),
    1,
    MAX_NODES,
  );
  if (base.length !== groups || !base.every(Number.isFinite)) {
    throw refused(field, `has the base ${base.join(', ')} for ${groups} outputs`);
  }
  if (!(Number.isFinite(model.slope) && model.slope > 0))
    throw refused(field, `has the sigmoid ${model.slope}`);
  trees.forEach((tree, at) => checkTree(tree, `${field}: tree ${at}`, features, groups));
  return model;
}

function checkTree(
  { feature, value, left, right, group }: Tree,
  place: string,
  features: number,
  groups: number,
): void {
  const nodes = feature.length;
  if (nodes === 0) throw refused(place, 'has no node');
  if (!(group >= 0 && group < groups)) throw refused(place, `adds to the output ${group} of ${groups}`);
  const seen = new Uint8Array(nodes);
  const walk: [node: number, depth: number][] = [[0, 0]];
  for (let next = walk.pop(); next !== undefined; next = walk.pop()) {
    const [node, depth] = next;
    if (depth > MAX_DEPTH) throw refused(place, `is deeper than ${MAX_DEPTH}`);
    if (seen[node] === 1) throw refused(place, `reaches node ${node} in two ways: it is no tree`);
    seen[node] = 1;
    const split = feature[node] as number;
    if (Number.isNaN(value[node])) throw refused(place, `has NaN in node ${node}`);
    if (split < 0) {
      if (!Number.isFinite(value[node])) throw refused(place, `has the value ${value[node]} in leaf ${node}`);
      continue;
    }
    if (split >= features) throw refused(place, `splits by feature ${split} of ${features} in node ${node}`);
    for (const child of [left[node], right[node]]) {
      if (child === undefined || child < 0 || child >= nodes)
        throw refused(place, `has the child ${child} of ${nodes} nodes in node ${node}`);
      walk.push([child, depth + 1]);
    }
  }
}

export function within(field: string, what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw refused(field, `has ${value} ${what}, and ${least} to ${most} are read`);
}

export function refused(field: string, message: string): UserError {
  return new UserError({
    code: 'bad-model',
    field,
    message,
    remedy: 'Save the model again from the library that made it.',
  });
}
