/** Callbacks by time, earliest first; equal times in the order in which they were asked for. */
export type Timer = { readonly atUs: number; readonly order: number; callback: (() => void) | undefined };

/** A binary heap. A canceled timer has lost its callback and stays until it would come first. */
export class TimerHeap {
  readonly #heap: Timer[] = [];
  #count = 0;

  add(atUs: number, callback: () => void): Timer {
    const timer: Timer = { atUs, order: this.#count++, callback };
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
    return timer;
  }

  /** The earliest; canceled ones before it are gone. Undefined when none is set. */
  first(): Timer | undefined {
    let first = this.#heap[0];
    while (first !== undefined && first.callback === undefined) {
      this.removeFirst();
      first = this.#heap[0];
    }
    return first;
  }

  removeFirst(): void {
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
