/**
 * Mid prices of live books, sampled on the grid of ticks and never on a book update: the last one of each instrument as
 * a reference, and a ring of one a second for volatility and correlation. Fixed size, nothing is allocated in sampling.
 */
import type { BookSync } from '../books/book-sync.ts';
import type { InstrumentId } from '../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Reference, Volatility } from './check.ts';

/** Samples of the ring: the last two minutes. */
export const RING_SIZE = 120;
const SAMPLE_US: DurationUs = US_PER_SECOND;
/** Returns that must have been seen before a figure is given. */
const MIN_RETURNS = 20;
/** Weight of the past in the variance: RiskMetrics Technical Document, J.P. Morgan 1996, for short horizons. */
const EWMA_DECAY = 0.94;
/** Wilder (1978), "New Concepts in Technical Trading Systems": 14 bars; here of 10 s. */
const ATR_BARS = 14;
const SAMPLES_PER_BAR = 10;
const BPS = 10_000;

export class MidSamples {
  readonly #syncs: readonly BookSync[];
  /** 10^-priceDecimals of each instrument. */
  readonly #units: Float64Array;
  readonly #mids: Float64Array;
  readonly #midUs: Float64Array;
  /** Natural logarithms of mids, instrument by instrument; NaN where the book was not live. */
  readonly #ring: Float64Array;
  #head = 0;
  /** Samples taken so far: while it stays, no figure changes. */
  sampleCount = 0;
  #nextSampleUs: TimeUs = 0;
  #barSamples = 0;
  readonly #variance: Float64Array;
  readonly #returns: Uint32Array;
  readonly #bars: BarArrays;
  /** As it was last asked for, and at which sample. */
  readonly #volatilities: { readonly sampleCount: number; readonly volatility: Volatility }[] = [];

  /** Of pairs of instruments that were asked for since the sample of this number; NaN where there is none. */
  readonly #correlations = new Map<number, number>();
  #correlatedAt = -1;

  /** @param priceDecimals of each instrument, by id. */
  constructor(syncs: readonly BookSync[], priceDecimals: readonly number[]) {
    const n = syncs.length;
    this.#syncs = syncs;
    this.#units = Float64Array.from(priceDecimals, (decimals) => 10 ** -decimals);
    this.#mids = new Float64Array(n);
    this.#midUs = new Float64Array(n);
    this.#ring = new Float64Array(n * RING_SIZE).fill(Number.NaN);
    this.#variance = new Float64Array(n);
    this.#returns = new Uint32Array(n);
    this.#bars = new BarArrays(n);
  }

  /** The book of one instrument turned live: its first price, ahead of the grid. */
  onLive(id: InstrumentId, nowUs: TimeUs): void {
    this.#takeMid(id, nowUs);
  }

