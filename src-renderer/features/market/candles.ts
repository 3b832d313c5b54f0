/** Candles of mid prices that were sampled once a second. Pure. */

export type Candle = {
  /** Seconds since 1970 at which it begins. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
};

/**
 * Candles of `seconds` each, on the clock's own grid. Seconds without a price leave holes, and a candle without any is
 * left out: nothing is drawn that was not there. @param scale of a price unit: 0.01 for cents.
 */
export function candlesOf(
  fromUs: number,
  mids: readonly (number | null)[],
  seconds: number,
  scale: number,
): Candle[] {
  const candles: Candle[] = [];
  const firstS = Math.round(fromUs / 1_000_000);
  for (const [k, mid] of mids.entries()) {
    if (mid === null) continue;
    const price = mid * scale;
    const time = Math.floor((firstS + k) / seconds) * seconds;
    const last = candles.at(-1);
    if (last?.time === time) {
      candles[candles.length - 1] = {
        time,
        open: last.open,
        high: Math.max(last.high, price),
        low: Math.min(last.low, price),
        close: price,
      };
    } else candles.push({ time, open: price, high: price, low: price, close: price });
  }
  return candles;
}
