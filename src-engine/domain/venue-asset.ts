/**
 * Assets of accounts at several venues. What lies at one venue cannot pay at another: where a run knows more than one,
 * `USD@kraken` and `USD@binance` are two assets, joined by no instrument. They still have the same value.
 */
import type { Asset, VenueName } from './ids.ts';

/** Neither an asset nor a venue has it in its name. */
const AT = '@';
/** Between the venues of a route: no venue has it in its name. */
const WITH = '+';

/** What a route over these venues says as its venue. */
export function venuesJoined(venues: readonly VenueName[]): VenueName {
  return [...new Set(venues)].join(WITH);
}

/** The venues that a cycle, a route, or an execution of one trades at. */
export function venuesNamed(venue: VenueName): VenueName[] {
  return venue.split(WITH);
}

/** Where a coin lies between two venues, in the ledger's words: it is ours, and at none of them. */
export const IN_TRANSIT: VenueName = 'in-transit';

export function assetAt(asset: Asset, venue: VenueName): Asset {
  return `${asset}${AT}${venue}`;
}

/** A venue's own code, written so that it is taken for no asset at a venue: it is some coin, and never that one. */
export function codeInRun(code: Asset): Asset {
  return code.replaceAll(AT, '(at)');
}

/** The asset itself, wherever it lies. */
export function assetName(asset: Asset): Asset {
  const at = asset.indexOf(AT);
  return at < 0 ? asset : asset.slice(0, at);
}

/** A coin on its way from one venue to another. */
export function inTransit(coin: Asset): Asset {
  return assetAt(coin, IN_TRANSIT);
}

/** Where an asset of a run of several venues lies; undefined where the name does not say. */
export function venueOfAsset(asset: Asset): VenueName | undefined {
  const at = asset.indexOf(AT);
  return at < 0 ? undefined : asset.slice(at + AT.length);
}

/** What a cycle or route is called through restarts, with whichever other venues: its venue and the codes of the way it goes. */
export function strategyOf(venue: VenueName, path: readonly Asset[]): string {
  return `${venue} ${path.map(assetName).join('>')}`;
}

/** What quotes of a market that is hedged elsewhere are called: no route of the same way. */
export function quoteStrategyOf(
  maker: { readonly venue: VenueName; readonly base: Asset },
  hedge: { readonly venue: VenueName; readonly quote: Asset },
): string {
  return quotesOf(`${maker.venue}${WITH}${hedge.venue}`, [hedge.quote, maker.base]);
}

/** The same by the record of what they did. */
export function quotesOf(venue: VenueName, path: readonly Asset[]): string {
  return `${strategyOf(venue, path)} quotes`;
}

/**
 * The same for every name of a strategy: a cycle of one venue is the same whichever of its assets its name begins with, as which one that is
 * depends on what a session holds. A route goes one way alone.
 */
export function strategyKey(strategy: string): string {
  const [venue = '', way = ''] = strategy.split(' ');
  if (venue.includes(WITH) || !way.includes('>')) return strategy;
  const codes = way.split('>');
  const ways = codes.map((_, first) => [...codes.slice(first), ...codes.slice(0, first)].join('>'));
  return `${venue} ${ways.reduce((least, other) => (other < least ? other : least))}`;
}

/** The same strategy, however each of the two names begins. */
export function isSameStrategy(a: string, b: string): boolean {
  return a === b || strategyKey(a) === strategyKey(b);
}

/** The same coin, wherever each of the two lies. */
export function isSameCoin(a: Asset, b: Asset): boolean {
  return a === b || assetName(a) === assetName(b);
}

/** `1000 USD`, or `1000 USD at kraken`. */
export function amountWords(amount: string, asset: Asset): string {
  const name = assetName(asset);
  return name === asset
    ? `${amount} ${asset}`
    : `${amount} ${name} at ${asset.slice(name.length + AT.length)}`;
}
