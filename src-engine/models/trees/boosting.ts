/**
 * Gradient-boosted trees on histograms, for a logistic loss: gain and leaves as XGBoost defines them (T. Chen and C. Guestrin, 2016), G²/(H + λ).
 * Values are sorted into at most 255 bins a feature; a missing one goes to the side where the gain is larger. The same inputs and seed give the
 * same trees.
 */
import { UserError } from '../../domain/errors.ts';
import { log, logistic } from '../../lib/elementary.ts';
import { SeededRandom } from '../../lib/random.ts';
import { MISSING, type Tree, type TreeEnsemble } from './tree-ensemble.ts';

export type BoostingOptions = {
  readonly rounds: number;
  readonly depth: number;
  readonly rate: number;
  readonly lambda: number;
  /** Least gain of a split, and least sum of curvature of a side. */
  readonly minGain: number;
  readonly minWeight: number;
  /** Shares of rows and features that each tree sees, above 0 to 1. */
  readonly rowShare: number;
  readonly featureShare: number;
  readonly seed: number;
  /** Probability before the first tree; absent: the share of outcomes. */
  readonly baseScore?: number;
};

export const USUAL_BOOSTING: BoostingOptions = {
  rounds: 60,
  depth: 3,
  rate: 0.1,
  lambda: 1,
  minGain: 0,
  minWeight: 5,
  rowShare: 0.8,
  featureShare: 0.8,
  seed: 1,
};

const BINS = 255;
/** Bin of a missing value: behind all others. */
const UNKNOWN = 255;

type Binned = { readonly codes: Uint8Array; readonly cuts: readonly Float64Array[] };

/** @param rows values row by row, NaN: missing. @param outcomes 0 or 1. @throws UserError without both outcomes. */
export function boostTrees(
  rows: Float64Array,
  columns: number,
  outcomes: ArrayLike<number>,
  options: BoostingOptions,
): TreeEnsemble {
  const count = outcomes.length;
  let ups = 0;
  for (let at = 0; at < count; at++) ups += outcomes[at] as number;
  if (count === 0 || ups === 0 || ups === count) {
    throw new UserError({
      code: 'bad-training-data',
      field: 'boosted trees',
      message: count === 0 ? 'has no rows' : 'has one outcome alone',
      remedy: 'Both outcomes are needed.',
    });
  }
  const share = options.baseScore ?? ups / count;
  const base = Math.fround(-log(1 / share - 1));
  const binned = binsOf(rows, columns, count);
  const random = new SeededRandom(options.seed);
  const margins = new Float64Array(count).fill(base);
  const [gradients, curves] = [new Float64Array(count), new Float64Array(count)];
  const trees: Tree[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (let at = 0; at < count; at++) {
      const p = logistic(margins[at] as number);
      gradients[at] = p - (outcomes[at] as number);
      curves[at] = Math.max(p * (1 - p), 1e-16);
    }
    const used = sampled(count, options.rowShare, random);
    const features = sampled(columns, options.featureShare, random);
    const grower = new Grower(binned, count, gradients, curves, options, features);
    grower.grow(used, 0);
    const tree = grower.tree();
    trees.push(tree);
    for (let at = 0; at < count; at++) {
      margins[at] = Math.fround((margins[at] as number) + (tree.value[grower.leafOf(at)] as number));
    }
  }
  return {
    arithmetic: 'float32-below',
    features: columns,
    groups: 1,
    base: [base],
    trees,
    link: 'logistic',
    slope: 1,
  };
}

function sampled(count: number, share: number, random: SeededRandom): Int32Array {
  const all = Int32Array.from({ length: count }, (_, at) => at);
  if (share >= 1) return all;
  const wanted = Math.max(1, Math.round(count * share));
  for (let at = 0; at < wanted; at++) {
    const other = random.integer(at, count - 1);
    const moved = all[at] as number;
    all[at] = all[other] as number;
    all[other] = moved;
  }
  return all.slice(0, wanted).sort();
}

/** Cuts lie in the middle between two values, as float32: `x < cut` is decided there. */
function binsOf(rows: Float64Array, columns: number, count: number): Binned {
  const codes = new Uint8Array(columns * count);
  const cuts: Float64Array[] = [];
  for (let column = 0; column < columns; column++) {
    const values = new Float32Array(count);
    let known = 0;
    for (let at = 0; at < count; at++) {
      const value = rows[at * columns + column] as number;
      if (!Number.isNaN(value)) values[known++] = value;
    }
    const sorted = values.subarray(0, known).sort();
    const distinct = sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);
    const places: number[] = [];
    if (distinct.length <= BINS) for (let at = 1; at < distinct.length; at++) places.push(at);
    else {
      let last = -1;
      for (let bin = 1; bin < BINS; bin++) {
        const value = sorted[Math.floor((bin * known) / BINS)] as number;
        const at = lowerBound(distinct, value);
        if (at > 0 && at !== last) places.push(at);
        last = at;
      }
    }
    const own = Float64Array.from(places, (at) =>
      Math.fround(((distinct[at - 1] as number) + (distinct[at] as number)) / 2),
    );
    cuts.push(own);
    for (let at = 0; at < count; at++) {
      const value = Math.fround(rows[at * columns + column] as number);
      codes[column * count + at] = Number.isNaN(value) ? UNKNOWN : upperBound(own, value);
    }
  }
  return { codes, cuts };
}

