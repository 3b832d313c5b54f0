/**
 * A rule that trades the spread of two markets: it enters when the spread is far from its mean, leaves when it is back, and
 * stops for good when the relation breaks. A state machine over closed bars: it reads no clock, sends no order and reaches no
 * venue; it answers which position it wants. `house/pairs.ts` is its strategy.
 *
 * How often it takes two unrelated markets for a pair. A window is tested every `retestBars`; tested often enough, any two
 * walks pass once. So the k-th test has the level significance / (k (k + 1)): these sum to `significance` over any number of
 * tests, which bounds the probability of one false pair over the rule's life. Later tests of a pair that passed spend nothing: they
 * can only keep it from entering or stop it.
 */
import { UserError } from '../../domain/errors.ts';
import { formatTimeUs, type TimeUs } from '../../domain/time.ts';
import { PairModel, type PairModelState, type Spread, type WindowTest, zOf } from './pair-model.ts';
import { checkPairs, type PairsSettings } from './pairs-settings.ts';

/** One closed bar of both markets. */
export type PairBar = { readonly endUs: TimeUs; readonly a: number; readonly b: number };

export type PairsPhase = 'gathering' | 'candidate' | 'trading' | 'stopped';

export type PairsReason =
  /** The window is not full. */
  | 'gathering'
  /** No test found a pair so far. */
  | 'not-cointegrated'
  /** The last test of a pair that was found is too weak, or its spread returns too fast or too slowly, to enter on. */
  | 'weak'
  /** The window was tested with this bar in it: the model's first verdict is on the next. */
  | 'tested'
  | 'spread-near-mean'
  /** Farther than the stop: no entry. */
  | 'spread-too-far'
  /** After a stop: until the spread has been near its mean once. */
  | 'awaits-return'
  /** Costs leave less than `minEdgeBps`. */
  | 'edge-too-small'
  | 'entered'
  | 'holding'
  | 'returned'
  | 'stopped-out'
  | 'timed-out'
  | 'gap'
  | 'relation-broken'
  | 'too-many-stops';

/** Values to hold as multiples of a stake; negative: sold. Both 0: nothing. */
export type WantedPair = { readonly a: number; readonly b: number };

export type PairsDecision = {
  readonly phase: PairsPhase;
  readonly reason: PairsReason;
  readonly wanted: WantedPair;
  /** Of the held position's own spread, else of the model's; null where there is none. */
  readonly zScore: number | null;
  /** Of entering now: expected gain after costs; null where no entry was considered. */
  readonly edgeBps: number | null;
};

const NOTHING: WantedPair = { a: 0, b: 0 };

type Position = {
  /** 1: A is bought and B sold, as the spread is low; −1 the other way. */
  readonly side: 1 | -1;
  /** As it was entered: what is held does not change with the model. */
  readonly spread: Spread;
  readonly wanted: WantedPair;
  readonly longestBars: number;
  bars: number;
};

/** All of a rule but its settings: what a restart needs. */
export type PairsState = {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly count: number;
  readonly sinceTest: number;
  readonly lastUs: TimeUs | null;
  readonly model: PairModelState | null;
  readonly position: Position | null;
  readonly phase: PairsPhase;
  readonly stopReason: PairsReason;
  readonly stopsInRow: number;
  readonly awaitsReturn: boolean;
  readonly spentTests: number;
};

export class PairsRule {
  readonly #settings: PairsSettings;
  /** Logarithms of the closes, in a ring. */
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  #count = 0;
  #sinceTest = 0;
  #lastUs: TimeUs | undefined;
  #model: PairModel | undefined;
  #position: Position | undefined;
  #phase: PairsPhase = 'gathering';
  #stopReason: PairsReason = 'relation-broken';
  #stopsInRow = 0;
  #awaitsReturn = false;
  /** Tests that could have found a pair, which is what `significance` is spent on. */
  spentTests = 0;

  /** @throws UserError for a setting that does not fit. */
  constructor(settings: PairsSettings) {
    checkPairs(settings);
    this.#settings = settings;
    this.#a = new Float64Array(settings.windowBars);
    this.#b = new Float64Array(settings.windowBars);
  }

