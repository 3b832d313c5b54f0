/**
 * When two cycles are one bet: when both hold the same coin on their way, at whichever venues, or coins whose prices move
 * together. Cash is neither. Correlation is that of the pairs with it, over the last two minutes.
 */
import type { Asset, InstrumentId } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Universe } from '../domain/universe.ts';
import { isSameCoin } from '../domain/venue-asset.ts';
import type { MidSamples } from './mid-samples.ts';

export class Related {
  readonly #universe: Universe;
  readonly #samples: MidSamples;
  /** The pair of each asset with its venue's cash, and whether its price rises with the asset. */
  readonly #pairs = new Map<Asset, { readonly id: InstrumentId; readonly sign: 1 | -1 }>();

  constructor(instruments: readonly Instrument[], samples: MidSamples, universe: Universe) {
    this.#universe = universe;
    this.#samples = samples;
    for (const { id, venue, base, quote } of instruments) {
      const cash = universe.cashOf(venue);
      if (quote === cash && !this.#pairs.has(base)) this.#pairs.set(base, { id, sign: 1 });
      if (base === cash && !this.#pairs.has(quote)) this.#pairs.set(quote, { id, sign: -1 });
    }
  }

  /** How many of `others` are related to `path`, from this correlation on. */
  count(path: readonly Asset[], others: Iterable<readonly Asset[]>, correlation: number): number {
    let count = 0;
    for (const other of others) if (this.#areRelated(path, other, correlation)) count++;
    return count;
  }

  #areRelated(path: readonly Asset[], other: readonly Asset[], correlation: number): boolean {
    return path.some(
      (a) => !this.#universe.isCash(a) && other.some((b) => this.#moveTogether(a, b, correlation)),
    );
  }

  #moveTogether(a: Asset, b: Asset, correlation: number): boolean {
    if (this.#universe.isCash(b)) return false;
    if (isSameCoin(a, b)) return true;
    const [one, two] = [this.#pairs.get(a), this.#pairs.get(b)];
    if (one === undefined || two === undefined) return false;
    return (this.#samples.correlation(one.id, two.id) ?? 0) * one.sign * two.sign >= correlation;
  }
}
