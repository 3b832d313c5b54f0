/**
 * Which cycles an instrument is part of, and what they yield at the best prices. All of it sits in typed
 * arrays keyed by dense ids: scoring after an update allocates nothing and looks nothing up by name.
 */
import { assert } from '../domain/errors.ts';
import type { CycleId, InstrumentId } from '../domain/ids.ts';
import type { Cycle, Leg } from '../domain/opportunity.ts';
import { buyRate, sellRate } from './costs.ts';
import type { InstrumentGrid } from './instrument-grid.ts';

/** Legs of the longest cycle; shorter ones are padded with a rate of one. */
const MAX_LEGS = 4;
/** A scan multiplies in another order than `product`: the last bits may differ, the exact product decides. */
const SCREEN_MARGIN = 1e-12;

/** Where the rate of a leg is kept. */
function slotOf(leg: Leg): number {
  return leg.instrumentId * 2 + (leg.side === 'sell' ? 0 : 1);
}

export class CycleIndex {
  readonly cycles: readonly Cycle[];
  /** Cycles found by the last scan: the first `hitCount` entries of `hits`. */
  readonly hits: Int32Array;
  hitCount = 0;
  /** Two rates an instrument (sell at the bid, buy at the ask), net of fees; 0: cannot be traded now. */
  readonly #rates: Float64Array;
  readonly #slots: Int32Array;
  /** Cycles that use the rate in slot s: members[offsets[s]] … members[offsets[s + 1] − 1]. */
  readonly #offsets: Int32Array;
  readonly #members: Int32Array;
  /** Per member the slots of its cycle's other legs: two in one integer, which a scan reads in one go, and a third. */
  readonly #pairs: Int32Array;
  readonly #thirds: Uint16Array;
  /** Whether any cycle has four legs, so that the third slots count. */
  readonly #isLong: boolean;
  readonly #watched: Uint8Array;
  /** Watched cycles of each instrument. */
  readonly #watchedOf: Int32Array;
  readonly #grids: readonly InstrumentGrid[];

  constructor(cycles: readonly Cycle[], grids: readonly InstrumentGrid[]) {
    this.cycles = cycles;
    this.#grids = grids;
    const instruments = grids.length;
    const constantOne = instruments * 2;
    this.#rates = new Float64Array(constantOne + 1);
    this.#rates[constantOne] = 1;
    this.#slots = new Int32Array(cycles.length * MAX_LEGS).fill(constantOne);
    this.#watched = new Uint8Array(cycles.length);
    this.#watchedOf = new Int32Array(instruments);

    const counts = new Int32Array(constantOne + 1);
    for (const cycle of cycles) {
      cycle.legs.forEach((leg, k) => {
        const slot = slotOf(leg);
        this.#slots[cycle.id * MAX_LEGS + k] = slot;
        counts[slot + 1] = (counts[slot + 1] ?? 0) + 1;
      });
    }
    // From how many members each slot has to where the next slot's begin; the second's is known already.
    for (let slot = 2; slot <= constantOne; slot++) {
      counts[slot] = (counts[slot] ?? 0) + (counts[slot - 1] ?? 0);
    }
    this.#offsets = counts;
    const members = counts[constantOne] ?? 0;
    this.#members = new Int32Array(members);
    assert(constantOne < 0x1_0000, `${instruments} instruments are more than a cycle index holds`);
    this.#isLong = cycles.some(({ legs }) => legs.length === MAX_LEGS);
    this.#pairs = new Int32Array(members);
    this.#thirds = new Uint16Array(members);
    const next = counts.slice();
    for (const cycle of cycles) {
      for (const leg of cycle.legs) {
        const at = next[slotOf(leg)] ?? 0;
        this.#members[at] = cycle.id;
        const [first = constantOne, second = constantOne, third = constantOne] = cycle.legs
          .filter((other) => other !== leg)
          .map(slotOf);
        this.#pairs[at] = first | (second << 16);
        this.#thirds[at] = third;
        next[slotOf(leg)] = at + 1;
      }
    }
    this.hits = new Int32Array(cycles.length);
  }

