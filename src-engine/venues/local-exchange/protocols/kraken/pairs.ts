/**
 * The pairs and assets of the local exchange as Kraken: real instrument metadata, as figures from Kraken's public
 * AssetPairs response of 2026-01-12 (and asset precisions from its v2 `instrument` channel).
 */
import { assert, UserError } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { Market } from '../../core/market.ts';
import { choosePairs, type Pair } from '../../core/pair.ts';

/** Every pair here counts quantities in 10^-8, as nearly all of Kraken's do. */
export const QTY_DECIMALS = 8;

export type KrakenPair = Pair & {
  /** Key in REST answers: `XXBTZUSD`. */
  readonly restName: string;
  /** Short name in REST: `XBTUSD`. */
  readonly altName: string;
  /** Name in the v1 WebSocket, still listed by REST: `XBT/USD`. */
  readonly wsName: string;
};

export type AssetInfo = {
  readonly code: Asset;
  /** Key in REST answers: `XXBT`. */
  readonly restName: string;
  readonly altName: string;
  readonly decimals: number;
  readonly displayDecimals: number;
};

type AssetRow = readonly [code: string, restName: string, altName: string, decimals: number, display: number];

const ASSET_ROWS: readonly AssetRow[] = [
  ['USD', 'ZUSD', 'USD', 4, 2],
  ['EUR', 'ZEUR', 'EUR', 4, 2],
  ['GBP', 'ZGBP', 'GBP', 4, 2],
  ['USDT', 'USDT', 'USDT', 8, 4],
  ['USDC', 'USDC', 'USDC', 8, 4],
  ['BTC', 'XXBT', 'XBT', 10, 5],
  ['ETH', 'XETH', 'ETH', 10, 5],
  ['SOL', 'SOL', 'SOL', 10, 5],
  ['XRP', 'XXRP', 'XRP', 8, 5],
  ['ADA', 'ADA', 'ADA', 8, 6],
  ['DOT', 'DOT', 'DOT', 10, 8],
  ['LTC', 'XLTC', 'LTC', 10, 5],
  ['LINK', 'LINK', 'LINK', 10, 5],
  ['BCH', 'BCH', 'BCH', 10, 5],
  ['DOGE', 'XXDG', 'XDG', 8, 2],
  ['AVAX', 'AVAX', 'AVAX', 10, 5],
  ['ATOM', 'ATOM', 'ATOM', 8, 6],
  ['XLM', 'XXLM', 'XLM', 8, 5],
];

type PairRow = readonly [
  symbol: string,
  restName: string,
  priceDecimals: number,
  costDecimals: number,
  tickSize: string,
  orderMin: string,
  costMin: string,
  entryTaker: string,
  entryMaker: string,
  topTaker: string,
  topMaker: string,
];

