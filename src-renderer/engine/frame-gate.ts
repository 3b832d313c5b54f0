/**
 * Holds back drawing: `ask` runs the callback on an animation frame, at most once in `periodMs`. A hidden
 * window has no frames, hence draws nothing, and draws the latest when it comes back.
 */
import { requestFrame } from '../lib/windows.ts';

export class FrameGate {
  readonly #run: () => void;
  readonly #periodMs: number;
  #waiting = false;
  #isStopped = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #withdraw: (() => void) | undefined;

  constructor(run: () => void, periodMs: number) {
    this.#run = run;
    this.#periodMs = periodMs;
  }

  ask(): void {
    if (this.#waiting || this.#isStopped) return;
    this.#waiting = true;
    const waitMs = this.#lastMs + this.#periodMs - performance.now();
    if (waitMs > 1) this.#timer = setTimeout(() => this.#frame(), waitMs);
    else this.#frame();
  }

  /** For good: what was asked for is not drawn any more, and no timer and no frame outlives it. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#withdraw?.();
    this.#withdraw = undefined;
  }

  #frame(): void {
    this.#withdraw = requestFrame(() => {
      this.#withdraw = undefined;
      this.#waiting = false;
      this.#lastMs = performance.now();
      this.#run();
    });
  }
}
