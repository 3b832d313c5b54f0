/**
 * Runs one strategy over the steps of its markets: features, calls, what it wants, its digest. Whatever it does wrong stops it and nothing
 * else: from then on it wants nothing.
 */
import { createHash, type Hash } from 'node:crypto';
import type { Answer } from '../domain/prediction.ts';
import { FeatureRow, FeatureSet } from '../features/feature-set.ts';
import type { MarketStep } from '../features/market-step.ts';
import { errorWords } from '../lib/error-words.ts';
import { SeededRandom } from '../lib/random.ts';
import {
  MAX_POSITION,
  MAX_REASON,
  MAX_STATE,
  type Outbox,
  type Signal,
  type Strategy,
  type StrategyModule,
  type StrategyParameters,
  type View,
} from './strategy-port.ts';

/** Calls whose time by the clock is summed up. */
export const WINDOW_CALLS = 50;
/** Of a step's usual length: after a longer time all features begin again. */
export const GAP_STEPS = 10;

export type StrategyStop = {
  readonly code: 'threw' | 'bad-position' | 'bad-signal' | 'bad-reason' | 'bad-state' | 'over-budget';
  readonly atUs: number;
  readonly detail: string;
};

export type HostOptions = {
  readonly module: StrategyModule;
  readonly parameters: StrategyParameters;
  /** Of a strategy of any number; absent: as many as its manifest says. */
  readonly markets?: number | undefined;
  readonly stepUs: number;
  readonly seed: number;
  /**
   * Reads a clock in µs, to meter each call; absent: none is read. In a backtest the meter decides nothing, or two runs would
   * differ. @param budgetUs a call that takes longer stops the strategy; absent: never.
   */
  readonly meter?: {
    readonly nowUs: () => number;
    readonly budgetUs?: number;
    /** The time that passes, in µs: a call that waits takes hardly any processor time. */
    readonly clockUs?: (() => number) | undefined;
  };
};

/** What a view has besides prices. */
export type Known = Pick<View, 'funding' | 'sentiment' | 'perpetuals' | 'mispricing' | 'purse' | 'heard'>;

export type Decision = {
  readonly atUs: number;
  /** By market, in stakes. */
  readonly wanted: readonly number[];
  readonly reason: string;
};

const NOTHING_SAID = '';

export class StrategyHost {
  readonly features: FeatureSet;
  readonly signals: Signal[] = [];
  signalCount = 0;
  calls = 0;
  /** Steps since the features began, or began again. */
  sinceGap = 0;
  worstUs = 0;
  totalUs = 0;
  /** Of the last call. */
  lastUs = 0;
  /** Calls of the window that is under way, and what they and what was saved since took by the clock. */
  windowCalls = 0;
  windowUs = 0;
  stopped: StrategyStop | undefined;
  /** What it asked in the last call; who carries it out takes it away. */
  asked: { readonly row: Float64Array; readonly deadlineUs: number } | undefined;
  readonly #options: HostOptions;
  /** Undefined where it could not be made. */
  readonly strategy: Strategy | undefined;
  readonly #rows: readonly FeatureRow[];
  readonly #wanted: number[];
  /** Markets of which the last call said what it wants. */
  readonly said = new Set<number>();
  #random: SeededRandom | undefined;
  #randomUs = Number.NaN;
  readonly #digest: Hash = createHash('sha256');
  readonly #view: { -readonly [Key in keyof View]: View[Key] };
  readonly #out: Outbox;
  #reason = NOTHING_SAID;

