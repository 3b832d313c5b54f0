/** Readings of an account, one at a time: a question that waits for one gives way to a later one, whose answer serves both. */
import type { VenueName } from '../../domain/ids.ts';
import type { VenueAccount, VenueOrderEvent } from '../../domain/order.ts';
import type { Clock } from '../../lib/clock.ts';
import type { AccountQuestion } from './account-reading.ts';

export type AskedAccount = Pick<AccountQuestion, 'sinceUs' | 'withHistory'>;

export type AccountReaderOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  /** Rejects when the account could not be read. */
  readonly read: (asked: AskedAccount) => Promise<VenueAccount>;
  readonly report: (event: VenueOrderEvent) => void;
};

export class AccountReader {
  readonly #options: AccountReaderOptions;
  /** What it is to be read for next; undefined: nothing is asked. */
  #asked: AskedAccount | undefined;
  #isReading = false;

  constructor(options: AccountReaderOptions) {
    this.#options = options;
  }

  /** Its answer, or that there is none, is reported. */
  ask(asked: AskedAccount): void {
    this.#asked = asked;
    if (!this.#isReading) void this.#read();
  }

  async #read(): Promise<void> {
    const { venue, clock, read, report } = this.#options;
    this.#isReading = true;
    for (let asked = this.#asked; asked !== undefined; asked = this.#asked) {
      this.#asked = undefined;
      try {
        const account = await read(asked);
        report({ kind: 'account', account, atUs: clock.nowUs() });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        report({ kind: 'account-failed', venue, reason, atUs: clock.nowUs() });
      }
    }
    this.#isReading = false;
  }
}