function lowerBound(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many cuts are at or below the value: its bin. */
function upperBound(cuts: Float64Array, value: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Best = { gain: number; feature: number; cut: number; missingLeft: boolean };

class Grower {
  readonly #binned: Binned;
  readonly #count: number;
  readonly #gradients: Float64Array;
  readonly #curves: Float64Array;
  readonly #options: BoostingOptions;
  readonly #features: Int32Array;
  readonly #nodes: {
    feature: number;
    value: number;
    bin: number;
    left: number;
    right: number;
    missingLeft: boolean;
  }[] = [];
  readonly #histogram = new Float64Array(2 * 256);

  constructor(
    binned: Binned,
    count: number,
    gradients: Float64Array,
    curves: Float64Array,
    options: BoostingOptions,
    features: Int32Array,
  ) {
    this.#binned = binned;
    this.#count = count;
    this.#gradients = gradients;
    this.#curves = curves;
    this.#options = options;
    this.#features = features;
  }

  /** Answers the index of the node that holds these rows. */
  grow(used: Int32Array, depth: number): number {
    let [g, h] = [0, 0];
    for (const at of used) {
      g += this.#gradients[at] as number;
      h += this.#curves[at] as number;
    }
    const { rate, lambda, depth: deepest } = this.#options;
    const index = this.#nodes.length;
    const leaf = {
      feature: -1,
      value: Math.fround((-rate * g) / (h + lambda)),
      bin: 0,
      left: -1,
      right: -1,
      missingLeft: false,
    };
    this.#nodes.push(leaf);
    const best = depth >= deepest ? undefined : this.#bestSplit(used, g, h);
    if (best === undefined) return index;
    const { codes, cuts } = this.#binned;
    const column = best.feature * this.#count;
    const goesLeft = (at: number): boolean => {
      const code = codes[column + at] as number;
      return code === UNKNOWN ? best.missingLeft : code <= best.cut;
    };
    const left = this.grow(used.filter(goesLeft), depth + 1);
    const right = this.grow(
      used.filter((at) => !goesLeft(at)),
      depth + 1,
    );
    Object.assign(leaf, {
      feature: best.feature,
      value: cuts[best.feature]?.[best.cut],
      bin: best.cut,
      left,
      right,
      missingLeft: best.missingLeft,
    });
    return index;
  }

  #bestSplit(used: Int32Array, g: number, h: number): Best | undefined {
    const { lambda, minGain, minWeight } = this.#options;
    const { codes, cuts } = this.#binned;
    const histogram = this.#histogram;
    const score = (gradient: number, curve: number): number => (gradient * gradient) / (curve + lambda);
    const whole = score(g, h);
    let best: Best | undefined;
    for (const feature of this.#features) {
      histogram.fill(0);
      const column = feature * this.#count;
      for (const at of used) {
        const cell = 2 * (codes[column + at] as number);
        histogram[cell] = (histogram[cell] as number) + (this.#gradients[at] as number);
        histogram[cell + 1] = (histogram[cell + 1] as number) + (this.#curves[at] as number);
      }
      const [missingG, missingH] = [histogram[2 * UNKNOWN] as number, histogram[2 * UNKNOWN + 1] as number];
      for (const missingLeft of missingH > 0 ? [false, true] : [false]) {
        let [leftG, leftH] = missingLeft ? [missingG, missingH] : [0, 0];
        for (let cut = 0; cut < (cuts[feature]?.length ?? 0); cut++) {
          leftG += histogram[2 * cut] as number;
          leftH += histogram[2 * cut + 1] as number;
          const rightH = h - leftH;
          if (leftH < minWeight || rightH < minWeight || leftH <= 0 || rightH <= 1e-12) continue;
          const gain = score(leftG, leftH) + score(g - leftG, rightH) - whole;
          if (!(gain > minGain && gain > 1e-9)) continue;
          // Of equal gains in one feature the later cut holds, as in XGBoost's exact method.
          const ahead = best === undefined ? Infinity : gain - best.gain;
          if (ahead > 1e-12 * gain || (best?.feature === feature && ahead > -1e-12 * gain))
            best = { gain, feature, cut, missingLeft };
        }
      }
    }
    return best;
  }

  /** By the bins of the training rows. */
  leafOf(row: number): number {
    let node = 0;
    for (let here = this.#nodes[0]; here !== undefined && here.feature >= 0; here = this.#nodes[node]) {
      const code = this.#binned.codes[here.feature * this.#count + row] as number;
      node = (code === UNKNOWN ? here.missingLeft : code <= here.bin) ? here.left : here.right;
    }
    return node;
  }

  tree(): Tree {
    const nodes = this.#nodes;
    return {
      feature: Int32Array.from(nodes, ({ feature }) => feature),
      value: Float64Array.from(nodes, ({ value }) => value),
      left: Int32Array.from(nodes, ({ left }) => left),
      right: Int32Array.from(nodes, ({ right }) => right),
      defaultLeft: Uint8Array.from(nodes, ({ missingLeft }) => (missingLeft ? 1 : 0)),
      kind: Uint8Array.from(nodes, ({ feature }) => (feature < 0 ? 0 : MISSING.nan)),
      categories: new Map(),
      group: 0,
    };
  }
}
