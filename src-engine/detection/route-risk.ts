/**
 * What it costs on average that a quote can move before our order is there. Whoever decides on a book that is old, and whose order is
 * under way for a while, has in effect given away an option at the money over that time (Copeland and Galai, "Information Effects on
 * the Bid-Ask Spread", Journal of Finance 38, 1983). Under a driftless normal walk it is worth σ √(τ / 2π) (Bachelier, "Théorie de la
 * spéculation", 1900). Moves of different trades are taken as independent, so their variances are added: that overstates the risk
 * where all venues move together, and never understates it.
 */
import { type DurationUs, US_PER_SECOND } from '../domain/time.ts';

/** Bps over a second, until enough of an instrument's mids were sampled: a lively minute of a large coin. */
export const ASSUMED_STDEV_BPS = 5;

export type LegRisk = {
  /** Standard deviation of the mid's return over one second, in bps; undefined: not known yet. */
  readonly stdevBps: number | undefined;
  /** Age of the book that the trade was decided on. */
  readonly ageUs: DurationUs;
  /** From the venue to us and back: the time in which its quote can change unseen. */
  readonly roundTripUs: DurationUs;
};

/**
 * In bps of what is traded, never below zero.
 * Each trade is exposed for its venue's round trip and for as long as its book is older than the youngest one of the route.
 * @param factor multiples of the average cost; 0 turns it off.
 */
export function ageRiskBps(legs: readonly LegRisk[], factor: number): number {
  const youngestUs = Math.min(...legs.map(({ ageUs }) => ageUs));
  let variance = 0;
  for (const { stdevBps = ASSUMED_STDEV_BPS, ageUs, roundTripUs } of legs)
    variance += (stdevBps * stdevBps * (ageUs - youngestUs + roundTripUs)) / US_PER_SECOND;
  return factor * Math.sqrt(Math.max(0, variance) / (2 * Math.PI));
}
