import type { Asset } from '../../../../domain/ids.ts';
import type { TimeUs } from '../../../../domain/time.ts';

/** What the makers of an exchange believe that assets are worth. */
export type FairSource = {
  /** Moves all values on to `nowUs`. */
  advance(nowUs: TimeUs): void;
  /** Moves one asset at once, as news does. */
  jump(asset: Asset, bps: number): void;
  /** What one unit of `base` is worth in `quote`. */
  price(base: Asset, quote: Asset): number;
  usd(asset: Asset): number;
};
