/** Old codes of assets, which Kraken's REST API and many traders write, and those of today. */
import type { Asset } from './ids.ts';
import { assetName } from './venue-asset.ts';

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

/** `XBT/USD` → `BTC/USD`; any other pair as it is. */
export function pairOfToday(symbol: string): string {
  return symbol.split('/').map(assetOfToday).join('/');
}

/** The pair that a person means by `symbol` where these are known: a venue or a log may itself still say XBT. */
export function pairAmong(symbol: string, isKnown: (symbol: string) => boolean): string {
  return isKnown(symbol) ? symbol : (spellingsOf(symbol).find(isKnown) ?? symbol);
}

/** `BTC/USD` as traders and venues write it: `BTC/USD`, `XBT/USD`. */
export function spellingsOf(symbol: string): readonly string[] {
  return symbol.split('/').reduce<readonly string[]>((begun, code, at) => {
    const today = assetOfToday(code);
    const old = OLD.get(today);
    const codes = old === undefined ? [today] : [today, old];
    return at === 0 ? codes : begun.flatMap((left) => codes.map((right) => `${left}/${right}`));
  }, []);
}

/** What is set for an asset under its code of today, or under its old one, at whichever venue it lies. */
export function ofAsset<T>(settings: Readonly<Record<Asset, T>>, asset: Asset): T | undefined {
  const code = assetName(asset);
  return settings[code] ?? settings[OLD.get(code) ?? code];
}
