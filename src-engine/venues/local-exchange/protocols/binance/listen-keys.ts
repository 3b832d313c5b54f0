/** Keys under which events of accounts are streamed: one an account, good for an hour from when it was last asked for or kept. */
import { createHash } from 'node:crypto';
import type { DurationUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { OrderOwner } from '../../core/orders/client-order.ts';
import { BinanceProblem } from './binance-problem.ts';

const GOOD_FOR_US: DurationUs = 3_600_000_000;
const LENGTH = 60;

type Kept = { readonly key: string; readonly cancelEnd: () => void };

export class ListenKeys {
  readonly #clock: Clock;
  readonly #keys = new Map<OrderOwner, Kept>();
  #made = 0;
  /** A key has expired; nothing is streamed under it any more. */
  onExpired: (key: string) => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The key that the account has, which is then good for another hour, or a new one. */
  open(account: Account): string {
    const key = this.keyOf(account) ?? this.#newKey(account);
    this.#keepFor(account, key);
    return key;
  }

  keyOf(account: OrderOwner): string | undefined {
    return this.#keys.get(account)?.key;
  }

  /** @throws BinanceProblem -1125 for a key that is not the account's. */
  keep(account: Account, key: string): void {
    this.#require(account, key);
    this.#keepFor(account, key);
  }

  /** @throws as `keep`. */
  close(account: Account, key: string): void {
    this.#require(account, key);
    this.#end(account);
  }

  stop(): void {
    for (const account of this.#keys.keys()) this.#end(account);
  }

  #require(account: Account, key: string): void {
    if (this.keyOf(account) !== key) throw new BinanceProblem(-1125, 'This listenKey does not exist.');
  }

  /** Letters and digits that no client can guess. */
  #newKey(account: Account): string {
    const seed = `${account.secret} ${this.#clock.nowUs()} ${++this.#made}`;
    return createHash('sha256').update(seed).digest('hex').slice(0, LENGTH);
  }

  #keepFor(account: Account, key: string): void {
    this.#end(account);
    const cancelEnd = this.#clock.schedule(this.#clock.nowUs() + GOOD_FOR_US, () => {
      this.#keys.delete(account);
      this.onExpired(key);
    });
    this.#keys.set(account, { key, cancelEnd });
  }

  #end(account: OrderOwner): void {
    this.#keys.get(account)?.cancelEnd();
    this.#keys.delete(account);
  }
}
