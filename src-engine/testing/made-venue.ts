/** The pairs of a made venue as large as Kraken: seven assets that everything is quoted in, and hundreds of others. */
import type { Asset } from '../domain/ids.ts';
import { SeededRandom } from '../lib/random.ts';

export type MadePair = { readonly symbol: string; readonly base: Asset; readonly quote: Asset };

/** Quotes with the share of assets that are traded against them. */
const QUOTES: readonly (readonly [quote: Asset, share: number])[] = [
  ['USD', 1],
  ['EUR', 0.9],
  ['USDT', 0.12],
  ['USDC', 0.1],
  ['BTC', 0.1],
  ['GBP', 0.08],
  ['ETH', 0.05],
];

/** So many pairs, each once, the same every time. The quotes are traded against each other first. */
export function madePairs(count: number): MadePair[] {
  const random = new SeededRandom(3);
  const pairs: MadePair[] = [];
  const add = (base: Asset, quote: Asset): void =>
    void pairs.push({ symbol: `${base}/${quote}`, base, quote });
  for (const [index, [base]] of QUOTES.entries())
    for (const [quote] of QUOTES.slice(0, index)) add(base, quote);
  for (let serial = 0; pairs.length < count; serial++)
    for (const [quote, share] of QUOTES) if (random.next() < share) add(`COIN${serial}`, quote);
  return pairs.slice(0, count);
}
