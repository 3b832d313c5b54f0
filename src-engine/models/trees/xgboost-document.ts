/**
 * Models of XGBoost as JSON or UBJ (dmlc/xgboost doc/model.schema). Thresholds and leaves are float32; `base_score` of a logistic objective is a
 * probability, and from 3.1 on a list in a text ("[5E-1]").
 */
import { log } from '../../lib/elementary.ts';
import {
  BY_CATEGORY,
  checkEnsemble,
  type Link,
  MAX_NODES,
  MAX_TREES,
  MISSING,
  refused,
  type Tree,
  type TreeEnsemble,
  within,
} from './tree-ensemble.ts';

const LINKS: Readonly<Record<string, Link>> = {
  'binary:logistic': 'logistic',
  'reg:logistic': 'logistic',
  'binary:logitraw': 'identity',
  'reg:squarederror': 'identity',
  'reg:linear': 'identity',
  'reg:absoluteerror': 'identity',
  'reg:pseudohubererror': 'identity',
  'rank:pairwise': 'identity',
  'rank:ndcg': 'identity',
  'rank:map': 'identity',
  'count:poisson': 'exp',
  'reg:gamma': 'exp',
  'reg:tweedie': 'exp',
  'multi:softprob': 'softmax',
  'multi:softmax': 'softmax',
};

/** @param document parsed; nothing of it is trusted. @throws UserError that names the field at fault. */
export function fromXgboost(document: unknown, field = 'model'): TreeEnsemble {
  const learner = objectAt(objectAt(document, field, ''), field, 'learner');
  const booster = objectAt(learner, field, 'gradient_booster');
  if (booster['name'] !== 'gbtree') {
    const { name } = booster;
    const found = name === undefined ? 'names no booster' : `has the booster ${JSON.stringify(name)}`;
    throw refused(field, `${found}; gbtree alone is read`);
  }
  const objective = String(objectAt(learner, field, 'objective')['name']);
  const link = Object.hasOwn(LINKS, objective) ? LINKS[objective] : undefined;
  if (link === undefined)
    throw refused(field, `has the objective "${objective.slice(0, 60)}", which is not read`);
  const parameters = objectAt(learner, field, 'learner_model_param');
  const features = integerOf(parameters['num_feature'], field, 'num_feature');
  const groups = Math.max(1, integerOf(parameters['num_class'] ?? '0', field, 'num_class'));
  if (integerOf(parameters['num_target'] ?? '1', field, 'num_target') > 1)
    throw refused(field, 'has several targets, which is not read');
  const model = objectAt(booster, field, 'model');
  const trees = listAt(model, field, 'trees', MAX_TREES);
  const info = listAt(model, field, 'tree_info', MAX_TREES);
  if (info.length !== trees.length)
    throw refused(field, `names the outputs of ${info.length} trees of ${trees.length}`);
  return checkEnsemble(
    {
      arithmetic: 'float32-below',
      features,
      groups,
      base: baseOf(parameters['base_score'], objective, groups, field),
      trees: trees.map((tree, at) =>
        treeOf(tree, `${field}: tree ${at}`, integerOf(info[at], field, 'tree_info')),
      ),
      link,
      slope: 1,
    },
    field,
  );
}

function baseOf(written: unknown, objective: string, groups: number, field: string): number[] {
  const text = textOf(written).trim();
  const scores = text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  if (scores.length !== 1 && scores.length !== groups)
    throw refused(field, `has ${scores.length} base scores for ${groups} outputs`);
  return Array.from({ length: groups }, (_, group) => {
    const score = Math.fround(scores.length === 1 ? (scores[0] as number) : (scores[group] as number));
    if (!Number.isFinite(score))
      throw refused(field, `has the base score ${JSON.stringify(text.slice(0, 60))}`);
    const isProbability = /:logistic$|^binary:logitraw$/.test(objective);
    if (isProbability) {
      if (!(score > 0 && score < 1))
        throw refused(field, `has the base score ${score}, which is no probability`);
      return Math.fround(-log(1 / score - 1));
    }
    if (LINKS[objective] !== 'exp') return score;
    if (!(score > 0)) throw refused(field, `has the base score ${score} of a count`);
    return Math.fround(log(score));
  });
}

