/** Kraken's REST API has names of its own for assets and pairs: `XXBT`, `XXBTZUSD`. */
import type { Asset } from '../../domain/ids.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { normalizeAsset, normalizeSymbol } from './instruments.ts';

export class KrakenNames {
  /** REST name, and short name, of a pair → symbol. */
  readonly #symbols = new Map<string, string>();
  /** Symbol → short name of the pair, which every call takes. */
  readonly #pairs = new Map<string, string>();
  readonly #assets = new Map<string, Asset>();

  /** @param pairs result of `AssetPairs`. @param assets result of `Assets`. */
  constructor(pairs: Json, assets: Json) {
    for (const [name, row] of Object.entries(pairs)) {
      if (!isObject(row) || typeof row['wsname'] !== 'string') continue;
      const symbol = normalizeSymbol(row['wsname']);
      const short = typeof row['altname'] === 'string' ? row['altname'] : name;
      this.#symbols.set(name, symbol);
      this.#symbols.set(short, symbol);
      this.#pairs.set(symbol, short);
    }
    for (const [name, row] of Object.entries(assets)) {
      if (isObject(row) && typeof row['altname'] === 'string') {
        this.#assets.set(name, normalizeAsset(row['altname']));
      }
    }
  }

  /** Symbol of a pair by a name of the REST API; that name where the venue lists no such pair. */
  symbol(name: string): string {
    return this.#symbols.get(name) ?? name;
  }

  /** What calls take for the symbol; undefined when the venue does not list it. */
  findPair(symbol: string): string | undefined {
    return this.#pairs.get(symbol);
  }

  /** @throws Error when the venue does not list the symbol. */
  pair(symbol: string): string {
    const pair = this.findPair(symbol);
    if (pair === undefined) throw new Error(`Kraken lists no pair ${symbol}`);
    return pair;
  }

  /** Asset by its REST name. One that is not listed, such as a staked form (`DOT.S`), is an asset of its own. */
  asset(name: string): Asset {
    return this.#assets.get(name) ?? name;
  }
}
