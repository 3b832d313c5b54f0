/** How fast a counter rises, over at least a second: shorter spans flicker. */
export class Rate {
  #count = 0;
  #atUs: number | null = null;

  /** Counts a second; null where less than a second, or a restart, lies between. */
  next(count: number, atUs: number): number | null {
    const before = this.#atUs;
    const elapsedUs = before === null ? 0 : atUs - before;
    if (before !== null && elapsedUs >= 0 && elapsedUs < 1_000_000 && count >= this.#count) return null;
    const rise = count - this.#count;
    this.#count = count;
    this.#atUs = atUs;
    return before === null || rise < 0 || elapsedUs <= 0 ? null : rise / (elapsedUs / 1_000_000);
  }
}
