/** What an engine and the process that holds its account say to each other, in lines of JSON. */
import type { SwapOrder } from './amounts.ts';
import type { WalletEvent } from './outcome.ts';
import type { Halt } from './record.ts';

/** `cancel`: it asks what is open and cancels it; what its record has open is canceled before anything of it is sent, and it signs no swap. */
export type WalletRights = 'trade' | 'cancel';

/** The key goes to the process by this line, and by nothing else. */
export type OpenLine = {
  readonly do: 'open';
  /** Of the key, in small letters: a key of another wallet is refused. */
  readonly address: string;
  readonly key: string;
  readonly rights: WalletRights;
  /** As it was kept last; left out: nothing was ever signed. */
  readonly record?: unknown;
  /** Since when its venue signs with this wallet and this record: nothing is known of what was signed before. In milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  /** Another process has the record, as an engine that is frozen does: nothing is signed, and of what is open what was reserved is sent. Rights to cancel alone. */
  readonly isBeside?: boolean | undefined;
  /** What its record has open and is not to be made any longer, by order id: nothing of it is sent but its cancels. */
  readonly cancels?: Cancels | undefined;
};

export type Cancels = 'all' | readonly string[];

/** An order whose end is not known. */
export type AskedOrder = {
  readonly orderId: string;
  /** In milliseconds since 1970; left out: not known. */
  readonly createdMs?: number | undefined;
};

export type WalletAsk =
  | {
      readonly what: 'place';
      /** Its deadline is `untilMs`, counted on the chain from the block that comes next. */
      readonly order: Omit<SwapOrder, 'waitS'>;
      /** By this machine’s clock, in milliseconds since 1970. */
      readonly untilMs: number;
    }
  | { readonly what: 'cancel'; readonly orderId: string }
  /** How the account stands, and what became of these orders. */
  | { readonly what: 'account'; readonly orders: readonly AskedOrder[] }
  /**
   * `open`: orders and transactions that wait. `cancel-all` uses up the nonces of what this wallet signed, also for an order whose block was taken back, and
   * answers how many orders have ended as canceled since it was asked last, or since the process began.
   */
  | { readonly what: 'cancel-all' | 'open' | 'check' };

export type WalletLine =
  | OpenLine
  | { readonly do: 'ask'; readonly id: number; readonly ask: WalletAsk }
  /** The record of this number is durable: what it holds may be sent. */
  | { readonly do: 'kept'; readonly id: number }
  | { readonly do: 'ping' };

export type WalletBalance = {
  readonly asset: string;
  readonly total: string;
  /** Native coin, which pays gas and goes into no pool. */
  readonly held?: string;
  readonly heldFor?: 'gas';
};

export type OpenSwap = Pick<SwapOrder, 'orderId' | 'symbol' | 'side' | 'qty' | 'price'> & {
  /** Hash of its swap. */
  readonly hash: string;
};

/** At one block, once everything that is over by then was reported. */
export type WalletStanding = {
  readonly block: number;
  readonly balances: readonly WalletBalance[];
  readonly open: readonly OpenSwap[];
  /** Of the orders that were asked about, how those that are over have ended. */
  readonly ended: readonly WalletEvent[];
  readonly halt?: Halt | undefined;
  /** What the chain took back: assets of orders that were reported as over, while their nonces are not settled. */
  readonly takenBack?: { readonly reason: string; readonly assets: readonly string[] } | undefined;
};

export type WalletSaid =
  | { readonly event: 'ready' | 'pong' | 'account' }
  | { readonly event: 'closed'; readonly text: string }
  | { readonly event: 'keep'; readonly id: number; readonly record: object }
  | ({ readonly event: 'order' } & WalletEvent)
  /** Whether the chain can be looked at. */
  | { readonly event: 'link'; readonly state: 'up' | 'down'; readonly reason: string }
  /** What was taken back is settled: nothing that was signed for it can be made any longer. */
  | { readonly event: 'settled' }
  | { readonly event: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly event: 'reply';
      readonly id: number;
      readonly ok: false;
      readonly isSent: boolean;
      readonly text: string;
    };
