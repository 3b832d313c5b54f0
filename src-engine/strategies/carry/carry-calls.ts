/** What the carries of a session are given, in order, and what they store: a session log has both, so that they can be made anew from the one and held against the other. */
import type { FundingPayment, PerpetualReading } from '../../domain/perpetual.ts';
import type { TimeUs } from '../../domain/time.ts';

/** A line as it was stored. */
export type RecordedCarry = {
  readonly symbol: string;
  readonly venue: string;
  readonly stake: string;
  /** Of its run; null: it has none yet. */
  readonly state: string | null;
  readonly spotVenue?: string | null | undefined;
};

/** With the spot market that it was held against, which depends on the books of that moment; null: the session had none. */
export type ChosenCarry = RecordedCarry & {
  readonly spot: { readonly venue: string; readonly symbol: string } | null;
};

/** What they were given. */
export type CarryInput =
  /** The lines that the session begins with, or those that run from here on. */
  | { readonly call: 'carry-begin' | 'carry-set'; readonly lines: readonly ChosenCarry[] }
  /** What a venue's perpetuals show of those that a line is about. */
  | {
      readonly call: 'carry-batch';
      readonly venue: string;
      readonly receivedUs: TimeUs;
      readonly readings: readonly PerpetualReading[];
      readonly payments: readonly FundingPayment[];
    }
  /** A minute is over. */
  | { readonly call: 'carry-step'; readonly atUs: TimeUs }
  | { readonly call: 'carry-end' };

/** What they stored then: every decision, fill and payment is in the states. */
export type CarryOutput = { readonly call: 'carry-stored'; readonly lines: readonly RecordedCarry[] };

export type CarryCall = CarryInput | CarryOutput;

const CALLS: ReadonlySet<unknown> = new Set([
  'carry-begin',
  'carry-set',
  'carry-batch',
  'carry-step',
  'carry-end',
  'carry-stored',
] satisfies readonly CarryCall['call'][]);

/** By its name alone: a line of a log is known to be whole by its checksum. */
export function isCarryCall(call: { readonly call?: unknown }): call is CarryCall {
  return CALLS.has(call.call);
}
