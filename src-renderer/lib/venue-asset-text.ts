/** Assets of a run of several venues on the screen: the code, and beside it the venue where that part lies. */
import { venueTitle } from '../../src-engine/domain/venue-titles.ts';
import { assetName, venueOfAsset } from '../../src-engine/domain/venue-asset.ts';

/** True when any of these assets names its venue: a column for it is worth its place then. */
export function areApart(assets: Iterable<string>): boolean {
  for (const asset of assets) if (venueOfAsset(asset) !== undefined) return true;
  return false;
}

export function codeOf(asset: string): string {
  return assetName(asset);
}

/** Empty where the run has one venue. */
export function venueOf(asset: string): string {
  return venueOfAsset(asset) ?? '';
}

/** `BTC`, or `BTC at Kraken` in a run of several venues. */
export function placeText(asset: string): string {
  const venue = venueOf(asset);
  return venue === '' ? asset : `${codeOf(asset)} at ${venueTitle(venue)}`;
}
