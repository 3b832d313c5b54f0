/**
 * The venues of a run, and what the assets at each are called in it: in a run of one venue by their codes alone, in a run
 * of several with the venue, so that no balance, reservation or cycle of one venue can meet those of another.
 */
import type { Asset, VenueName } from './ids.ts';
import type { Instrument } from './instrument.ts';
import { assetAt, assetName, isSameCoin, venueOfAsset } from './venue-asset.ts';

type Listed = Pick<Instrument, 'venue' | 'base' | 'quote'>;

export class Universe {
  readonly venues: readonly VenueName[];
  /** That profits are counted in. */
  readonly homeAsset: Asset;
  readonly #cash = new Map<VenueName, Asset>();

  constructor(instruments: readonly Listed[], homeAsset: Asset) {
    this.venues = [...new Set(instruments.map(({ venue }) => venue))];
    this.homeAsset = homeAsset;
    if (!this.isApart) return;
    for (const venue of this.venues) {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      this.#cash.set(venue, cashAmong(own, assetAt(assetName(homeAsset), venue)));
    }
  }

  /** True in a run of several venues. */
  get isApart(): boolean {
    return this.venues.length > 1;
  }

  /** What the run calls an asset that the venue itself calls `code`. Empty stays empty: not known. */
  at(code: Asset, venue: VenueName): Asset {
    return this.isApart && code !== '' && venueOfAsset(code) === undefined ? assetAt(code, venue) : code;
  }

  /** False for an asset that lies elsewhere. */
  isAt(asset: Asset, venue: VenueName): boolean {
    return !this.isApart || venueOfAsset(asset) === venue;
  }

  /** The currency that profits are counted in, at whichever venue it lies. */
  isHome(asset: Asset): boolean {
    return isSameCoin(asset, this.homeAsset);
  }

  /** What cycles at a venue begin and end in: the home currency, or where it is not traded what most pairs are against. */
  cashOf(venue: VenueName): Asset {
    return this.#cash.get(venue) ?? this.homeAsset;
  }

  /** Cash is no position: holding it takes no risk that an order took. */
  isCash(asset: Asset): boolean {
    return this.isHome(asset) || (this.isApart && this.cashOf(venueOfAsset(asset) ?? '') === asset);
  }
}

/** What most pairs of a venue are against, or `home` where it trades that. Ties go by name. */
export function cashAmong(own: readonly Pick<Listed, 'base' | 'quote'>[], home: Asset): Asset {
  const counts = new Map<Asset, number>();
  for (const { base, quote } of own) {
    if (base === home || quote === home) return home;
    counts.set(quote, (counts.get(quote) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most?.[0] ?? home;
}
