/** Venues whose protocols the local exchange speaks, by their ids: it has a folder of its own for each. */
export const FACES = ['kraken', 'binance'] as const;
export type FaceName = (typeof FACES)[number];
