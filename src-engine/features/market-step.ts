/**
 * What happened in one market up to the end of a closed bar or a step of the grid. Every feature is a function of a sequence of
 * these and of nothing else, whether they come from a live market, a recording or a file.
 */
import type { TimeUs } from '../domain/time.ts';

/** Unknown is NaN: a candle file has no book, a recording without trades no flow. Reused by its source: valid during the call. */
export type MarketStep = {
  endUs: TimeUs;
  /** Of trades or of the middle of the book, as the source says. */
  open: number;
  high: number;
  low: number;
  close: number;
  /** In units of the base asset. */
  volume: number;
  /** Of takers who bought, and who sold. */
  buyVolume: number;
  sellVolume: number;
  trades: number;
  /** At the end of the step. */
  bid: number;
  ask: number;
  bidQty: number;
  askQty: number;
  /** Quantity of the best ten levels, and how far the last of them is from the middle, as a share of it. */
  bidDepth: number;
  askDepth: number;
  bidReach: number;
  askReach: number;
};

export const STEP_FIELDS = [
  'endUs',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buyVolume',
  'sellVolume',
  'trades',
  'bid',
  'ask',
  'bidQty',
  'askQty',
  'bidDepth',
  'askDepth',
  'bidReach',
  'askReach',
] as const satisfies readonly (keyof MarketStep)[];

export function emptyStep(): MarketStep {
  return Object.fromEntries(STEP_FIELDS.map((field) => [field, Number.NaN])) as MarketStep;
}

/** Steps in columns, oldest first. */
export class StepColumns {
  length = 0;
  readonly #most: number;
  #columns = STEP_FIELDS.map(() => new Float64Array(1024));

  /** @param most how many are kept at most. */
  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.length >= this.#most;
  }

  push(step: Readonly<MarketStep>): void {
    if (this.length === (this.#columns[0] as Float64Array).length) {
      this.#columns = this.#columns.map((column) => {
        const grown = new Float64Array(Math.min(this.#most, column.length * 2));
        grown.set(column);
        return grown;
      });
    }
    for (let at = 0; at < STEP_FIELDS.length; at++) {
      (this.#columns[at] as Float64Array)[this.length] = step[STEP_FIELDS[at] as keyof MarketStep];
    }
    this.length++;
  }

  /** Into `step`. */
  read(index: number, step: MarketStep): void {
    for (let at = 0; at < STEP_FIELDS.length; at++) {
      step[STEP_FIELDS[at] as keyof MarketStep] = (this.#columns[at] as Float64Array)[index] as number;
    }
  }

  endUs(index: number): TimeUs {
    return (this.#columns[0] as Float64Array)[index] as number;
  }

  close(index: number): number {
    return (this.#columns[4] as Float64Array)[index] as number;
  }

  column(field: keyof MarketStep): Float64Array {
    return (this.#columns[STEP_FIELDS.indexOf(field)] as Float64Array).subarray(0, this.length);
  }
}
