/**
 * The venues of a run, and what the assets at each are called in it: where one venue is traded by their codes alone, where
 * several are with the venue, so that no balance, reservation or cycle of one venue can meet those of another. A run of a plan
 * of several venues names them so even while only one of them can be reached.
 */
import type { Asset, VenueName } from './ids.ts';
import type { Instrument } from './instrument.ts';
import { assetAt, assetName, IN_TRANSIT, isSameCoin, venueOfAsset } from './venue-asset.ts';

/** Assets whose answers are kept: more than an account holds. */
const MOST_ASKED = 10_000;

type Listed = Pick<Instrument, 'venue' | 'base' | 'quote'>;

export class Universe {
  readonly venues: readonly VenueName[];
  /** That profits are counted in. */
  readonly homeAsset: Asset;
  /** True in a run of a plan of several venues. */
  readonly isApart: boolean;
  readonly #cash = new Map<VenueName, Asset>();
  /** What was asked before: every order is asked about several times, and names are cut for each answer. */
  readonly #isCash = new Map<Asset, boolean>();

  constructor(instruments: readonly Listed[], homeAsset: Asset) {
    this.venues = [...new Set(instruments.map(({ venue }) => venue))];
    this.homeAsset = homeAsset;
    this.isApart = this.venues.length > 1 || instruments.some(({ base }) => venueOfAsset(base) !== undefined);
    if (!this.isApart) return;
    for (const venue of this.venues) {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      this.#cash.set(venue, cashAmong(own, assetAt(assetName(homeAsset), venue)));
    }
  }

  /**
   * What the run calls an asset that the venue itself calls `code`: with the venue's name also where that one is not part of
   * the run. Empty stays empty: not known.
   */
  at(code: Asset, venue: VenueName): Asset {
    const isBare = !this.isApart && (this.venues.length === 0 || this.venues.includes(venue));
    return isBare || code === '' || venueOfAsset(code) !== undefined ? code : assetAt(code, venue);
  }

  /** False for an asset that lies elsewhere. */
  isAt(asset: Asset, venue: VenueName): boolean {
    const place = venueOfAsset(asset);
    return place === undefined ? !this.isApart : place === venue;
  }

  /** The currency that profits are counted in, at whichever venue it lies. */
  isHome(asset: Asset): boolean {
    return isSameCoin(asset, this.homeAsset);
  }

  /** What cycles at a venue begin and end in: the home currency, or where it is not traded what most pairs are against. */
  cashOf(venue: VenueName): Asset {
    return this.#cash.get(venue) ?? this.homeAsset;
  }

  /** Cash is not a position: holding it takes no risk that an order took. */
  isCash(asset: Asset): boolean {
    const known = this.#isCash.get(asset);
    if (known !== undefined) return known;
    const isCash = this.#isCashNow(asset);
    if (this.#isCash.size < MOST_ASKED) this.#isCash.set(asset, isCash);
    return isCash;
  }

  #isCashNow(asset: Asset): boolean {
    if (this.isHome(asset)) return true;
    const venue = venueOfAsset(asset) ?? '';
    // Cash that is sent to another venue does not become a position on its way.
    if (venue === IN_TRANSIT) return this.venues.some((one) => isSameCoin(this.cashOf(one), asset));
    return this.isApart && this.cashOf(venue) === asset;
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
