/** The perpetuals of a venue, by its public REST calls alone: no key, no order. */
import type { DecimalText } from '../domain/decimal.ts';
import type { FundingPayment, PerpetualContract, PerpetualReading, UnreadRow } from '../domain/perpetual.ts';
import type { TimeUs } from '../domain/time.ts';

export type PerpetualListing = {
  readonly contracts: readonly PerpetualContract[];
  readonly unread: readonly UnreadRow[];
};

export type PerpetualReadings = {
  readonly readings: readonly PerpetualReading[];
  readonly unread: readonly UnreadRow[];
};

export type FundingPayments = {
  readonly payments: readonly FundingPayment[];
  readonly unread: readonly UnreadRow[];
};

/** Every call rejects with Throttled, VenueRefused or VenueUnreachable when there is no answer that can be used. */
export type PerpetualSource = {
  /** The linear perpetuals that can be traded, in USDT, USDC or USD. */
  listContracts(): Promise<PerpetualListing>;
  /** What it shows of these now. One that is missing in the answer is among the unread. */
  read(contracts: readonly PerpetualContract[]): Promise<PerpetualReadings>;
  /** The last payments of one, a hundred at most, in any order. @param sinceUs none before it is needed. */
  readPayments(contract: PerpetualContract, sinceUs: TimeUs): Promise<FundingPayments>;
  /**
   * Mark prices of one at the last hundred whole hours, by which payments are valued; left out where they are with the payments, and where the venue has
   * no such call.
   */
  readonly readMarks?:
    | ((contract: PerpetualContract) => Promise<ReadonlyMap<TimeUs, DecimalText>>)
    | undefined;
};
