import type { TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { NonceStore } from '../../venue-account.ts';

/** Nonces that one save reserves: as many microseconds, so that a busy account saves every few seconds. */
const BLOCK = 5_000_000n;

/**
 * Nonces for one API key, strictly increasing (docs.kraken.com, "Spot REST Authentication": "always increasing,
 * unsigned 64-bit integer"). They are microseconds of the clock where it runs ahead, else the last one plus one:
 * a clock that is set back does no harm. None is used before a watermark above it is durable, so that a restart
 * with a clock that was set back begins above all that were used.
 */
export class NonceSource {
  readonly #store: NonceStore;
  readonly #clock: Clock;
  #last = 0n;
  #watermark = 0n;
  #isLoaded = false;
  /** Callers wait in line: two at once would otherwise read the store twice. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(store: NonceStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * @param isUrgent gives one at once, whatever the store does: a cancel must leave even when the disk is full or
   *   hangs. The worst that follows is `EAPI:Invalid nonce` after a restart with a clock that was set back.
   * @throws Error of the store otherwise: nothing may be sent then.
   */
  next(isUrgent = false): Promise<bigint> {
    const turn = this.#line.then(() => this.#takeDurable());
    this.#line = turn.catch(() => undefined);
    // The turn goes on beside it, so that the watermark follows.
    return isUrgent ? Promise.resolve(this.#take(this.#candidate())) : turn;
  }

  /** When an earlier process used the key last, at the latest; undefined when none did. @throws Error of the store. */
  async lastUseUs(): Promise<TimeUs | undefined> {
    const watermark = await this.#store.load();
    return watermark === undefined ? undefined : Math.min(Number(watermark), this.#clock.nowUs());
  }

  /** Another process of ours may have used all up to here. */
  raise(used: bigint): void {
    if (used > this.#last) this.#last = used;
  }

  /** The venue has seen a higher one: another program uses this key. Continues well above the stored value. */
  skip(): void {
    this.#isLoaded = false;
    this.#last += BLOCK * 10n;
  }

  /** The next nonce, once a watermark above it is durable. */
  async #takeDurable(): Promise<bigint> {
    if (!this.#isLoaded) {
      const stored = (await this.#store.load()) ?? 0n;
      if (stored > this.#last) this.#last = stored;
      this.#isLoaded = true;
    }
    for (;;) {
      const nonce = this.#candidate();
      if (nonce <= this.#watermark) return this.#take(nonce);
      const watermark = nonce + BLOCK;
      await this.#store.save(watermark);
      this.#watermark = watermark;
    }
  }

  #candidate(): bigint {
    const nowUs = BigInt(Math.trunc(this.#clock.nowUs()));
    return nowUs > this.#last ? nowUs : this.#last + 1n;
  }

  #take(nonce: bigint): bigint {
    this.#last = nonce;
    return nonce;
  }
}
