/** What a class of ccxt lists: spot markets and what was traded of each, every number as text. */
import { exactText } from './exact-number.ts';
import { type CcxtExchange, type CcxtMarket, member } from './exchange.ts';

/** Rows as `venues/ccxt/instruments.ts` reads them. @throws what ccxt throws. */
export async function readMarkets(exchange: CcxtExchange): Promise<readonly object[]> {
  const markets = Object.values(await exchange.loadMarkets(true));
  return markets.filter(({ spot }) => spot === true).map((market) => rowOf(exchange, market));
}

function rowOf({ precisionMode }: CcxtExchange, market: CcxtMarket): object {
  const { symbol, precision, limits } = market;
  return {
    symbol,
    base: market['base'],
    quote: market['quote'],
    active: market['active'] ?? null,
    precisionMode,
    price: exactText(precision?.['price']) ?? null,
    amount: exactText(precision?.['amount']) ?? null,
    minAmount: exactText(limits?.['amount']?.['min']) ?? null,
    minCost: exactText(limits?.['cost']?.['min']) ?? null,
    taker: exactText(market['taker']) ?? null,
  };
}

/** Last price and turnover of the day by symbol; empty where the class has no call for it. @throws what ccxt throws. */
export async function readTickers(exchange: CcxtExchange): Promise<readonly object[]> {
  if (exchange.has['fetchTickers'] !== true) return [];
  const tickers = Object.values(await exchange.fetchTickers());
  return tickers.flatMap((ticker) => {
    const symbol = ticker?.['symbol'];
    if (typeof symbol !== 'string' || exchange.markets?.[symbol]?.spot !== true) return [];
    const last = exactText(ticker?.['last']) ?? null;
    const quoteVolume = exactText(ticker?.['quoteVolume']);
    const baseVolume = exactText(ticker?.['baseVolume']);
    return [{ symbol, last, turnover: quoteVolume ?? Number(baseVolume) * Number(last) }];
  });
}

/** The venue's clock in ms, and the step in which it is given. @throws Error where nothing says it, and what ccxt throws. */
export async function readTime(
  exchange: CcxtExchange,
): Promise<{ readonly ms: number; readonly stepMs: number }> {
  if (exchange.has['fetchTime'] === true) {
    const ms = Number(await exchange.fetchTime());
    // Some venues say whole seconds, which ccxt writes in ms.
    if (Number.isSafeInteger(ms) && ms > 0) return { ms, stepMs: ms % 1_000 === 0 ? 1_000 : 1 };
  }
  // The date of an answer, in whole seconds.
  await exchange.loadMarkets(true);
  const ms = Date.parse(String(member(exchange.last_response_headers, 'Date')));
  if (ms > 0) return { ms, stepMs: 1_000 };
  throw new Error(`${exchange.id} has no call for its time, and its answers have no date`);
}
