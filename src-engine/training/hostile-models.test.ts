/** Files of models that are none: each is refused with what is wrong, within bounds of time and memory. */
import { describe, expect, it } from 'vitest';
import { parseImported } from './import-model.ts';
import { answerOf, modelText, parseModel } from './model-file.ts';

const refuse = (message: string): Error => new Error(`FILE: ${message}`);
const read = (content: unknown) =>
  parseImported(Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)), 'f', refuse);

type Fields = Record<string, unknown>;
const TREE: Fields = {
  left_children: [1, -1, -1],
  right_children: [2, -1, -1],
  split_indices: [0, 0, 0],
  split_conditions: [0.5, -1, 2],
  default_left: [1, 0, 0],
  split_type: [0, 0, 0],
};
function booster(tree: Fields = {}, learner: Fields = {}, parameters: Fields = {}): unknown {
  return {
    version: [2, 0, 0],
    learner: {
      learner_model_param: {
        base_score: '5E-1',
        num_class: '0',
        num_feature: '2',
        num_target: '1',
        ...parameters,
      },
      objective: { name: 'binary:logistic' },
      gradient_booster: { name: 'gbtree', model: { tree_info: [0], trees: [{ ...TREE, ...tree }] } },
      ...learner,
    },
  };
}
const LIGHT = (tree: string, head = ''): string =>
  `tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx=1\nobjective=binary sigmoid:1\n${head}\nTree=0\n${tree}\n\nend of trees\n`;
const SPLIT =
  'num_leaves=2\nnum_cat=0\nsplit_feature=0\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=-1 2\nis_linear=0';

