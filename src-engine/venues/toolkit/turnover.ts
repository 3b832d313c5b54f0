/** How much of each instrument was traded in a day, in one currency: what a run watches is chosen by it. */
import type { InstrumentSpec } from '../../domain/instrument.ts';

/** As good as a dollar for this purpose. */
const DOLLARS: readonly string[] = ['USDT', 'USDC', 'USD'];

export type DayTicker = {
  /** Traded value, in the quote. */
  readonly turnover: number;
  readonly lastPrice: number;
};

/**
 * Turns what was traded of each instrument into dollars, by the last price of its quote in one of them. An estimate that only
 * ranks. An instrument without a ticker, or whose quote has no such price, is left out.
 */
export function turnoverInDollars(
  instruments: readonly InstrumentSpec[],
  tickers: ReadonlyMap<string, DayTicker>,
): Map<string, number> {
  const rates = new Map(DOLLARS.map((code) => [code, 1]));
  for (const { symbol, base, quote } of instruments) {
    const price = tickers.get(symbol)?.lastPrice ?? 0;
    if (DOLLARS.includes(quote) && price > 0 && !rates.has(base)) rates.set(base, price);
  }
  const values = new Map<string, number>();
  for (const { symbol, quote } of instruments) {
    const rate = rates.get(quote);
    const turnover = tickers.get(symbol)?.turnover ?? Number.NaN;
    if (rate !== undefined && turnover >= 0) values.set(symbol, turnover * rate);
  }
  return values;
}
