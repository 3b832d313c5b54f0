/** The instruments between the assets of a cycle, as a run names them. */
import { assetName } from '../../../src-engine/domain/venue-asset.ts';

export type LegSymbols = {
  /** Those whose prices are kept, in the order of the cycle. */
  readonly symbols: readonly string[];
  /** Legs of which none are, by their assets. */
  readonly missing: readonly string[];
};

/**
 * @param path assets of the cycle; in a run of several venues named with theirs: `USD@VENUE`.
 * @param kept instruments with prices; in such a run `BTC/USD@VENUE`.
 */
export function legSymbols(path: readonly string[], kept: readonly string[]): LegSymbols {
  const symbols = new Set<string>();
  const missing: string[] = [];
  for (const [at, asset] of path.entries()) {
    const next = path[(at + 1) % path.length] ?? asset;
    const [a, b] = [assetName(asset), assetName(next)];
    const where = asset.slice(a.length);
    // Venues write pairs with their own mark between the coins, or with none.
    const found = kept.filter(
      (symbol) =>
        symbol.endsWith(where) &&
        [`${a}${b}`, `${b}${a}`].includes(
          symbol.slice(0, symbol.length - where.length).replace(/[/_:-]/, ''),
        ),
    );
    for (const symbol of found) symbols.add(symbol);
    if (found.length === 0 && a !== b) missing.push(`${a}–${b}`);
  }
  return { symbols: [...symbols], missing };
}
