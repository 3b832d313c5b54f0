/**
 * Kelly's fraction: the share of the capital whose growth is fastest. Kelly (1956), "A New Interpretation of Information Rate", Bell System Technical Journal 35(4); of returns
 * that are continuous, Thorp (2006), "The Kelly Criterion in Blackjack, Sports Betting, and the Stock Market". Both may be above 1 or below 0: who stakes caps them.
 */

/** Of a bet won with probability `p` (0 to 1) that pays `b` (above 0) for each unit lost otherwise: p − (1 − p) / b. NaN for what is no bet. */
export function kellyOfOdds(p: number, b: number): number {
  return p >= 0 && p <= 1 && b > 0 ? p - (1 - p) / b : Number.NaN;
}

/** Of returns with mean `mu` and standard deviation `sigma` (above 0) over the same time: mu / sigma². NaN without a deviation. */
export function kellyOfReturns(mu: number, sigma: number): number {
  return sigma > 0 ? mu / (sigma * sigma) : Number.NaN;
}
