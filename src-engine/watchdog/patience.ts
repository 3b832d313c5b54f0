/** How often the watchdog looks. */
export const LOOK_MS = 100;

/**
 * How long the other side has been silent, by looks that come every `LOOK_MS`: the watchdog counts the engine's silence, the
 * engine the watchdog's. Only time in which the side that counts was awake itself is counted, so that neither a machine that
 * slept nor a clock that was set is taken for silence.
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

  /** @param nowMs of any clock; a step back counts nothing. */
  onLook(nowMs: number): void {
    const sinceMs = nowMs - (this.#lastLookMs ?? nowMs);
    this.#lastLookMs = nowMs;
    this.#silentMs += Math.max(0, Math.min(sinceMs, 2 * LOOK_MS));
  }
}
