/**
 * Which cycles an instrument is part of, and what they yield at the best prices. All of it sits in typed
 * arrays keyed by dense ids: scoring after an update allocates nothing and looks nothing up by name.
 */
import type { CycleId, InstrumentId } from '../domain/ids.ts';
import type { Cycle } from '../domain/opportunity.ts';
import { buyRate, type Geometry, sellRate } from './costs.ts';

/** Legs of the longest cycle; shorter ones are padded with a rate of one. */
const MAX_LEGS = 4;

export class CycleIndex {
  readonly cycles: readonly Cycle[];
  /** Cycles found by the last scan: the first `hitCount` entries of `hits`. */
  readonly hits: Int32Array;
  hitCount = 0;
  /** Two rates an instrument (sell at the bid, buy at the ask), net of fees; 0: cannot be traded now. */
  readonly #rates: Float64Array;
  readonly #slots: Int32Array;
  /** Cycles of instrument i: members[offsets[i]] … members[offsets[i + 1] − 1]. */
  readonly #offsets: Int32Array;
  readonly #members: Int32Array;
  readonly #watched: Uint8Array;
  readonly #geometries: readonly Geometry[];

  constructor(cycles: readonly Cycle[], geometries: readonly Geometry[]) {
    this.cycles = cycles;
    this.#geometries = geometries;
    const instruments = geometries.length;
    const constantOne = instruments * 2;
    this.#rates = new Float64Array(constantOne + 1);
    this.#rates[constantOne] = 1;
    this.#slots = new Int32Array(cycles.length * MAX_LEGS).fill(constantOne);
    this.#watched = new Uint8Array(cycles.length);

    const counts = new Int32Array(instruments + 1);
    for (const cycle of cycles) {
      cycle.legs.forEach((leg, k) => {
        this.#slots[cycle.id * MAX_LEGS + k] = leg.instrumentId * 2 + (leg.side === 'sell' ? 0 : 1);
        counts[leg.instrumentId + 1] = (counts[leg.instrumentId + 1] ?? 0) + 1;
      });
    }
    for (let i = 0; i < instruments; i++) counts[i + 1] = (counts[i + 1] ?? 0) + (counts[i] ?? 0);
    this.#offsets = counts;
    this.#members = new Int32Array(counts[instruments] ?? 0);
    const next = counts.slice();
    for (const cycle of cycles) {
      for (const leg of cycle.legs) {
        const at = next[leg.instrumentId] ?? 0;
        this.#members[at] = cycle.id;
        next[leg.instrumentId] = at + 1;
      }
    }
    this.hits = new Int32Array(Math.max(1, cycles.length));
  }

  /** Takes the best prices (in price units) of one instrument; 0 on a side: nothing there. */
  setTop(instrumentId: InstrumentId, bid: number, ask: number): void {
    const geometry = this.#geometries[instrumentId];
    if (geometry === undefined) return;
    const usable = geometry.tradable && bid > 0 && ask > bid;
    this.#rates[instrumentId * 2] = usable ? sellRate(geometry, bid) : 0;
    this.#rates[instrumentId * 2 + 1] = usable ? buyRate(geometry, ask) : 0;
  }

  /** Takes the instrument out of every cycle until its next `setTop`. */
  clearTop(instrumentId: InstrumentId): void {
    this.#rates[instrumentId * 2] = 0;
    this.#rates[instrumentId * 2 + 1] = 0;
  }

  /** What one unit of the start asset becomes, net of fees, at the best prices; 0 when a book is unusable. */
  product(cycleId: CycleId): number {
    const slots = this.#slots;
    const rates = this.#rates;
    const at = cycleId * MAX_LEGS;
    return (
      (rates[slots[at] as number] as number) *
      (rates[slots[at + 1] as number] as number) *
      (rates[slots[at + 2] as number] as number) *
      (rates[slots[at + 3] as number] as number)
    );
  }

  /** A watched cycle is a hit at every scan of its instruments, whatever it yields. */
  watch(cycleId: CycleId, on: boolean): void {
    this.#watched[cycleId] = on ? 1 : 0;
  }

  /** Fills `hits` with the instrument's cycles that yield more than `threshold`, or are watched. */
  scan(instrumentId: InstrumentId, threshold: number): void {
    let count = 0;
    const end = this.#offsets[instrumentId + 1] as number;
    for (let m = this.#offsets[instrumentId] as number; m < end; m++) {
      const cycleId = this.#members[m] as number;
      if (this.product(cycleId) > threshold || this.#watched[cycleId] === 1) this.hits[count++] = cycleId;
    }
    this.hitCount = count;
  }

  /** The cycles that an instrument is part of. */
  cyclesOf(instrumentId: InstrumentId): Int32Array {
    return this.#members.subarray(this.#offsets[instrumentId], this.#offsets[instrumentId + 1]);
  }
}
