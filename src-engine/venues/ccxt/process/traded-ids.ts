/** Classes of ccxt that orders can be sent through: the one list, for the engine, the watchdog and the process itself, which can read no file outside this folder. */
export const TRADED_IDS = ['okx', 'bybit', 'kraken'] as const;
export type TradedId = (typeof TRADED_IDS)[number];

export function isTradedId(id: string): id is TradedId {
  return (TRADED_IDS as readonly string[]).includes(id);
}
