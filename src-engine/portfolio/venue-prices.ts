/**
 * What coins that lie at several venues cost at each of them, by the books of that venue alone. Prices are ranges from what a seller
 * gets to what a buyer pays, so that a wide spread says little; floating point, for comparing and never for booking.
 */
import type { BookSync } from '../books/book-sync.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Universe } from '../domain/universe.ts';
import { assetName } from '../domain/venue-asset.ts';

/** So many coins must be priced at a venue and elsewhere before they say what its cash is worth. */
const LEAST_WITNESSES = 3;

type Hop = { readonly id: number; readonly sells: boolean; readonly unit: number };

/** A coin where it lies. `bid` and `ask` are of the last look, in the run's anchor currency; NaN: no live book says so. */
export type CoinPlace = {
  readonly venue: VenueName;
  /** From the coin to the venue's cash; empty for the cash itself. */
  readonly route: readonly Hop[];
  bid: number;
  ask: number;
};

export type ListedCoin = { readonly code: Asset; readonly places: readonly CoinPlace[] };

export class VenuePrices {
  /** Coins with a price at two venues or more. Empty in a run of one venue. */
  readonly coins: readonly ListedCoin[];
  /** What prices are in: the home currency, or where no venue trades it the first venue's cash. */
  readonly anchor: Asset;
  readonly #cash = new Map<VenueName, Asset>();
  readonly #syncs: readonly BookSync[];
  readonly #ratios: number[] = [];

  constructor(instruments: readonly Instrument[], syncs: readonly BookSync[], universe: Universe) {
    this.#syncs = syncs;
    const { venues } = universe;
    for (const venue of venues) this.#cash.set(venue, assetName(universe.cashOf(venue)));
    const home = assetName(universe.homeAsset);
    const tradesHome = [...this.#cash.values()].includes(home);
    this.anchor = tradesHome ? home : (this.#cash.get(venues[0] ?? '') ?? home);
    const places = new Map<Asset, CoinPlace[]>();
    for (const venue of venues.length < 2 ? [] : venues) {
      const own = instruments.filter((instrument) => instrument.venue === venue);
      for (const [asset, route] of routesTo(universe.cashOf(venue), own)) {
        const place = { venue, route, bid: Number.NaN, ask: Number.NaN };
        places.set(assetName(asset), [...(places.get(assetName(asset)) ?? []), place]);
      }
    }
    this.coins = [...places]
      .filter(([, { length }]) => length > 1)
      .map(([code, listed]) => ({ code, places: listed }));
  }

  /** Prices every coin at every venue. @param isDoubted coins that say nothing about what a venue's cash is worth. */
  look(isDoubted: (code: Asset) => boolean): void {
    for (const { places } of this.coins) for (const place of places) this.#price(place);
    for (const [venue, cash] of this.#cash) {
      if (cash === this.anchor) continue;
      const scale = this.#worthOf(cash, venue, isDoubted);
      for (const { places } of this.coins)
        for (const place of places) {
          if (place.venue !== venue) continue;
          place.bid *= scale;
          place.ask *= scale;
        }
    }
  }

  #price(place: CoinPlace): void {
    let [bid, ask] = [1, 1];
    for (const { id, sells, unit } of place.route) {
      const { state, book } = this.#syncs[id] as BookSync;
      if (state !== 'live' || book.bidCount === 0 || book.askCount === 0) {
        bid = Number.NaN;
        ask = Number.NaN;
        break;
      }
      const [low, high] = [(book.bidPrices[0] as number) * unit, (book.askPrices[0] as number) * unit];
      bid *= sells ? low : 1 / high;
      ask *= sells ? high : 1 / low;
    }
    place.bid = bid;
    place.ask = ask;
  }

  /**
   * What a venue's cash is worth in the anchor currency: the middle of what its coins say, so that one coin that is another one
   * does not move it. Where these are too few: what the cash costs at a venue that trades it. NaN: not known.
   */
  #worthOf(cash: Asset, venue: VenueName, isDoubted: (code: Asset) => boolean): number {
    const ratios = this.#ratios;
    ratios.length = 0;
    let elsewhere = Number.NaN;
    for (const { code, places } of this.coins) {
      const there = places.find((place) => this.#cash.get(place.venue) === this.anchor && place.bid > 0);
      if (there === undefined) continue;
      if (code === cash) elsewhere = midOf(there);
      const here = places.find((place) => place.venue === venue && place.bid > 0);
      if (code !== cash && here !== undefined && !isDoubted(code)) ratios.push(midOf(there) / midOf(here));
    }
    if (ratios.length < LEAST_WITNESSES) return elsewhere;
    ratios.sort((a, b) => a - b);
    return ratios[Math.floor(ratios.length / 2)] as number;
  }
}

export function midOf({ bid, ask }: Pick<CoinPlace, 'bid' | 'ask'>): number {
  return (bid + ask) / 2;
}

/** Breadth first from the venue's cash through its own pairs. */
function routesTo(cash: Asset, own: readonly Instrument[]): Map<Asset, readonly Hop[]> {
  const routes = new Map<Asset, readonly Hop[]>([[cash, []]]);
  for (const [asset, route] of routes)
    for (const { id, base, quote, priceDecimals } of own) {
      const other = base === asset ? quote : base;
      if ((base !== asset && quote !== asset) || routes.has(other)) continue;
      routes.set(other, [{ id, sells: base === other, unit: 10 ** -priceDecimals }, ...route]);
    }
  return routes;
}
