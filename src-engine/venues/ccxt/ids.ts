/** The exchanges of ccxt, and how one is named here: `ccxt:poloniex`. Kept as a list, so that a name is checked without ccxt. */

export const CCXT_PREFIX = 'ccxt:';
/** The version whose classes are named below, and that the package is pinned to. */
export const CCXT_VERSION = '4.5.84';

/** Classes of ccxt 4.5.84. A test compares the list with the package. */
export const CCXT_IDS: readonly string[] = [
  'alpaca',
  'apex',
  'aster',
  'backpack',
  'bequant',
  'bigone',
  'binance',
  'binancecoinm',
  'binanceus',
  'binanceusdm',
  'bingx',
  'bit2c',
  'bitbank',
  'bitbns',
  'bitfinex',
  'bitflyer',
  'bitget',
  'bithumb',
  'bitopro',
  'bitrue',
  'bitso',
  'bitstamp',
  'bitteam',
  'bittrade',
  'bitvavo',
  'blockchaincom',
  'blofin',
  'btcbox',
  'btcmarkets',
  'btcturk',
  'btse',
  'bullish',
  'bybit',
  'bybiteu',
  'bybitid',
  'bydfi',
  'cex',
  'coinbase',
  'coinbaseexchange',
  'coinbaseinternational',
  'coincheck',
  'coinex',
  'coinmate',
  'coinone',
  'coinsph',
  'coinspot',
  'cryptocom',
  'cryptomus',
  'deepcoin',
  'delta',
  'deribit',
  'derive',
  'digifinex',
  'dydx',
  'extended',
  'fmfwio',
  'foxbit',
  'gate',
  'gateeu',
  'gemini',
  'grvt',
  'hashkey',
  'hibachi',
  'hitbtc',
  'hollaex',
  'htx',
  'hyperliquid',
  'independentreserve',
  'indodax',
  'kraken',
  'krakenfutures',
  'kucoin',
  'kucoinfutures',
  'latoken',
  'lbank',
  'lighter',
  'luno',
  'mercado',
  'mexc',
  'modetrade',
  'mudrex',
  'myokx',
  'nado',
  'ndax',
  'okx',
  'okxus',
  'onetrading',
  'p2b',
  'pacifica',
  'paradex',
  'paymium',
  'phemex',
  'poloniex',
  'revolutx',
  'tokocrypto',
  'toobit',
  'upbit',
  'weex',
  'whitebit',
  'woo',
  'woofipro',
  'xt',
  'zaif',
  'zebpay',
];

/** Names that may be meant by one that is not known are at most so many changes of a letter away. */
const MOST_CHANGES = 3;
const MOST_NEAREST = 3;

/** The known ids that are spelled most like this one, the nearest first; empty: none is near. */
export function nearestIds(id: string): readonly string[] {
  return CCXT_IDS.map((known) => ({ known, changes: changesBetween(id.toLowerCase(), known) }))
    .filter(({ known, changes }) => changes <= MOST_CHANGES && changes < known.length)
    .sort((a, b) => a.changes - b.changes)
    .slice(0, MOST_NEAREST)
    .map(({ known }) => known);
}

/** Letters to add, remove or replace (Levenshtein's distance). Long names are cut: they are near to none. */
function changesBetween(text: string, known: string): number {
  const a = text.slice(0, 32);
  let row = Array.from({ length: known.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= known.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === known[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[known.length] as number;
}