const PAIR_ROWS: readonly PairRow[] = [
  ['BTC/USD', 'XXBTZUSD', 1, 5, '0.1', '0.00005', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['BTC/EUR', 'XXBTZEUR', 1, 5, '0.1', '0.00005', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['BTC/GBP', 'XXBTZGBP', 1, 5, '0.1', '0.00005', '0.43', '0.4', '0.25', '0.05', '0.0'],
  ['BTC/USDT', 'XBTUSDT', 1, 5, '0.1', '0.00005', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['BTC/USDC', 'XBTUSDC', 2, 5, '0.01', '0.00005', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/USD', 'XETHZUSD', 2, 5, '0.01', '0.001', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/EUR', 'XETHZEUR', 2, 5, '0.01', '0.001', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/GBP', 'XETHZGBP', 2, 5, '0.01', '0.001', '0.43', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/USDT', 'ETHUSDT', 2, 5, '0.01', '0.001', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/USDC', 'ETHUSDC', 2, 6, '0.01', '0.001', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ETH/BTC', 'XETHXXBT', 5, 10, '0.00001', '0.001', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['SOL/USD', 'SOLUSD', 2, 5, '0.01', '0.02', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['SOL/EUR', 'SOLEUR', 2, 5, '0.01', '0.02', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['SOL/USDT', 'SOLUSDT', 2, 6, '0.01', '0.02', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['SOL/BTC', 'SOLXBT', 7, 9, '0.0000001', '0.02', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['SOL/ETH', 'SOLETH', 6, 10, '0.000001', '0.02', '0.0002', '0.4', '0.25', '0.05', '0.0'],
  ['XRP/USD', 'XXRPZUSD', 5, 8, '0.00001', '1.65', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['XRP/EUR', 'XXRPZEUR', 5, 8, '0.00001', '1.65', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['XRP/USDT', 'XRPUSDT', 5, 8, '0.00001', '1.65', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['XRP/BTC', 'XXRPXXBT', 8, 9, '0.00000001', '1.65', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['XRP/ETH', 'XRPETH', 7, 10, '0.0000001', '1.65', '0.0002', '0.4', '0.25', '0.05', '0.0'],
  ['ADA/USD', 'ADAUSD', 6, 6, '0.000001', '4.4', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ADA/EUR', 'ADAEUR', 6, 6, '0.000001', '4.4', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['ADA/BTC', 'ADAXBT', 8, 9, '0.00000001', '4.4', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['ADA/ETH', 'ADAETH', 7, 9, '0.0000001', '4.4', '0.0002', '0.4', '0.25', '0.05', '0.0'],
  ['DOT/USD', 'DOTUSD', 4, 5, '0.0001', '0.6', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['DOT/EUR', 'DOTEUR', 4, 5, '0.0001', '0.6', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['DOT/BTC', 'DOTXBT', 8, 10, '0.00000001', '0.6', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['LTC/USD', 'XLTCZUSD', 2, 5, '0.01', '0.04', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['LTC/EUR', 'XLTCZEUR', 2, 5, '0.01', '0.04', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['LTC/BTC', 'XLTCXXBT', 6, 8, '0.000001', '0.04', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['LINK/USD', 'LINKUSD', 5, 6, '0.00001', '0.2', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['LINK/EUR', 'LINKEUR', 5, 6, '0.00001', '0.2', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['LINK/BTC', 'LINKXBT', 8, 9, '0.00000001', '0.2', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['LINK/ETH', 'LINKETH', 8, 9, '0.00000001', '0.2', '0.0002', '0.4', '0.23', '0.05', '-0.02'],
  ['BCH/USD', 'BCHUSD', 2, 6, '0.01', '0.01', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['BCH/EUR', 'BCHEUR', 2, 6, '0.01', '0.01', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['BCH/BTC', 'BCHXBT', 6, 8, '0.000001', '0.01', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['DOGE/USD', 'XDGUSD', 7, 9, '0.0000001', '13', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['DOGE/EUR', 'XDGEUR', 7, 9, '0.0000001', '13', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['DOGE/BTC', 'XXDGXXBT', 9, 9, '0.000000001', '13', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['AVAX/USD', 'AVAXUSD', 2, 5, '0.01', '0.1', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['AVAX/EUR', 'AVAXEUR', 2, 5, '0.01', '0.1', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['ATOM/USD', 'ATOMUSD', 4, 6, '0.0001', '0.5', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['ATOM/EUR', 'ATOMEUR', 4, 6, '0.0001', '0.5', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['ATOM/BTC', 'ATOMXBT', 7, 8, '0.0000001', '0.5', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['XLM/USD', 'XXLMZUSD', 6, 8, '0.000001', '12', '0.5', '0.4', '0.25', '0.05', '0.0'],
  ['XLM/EUR', 'XXLMZEUR', 6, 8, '0.000001', '12', '0.45', '0.4', '0.25', '0.05', '0.0'],
  ['XLM/BTC', 'XXLMXXBT', 9, 9, '0.000000001', '12', '0.00002', '0.4', '0.25', '0.05', '0.0'],
  ['EUR/USD', 'ZEURZUSD', 5, 5, '0.00001', '0.5', '0.5', '0.2', '0.2', '0.001', '0.0'],
  ['GBP/USD', 'ZGBPZUSD', 5, 5, '0.00001', '5', '0.5', '0.2', '0.2', '0.001', '0.0'],
  ['EUR/GBP', 'EURGBP', 5, 5, '0.00001', '0.5', '0.43', '0.2', '0.2', '0.001', '0.0'],
  ['USDT/USD', 'USDTZUSD', 5, 8, '0.00001', '5', '0.5', '0.2', '0.2', '0.001', '0.0'],
  ['USDT/EUR', 'USDTEUR', 4, 8, '0.0001', '5', '0.45', '0.2', '0.2', '0.001', '0.0'],
  ['USDC/USD', 'USDCUSD', 4, 8, '0.0001', '5', '0.5', '0.2', '0.2', '0.001', '0.0'],
  ['USDC/EUR', 'USDCEUR', 4, 8, '0.0001', '5', '0.45', '0.2', '0.2', '0.001', '0.0'],
  ['USDC/USDT', 'USDCUSDT', 4, 8, '0.0001', '5', '0.5', '0.2', '0.2', '0.001', '0.0'],
];

export const ASSETS: ReadonlyMap<Asset, AssetInfo> = new Map(
  ASSET_ROWS.map(([code, restName, altName, decimals, displayDecimals]) => [
    code,
    { code, restName, altName, decimals, displayDecimals },
  ]),
);

/** Metadata of an asset of the table. @throws UserError for any other. */
export function assetInfo(code: Asset): AssetInfo {
  const info = ASSETS.get(code);
  if (info === undefined) {
    throw new UserError({
      code: 'unknown-asset',
      field: 'asset',
      value: code,
      message: 'is not an asset of the local exchange',
      remedy: `Use one of ${[...ASSETS.keys()].join(', ')}.`,
    });
  }
  return info;
}

function pairOf(row: PairRow): KrakenPair {
  const [symbol, restName, priceDecimals, costDecimals, tickSize, orderMin, costMin] = row;
  const [, , , , , , , entryTaker, entryMaker, topTaker, topMaker] = row;
  const [base, quote] = symbol.split('/') as [Asset, Asset];
  const baseName = assetInfo(base).altName;
  const quoteName = assetInfo(quote).altName;
  return {
    symbol,
    restName,
    altName: `${baseName}${quoteName}`,
    wsName: `${baseName}/${quoteName}`,
    base,
    quote,
    priceDecimals,
    qtyDecimals: QTY_DECIMALS,
    costDecimals,
    tickSize,
    orderMin,
    costMin,
    entryFee: { takerPercent: entryTaker, makerPercent: entryMaker },
    topFee: { takerPercent: topTaker, makerPercent: topMaker },
  };
}

/** All pairs of the local exchange, in the order of the table. */
export const PAIRS: readonly KrakenPair[] = PAIR_ROWS.map(pairOf);

/** The pairs of the given symbols. @throws UserError naming a symbol that is not in the table. */
export function selectPairs(symbols: readonly string[]): readonly KrakenPair[] {
  return choosePairs(PAIRS, symbols);
}

/** A pair of this table with the names that it has at the moment. */
export function krakenPair(market: Market): KrakenPair {
  const { pair } = market;
  assert('restName' in pair, `${pair.symbol} has no name of Kraken's`);
  return pair as KrakenPair;
}
