/** Canceling an account through ccxt, and the question what is open. Its process is given the right to cancel alone, and cannot place an order. */
import { US_PER_SECOND } from '../../../domain/time.ts';
import type { EmergencyCancel, EmergencyContext, OpenEmergencyCancel } from '../../venue-account.ts';
import { ccxtAccountAddress } from '../address.ts';
import { AccountLink } from './account-link.ts';
import { CcxtCredentials } from './credentials.ts';
import { cancelAll, countOpen } from './lists.ts';

/** The process is kept so long after its last answer: what it has read of the venue serves the next question. */
const IDLE_US = 15 * US_PER_SECOND;

/** @param id of ccxt’s class. */
export function ccxtEmergencyCancel(id: string): OpenEmergencyCancel {
  return (context) => new CcxtEmergencyCancel(id, context);
}

class CcxtEmergencyCancel implements EmergencyCancel {
  readonly #context: EmergencyContext;
  readonly #open: () => AccountLink;
  #link: AccountLink | undefined;
  /** Under way. */
  #uses = 0;
  #cancelTimer: () => void = () => undefined;

  constructor(id: string, context: EmergencyContext) {
    const { clock, network, credential, restUrl } = context;
    this.#context = context;
    const credentials = new CcxtCredentials(credential);
    const url = ccxtAccountAddress(id, restUrl);
    // Without jitter: one process of one engine that is gone.
    this.#open = () =>
      new AccountLink({ clock, network, random: () => 0.5, credentials, url, rights: 'cancel' });
  }

  cancelAll(): Promise<number> {
    return this.#use((link) => cancelAll(link));
  }

  countOpen(): Promise<number> {
    return this.#use((link) => countOpen(link, true));
  }

  /** The process counts its own. */
  raiseNonce(): void {}

  async #use<T>(ask: (link: AccountLink) => Promise<T>): Promise<T> {
    this.#cancelTimer();
    this.#uses++;
    this.#link ??= this.#open();
    const link = this.#link;
    try {
      return await ask(link);
    } finally {
      // A cancel of everything takes longer than the timer: only the end of the last use sets it.
      if (--this.#uses === 0) this.#endLater(link);
    }
  }

  #endLater(link: AccountLink): void {
    const { clock } = this.#context;
    this.#cancelTimer = clock.schedule(clock.nowUs() + IDLE_US, () => {
      this.#link = undefined;
      void link.stop();
    });
  }
}
