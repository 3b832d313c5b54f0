/** Which currency a stablecoin is worth one unit of, by the issuer's own description. */
import type { Asset } from './ids.ts';

const EUR_PEGGED: ReadonlySet<Asset> = new Set(['EURC', 'EURI', 'EUROP', 'EURQ', 'EURR', 'EURT', 'AEUR']);
const GBP_PEGGED: ReadonlySet<Asset> = new Set(['GBPT', 'TGBP']);

/** US dollars unless the code is known to stand for another currency. */
export function pegOf(coin: Asset): Asset {
  if (EUR_PEGGED.has(coin)) return 'EUR';
  return GBP_PEGGED.has(coin) ? 'GBP' : 'USD';
}