  /** Time passes: the references of all live books, and once a second a sample of the ring. */
  onTick(nowUs: TimeUs): void {
    for (let id = 0; id < this.#syncs.length; id++) this.#takeMid(id, nowUs);
    if (this.#nextSampleUs === 0) this.#nextSampleUs = Math.ceil(nowUs / SAMPLE_US) * SAMPLE_US;
    if (nowUs < this.#nextSampleUs) return;
    // After a gap a return would span more than its second: an empty sample parts what was from what comes.
    if (nowUs >= this.#nextSampleUs + SAMPLE_US) this.#sample(undefined);
    this.#sample(nowUs);
    this.#nextSampleUs = (Math.floor(nowUs / SAMPLE_US) + 1) * SAMPLE_US;
  }

  reference(id: InstrumentId, nowUs: TimeUs): Reference | undefined {
    const price = this.#mids[id] ?? 0;
    return price > 0 ? { price, ageUs: nowUs - (this.#midUs[id] ?? 0) } : undefined;
  }

  /** Computed once a sample: every cycle that pays asks for it. */
  volatility(id: InstrumentId): Volatility {
    const known = this.#volatilities[id];
    if (known?.sampleCount === this.sampleCount) return known.volatility;
    const volatility = this.#volatility(id);
    this.#volatilities[id] = { sampleCount: this.sampleCount, volatility };
    return volatility;
  }

  #volatility(id: InstrumentId): Volatility {
    return { stdevBps: this.#stdevBps(id), ewmaBps: this.#ewmaBps(id), atrBps: this.#bars.atrBps(id) };
  }

  /**
   * Pearson's correlation of the returns of two instruments where both have one; undefined while these are few. Computed once a
   * sample: every cycle that pays asks for it, of each of its coins with each of every cycle under way.
   */
  correlation(a: InstrumentId, b: InstrumentId): number | undefined {
    if (this.#correlatedAt !== this.sampleCount) this.#correlations.clear();
    this.#correlatedAt = this.sampleCount;
    const pair = Math.min(a, b) * this.#syncs.length + Math.max(a, b);
    const known = this.#correlations.get(pair);
    if (known !== undefined) return Number.isNaN(known) ? undefined : known;
    const found = this.#correlation(a, b);
    this.#correlations.set(pair, found ?? Number.NaN);
    return found;
  }

  #correlation(a: InstrumentId, b: InstrumentId): number | undefined {
    let n = 0;
    let sumA = 0;
    let sumB = 0;
    let sumAa = 0;
    let sumBb = 0;
    let sumAb = 0;
    for (let age = 0; age < RING_SIZE - 1; age++) {
      const x = this.#return(a, age);
      const y = this.#return(b, age);
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      n++;
      sumA += x;
      sumB += y;
      sumAa += x * x;
      sumBb += y * y;
      sumAb += x * y;
    }
    if (n < MIN_RETURNS) return undefined;
    const spread = Math.sqrt((n * sumAa - sumA * sumA) * (n * sumBb - sumB * sumB));
    return spread > 0 ? (n * sumAb - sumA * sumB) / spread : undefined;
  }

  #takeMid(id: InstrumentId, nowUs: TimeUs): void {
    const sync = this.#syncs[id];
    if (sync === undefined || sync.state !== 'live') return;
    const { book } = sync;
    if (book.bidCount === 0 || book.askCount === 0 || book.isCrossed) return;
    this.#mids[id] =
      (((book.bidPrices[0] as number) + (book.askPrices[0] as number)) / 2) * (this.#units[id] as number);
    this.#midUs[id] = nowUs;
  }

  /** One column of the ring; undefined: an empty one. */
  #sample(nowUs: TimeUs | undefined): void {
    this.#head = (this.#head + 1) % RING_SIZE;
    this.sampleCount++;
    const endsBar = nowUs !== undefined && ++this.#barSamples % SAMPLES_PER_BAR === 0;
    for (let id = 0; id < this.#syncs.length; id++) {
      const isFresh = nowUs !== undefined && this.#midUs[id] === nowUs;
      const mid = this.#mids[id] as number;
      this.#ring[id * RING_SIZE + this.#head] = isFresh ? Math.log(mid) : Number.NaN;
      if (isFresh) {
        this.#addReturn(id);
        this.#bars.add(id, mid);
      }
      if (endsBar) this.#bars.end(id);
    }
  }

  #addReturn(id: InstrumentId): void {
    const move = this.#return(id, 0);
    if (Number.isNaN(move)) return;
    const before = this.#variance[id] as number;
    const isFirst = this.#returns[id] === 0;
    this.#variance[id] = isFirst ? move * move : EWMA_DECAY * before + (1 - EWMA_DECAY) * move * move;
    this.#returns[id] = (this.#returns[id] as number) + 1;
  }

  /** The return over a second that ended `age` samples ago; NaN where a sample is missing. */
  #return(id: InstrumentId, age: number): number {
    const at = (this.#head - age + RING_SIZE) % RING_SIZE;
    const before = (at - 1 + RING_SIZE) % RING_SIZE;
    return (this.#ring[id * RING_SIZE + at] as number) - (this.#ring[id * RING_SIZE + before] as number);
  }

  #stdevBps(id: InstrumentId): number | undefined {
    let n = 0;
    let sum = 0;
    let squares = 0;
    for (let age = 0; age < RING_SIZE - 1; age++) {
      const move = this.#return(id, age);
      if (Number.isNaN(move)) continue;
      n++;
      sum += move;
      squares += move * move;
    }
    if (n < MIN_RETURNS) return undefined;
    return Math.sqrt(Math.max(0, (squares - (sum * sum) / n) / (n - 1))) * BPS;
  }

  #ewmaBps(id: InstrumentId): number | undefined {
    return (this.#returns[id] ?? 0) < MIN_RETURNS ? undefined : Math.sqrt(this.#variance[id] as number) * BPS;
  }
}

/** Bars of mids, and the average true range of the finished ones. */
class BarArrays {
  readonly #high: Float64Array;
  readonly #low: Float64Array;
  readonly #close: Float64Array;
  readonly #lastClose: Float64Array;
  readonly #range: Float64Array;
  readonly #count: Uint32Array;

  constructor(n: number) {
    this.#high = new Float64Array(n);
    this.#low = new Float64Array(n);
    this.#close = new Float64Array(n);
    this.#lastClose = new Float64Array(n);
    this.#range = new Float64Array(n);
    this.#count = new Uint32Array(n);
  }

  add(id: InstrumentId, mid: number): void {
    const isFirst = this.#close[id] === 0;
    this.#high[id] = isFirst ? mid : Math.max(this.#high[id] as number, mid);
    this.#low[id] = isFirst ? mid : Math.min(this.#low[id] as number, mid);
    this.#close[id] = mid;
  }

  /** Ends the bar; one without a price leaves everything as it was. */
  end(id: InstrumentId): void {
    const close = this.#close[id] as number;
    if (close === 0) return;
    const last = this.#lastClose[id] as number;
    const high = last === 0 ? (this.#high[id] as number) : Math.max(this.#high[id] as number, last);
    const low = last === 0 ? (this.#low[id] as number) : Math.min(this.#low[id] as number, last);
    const bars = Math.min(ATR_BARS, (this.#count[id] as number) + 1);
    // A plain mean over the first bars, Wilder's smoothing from then on.
    this.#range[id] = (this.#range[id] as number) + (high - low - (this.#range[id] as number)) / bars;
    this.#count[id] = (this.#count[id] as number) + 1;
    this.#lastClose[id] = close;
    this.#close[id] = 0;
  }

  atrBps(id: InstrumentId): number | undefined {
    if ((this.#count[id] ?? 0) < ATR_BARS) return undefined;
    return ((this.#range[id] as number) / (this.#lastClose[id] as number)) * BPS;
  }
}