  /**
   * Takes the best prices (in price units) of one instrument; 0 on a side: nothing there. True when that can make
   * a cycle a hit that was none before: a rate rose.
   */
  setTop(instrumentId: InstrumentId, bid: number, ask: number): boolean {
    const grid = this.#grids[instrumentId];
    if (grid === undefined) return false;
    const rates = this.#rates;
    const slot = instrumentId * 2;
    const usable = grid.tradable && bid > 0 && ask > bid;
    const sell = usable ? sellRate(grid, bid) : 0;
    const buy = usable ? buyRate(grid, ask) : 0;
    const rose = sell > (rates[slot] as number) || buy > (rates[slot + 1] as number);
    rates[slot] = sell;
    rates[slot + 1] = buy;
    return rose;
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
    if ((this.#watched[cycleId] === 1) === on) return;
    this.#watched[cycleId] = on ? 1 : 0;
    for (const leg of this.cycles[cycleId]?.legs ?? []) {
      this.#watchedOf[leg.instrumentId] = (this.#watchedOf[leg.instrumentId] ?? 0) + (on ? 1 : -1);
    }
  }

  /** True when a cycle of the instrument is watched: then a scan has hits even where no rate rose. */
  isWatching(instrumentId: InstrumentId): boolean {
    return (this.#watchedOf[instrumentId] as number) > 0;
  }

  /** Fills `hits` with the instrument's cycles that yield more than `threshold`, or are watched. */
  scan(instrumentId: InstrumentId, threshold: number): void {
    const watching = this.isWatching(instrumentId);
    const screen = threshold * (1 - SCREEN_MARGIN);
    const count = this.#scanSlot(instrumentId * 2, 0, threshold, screen, watching);
    this.hitCount = this.#scanSlot(instrumentId * 2 + 1, count, threshold, screen, watching);
  }

  /** Adds to `hits` from `from` on and answers the new count. Two members a turn: the loop itself would cost as much. */
  #scanSlot(slot: number, from: number, threshold: number, screen: number, watching: boolean): number {
    const rates = this.#rates;
    const pairs = this.#pairs;
    const thirds = this.#thirds;
    const isLong = this.#isLong;
    // What the other legs must yield together; infinite, and so never reached, when this one cannot be traded.
    const limit = watching ? Number.NEGATIVE_INFINITY : screen / (rates[slot] as number);
    const end = this.#offsets[slot + 1] as number;
    let count = from;
    let m = this.#offsets[slot] as number;
    for (; m + 1 < end; m += 2) {
      const one = pairs[m] as number;
      const two = pairs[m + 1] as number;
      let yieldsOne = (rates[one & 0xffff] as number) * (rates[one >>> 16] as number);
      let yieldsTwo = (rates[two & 0xffff] as number) * (rates[two >>> 16] as number);
      if (isLong) {
        yieldsOne *= rates[thirds[m] as number] as number;
        yieldsTwo *= rates[thirds[m + 1] as number] as number;
      }
      if (yieldsOne <= limit && yieldsTwo <= limit) continue;
      count = this.#addHit(m, threshold, count);
      count = this.#addHit(m + 1, threshold, count);
    }
    return m < end ? this.#addHit(m, threshold, count) : count;
  }

  /** Adds the cycle of a member to `hits` if it is one, and answers the new count. */
  #addHit(member: number, threshold: number, count: number): number {
    const cycleId = this.#members[member] as number;
    if (this.product(cycleId) <= threshold && this.#watched[cycleId] !== 1) return count;
    this.hits[count] = cycleId;
    return count + 1;
  }

  /** The cycles that an instrument is part of. */
  cyclesOf(instrumentId: InstrumentId): Int32Array {
    return this.#members.subarray(this.#offsets[instrumentId * 2], this.#offsets[instrumentId * 2 + 2]);
  }
}
