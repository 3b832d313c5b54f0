/** A venue that a session can begin with. */
import type { DecimalText } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { MarketSource } from '../engine/market/market-source.ts';
import type { AccountCheck, AccountVenue } from '../venues/venue-account.ts';
import type { AccountGuard } from './account-guard.ts';

/** An account that may trade: its key passed the venue's check. Not connected yet. */
export type VenueAccount = {
  readonly venue: AccountVenue;
  readonly check: AccountCheck;
  readonly hasDeadManSwitch: boolean;
  /** Its fees are taken out of what a fill brings, and not charged in quote. */
  readonly chargesReceived: boolean;
  /** Its watchdog. Not started yet. */
  readonly guard: AccountGuard;
  /** What it holds, as the venue reported before the run began. */
  readonly balances: readonly { readonly asset: Asset; readonly total: DecimalText }[];
};

/** Why a venue of a profile that trades accounts is watched without one. */
export type MissingAccount = {
  readonly error: unknown;
  /** Whether its account could be traded by now. Never throws. */
  isMended(): Promise<boolean>;
};

export type ConnectedVenue = {
  readonly market: MarketSource;
  readonly account: VenueAccount | undefined;
  /** Only beside other venues whose accounts can be traded: alone such a venue begins no session. */
  readonly missing?: MissingAccount | undefined;
};
