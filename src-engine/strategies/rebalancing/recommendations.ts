/**
 * From signals to recommendations. What a strategy says of a market is believed as far as what it said before came true: its probability is never above the lower end of the 95 %
 * interval of its own hits. Of that Kelly's share is recommended, by the odds and by the returns, whichever is less; a part of it, and no more than a bound.
 */
import { kellyOfOdds, kellyOfReturns } from '../../domain/kelly.ts';
import { wilson } from '../../models/scores.ts';
import type { HeardSignal } from '../strategy-port.ts';

/** Outcomes before a source is believed at all, and the newest that are kept of each. */
export const LEAST_JUDGED = 20;
const MOST_KEPT = 100;
/** Sources, each with a market, of which outcomes are kept. */
const MOST_SOURCES = 36;
/** Mean size of a normal return over its deviation. */
const MEAN_SIZE = Math.sqrt(2 / Math.PI);

export type Recommendation = {
  readonly source: string;
  readonly side: 'up' | 'down';
  /** As it was said, and as far as it is believed; NaN: too few outcomes. */
  readonly probability: number;
  readonly believed: number;
  readonly right: number;
  readonly judged: number;
  /** Expected of the move over its horizon before costs, as a share of what is traded. */
  readonly edge: number;
  /** Share of the portfolio to hold more (above 0) or less. */
  readonly tilt: number;
  readonly untilUs: number;
};

type Source = {
  readonly key: string;
  hits: number[];
  /** Of its last signal. */
  spokeUs: number;
  /** One at a time is waited for, so that outcomes do not overlap. */
  pending: { price: number; side: 'up' | 'down'; dueUs: number } | null;
};

export type RecommendationState = {
  readonly sources: readonly Source[];
  readonly last: readonly (HeardSignal | null)[];
};

export type Caution = {
  /** Part of Kelly's share that is taken, and the most that a market's share may be moved by. */
  readonly kelly: number;
  readonly maxTilt: number;
};

export class Recommendations {
  #sources: Source[] = [];
  /** By market, the one that is believed most of those that hold. */
  #last: (HeardSignal | null)[];

  constructor(markets: number) {
    this.#last = Array.from({ length: markets }, () => null);
  }

  /** After a gap: what waits for an outcome has none that can be separated from the outage. */
  restart(): void {
    for (const source of this.#sources) source.pending = null;
  }

  /** A bar has closed. @param heard since the last one. */
  update(heard: readonly HeardSignal[], closes: readonly number[], atUs: number, stepUs: number): void {
    for (const source of this.#sources) this.#judge(source, closes, atUs, stepUs);
    this.#last = this.#last.map((each) => (each !== null && untilOf(each) > atUs ? each : null));
    for (const signal of heard) {
      if (!(signal.price > 0) || signal.atUs > atUs || untilOf(signal) <= atUs) continue;
      const source = this.#keptSourceOf(signal, atUs, stepUs);
      if (source === undefined) continue;
      source.spokeUs = signal.atUs;
      source.pending ??= { price: signal.price, side: signal.side, dueUs: untilOf(signal) };
      const before = this.#last[signal.market] ?? null;
      const isNewer = before === null || before.source === signal.source;
      if (isNewer || this.#rank(signal) > this.#rank(before)) this.#last[signal.market] = { ...signal };
    }
  }

  /**
   * @param deviationOf of the market's returns over so long a time; NaN: not known. @param roundTrip share of what is traded that buying and selling cost.
   * Undefined: nothing is said of this market now.
   */
  of(
    market: number,
    deviationOf: (horizonUs: number) => number,
    roundTrip: number,
    { kelly, maxTilt }: Caution,
  ): Recommendation | undefined {
    const signal = this.#last[market] ?? null;
    if (signal === null) return undefined;
    const { source, side, probability, edgeBps, horizonUs } = signal;
    const hits = this.#hitsOf(signal);
    const right = hits.reduce((sum, hit) => sum + hit, 0);
    const believed = this.#believed(signal);
    const deviation = deviationOf(horizonUs);
    const edge = Math.min(edgeBps / 10_000, (2 * believed - 1) * MEAN_SIZE * deviation);
    const share = Math.min(kellyOfOdds(believed, 1), kellyOfReturns(edge - roundTrip, deviation));
    const size = share > 0 ? Math.min(maxTilt, kelly * share) : 0;
    return {
      source,
      side,
      probability,
      believed,
      right,
      judged: hits.length,
      edge,
      tilt: side === 'up' ? size : size === 0 ? 0 : -size,
      untilUs: untilOf(signal),
    };
  }

  save(): RecommendationState {
    return { sources: this.#sources, last: this.#last };
  }

  load({ sources, last }: RecommendationState): void {
    this.#sources = sources.map(({ hits, ...rest }) => ({ ...rest, hits: [...hits] }));
    this.#last = [...last];
  }

  /** One that is not believed at all gives way to any that is. */
  #rank(signal: HeardSignal): number {
    const believed = this.#believed(signal);
    return Number.isNaN(believed) ? 0 : believed;
  }

  /** NaN before enough outcomes. */
  #believed(signal: HeardSignal): number {
    const hits = this.#hitsOf(signal);
    if (hits.length < LEAST_JUDGED) return Number.NaN;
    const right = hits.reduce((sum, hit) => sum + hit, 0);
    return Math.min(signal.probability, wilson(right, hits.length)[0]);
  }

  #hitsOf({ source, market }: HeardSignal): readonly number[] {
    return this.#sources.find(({ key }) => key === `${market} ${source}`)?.hits ?? [];
  }

  /** A newcomer takes the place of the one that has been silent longest; undefined: all have a place that speak, or are waited for. */
  #keptSourceOf({ source, market }: HeardSignal, atUs: number, stepUs: number): Source | undefined {
    const key = `${market} ${source}`;
    const known = this.#sources.find((each) => each.key === key);
    if (known !== undefined) return known;
    const added: Source = { key, hits: [], spokeUs: 0, pending: null };
    if (this.#sources.length >= MOST_SOURCES) {
      const silent = this.#sources.filter(
        ({ pending, spokeUs }) => pending === null && atUs - spokeUs > 2 * stepUs,
      );
      const longest = silent.reduce<Source | undefined>(
        (oldest, each) => (oldest === undefined || each.spokeUs < oldest.spokeUs ? each : oldest),
        undefined,
      );
      if (longest === undefined) return undefined;
      this.#sources = this.#sources.filter((each) => each !== longest);
    }
    this.#sources.push(added);
    return added;
  }

  /** At the first close after its time; one that is later than a bar is none of it. A price that stood was not right. */
  #judge(source: Source, closes: readonly number[], atUs: number, stepUs: number): void {
    const { pending, key } = source;
    if (pending === null || atUs < pending.dueUs) return;
    source.pending = null;
    if (atUs - pending.dueUs >= stepUs) return;
    const close = closes[Number(key.slice(0, key.indexOf(' ')))] as number;
    source.hits.push((pending.side === 'up' ? close > pending.price : close < pending.price) ? 1 : 0);
    if (source.hits.length > MOST_KEPT) source.hits.shift();
  }
}

const untilOf = ({ atUs, horizonUs }: HeardSignal): number => atUs + horizonUs;
