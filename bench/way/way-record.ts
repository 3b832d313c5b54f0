/**
 * What one process stamped: a row of columns for each order, or group of orders sent at once, and one duration for each frame.
 * Both are rings in typed arrays, made before the measurement.
 */

/** Moments of one tick to wire, in ms of `performance.now`, in the order in which they follow each other. */
export const MOMENTS = ['received', 'decided', 'durable', 'first', 'last'] as const;
export type Moment = (typeof MOMENTS)[number];

/** Ticks, and frames, that are kept of one phase. */
export const MOST_TICKS = 4_096;
export const MOST_FRAMES = 65_536;

const [RECEIVED, DECIDED, DURABLE, FIRST, LAST] = [0, 1, 2, 3, 4];
const COLUMNS = MOMENTS.length;

/** What a phase measured, in µs; one entry a tick that led to orders. */
export type WayFigures = {
  /** From the frame's bytes to the decision, of every frame. */
  readonly frames: readonly number[];
  /** Of frames that led to orders: to the decision, from there until the intent is durable, from there to the first and the last order's bytes. */
  readonly toDecision: readonly number[];
  readonly toDurable: readonly number[];
  readonly toFirst: readonly number[];
  readonly toLast: readonly number[];
  /** From the frame's bytes to the last order's. */
  readonly whole: readonly number[];
  /** Orders of each. */
  readonly orders: readonly number[];
};

const US_PER_MS = 1_000;

export class WayRecord {
  readonly #ticks = new Float64Array(COLUMNS * MOST_TICKS);
  readonly #orders = new Uint8Array(MOST_TICKS);
  readonly #frames = new Float64Array(MOST_FRAMES);
  #tick = -1;
  #frameCount = 0;
  /** Orders of the row in hand that have not left; 0: it is whole. */
  #awaited = 0;

  clear(): void {
    this.#tick = -1;
    this.#frameCount = 0;
    this.#awaited = 0;
  }

  /** A frame that came at `receivedMs` was decided on by `nowMs`. */
  frame(receivedMs: number, nowMs: number): void {
    this.#frames[this.#frameCount++ % MOST_FRAMES] = nowMs - receivedMs;
  }

  /** The frame that came at `receivedMs` leads to an order: the first one of a frame begins a row, the others join it. */
  open(receivedMs: number): void {
    if (this.#awaited > 0 && this.#get(RECEIVED) === receivedMs) this.#awaited++;
    else if (this.#tick + 1 < MOST_TICKS) this.#begin(receivedMs);
  }

  /** The decision is made; the first call of a row counts. */
  decided(nowMs: number): void {
    if (this.#awaited > 0 && this.#get(DECIDED) === 0) this.#set(DECIDED, nowMs);
  }

  /** An order is handed to its adapter: its intent is durable. */
  durable(nowMs: number): void {
    if (this.#awaited > 0 && this.#get(DURABLE) === 0) this.#set(DURABLE, nowMs);
  }

  /** The bytes of an order are with the system. */
  sent(handedMs: number): void {
    if (this.#awaited === 0) return;
    if (this.#get(FIRST) === 0) this.#set(FIRST, handedMs);
    this.#set(LAST, handedMs);
    this.#orders[this.#tick] = (this.#orders[this.#tick] as number) + 1;
    this.#awaited--;
  }

  /** An order that was decided on did not leave: its row stays incomplete. */
  lost(): void {
    if (this.#awaited > 0) this.#awaited--;
  }

  /** @param atLeast orders of a tick that counts: a group that was cut is no whole way. */
  figures(atLeast: number): WayFigures {
    const rows = Array.from({ length: this.#tick + 1 }, (_, row) => row).filter(
      (row) => (this.#orders[row] as number) >= atLeast && this.#isInOrder(row),
    );
    const between = (from: number, to: number): number[] =>
      rows.map((row) => (this.#at(row, to) - this.#at(row, from)) * US_PER_MS);
    const frames = this.#frames.subarray(0, Math.min(this.#frameCount, MOST_FRAMES));
    return {
      frames: Array.from(frames, (ms) => ms * US_PER_MS),
      toDecision: between(RECEIVED, DECIDED),
      toDurable: between(DECIDED, DURABLE),
      toFirst: between(DURABLE, FIRST),
      toLast: between(DURABLE, LAST),
      whole: between(RECEIVED, LAST),
      orders: rows.map((row) => this.#orders[row] as number),
    };
  }

  #begin(receivedMs: number): void {
    this.#tick++;
    this.#awaited = 1;
    this.#ticks.fill(0, this.#tick * COLUMNS, (this.#tick + 1) * COLUMNS);
    this.#orders[this.#tick] = 0;
    this.#set(RECEIVED, receivedMs);
  }

  /** Every moment is there, and none lies before the one that it follows. */
  #isInOrder(row: number): boolean {
    for (let column = 0; column < COLUMNS; column++) {
      const at = this.#at(row, column);
      if (at === 0 || (column > 0 && at < this.#at(row, column - 1))) return false;
    }
    return true;
  }

  #at(row: number, column: number): number {
    return this.#ticks[row * COLUMNS + column] as number;
  }

  #get(column: number): number {
    return this.#at(this.#tick, column);
  }

  #set(column: number, ms: number): void {
    this.#ticks[this.#tick * COLUMNS + column] = ms;
  }
}