function treeOf(tree: unknown, place: string, group: number): Tree {
  const fields = objectAt(tree, place, '');
  const left = numbers(fields, place, 'left_children');
  const nodes = left.length;
  within(place, 'nodes', nodes, 1, MAX_NODES);
  const right = numbers(fields, place, 'right_children', nodes);
  const splits = numbers(fields, place, 'split_indices', nodes);
  const conditions = numbers(fields, place, 'split_conditions', nodes);
  const defaults = numbers(fields, place, 'default_left', nodes);
  const types =
    fields['split_type'] === undefined
      ? Array.from({ length: nodes }, () => 0)
      : numbers(fields, place, 'split_type', nodes);
  const categories = new Map<number, ReadonlySet<number>>();
  const owners = fields['categories_nodes'] === undefined ? [] : numbers(fields, place, 'categories_nodes');
  if (owners.length > 0) {
    const sets = numbers(fields, place, 'categories');
    const [starts, sizes] = ['categories_segments', 'categories_sizes'].map((name) =>
      numbers(fields, place, name, owners.length),
    ) as [number[], number[]];
    owners.forEach((node, at) => {
      const [from, size] = [starts[at] as number, sizes[at] as number];
      if (!(from >= 0 && size >= 0 && from + size <= sets.length))
        throw refused(place, `has categories from ${from} to ${from + size} of ${sets.length}`);
      categories.set(node, new Set(sets.slice(from, from + size)));
    });
  }
  const isLeaf = (node: number): boolean => left[node] === -1;
  return {
    feature: Int32Array.from(splits, (split, node) =>
      isLeaf(node) ? -1 : whole(split, place, 'split_indices'),
    ),
    value: Float64Array.from(conditions, (value) => Math.fround(value)),
    left: Int32Array.from(left, (child) => whole(child, place, 'left_children')),
    right: Int32Array.from(right, (child) => whole(child, place, 'right_children')),
    defaultLeft: Uint8Array.from(defaults, (each) => (each === 0 ? 0 : 1)),
    kind: Uint8Array.from(types, (type, node) =>
      isLeaf(node) ? 0 : MISSING.nan | (type === 1 ? BY_CATEGORY : 0),
    ),
    categories,
    group,
  };
}

/** Beyond an index a number would be cut to another one. */
function whole(value: number, place: string, name: string): number {
  if (Number.isInteger(value) && Math.abs(value) <= 2_147_483_647) return value;
  throw refused(place, `has ${value} in ${name}`);
}

function objectAt(holder: unknown, field: string, name: string): Readonly<Record<string, unknown>> {
  const found = name === '' ? holder : (holder as Readonly<Record<string, unknown>>)[name];
  if (typeof found === 'object' && found !== null && !Array.isArray(found))
    return found as Readonly<Record<string, unknown>>;
  throw refused(field, name === '' ? 'is no object' : `has no ${name}`);
}

function listAt(
  holder: Readonly<Record<string, unknown>>,
  field: string,
  name: string,
  most: number,
): readonly unknown[] {
  const found = holder[name];
  if (!Array.isArray(found)) throw refused(field, `has no list ${name}`);
  if (found.length > most) throw refused(field, `has ${found.length} items in ${name}, more than ${most}`);
  return found;
}

function numbers(
  holder: Readonly<Record<string, unknown>>,
  place: string,
  name: string,
  length?: number,
): number[] {
  const found = listAt(holder, place, name, MAX_NODES);
  if (length !== undefined && found.length !== length)
    throw refused(place, `has ${found.length} items in ${name} for ${length} nodes`);
  return found.map((value) => {
    const read = typeof value === 'boolean' ? Number(value) : value;
    if (typeof read === 'number' && !Number.isNaN(read)) return read;
    throw refused(place, `has ${JSON.stringify(value) ?? 'nothing'} in ${name}`);
  });
}

function integerOf(value: unknown, field: string, name: string): number {
  const text = String(value);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw refused(field, `has ${JSON.stringify(text.slice(0, 60))} as ${name}`);
}

/** Of a number as XGBoost writes it; what is neither is shown as it is. */
function textOf(written: unknown): string {
  if (written === undefined) return '5E-1';
  return typeof written === 'string' ? written : JSON.stringify(written);
}
