/** Old codes of assets, which Kraken's REST API and many traders write, and those of today. */
import type { Asset } from './ids.ts';

const TODAY: Readonly<Record<string, Asset>> = { XBT: 'BTC', XDG: 'DOGE' };
const OLD = new Map(Object.entries(TODAY).map(([old, today]) => [today, old]));

/** XBT → BTC, XDG → DOGE; any other code as it is. */
export function assetOfToday(code: string): Asset {
  return Object.hasOwn(TODAY, code) ? (TODAY[code] as Asset) : code;
}

/** The asset that a person means by `code` where these are known: a venue may itself still say XBT. */
export function assetAmong(code: string, isKnown: (asset: Asset) => boolean): Asset {
  return isKnown(code) ? code : ([assetOfToday(code), OLD.get(code) ?? code].find(isKnown) ?? code);
}

/** What is set for an asset under its code of today, or under its old one. */
export function ofAsset<T>(settings: Readonly<Record<Asset, T>>, asset: Asset): T | undefined {
  return settings[asset] ?? settings[OLD.get(asset) ?? asset];
}
