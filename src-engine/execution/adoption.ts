/** Balances that the engine takes over by itself: by whom, and why what a chain took back needs no other explanation. */
import type { Actor, BalanceDifference } from '../domain/event.ts';
import type { VenueAccount } from '../domain/order.ts';
import type { Comparison } from './balance-check.ts';

/** Who adopts what the venue has rounded. */
export const ROUNDING: Actor = { kind: 'engine', via: 'rounding' };
/** Who adopts what is held of assets that no instrument of the run trades. */
export const NOT_TRADED: Actor = { kind: 'engine', via: 'not-traded' };
/** Who adopts what a reorganisation of a chain took back. */
export const TAKEN_BACK: Actor = { kind: 'engine', via: 'reorganisation' };

/**
 * Why trading halts for what a chain took back, and differences that two looks in a row have shown are taken over: all are of assets of orders that were
 * reported and are no part of the chain any longer. Once also where nothing differs, as where the same was mined again. Empty: nothing was taken back, or a
 * difference of another asset is among them.
 * @param said for what trading was halted before.
 */
export function takenBackReason(
  comparison: Comparison,
  differences: readonly BalanceDifference[],
  takenBack: VenueAccount['takenBack'],
  said: string,
): string {
  if (takenBack === undefined || comparison === 'suspected') return '';
  const isAgreed = comparison === 'agrees' || comparison === 'rounded';
  if (isAgreed) return takenBack.reason === said ? '' : takenBack.reason;
  return differences.every(({ asset }) => takenBack.assets.includes(asset)) ? takenBack.reason : '';
}
