/**
 * Models of LightGBM as text, version 4 (microsoft/LightGBM, src/io/tree.cpp): `x <= threshold` in double; decision_type has categories in bit 0, the
 * default side in bit 1 and what is missing in bits 2 and 3; a child below 0 is the leaf −child − 1.
 */
import {
  BY_CATEGORY,
  checkEnsemble,
  type Link,
  MAX_GROUPS,
  MAX_NODES,
  MAX_TREES,
  MISSING,
  refused,
  type Tree,
  type TreeEnsemble,
} from './tree-ensemble.ts';

const LINKS: Readonly<Record<string, Link>> = {
  binary: 'logistic',
  cross_entropy: 'logistic',
  regression: 'identity',
  regression_l1: 'identity',
  huber: 'identity',
  fair: 'identity',
  quantile: 'identity',
  mape: 'identity',
  lambdarank: 'identity',
  rank_xendcg: 'identity',
  poisson: 'exp',
  gamma: 'exp',
  tweedie: 'exp',
  multiclass: 'softmax',
  multiclassova: 'logistic',
};

/** @throws UserError that names the tree and the line at fault. */
export function fromLightgbm(text: string, field = 'model'): TreeEnsemble {
  const [head = '', ...rest] = text.replaceAll('\r', '').split(/^Tree=/m);
  if (!head.startsWith('tree\n')) throw refused(field, 'does not begin as a text of LightGBM');
  if (rest.length > MAX_TREES) throw refused(field, `has ${rest.length} trees, more than ${MAX_TREES}`);
  if (!text.includes('\nend of trees')) throw refused(field, 'breaks off before "end of trees"');
  const fields = linesOf(head, field);
  const [objective = '', ...more] = (fields.get('objective') ?? 'regression').split(' ');
  const link = Object.hasOwn(LINKS, objective) ? LINKS[objective] : undefined;
  if (link === undefined)
    throw refused(field, `has the objective "${objective.slice(0, 60)}", which is not read`);
  if (more.includes('sqrt')) throw refused(field, 'predicts squared roots, which is not read');
  const slope = Number(more.find((each) => each.startsWith('sigmoid:'))?.slice('sigmoid:'.length) ?? 1);
  if (/^average_output$/m.test(head)) throw refused(field, 'is a random forest, which is not read');
  const groups = count(fields, field, 'num_tree_per_iteration', MAX_GROUPS);
  return checkEnsemble(
    {
      arithmetic: 'double-at-most',
      features: count(fields, field, 'max_feature_idx', 1_000_000) + 1,
      groups,
      base: Array.from({ length: groups }, () => 0),
      trees: rest.map((part, at) =>
        treeOf(part.split('\nend of trees')[0] as string, `${field}: tree ${at}`, at % groups),
      ),
      link,
      slope,
    },
    field,
  );
}

function treeOf(text: string, place: string, group: number): Tree {
  const fields = linesOf(text, place);
  const leaves = count(fields, place, 'num_leaves', MAX_NODES / 2);
  if (leaves < 1) throw refused(place, 'has no leaf');
  if (count(fields, place, 'is_linear', 1, '0') === 1)
    throw refused(place, 'has linear leaves, which is not read');
  const splits = leaves - 1;
  const list = (name: string, length: number): number[] =>
    numbersOf(fields.get(name) ?? '', place, name, length);
  const [features, thresholds, types] = [
    list('split_feature', splits),
    list('threshold', splits),
    list('decision_type', splits),
  ];
  const [lefts, rights, values] = [
    list('left_child', splits),
    list('right_child', splits),
    list('leaf_value', leaves),
  ];
  const nodes = splits + leaves;
  // Splits first, then leaves: the leaf −child − 1 lies behind all splits.
  const nodeOf = (child: number): number =>
    child >= 0 ? (child < splits ? child : -1) : -child - 1 < leaves ? splits - child - 1 : -1;
  const tree = {
    feature: new Int32Array(nodes).fill(-1),
    value: new Float64Array(nodes),
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    defaultLeft: new Uint8Array(nodes),
    kind: new Uint8Array(nodes),
    categories: new Map<number, ReadonlySet<number>>(),
    group,
  };
  const sets = count(fields, place, 'num_cat', MAX_NODES, '0');
  const bounds = sets === 0 ? [] : list('cat_boundaries', sets + 1);
  const bits = sets === 0 ? [] : numbersOf(fields.get('cat_threshold') ?? '', place, 'cat_threshold');
  for (let node = 0; node < splits; node++) {
    const type = types[node] as number;
    if (!Number.isInteger(type) || type < 0 || type > 15 || type >> 2 === 3)
      throw refused(place, `has the decision type ${type} in split ${node}`);
    const feature = features[node] as number;
    const [left, right] = [lefts[node] as number, rights[node] as number];
    if (![feature, left, right].every(Number.isInteger) || feature < 0)
      throw refused(place, `has split ${node} by ${feature} to ${left} and ${right}`);
    tree.feature[node] = feature;
    tree.value[node] = thresholds[node] as number;
    tree.left[node] = nodeOf(left);
    tree.right[node] = nodeOf(right);
    tree.defaultLeft[node] = (type >> 1) & 1;
    const missing = (type >> 2) & 3;
    tree.kind[node] =
      (missing === 1 ? MISSING.zero : missing === 2 ? MISSING.nan : MISSING.none) |
      ((type & 1) === 1 ? BY_CATEGORY : 0);
    if ((type & 1) === 1)
      tree.categories.set(node, categoriesOf(thresholds[node] as number, bounds, bits, place));
  }
  values.forEach((value, leaf) => {
    tree.value[splits + leaf] = value;
  });
  return tree;
}

/** A set of bits, 32 a word. */
function categoriesOf(
  set: number,
  bounds: readonly number[],
  words: readonly number[],
  place: string,
): ReadonlySet<number> {
  const [from, to] = [bounds[set], bounds[set + 1]];
  if (from === undefined || to === undefined || !(from >= 0 && to >= from && to <= words.length)) {
    throw refused(place, `has the set of categories ${set}, which it does not have`);
  }
  const found = new Set<number>();
  for (let at = from; at < to; at++) {
    for (let bit = 0; bit < 32; bit++)
      if ((((words[at] as number) >>> bit) & 1) === 1) found.add((at - from) * 32 + bit);
  }
  return found;
}

function linesOf(text: string, place: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at < 1) continue;
    const name = line.slice(0, at);
    if (fields.has(name)) throw refused(place, `has two lines ${name.slice(0, 60)}`);
    fields.set(name, line.slice(at + 1));
  }
  return fields;
}

function count(
  fields: ReadonlyMap<string, string>,
  place: string,
  name: string,
  most: number,
  usual?: string,
): number {
  const text = fields.get(name) ?? usual ?? '';
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw refused(
    place,
    text === '' ? `has no ${name}` : `has ${name}=${text.slice(0, 60)}, and at most ${most} is read`,
  );
}

function numbersOf(text: string, place: string, name: string, length?: number): number[] {
  const parts = text.trim() === '' ? [] : text.trim().split(/ +/);
  if (length !== undefined && parts.length !== length)
    throw refused(place, `has ${parts.length} values in ${name}, not ${length}`);
  return parts.map((part) => {
    const value = /^[-+]?(?:\d|\.|inf)/i.test(part)
      ? Number(part.replace(/^([-+]?)inf$/i, '$1Infinity'))
      : Number.NaN;
    if (Number.isNaN(value)) throw refused(place, `has "${part.slice(0, 40)}" in ${name}`);
    return value;
  });
}
