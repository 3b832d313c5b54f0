import type { Clock } from '../lib/clock.ts';

type Timer = { readonly atUs: number; readonly order: number; callback: (() => void) | undefined };

/** Time that moves only when told: the clock of backtests and simulations. Timers run in order of their time. */
export class SimulatedClock implements Clock {
  /** Timers that came due so far. */
  timersRun = 0;
  #nowUs: number;
  #count = 0;
  /** A binary heap, earliest first; equal times in the order in which they were asked for. */
  readonly #heap: Timer[] = [];

  constructor(startUs = 0) {
    this.#nowUs = startUs;
  }

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer: Timer = { atUs: Math.max(atUs, this.#nowUs), order: this.#count++, callback };
    this.#push(timer);
    return () => {
      timer.callback = undefined;
    };
  }

  /** Time of the next timer, or undefined when none is set. */
  get nextUs(): number | undefined {
    return this.#heap[0]?.atUs;
  }

  /** Runs every timer up to and including `toUs`, then stands at `toUs`. Never moves backwards. */
  advanceTo(toUs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.atUs <= toUs; next = this.#heap[0]) {
      this.#pop();
      this.#nowUs = next.atUs;
      this.timersRun++;
      next.callback?.();
    }
    if (toUs > this.#nowUs) this.#nowUs = toUs;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!isBefore(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}