  get state(): PairsState {
    return {
      a: [...this.#a],
      b: [...this.#b],
      count: this.#count,
      sinceTest: this.#sinceTest,
      lastUs: this.#lastUs ?? null,
      model: this.#model?.state ?? null,
      position: this.#position === undefined ? null : { ...this.#position },
      phase: this.#phase,
      stopReason: this.#stopReason,
      stopsInRow: this.#stopsInRow,
      awaitsReturn: this.#awaitsReturn,
      spentTests: this.spentTests,
    };
  }

  /** A rule that goes on where another one was. @param state of a rule with the same settings. */
  static from(state: PairsState, settings: PairsSettings): PairsRule {
    const rule = new PairsRule(settings);
    rule.#a.set(state.a);
    rule.#b.set(state.b);
    rule.#count = state.count;
    rule.#sinceTest = state.sinceTest;
    rule.#lastUs = state.lastUs ?? undefined;
    rule.#model = state.model === null ? undefined : PairModel.from(state.model, settings);
    rule.#position = state.position === null ? undefined : { ...state.position };
    rule.#phase = state.phase;
    rule.#stopReason = state.stopReason;
    rule.#stopsInRow = state.stopsInRow;
    rule.#awaitsReturn = state.awaitsReturn;
    rule.spentTests = state.spentTests;
    return rule;
  }

  get phase(): PairsPhase {
    return this.#phase;
  }

  /** The last test; undefined before the first. */
  get lastTest(): WindowTest | undefined {
    return this.#model?.test;
  }

  /**
   * Takes a closed bar. What is wanted is to be had after its close, so at the next price at the earliest.
   * @throws UserError for a price that is not above zero and a bar that is not later than the last; nothing has changed then.
   */
  onBar(bar: PairBar): PairsDecision {
    this.#demandBar(bar);
    const { maxGapUs, windowBars, retestBars } = this.#settings;
    const gap = this.#lastUs !== undefined && bar.endUs - this.#lastUs > maxGapUs;
    this.#lastUs = bar.endUs;
    if (this.#phase === 'stopped') return this.#decide(this.#stopReason);
    if (gap) this.#forget();
    const [a, b] = [Math.log(bar.a), Math.log(bar.b)];
    // The model was made of earlier bars alone: this one is judged by it before it enters the window.
    const z = this.#model?.take(a, b) ?? Number.NaN;
    this.#a[this.#count % windowBars] = a;
    this.#b[this.#count % windowBars] = b;
    this.#count++;
    this.#sinceTest++;
    if (gap) return this.#decide('gap');
    if (this.#count < windowBars) return this.#decide('gathering');
    if (this.#position !== undefined) return this.#hold(this.#position, a, b);
    if (this.#model === undefined || this.#sinceTest >= retestBars) {
      const stopped = this.#test();
      return this.#decide(stopped ?? (this.#phase === 'trading' ? 'tested' : 'not-cointegrated'));
    }
    return this.#phase === 'trading' ? this.#consider(z) : this.#decide('not-cointegrated', z);
  }

  #consider(z: number): PairsDecision {
    const { entryZ, exitZ, stopZ, minEdgeBps, significance, minHalfLife, maxHalfLife } = this.#settings;
    const model = this.#model as PairModel;
    const { p, halfLife } = model.test;
    const distance = Math.abs(z);
    if (distance <= exitZ) this.#awaitsReturn = false;
    if (this.#awaitsReturn) return this.#decide('awaits-return', z);
    if (p > significance || halfLife < minHalfLife || halfLife > maxHalfLife) return this.#decide('weak', z);
    if (!(distance >= entryZ)) return this.#decide('spread-near-mean', z);
    if (distance >= stopZ) return this.#decide('spread-too-far', z);
    const { spread } = model;
    const edgeBps = this.#edgeBps(distance, spread);
    // A filter's ratio may have walked below zero since the test.
    if (!(spread.hedgeRatio > 0)) return this.#decide('weak', z);
    if (edgeBps < minEdgeBps) return this.#decide('edge-too-small', z, edgeBps);
    const side = z < 0 ? 1 : -1;
    this.#position = {
      side,
      spread,
      wanted: { a: side, b: -side * spread.hedgeRatio },
      longestBars: Math.ceil(this.#settings.maxHoldHalfLives * Math.max(1, halfLife)),
      bars: 0,
    };
    return this.#decide('entered', z, edgeBps);
  }

  #hold(position: Position, a: number, b: number): PairsDecision {
    const { exitZ, stopZ, retestBars, maxStops } = this.#settings;
    position.bars++;
    const z = zOf(position.spread, a, b);
    const away = -position.side * z;
    if (away <= exitZ) {
      this.#position = undefined;
      this.#stopsInRow = 0;
      return this.#decide('returned', z);
    }
    const isOut = away >= stopZ;
    const isLate = position.bars >= position.longestBars;
    if (isOut || isLate) {
      this.#position = undefined;
      this.#awaitsReturn = true;
      this.#stopsInRow++;
      if (this.#stopsInRow >= maxStops) return this.#decide(this.#stop('too-many-stops'), z);
    }
    // A stop is a doubt of the relation: it is tested at once.
    if (isOut || isLate || this.#sinceTest >= retestBars) {
      const stopped = this.#test();
      if (stopped !== undefined) return this.#decide(stopped, z);
    }
    return this.#decide(isOut ? 'stopped-out' : isLate ? 'timed-out' : 'holding', z);
  }

  /** Tests the window as it stands. Answers why the rule stopped, where it did. */
  #test(): PairsReason | undefined {
    const { windowBars, significance, breakP, minHalfLife, maxHalfLife } = this.#settings;
    const from = this.#count % windowBars;
    const ordered = (ring: Float64Array): Float64Array => {
      const window = new Float64Array(windowBars);
      window.set(ring.subarray(from));
      window.set(ring.subarray(0, from), windowBars - from);
      return window;
    };
    this.#model = new PairModel(ordered(this.#a), ordered(this.#b), this.#settings);
    this.#sinceTest = 0;
    const { p, hedgeRatio, halfLife } = this.#model.test;
    if (this.#phase === 'trading') {
      return p > breakP || hedgeRatio <= 0 ? this.#stop('relation-broken') : undefined;
    }
    this.spentTests++;
    const level = significance / (this.spentTests * (this.spentTests + 1));
    const fits = hedgeRatio > 0 && halfLife >= minHalfLife && halfLife <= maxHalfLife;
    this.#phase = p <= level && fits ? 'trading' : 'candidate';
    return undefined;
  }

  #stop(reason: PairsReason): PairsReason {
    this.#phase = 'stopped';
    this.#stopReason = reason;
    this.#position = undefined;
    return reason;
  }

  /** Bars on either side of an outage are no series. What was spent stays spent. */
  #forget(): void {
    this.#count = 0;
    this.#sinceTest = 0;
    this.#model = undefined;
    this.#position = undefined;
    this.#awaitsReturn = false;
    this.#phase = 'gathering';
  }

  /** Gain of a return to the exit, less the costs of four fills, in bps of the value of A. */
  #edgeBps(distance: number, { hedgeRatio, deviation }: Spread): number {
    const { exitZ, costBpsA, costBpsB } = this.#settings;
    return (distance - exitZ) * deviation * 10_000 - 2 * (costBpsA + hedgeRatio * costBpsB);
  }

  #decide(reason: PairsReason, z = Number.NaN, edgeBps: number | null = null): PairsDecision {
    return {
      phase: this.#phase,
      reason,
      wanted: this.#position?.wanted ?? NOTHING,
      zScore: Number.isFinite(z) ? z : null,
      edgeBps,
    };
  }

  #demandBar({ endUs, a, b }: PairBar): void {
    const refuse = (field: string, value: string, message: string): UserError =>
      new UserError({
        code: 'bad-bar',
        field,
        value,
        message,
        remedy: 'Give closed bars in the order of their times.',
      });
    for (const [field, price] of [
      ['a', a],
      ['b', b],
    ] as const) {
      if (!(price > 0 && price < Number.POSITIVE_INFINITY))
        throw refuse(field, String(price), 'is not a price above zero');
    }
    if (!Number.isSafeInteger(endUs)) throw refuse('endUs', String(endUs), 'is not a time in microseconds');
    if (this.#lastUs !== undefined && endUs <= this.#lastUs) {
      throw refuse('endUs', formatTimeUs(endUs), `is not after the last bar (${formatTimeUs(this.#lastUs)})`);
    }
  }
}
