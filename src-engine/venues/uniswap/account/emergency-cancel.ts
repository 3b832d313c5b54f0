/**
 * Canceling what a wallet has sent, and the question what waits. Its process is given the right to cancel alone, and signs no swap: the nonces of what is
 * not mined are used up by transfers of nothing, and what is left of an approval is taken back. What was mined cannot be canceled.
 */
import { UserError } from '../../../domain/errors.ts';
import { US_PER_SECOND } from '../../../domain/time.ts';
import type { EmergencyCancel, EmergencyContext } from '../../venue-account.ts';
import { accountAddress } from '../address.ts';
import { WalletCredentials } from './credentials.ts';
import { countIn, WalletLink } from './wallet-link.ts';

/** The process goes on raising its fees for so long after the last question. */
const IDLE_US = 15 * US_PER_SECOND;

export function walletEmergencyCancel(context: EmergencyContext): EmergencyCancel {
  return new WalletEmergencyCancel(context);
}

class WalletEmergencyCancel implements EmergencyCancel {
  readonly #context: EmergencyContext;
  readonly #open: () => WalletLink;
  #link: WalletLink | undefined;
  #cancelTimer: () => void = () => undefined;

  /** @throws UserError without the address of a local chain: nothing can have been sent elsewhere. */
  constructor(context: EmergencyContext) {
    const { clock, network, credential, restUrl } = context;
    this.#context = context;
    if (restUrl === undefined) throw onLocalChainAlone();
    const credentials = new WalletCredentials(credential);
    const url = accountAddress(restUrl);
    // Without jitter: one process of one engine that is gone.
    this.#open = () =>
      new WalletLink({ clock, network, random: () => 0.5, credentials, url, rights: 'cancel' });
  }

  async cancelAll(): Promise<number> {
    return await this.#use('cancel-all');
  }

  async countOpen(): Promise<number> {
    return await this.#use('open');
  }

  /** The chain counts them. */
  raiseNonce(): void {}

  async #use(what: 'cancel-all' | 'open'): Promise<number> {
    this.#cancelTimer();
    this.#link ??= this.#open();
    const link = this.#link;
    try {
      return countIn(what, await link.ask({ what }));
    } finally {
      const { clock } = this.#context;
      this.#cancelTimer();
      this.#cancelTimer = clock.schedule(clock.nowUs() + IDLE_US, () => {
        this.#link = undefined;
        void link.stop();
      });
    }
  }
}

export function onLocalChainAlone(): UserError {
  return new UserError({
    code: 'chain-not-traded',
    field: 'chain',
    message: 'is not the local one: swaps are signed there alone',
    remedy: 'Trade pools of a public chain on paper, or rehearse on a local chain.',
  });
}
