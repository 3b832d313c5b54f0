/** The values a parameter may take, as a sweep's spec writes them: steps, logarithmic steps, or a list. */
import { z } from 'zod';
import { type Decimal, decimal, isDecimalText } from '../../domain/decimal.ts';
import { UserError } from '../../domain/errors.ts';

/** Most values of one parameter: a linear range may be walked, a logarithmic one is only drawn from. */
const MAX_VALUES = { linear: 1_000_000, log: 1_000_000_000 } as const;
const MAX_CHOICES = 1_000;

const amount = z.union([z.number(), z.string()]).transform((value, context) => {
  const text = typeof value === 'number' && Number.isFinite(value) ? decimal(value).toFixed() : String(value);
  if (isDecimalText(text)) return text;
  context.addIssue({ code: 'custom', message: 'must be a plain number such as 0.25' });
  return z.NEVER;
});

const choice = z.union([z.number(), z.string().max(100), z.boolean()]);

export const rangeSchema = z.union([
  z.strictObject({
    from: amount,
    to: amount,
    /** Distance from one value to the next; of a logarithmic range, what its values are rounded to. */
    step: amount,
    scale: z.enum(['linear', 'log']).default('linear'),
    /** Values of a logarithmic range on a grid. */
    points: z.number().int().min(2).max(10_000).optional(),
  }),
  z.strictObject({ values: z.array(choice).min(1).max(MAX_CHOICES) }),
]);
export type RangeSpec = z.output<typeof rangeSchema>;

/** A value of a parameter as text: decimals in plain digits, `true` and `false`, or a word. */
export type ParameterValue = string;

/** The values of one parameter, by index from 0. Linear and logarithmic ones are exact: from + index × step. */
export class ParameterRange {
  readonly name: string;
  readonly size: number;
  /** Numbers have an order, hence neighbours; words have none. */
  readonly isOrdered: boolean;
  readonly #at: (index: number) => ParameterValue;
  readonly #ratio: number | undefined;
  readonly #first: number;
  readonly #step: number;
  readonly #points: number | undefined;

  /** @throws UserError naming the parameter, the value at fault and what to do. */
  constructor(name: string, spec: RangeSpec) {
    this.name = name;
    if ('values' in spec) {
      const values = distinctValues(name, spec.values);
      this.size = values.length;
      this.isOrdered = values.every(isDecimalText);
      this.#at = (index) => values[index] ?? '';
      this.#first = 0;
      this.#step = 1;
      return;
    }
    const [from, to, step] = [decimal(spec.from), decimal(spec.to), decimal(spec.step)];
    checkSteps(name, from, to, step, MAX_VALUES[spec.scale]);
    this.size = to.minus(from).div(step).floor().toNumber() + 1;
    this.isOrdered = true;
    this.#at = (index) => from.plus(step.times(index)).toFixed();
    this.#first = from.toNumber();
    this.#step = step.toNumber();
    if (spec.scale !== 'log') {
      demandLinear(name, spec.points);
      return;
    }
    if (from.lte(0)) {
      throw bad(
        name,
        'from',
        spec.from,
        'is not above zero, as a logarithmic range must start',
        'Begin above 0.',
      );
    }
    this.#ratio = decimal(this.#at(this.size - 1))
      .div(from)
      .toNumber();
    this.#points = spec.points;
  }

  valueAt(index: number): ParameterValue {
    return this.#at(index);
  }

  /** Indices on a grid: all values, or the points of a logarithmic range, those that round to one value once. */
  gridIndices(): readonly number[] {
    if (this.#ratio === undefined) return Array.from({ length: this.size }, (_, index) => index);
    const points = this.#points;
    if (points === undefined) {
      throw bad(
        this.name,
        'points',
        '',
        'is missing: a grid over a logarithmic range needs to know how many',
        'Add for example "points": 7.',
      );
    }
    const indices = Array.from({ length: points }, (_, point) => this.indexAt(point / (points - 1)));
    return [...new Set(indices)];
  }

  /** The index of the value at this share of the range, 0 to 1: evenly by index, or by the logarithm. */
  indexAt(share: number): number {
    const last = this.size - 1;
    if (this.#ratio === undefined) return Math.min(last, Math.floor(share * this.size));
    const value = this.#first * this.#ratio ** share;
    return Math.max(0, Math.min(last, Math.round((value - this.#first) / this.#step)));
  }

  /** Where a value lies in the range, 0 to 1: the inverse of `indexAt`, give or take its rounding. */
  shareOf(index: number): number {
    if (this.#ratio === undefined) return (index + 0.5) / this.size;
    if (this.#ratio === 1) return 0;
    return Math.log((this.#first + index * this.#step) / this.#first) / Math.log(this.#ratio);
  }
}

function distinctValues(name: string, values: readonly (string | number | boolean)[]): ParameterValue[] {
  const texts = values.map((value) => {
    if (typeof value !== 'number') return String(value);
    if (!Number.isFinite(value)) throw bad(name, 'values', String(value), 'is not a number', 'Leave it out.');
    return decimal(value).toFixed();
  });
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) throw bad(name, 'values', twice, 'is listed twice', 'List each value once.');
  const areNumbers = texts.every(isDecimalText);
  return areNumbers ? texts.sort((a, b) => decimal(a).comparedTo(b)) : texts;
}

function checkSteps(name: string, from: Decimal, to: Decimal, step: Decimal, most: number): void {
  if (to.lt(from)) {
    throw bad(name, 'to', to.toFixed(), `is below "from" (${from.toFixed()})`, 'Swap the two.');
  }
  if (step.lte(0)) throw bad(name, 'step', step.toFixed(), 'is not above zero', 'Give a step above 0.');
  if (to.minus(from).div(step).gte(most)) {
    throw bad(
      name,
      'step',
      step.toFixed(),
      `makes more than ${most} values from ${from.toFixed()} to ${to.toFixed()}`,
      'Give a larger step or a narrower range.',
    );
  }
}

function demandLinear(name: string, points: number | undefined): void {
  if (points === undefined) return;
  throw bad(
    name,
    'points',
    String(points),
    'applies to logarithmic ranges: a linear one uses its step',
    'Leave it out, or add "scale": "log".',
  );
}

function bad(name: string, field: string, value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-range', field: `parameters.${name}.${field}`, value, message, remedy });
}
