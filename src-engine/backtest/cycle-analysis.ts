/**
 * What every directed cycle offered at its best prices, event by event. It looks at the kernel's books from
 * outside, after each event, so that the trading path pays nothing for it; and unlike the trading path it asks
 * for no size, no minimum and no cool-down: these are figures of the market.
 *
 * An evaluation is one snapshot or delta that was taken into one of the cycle's books while all of them have both
 * sides; a book that waits for a snapshot has none. A book without news counts, however old: only the `fresh`
 * figures ask for age, which is the time since that book's own last event.
 */
import type { BookStore } from '../books/book-store.ts';
import { toBps } from '../detection/costs.ts';
import { decimalPlaces } from '../domain/decimal.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';

export type CycleFigures = {
  readonly venue: VenueName;
  /** `path[k]` is spent by `legs[k]`; the last leg leads back to `path[0]`. */
  readonly path: readonly Asset[];
  /** `buy BTC/USDT` */
  readonly legs: readonly string[];
  readonly evaluations: number;
  /** Evaluations at which the product of the best prices, without fees, is above one. */
  readonly grossPositive: number;
  /** The same times (1 − fee) for every leg. */
  readonly netPositive: number;
  /** Best product of the best prices, without fees, in bps above one; to four places. */
  readonly bestGrossBps: number;
  /** The three counts over evaluations at which no book was older than asked for. Only where that was asked. */
  readonly freshEvaluations?: number;
  readonly freshGrossPositive?: number;
  readonly freshNetPositive?: number;
};

/** Closer to one than this, a float may be on the wrong side: the integers decide. */
const FLOAT_DOUBT = 1e-9;

type Tally = { evaluations: number; grossPositive: number; netPositive: number };
const noTally = (): Tally => ({ evaluations: 0, grossPositive: 0, netPositive: 0 });

type Watched = {
  readonly cycle: Cycle;
  /** Product of (1 − fee) over the legs. */
  keeps: number;
  readonly all: Tally;
  readonly fresh: Tally;
  best: number;
};

export class CycleAnalysis {
  readonly #store: BookStore;
  readonly #maxAgeUs: DurationUs | undefined;
  readonly #watched: readonly Watched[];
  readonly #ofInstrument: readonly Watched[][];
  readonly #priceUnits: Float64Array;

  /** @param maxAgeUs oldest book of a fresh evaluation; undefined: freshness is not asked for. */
  constructor(store: BookStore, cycles: readonly Cycle[], maxAgeUs: DurationUs | undefined) {
    this.#store = store;
    this.#maxAgeUs = maxAgeUs;
    this.#priceUnits = Float64Array.from(store.instruments, (instrument) => 10 ** -instrument.priceDecimals);
    this.#watched = cycles.map((cycle) => ({
      cycle,
      keeps: this.#keptOf(cycle),
      all: noTally(),
      fresh: noTally(),
      best: 0,
    }));
    this.#ofInstrument = store.instruments.map(() => []);
    for (const watched of this.#watched) {
      for (const leg of watched.cycle.legs) this.#ofInstrument[leg.instrumentId]?.push(watched);
    }
  }

  /** A book message was handed to the kernel. */
  onBook(instrumentId: InstrumentId, nowUs: TimeUs): void {
    if (this.#store.sync(instrumentId).state !== 'live') return;
    for (const watched of this.#ofInstrument[instrumentId] ?? []) this.#evaluate(watched, nowUs);
  }

  /** The fee of an instrument may be another one now. */
  onFee(instrumentId: InstrumentId): void {
    for (const watched of this.#ofInstrument[instrumentId] ?? []) watched.keeps = this.#keptOf(watched.cycle);
  }

  /** A pair whose fee is not known is not traded: a cycle through it never pays. */
  #keptOf({ legs }: Cycle): number {
    const fee = (id: InstrumentId): number => this.#store.instruments[id]?.takerFee?.toNumber() ?? 1;
    return legs.reduce((product, leg) => product * (1 - fee(leg.instrumentId)), 1);
  }

  /** The cycles that were evaluated at least once, best first. */
  figures(): CycleFigures[] {
    return this.#watched
      .filter(({ all }) => all.evaluations > 0)
      .sort((a, b) => b.best - a.best || a.cycle.id - b.cycle.id)
      .map((watched) => this.#figuresOf(watched));
  }

  #evaluate(watched: Watched, nowUs: TimeUs): void {
    let gross = 1;
    let oldestUs = nowUs;
    for (const { instrumentId, side } of watched.cycle.legs) {
      const sync = this.#store.sync(instrumentId);
      const { book } = sync;
      if (sync.state === 'syncing' || book.isOneSided) return;
      const unit = this.#priceUnits[instrumentId] as number;
      if (side === 'sell') gross *= (book.bidPrices[0] as number) * unit;
      else gross /= (book.askPrices[0] as number) * unit;
      if (sync.lastUpdateUs < oldestUs) oldestUs = sync.lastUpdateUs;
    }
    const net = gross * watched.keeps;
    const grossPays = Math.abs(gross - 1) < FLOAT_DOUBT ? this.#isAboveOne(watched, false) : gross > 1;
    const netPays = Math.abs(net - 1) < FLOAT_DOUBT ? this.#isAboveOne(watched, true) : net > 1;
    if (gross > watched.best) watched.best = gross;
    count(watched.all, grossPays, netPays);
    if (this.#maxAgeUs !== undefined && nowUs - oldestUs <= this.#maxAgeUs) {
      count(watched.fresh, grossPays, netPays);
    }
  }

  /** The comparison with one in whole numbers: prices as their units, fees as fractions of powers of ten. */
  #isAboveOne({ cycle }: Watched, withFees: boolean): boolean {
    let above = 1n;
    let below = 1n;
    for (const { instrumentId, side } of cycle.legs) {
      const { takerFee, priceDecimals } = this.#store.instruments[instrumentId] as Instrument;
      const book = this.#store.book(instrumentId);
      const units = BigInt((side === 'sell' ? book.bidPrices[0] : book.askPrices[0]) ?? 0);
      const one = 10n ** BigInt(priceDecimals);
      above *= side === 'sell' ? units : one;
      below *= side === 'sell' ? one : units;
      if (!withFees) continue;
      if (takerFee === undefined) return false;
      const places = decimalPlaces(takerFee);
      const whole = 10n ** BigInt(places);
      above *= whole - BigInt(takerFee.times(whole.toString()).toFixed(0));
      below *= whole;
    }
    return above > below;
  }

  #figuresOf({ cycle, all, fresh, best }: Watched): CycleFigures {
    const { venue, path } = cycle;
    const legs = cycle.legs.map(
      ({ side, instrumentId }) => `${side} ${this.#store.instruments[instrumentId]?.symbol ?? ''}`,
    );
    const bestGrossBps = Number(toBps(best - 1).toFixed(4));
    const figures = { venue, path, legs, ...all, bestGrossBps };
    if (this.#maxAgeUs === undefined) return figures;
    return {
      ...figures,
      freshEvaluations: fresh.evaluations,
      freshGrossPositive: fresh.grossPositive,
      freshNetPositive: fresh.netPositive,
    };
  }
}

function count(tally: Tally, grossPays: boolean, netPays: boolean): void {
  tally.evaluations++;
  if (grossPays) tally.grossPositive++;
  if (netPays) tally.netPositive++;
}
