/** How often the watchdog looks. */
export const LOOK_MS = 100;

/**
 * How long the engine has been silent, by looks that come every `LOOK_MS`. Only time that the watchdog itself was awake
 * counts: after a machine has slept, or stood still under load, both begin anew.
 */
export class Patience {
  readonly #silenceMs: number;
  #silentMs = 0;
  #lastLookMs: number | undefined;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  get silentMs(): number {
    return this.#silentMs;
  }

  get isOver(): boolean {
    return this.#silentMs >= this.#silenceMs;
  }

  onBeat(): void {
    this.#silentMs = 0;
  }

  /** @param nowMs of a clock that never goes back. */
  onLook(nowMs: number): void {
    const sinceMs = nowMs - (this.#lastLookMs ?? nowMs);
    this.#lastLookMs = nowMs;
    this.#silentMs += Math.min(sinceMs, 2 * LOOK_MS);
  }
}