  /** @throws UserError for features that do not exist. A strategy that throws while it is made is stopped. */
  constructor(options: HostOptions) {
    const { module, parameters, stepUs, seed } = options;
    const { manifest } = module;
    this.#options = options;
    const markets = Array.from({ length: options.markets ?? manifest.markets });
    this.features = new FeatureSet(manifest.features(parameters as never), `features of ${manifest.name}`);
    this.#rows = markets.map(() => new FeatureRow(this.features, GAP_STEPS * stepUs));
    this.#wanted = markets.map(() => 0);
    const stream = streamOf(manifest.name);
    this.#view = {
      atUs: 0,
      stepUs,
      steps: [],
      features: this.#rows.map(({ values }) => values),
      positions: [],
      isAfterGap: false,
      // A function of the time, so that a restart goes on with the same numbers.
      random: () => {
        if (this.#random === undefined || this.#randomUs !== this.#view.atUs) {
          this.#randomUs = this.#view.atUs;
          this.#random = new SeededRandom(seed * 1_000_003 + this.#randomUs, stream);
        }
        return this.#random.next();
      },
    };
    this.#out = { want: this.#want.bind(this), signal: this.#signal.bind(this), ask: this.#ask.bind(this) };
    this.#digest.update(
      JSON.stringify([manifest.name, manifest.version, parameters, this.features.id, seed]),
    );
    try {
      this.strategy = made(module.create(parameters, markets.length), 'create');
    } catch (error) {
      this.#stop('threw', 0, error);
    }
  }

  /** What is wanted, by market. A copy is not made: valid until the next step. */
  get wanted(): readonly number[] {
    return this.#wanted;
  }

  get reason(): string {
    return this.#reason;
  }

  /** Takes the features on without a call: what came before a restart. */
  warm(steps: readonly Readonly<MarketStep>[]): boolean {
    let isAfterGap = false;
    for (let at = 0; at < this.#rows.length; at++) {
      isAfterGap = (this.#rows[at] as FeatureRow).update(steps[at] as MarketStep) || isAfterGap;
    }
    return isAfterGap;
  }

  /** @param positions what is held now, by market. @param known besides their prices: of perpetuals, of news, of its account, and what others said. */
  step(
    steps: readonly Readonly<MarketStep>[],
    positions: readonly number[],
    { funding, sentiment, perpetuals, mispricing, purse, heard }: Known = {},
  ): void {
    const view = this.#view;
    const isAfterGap = this.warm(steps);
    view.atUs = (steps[0] as MarketStep).endUs;
    // Copies: what a strategy does to its view changes neither prices nor accounts.
    view.steps = steps.map((step) => ({ ...step }));
    view.positions = [...positions];
    if (funding !== undefined) view.funding = funding.map((one) => one && { ...one });
    if (sentiment !== undefined) view.sentiment = sentiment.map((one) => one && { ...one });
    if (perpetuals !== undefined) view.perpetuals = perpetuals.map((one) => one && { ...one });
    if (mispricing !== undefined) view.mispricing = mispricing.map((one) => one && { ...one });
    if (purse !== undefined) view.purse = purse;
    if (heard !== undefined) view.heard = heard;
    view.isAfterGap = isAfterGap;
    this.sinceGap = isAfterGap ? 1 : this.sinceGap + 1;
    if (this.stopped !== undefined) return;
    const { meter } = this.#options;
    const beganUs = meter?.nowUs() ?? 0;
    const clockUs = meter?.clockUs?.() ?? 0;
    if (this.windowCalls >= WINDOW_CALLS) [this.windowCalls, this.windowUs] = [0, 0];
    this.windowCalls++;
    this.#reason = NOTHING_SAID;
    this.said.clear();
    this.asked = undefined;
    try {
      const strategy = this.strategy as Strategy;
      if (this.#options.module.manifest.input === 'bars') made(strategy.onBar?.(view, this.#out), 'onBar');
      else made(strategy.onBook?.(view, this.#out), 'onBook');
    } catch (error) {
      this.#stop('threw', view.atUs, error);
    }
    if (meter !== undefined) this.#meter(meter.nowUs() - beganUs, meter.budgetUs);
    this.#countClock(clockUs);
    this.#digest.update(`${view.atUs} ${this.#wanted.join(' ')} ${this.#reason}\n`);
  }

  /** What a model outside answered to its last question. @returns what it was taken for: values that cannot be are a fault. */
  answer(given: Answer): Answer {
    if (this.stopped !== undefined) return given;
    const wrong = 'values' in given ? this.#options.module.manifest.asks?.(given.values) : undefined;
    const answer: Answer = wrong ?? given;
    this.#reason = NOTHING_SAID;
    this.asked = undefined;
    try {
      made((this.strategy as Strategy).onAnswer?.(answer, this.#out), 'onAnswer');
    } catch (error) {
      this.#stop('threw', this.#view.atUs, error);
    }
    const said = 'fault' in answer ? answer.fault : answer.values.join(' ');
    this.#digest.update(`answer ${said}: ${this.#wanted.join(' ')} ${this.#reason}\n`);
    return answer;
  }

  /** State of the strategy and what it wants, for a restart. Undefined where it is stopped. */
  save(): string | undefined {
    if (this.stopped !== undefined) return undefined;
    const clockUs = this.#options.meter?.clockUs?.() ?? 0;
    try {
      const state: unknown = (this.strategy as Strategy).save();
      if (isPromise(state)) state.then(undefined, () => undefined);
      if (typeof state === 'string' && state.length <= MAX_STATE) {
        return JSON.stringify({ wanted: this.#wanted, state });
      }
      this.#stop(
        'bad-state',
        this.#view.atUs,
        new Error(`save() must answer a text of at most ${MAX_STATE} characters`),
      );
    } catch (error) {
      this.#stop('threw', this.#view.atUs, error);
    } finally {
      this.#countClock(clockUs);
    }
    return undefined;
  }

  /** @param saved by `save` of a host of the same strategy. */
  load(saved: string): void {
    if (this.stopped !== undefined) return;
    try {
      const { wanted, state } = JSON.parse(saved) as {
        readonly wanted: readonly number[];
        readonly state: string;
      };
      this.resume(wanted);
      made((this.strategy as Strategy).load(state), 'load');
    } catch (error) {
      this.#stop('threw', this.#view.atUs, error);
    }
  }

  /** @param wanted that is wanted from now on, by market, until the strategy says otherwise. */
  resume(wanted: readonly number[]): void {
    if (this.stopped !== undefined) return;
    for (let at = 0; at < this.#wanted.length; at++) this.#wanted[at] = wanted[at] ?? 0;
  }

  /** SHA-256 over every decision, signal, the end state, and what stopped it. */
  digest(): string {
    const state = this.save() ?? '';
    return this.#digest
      .copy()
      .update(JSON.stringify([state, this.stopped ?? null, this.signalCount]))
      .digest('hex');
  }

  #want(market: number, position: number, reason: string): void {
    if (this.stopped !== undefined) return;
    const { atUs } = this.#view;
    const { manifest } = this.#options.module;
    if (manifest.may === 'signal') {
      this.#stop('bad-position', atUs, new Error('its manifest says that it may give signals only'));
    } else if (!Number.isInteger(market) || market < 0 || market >= this.#wanted.length) {
      this.#stop(
        'bad-position',
        atUs,
        new Error(`market ${String(market)} is not from 0 to ${this.#wanted.length - 1}`),
      );
    } else if (typeof position !== 'number' || !(Math.abs(position) <= MAX_POSITION)) {
      this.#stop(
        'bad-position',
        atUs,
        new Error(`position ${String(position)} is not from -${MAX_POSITION} to ${MAX_POSITION}`),
      );
    } else if (typeof reason !== 'string' || reason === '' || reason.length > MAX_REASON) {
      this.#stop('bad-reason', atUs, new Error(`a reason is a text of 1 to ${MAX_REASON} characters`));
    } else {
      // Minus zero is no position of its own.
      this.#wanted[market] = position === 0 ? 0 : position;
      this.#reason = reason;
      this.said.add(market);
    }
  }

  #ask(row: Float64Array, deadlineUs: number): void {
    if (this.stopped !== undefined) return;
    if (this.#options.module.manifest.asks !== undefined)
      this.asked = { row: Float64Array.from(row), deadlineUs };
    else this.#stop('threw', this.#view.atUs, new Error('its manifest names no model that it asks'));
  }

  #signal(signal: Signal): void {
    if (this.stopped !== undefined) return;
    const { market, side, probability, edgeBps, horizonUs } = signal;
    const fits =
      Number.isInteger(market) &&
      market >= 0 &&
      market < this.#wanted.length &&
      (side === 'up' || side === 'down') &&
      probability >= 0 &&
      probability <= 1 &&
      Math.abs(edgeBps) <= 10_000 &&
      horizonUs > 0 &&
      Number.isFinite(horizonUs);
    if (!fits) {
      this.#stop('bad-signal', this.#view.atUs, new Error(`the signal ${JSON.stringify(signal)} is not one`));
      return;
    }
    this.signalCount++;
    if (this.signals.length < MAX_KEPT_SIGNALS) this.signals.push({ ...signal });
    this.#digest.update(`signal ${market} ${side} ${probability} ${edgeBps} ${horizonUs}\n`);
  }

  #meter(tookUs: number, budgetUs: number | undefined): void {
    this.calls++;
    this.totalUs += tookUs;
    this.lastUs = tookUs;
    this.worstUs = Math.max(this.worstUs, tookUs);
    if (budgetUs !== undefined && tookUs > budgetUs && this.stopped === undefined) {
      this.#stop(
        'over-budget',
        this.#view.atUs,
        new Error(`a call took ${Math.round(tookUs)} µs of ${budgetUs}`),
      );
    }
  }

  /** A call during which the machine slept counts as one that was cut off. */
  #countClock(beganUs: number): void {
    const clock = this.#options.meter?.clockUs;
    if (clock !== undefined) this.windowUs += Math.min(MAX_CALL_US, Math.max(0, clock() - beganUs));
  }

  #stop(code: StrategyStop['code'], atUs: number, error: unknown): void {
    this.stopped = { code, atUs, detail: errorWords(error).slice(0, MAX_REASON) };
    this.#wanted.fill(0);
    this.#reason = `stopped: ${code}`;
  }
}

const MAX_KEPT_SIGNALS = 10_000;
/** Longest by the clock that one call is counted as, in µs: one of the trader's own is cut off then. */
export const MAX_CALL_US = 1_000_000;

/** What a call answered. @throws Error for a promise: nothing waits for one, and one that fails later would end the engine. */
export function made<T>(answer: T, call: string): T {
  if (!isPromise(answer)) return answer;
  answer.then(undefined, () => undefined);
  throw new Error(`${call}() answered a promise: a strategy never awaits`);
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

/** A stream of chance for each name. */
function streamOf(name: string): number {
  return createHash('sha256').update(name).digest().readInt32LE(0);
}
