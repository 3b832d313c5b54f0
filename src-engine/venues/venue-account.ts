/** A trader's account at a venue: the key to it, what is asked of it before it may trade, and where its orders go. */
import type { Decimal, DecimalText } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { VenueBalance, VenueOrderEvent } from '../domain/order.ts';
import type { DurationUs } from '../domain/time.ts';
import type { OrderVenue } from '../execution/order-venue.ts';
import type { Clock } from '../lib/clock.ts';
import type { Network } from './network.ts';
import type { RequestPause } from './toolkit/request-pause.ts';

/** An API key as the venue gives it out: never in a log, an argument of a process, or a message to a window. */
export type Credential = {
  /** The half that names the account to the venue. */
  readonly key: string;
  /** The half that signs. */
  readonly secret: string;
  /** What its owner chose beside it, at venues that ask for one. */
  readonly passphrase?: string | undefined;
};

/** What a venue calls the parts, and which of them it can use. */
export type CredentialSchema = {
  /** For the prompt and for messages, such as `private key`. */
  readonly titles: {
    readonly key: string;
    readonly secret: string;
    /** Absent where the venue asks for none. */
    readonly passphrase?: string;
  };
  /** @throws UserError, without the value, when a half is not of the venue's form. */
  check(credential: Credential): void;
  /** Reads a key as the venue gives it out in a file; undefined for a text that is no such file. */
  readonly ofFile?: ((text: string) => Credential | undefined) | undefined;
};

/**
 * Where the highest nonce that may have been used survives a restart. One for every API key; only venues whose calls carry
 * nonces use it.
 */
export type NonceStore = {
  load(): Promise<bigint | undefined>;
  /** Resolves when it is durable. */
  save(watermark: bigint): Promise<void>;
};

/** What the venue said of an account before a run. */
export type AccountCheck = {
  /** What the key may do, in the venue's own words. */
  readonly permissions: readonly string[];
  /** No venue bounds what the key may do, as with that of a wallet; its notes say so. */
  readonly isUnbounded?: true | undefined;
  readonly fees: AccountFees;
  /** Venue's clock minus ours. */
  readonly skewUs: DurationUs;
  /** What the trader should know of the key, in whole sentences; it does not keep the account from trading. */
  readonly notes: readonly string[];
};

/** Fees in force by symbol, as fractions: 0.004 is 40 bps. A pair whose fee the account does not say is absent. */
export type AccountFees = {
  readonly takers: ReadonlyMap<string, Decimal>;
  /** Of orders that rested, where the venue says them as well; a rebate is zero. Of an absent one the taker's is reckoned with. */
  readonly makers: ReadonlyMap<string, Decimal>;
};

/**
 * What is shown beside fees that the account itself says. Where it says only that of takers, makers are taken to pay it too, unless a fee of
 * theirs is in force from before.
 */
export const ACCOUNT_BASIS = 'account';
export const ACCOUNT_TAKER_BASIS = 'account, makers as takers';
export const ACCOUNT_EARLIER_MAKER_BASIS = 'account, makers as before';

/** How much of one of the venue's limits is used, as the venue says. */
export type LimitUse = {
  /** `unfilled orders`, `request weight`. */
  readonly name: string;
  /** Length of the interval that it is counted in. */
  readonly intervalS: number;
  readonly used: number;
  readonly limit: number;
};

/** Sends and cancels the orders of one account. */
export type AccountVenue = OrderVenue & {
  /** Connects; `link` events say when orders can be seen. */
  connect(sink: (event: VenueOrderEvent) => void): void;
  /**
   * What must hold before this account trades.
   * @throws UserError when the key may withdraw, lacks a permission, or has expired; else the adapter's own error.
   */
  checkAccount(symbols: readonly string[]): Promise<AccountCheck>;
  /** The account's fees in force, of takers and of makers; a pair whose fee it does not say is absent. Rejects when it cannot be asked. */
  readFees(symbols: readonly string[]): Promise<AccountFees>;
  /** What the account holds, in orders or not. Rejects when it cannot be asked. */
  readBalances(): Promise<readonly VenueBalance[]>;
  /** What the account holds, as the venue last said on the private connection. */
  readonly balances: ReadonlyMap<Asset, DecimalText>;
  /** Venue's clock minus ours, to within `errorUs`; undefined before its first answer. */
  readonly clockSkew:
    | {
        readonly skewUs: DurationUs;
        readonly errorUs: DurationUs;
        /** Nothing is measured: deadlines are counted by a clock of the venue's own, from its present on. */
        readonly isByVenue?: true | undefined;
      }
    | undefined;
  /** What is used of the limits that the venue publishes; empty where it does not say. */
  limitsUsed(): readonly LimitUse[];
  /**
   * Placements and cancels a minute of orders that rest in one market, most of them canceled young, that the account's limits bear for good
   * beside orders that are gone at once; undefined: more than is ever sent.
   */
  readonly restingMessages?: number | undefined;
};

/** What canceling needs, and nothing else. */
export type EmergencyContext = {
  readonly clock: Clock;
  readonly network: Network;
  readonly credential: Credential;
  readonly nonces: NonceStore;
  /** What the venue asks of this address; of this canceling alone when left out. */
  readonly pause?: RequestPause | undefined;
  /** One of the venue's `accountTiers`; the first when left out. */
  readonly tier?: string | undefined;
  /** The venue's own address when left out. */
  readonly restUrl?: string | undefined;
  /** Bound of one call, its answer included. */
  readonly timeoutMs: number;
};

/** A cancel of everything that did not reach all of it: what it did cancel counts, and the reason is shown. */
export class PartlyCanceled extends Error {
  readonly canceled: number;

  constructor(canceled: number, reason: string) {
    super(reason);
    this.canceled = canceled;
  }
}

/** Cancels over REST alone: for a watchdog beside a dead engine, and for a kill without a session. */
export type EmergencyCancel = {
  /** Cancels every order of the account, those placed elsewhere too. @returns how many the venue says it canceled. @throws PartlyCanceled where that is known not to be all; Error. */
  cancelAll(): Promise<number>;
  /** Orders that the venue shows open. @throws Error when its answer does not say: nothing is known then. */
  countOpen(): Promise<number>;
  /** Goes on above a nonce that another process of ours may have used. */
  raiseNonce(used: bigint): void;
};

export type OpenEmergencyCancel = (context: EmergencyContext) => EmergencyCancel;
