/** How often something may happen: so many at once, and so many a second after that. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perUs: number;
  #tokens: number;
  #atUs = 0;

  /** @param burst most at once, > 0. @param perSecond what comes back each second, > 0. */
  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perUs = perSecond / 1e6;
    this.#tokens = burst;
  }

  /** Microseconds until `cost` can be taken; 0: now. A cost above the burst waits for a full bucket. */
  waitUs(cost: number, nowUs: number): number {
    this.#refill(nowUs);
    const lacking = Math.min(cost, this.#burst) - this.#tokens;
    return lacking <= 0 ? 0 : Math.ceil(lacking / this.#perUs);
  }

  /** Takes `cost`; what is not there is owed, down to one burst. */
  take(cost: number, nowUs: number): void {
    this.#refill(nowUs);
    this.#tokens = Math.max(-this.#burst, this.#tokens - cost);
  }

  #refill(nowUs: number): void {
    const sinceUs = Math.max(0, nowUs - this.#atUs);
    this.#tokens = Math.min(this.#burst, this.#tokens + sinceUs * this.#perUs);
    this.#atUs = Math.max(this.#atUs, nowUs);
  }
}
