/** An account that could not be traded is tried again: at once with another key, else at growing intervals. */
import type { TimeUs } from '../domain/time.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountVenue, Credential } from '../venues/venue-account.ts';

/** A venue may lock a key out that keeps asking and may not. */
const WAIT_US = { first: 30 * US_PER_SECOND, most: 900 * US_PER_SECOND } as const;

export type AccountRetryParts = {
  readonly clock: Clock;
  /** The key as it is stored now. Rejects when there is none. */
  readonly key: () => Promise<Credential>;
  /** Not connected. */
  readonly open: (credential: Credential) => AccountVenue;
  /** All that a session asks of an account before it begins. Rejects when the account cannot be traded. */
  readonly check: (account: AccountVenue) => Promise<unknown>;
};

export class AccountRetry {
  readonly #parts: AccountRetryParts;
  #tried: Credential | undefined;
  #nextUs: TimeUs;
  #waitUs: number = WAIT_US.first;

  /** @param tried the key that failed; undefined: there was none. */
  constructor(parts: AccountRetryParts, tried: Credential | undefined) {
    this.#parts = parts;
    this.#tried = tried;
    this.#nextUs = parts.clock.nowUs() + WAIT_US.first;
  }

  /** Whether the account could be traded by now; false without asking the venue while it is too early. Never throws. */
  async isMended(): Promise<boolean> {
    const { clock, key, open, check } = this.#parts;
    const credential = await key().catch(() => undefined);
    if (credential === undefined) return false;
    const isSame =
      credential.key === this.#tried?.key &&
      credential.secret === this.#tried.secret &&
      credential.passphrase === this.#tried.passphrase;
    if (isSame && clock.nowUs() < this.#nextUs) return false;
    this.#waitUs = isSame ? Math.min(this.#waitUs * 2, WAIT_US.most) : WAIT_US.first;
    this.#tried = credential;
    this.#nextUs = clock.nowUs() + this.#waitUs;
    try {
      const account = open(credential);
      try {
        await check(account);
        return true;
      } finally {
        await account.stop();
      }
    } catch {
      return false;
    }
  }
}