describe('what is a model', () => {
  it('answers, with base scores of either form', () => {
    const { model, format } = read(booster());
    expect(format).toBe('xgboost-json');
    expect(answerOf(model, [0, 0])[0]).toBeCloseTo(1 / (1 + Math.E), 6);
    expect(answerOf(model, [Number.NaN, 0])).toEqual(answerOf(model, [0, 0]));
    // 0.5 itself is not below 0.5, and 0.5 less a digit of a double is 0.5 in float32.
    expect(answerOf(model, [0.5 - 1e-12, 0])[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(answerOf(read(booster({}, {}, { base_score: '[5E-1]' })).model, [0, 0])).toEqual(
      answerOf(model, [0, 0]),
    );
    const light = read(LIGHT(SPLIT));
    expect(light.format).toBe('lightgbm-text');
    expect(answerOf(light.model, [0.5, 0])[0]).toBeCloseTo(1 / (1 + Math.E), 12);
    expect(parseModel(modelText(light.model), 'f')).toEqual(light.model);
    expect(() => answerOf(light.model, [1])).toThrow(/has 1 values, and the model takes 2/);
  });

  it('of several classes gives a probability for each', () => {
    const trees = [-1, 0, 1].map((leaf) => ({ ...TREE, split_conditions: [0.5, leaf, leaf] }));
    const document = booster(
      {},
      {
        objective: { name: 'multi:softprob' },
        gradient_booster: { name: 'gbtree', model: { tree_info: [0, 1, 2], trees } },
      },
      { num_class: '3' },
    );
    const answer = answerOf(read(document).model, [0, 0]);
    expect(answer.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
    expect((answer[2] as number) / (answer[1] as number)).toBeCloseTo(Math.E, 6);
  });
});

describe('what is refused', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', '{}', /has no learner/],
    ['text', 'hello', /neither JSON, UBJ nor a text of LightGBM/],
    ['a list', '[]', /is no object/],
    ['null', 'null', /is no object/],
    ['another booster', booster({}, { gradient_booster: { name: 'dart' } }), /has the booster "dart"/],
    ['another objective', booster({}, { objective: { name: 'survival:cox' } }), /objective "survival:cox"/],
    [
      'a name of every object',
      booster({}, { objective: { name: 'constructor' } }),
      /objective "constructor"/,
    ],
    [
      'a circle',
      booster({ left_children: [1, 0, -1], right_children: [2, 2, -1] }),
      /reaches node \d in two ways/,
    ],
    ['a node that is its own child', booster({ left_children: [0, -1, -1] }), /reaches node 0 in two ways/],
    ['a node with two parents', booster({ right_children: [1, -1, -1] }), /reaches node 1 in two ways/],
    ['a child that is not there', booster({ right_children: [9, -1, -1] }), /has the child 9 of 3 nodes/],
    ['a child below zero', booster({ right_children: [-5, -1, -1] }), /has the child -5/],
    [
      'a child beyond an index',
      booster({ right_children: [4294967297, -1, -1] }),
      /has 4294967297 in right_children/,
    ],
    ['half a child', booster({ right_children: [1.5, -1, -1] }), /has 1.5 in right_children/],
    ['a feature that is not there', booster({ split_indices: [7, 0, 0] }), /splits by feature 7 of 2/],
    ['NaN', booster({ split_conditions: [0.5, null, 2] }), /has null in split_conditions/],
    [
      'a leaf beyond float32',
      booster({ split_conditions: [0.5, 1e308, 2] }),
      /has the value Infinity in leaf 1/,
    ],
    ['lists of other lengths', booster({ split_indices: [0] }), /has 1 items in split_indices for 3 nodes/],
    [
      'no trees',
      booster({}, { gradient_booster: { name: 'gbtree', model: { tree_info: [], trees: [] } } }),
      /has 0 trees/,
    ],
    [
      'a tree for an output that is not there',
      booster({}, { gradient_booster: { name: 'gbtree', model: { tree_info: [3], trees: [TREE] } } }),
      /adds to the output 3 of 1/,
    ],
    ['a million features', booster({}, {}, { num_feature: '1000000' }), /has 1000000 features/],
    ['a base that is no probability', booster({}, {}, { base_score: '1.5' }), /no probability/],
    ['a base that is no number', booster({}, {}, { base_score: 'x' }), /base score "x"/],
    ['LightGBM that breaks off', LIGHT(SPLIT).slice(0, 200), /breaks off|has no/],
    [
      'LightGBM with a circle',
      LIGHT(SPLIT.replace('left_child=-1', 'left_child=0')),
      /reaches node 0 in two ways/,
    ],
    ['LightGBM with a leaf twice', LIGHT(SPLIT.replace('right_child=-2', 'right_child=-1')), /in two ways/],
    [
      'LightGBM with a leaf of NaN',
      LIGHT(SPLIT.replace('leaf_value=-1 2', 'leaf_value=nan 2')),
      /has "nan" in leaf_value/,
    ],
    [
      'LightGBM with a leaf of infinity',
      LIGHT(SPLIT.replace('leaf_value=-1 2', 'leaf_value=inf 2')),
      /has the value Infinity/,
    ],
    [
      'LightGBM with a billion leaves',
      LIGHT(SPLIT.replace('num_leaves=2', 'num_leaves=999999999')),
      /num_leaves=999999999/,
    ],
    ['LightGBM with linear leaves', LIGHT(SPLIT.replace('is_linear=0', 'is_linear=1')), /linear leaves/],
    [
      'LightGBM with an unknown decision',
      LIGHT(SPLIT.replace('decision_type=2', 'decision_type=14')),
      /decision type 14/,
    ],
    ['LightGBM with a line twice', LIGHT(`${SPLIT}\nnum_leaves=2`), /two lines num_leaves/],
    [
      'LightGBM with categories that are not there',
      LIGHT(SPLIT.replace('decision_type=2', 'decision_type=1')),
      /set of categories/,
    ],
    ['LightGBM’s random forest', LIGHT(SPLIT, 'average_output'), /random forest/],
  ])('%s', (_, content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  it('a tree that is too deep, without a stack of that depth', () => {
    const depth = 2_000;
    const nodes = 2 * depth + 1;
    const left = Array.from({ length: nodes }, (_, at) => (at < depth ? at + 1 : -1));
    const right = Array.from({ length: nodes }, (_, at) => (at < depth ? depth + 1 + at : -1));
    const zeros = Array.from({ length: nodes }, () => 0);
    const deep = booster({
      left_children: left,
      right_children: right,
      split_indices: zeros,
      split_conditions: zeros,
      default_left: zeros,
      split_type: zeros,
    });
    expect(() => read(deep)).toThrow(/is deeper than 512/);
  });

  it.each<[string, number[], RegExp]>([
    ['that breaks off', [0x7b, 0x69, 5, 0x61], /says a text of 5 bytes, more than the file has, at byte 3/],
    ['with a length of 4 GB', [0x7b, 0x4c, 0, 0, 0, 1, 0, 0, 0, 0], /more than the file has/],
    ['with a length below zero', [0x7b, 0x69, 0xff], /has the length -1/],
    [
      'with more items than bytes',
      [0x7b, 0x69, 1, 0x61, 0x5b, 0x24, 0x54, 0x23, 0x6c, 0x7f, 0xff, 0xff, 0xff],
      /says 2147483647 items/,
    ],
    ['with a marker that is none', [0x7b, 0x69, 1, 0x61, 0x3f], /has the marker "\?"/],
    [
      'nested too deep',
      [0x7b, 0x69, 1, 0x61, ...Array.from({ length: 100 }, () => 0x5b)],
      /nested deeper than 64/,
    ],
    ['with bytes after its end', [0x7b, 0x69, 1, 0x61, 0x5a, 0x7d, 0x5a], /bytes after its end/],
  ])('UBJ %s', (_, bytes, message) => {
    expect(() => parseImported(Buffer.from(bytes), 'f', refuse)).toThrow(message);
  });

  it('a model of ours whose answers do not come out again, or whose numbers are none', () => {
    const text = modelText(read(booster()).model);
    const change = (from: string | RegExp, to: string): string => {
      const changed = text.replace(from, to);
      expect(changed).not.toBe(text);
      return changed;
    };
    expect(() => parseModel(change('"value":[0.5,-1,2]', '"value":[0.5,-1,3]'), 'f')).toThrow(
      /answers .* to its stored row 1/,
    );
    expect(() => parseModel(change('"left":[1', '"left":[0'), 'f')).toThrow(/in two ways/);
    expect(() => parseModel(change('"base":[0]', '"base":[1e999]'), 'f')).toThrow(/predictor\.base\.0/);
    expect(() =>
      parseModel(
        change('"calibrator":null', '"calibrator":{"kind":"isotonic","scores":[2,1],"values":[0,1]}'),
        'f',
      ),
    ).toThrow(/steps do not rise/);
    expect(() => parseModel(text.slice(0, 100), 'f')).toThrow(/is not JSON/);
  });
});
