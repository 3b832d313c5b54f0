/** Venues whose protocols the local exchange speaks, by their ids: it has a folder of its own for each. */
export const FACES = ['kraken', 'binance', 'coinbase'] as const;
export type FaceName = (typeof FACES)[number];

/** What most pairs of a venue are against: the money of an account there, unless its owner names another. */
export const FACE_CASH: Readonly<Record<FaceName, string>> = {
  kraken: 'USD',
  binance: 'USDT',
  coinbase: 'USD',
};
