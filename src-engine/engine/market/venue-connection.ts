/** One venue of a session: its market, what takes its orders, and the account behind it where there is one. */
import type { VenueName } from '../../domain/ids.ts';
import type { OrderVenue } from '../../execution/order-venue.ts';
import type { Runner } from '../../runner/runner.ts';
import type { MarketSource } from './market-source.ts';

export type VenueConnection = {
  readonly market: MarketSource;
  readonly orders: OrderVenue;
  /** Of a session that trades an account there. */
  readonly account: SessionAccount | undefined;
  /** Why it is watched without trading, in a session that trades accounts elsewhere; undefined: it is not. */
  readonly missing?: MissingAccount | undefined;
};

/** The account of a venue that could not be started. */
export type MissingAccount = {
  readonly reason: string;
  /** Whether it could be traded by now. Never throws. */
  isMended(): Promise<boolean>;
};

/** A venue of the plan that is not part of the session, and why. */
export type UnreachedVenue = {
  /** Its id in the plan. */
  readonly adapter: VenueName;
  readonly title: string;
  readonly reason: string;
  /** Whether it can be reached by now. Never throws. */
  answers(): Promise<boolean>;
};

/** What is known of the account behind a connection. */
export type SessionAccount = {
  /** Venue's clock minus ours, to within `errorUs`; undefined before its first answer. */
  clockSkew():
    | { readonly skewUs: number; readonly errorUs: number; readonly isByVenue?: true | undefined }
    | undefined;
  /** What its key may do, as the venue reported at the start. */
  readonly permissions: readonly string[];
  /** What the trader should know of the key, in whole sentences. */
  readonly keyNotes: readonly string[];
  /** No venue bounds what the key may do. */
  readonly isUnbounded?: true | undefined;
  /** The venue can be asked to cancel everything unless it hears from us in time. */
  readonly hasDeadManSwitch: boolean;
  /** What is used of the venue's limits, as it last said. */
  limitsUsed(): readonly {
    readonly name: string;
    readonly intervalS: number;
    readonly used: number;
    readonly limit: number;
  }[];
  /** Keeps its fees true. */
  readonly feeWatch?: { start(): void; stop(): void } | undefined;
  /** The watchdog beside it: nothing new begins at the venue without one. */
  readonly guard: {
    /** It watches, and answers. */
    readonly isWatching: boolean;
    start(runner: Pick<Runner, 'submit' | 'settled'>): Promise<void>;
    stop(): Promise<void>;
  };
};
