import type { Asset } from '../domain/ids.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { PegGuard } from './peg-guard.ts';

/** Why no order is to be begun with or of coins, in a code and words. */
export type CoinDoubt = { readonly code: 'coin-doubted' | 'coin-depegged'; readonly detail: string };

/** The first doubt about any of these coins: its code may stand for two coins, or it is off its peg. Undefined: nothing is known against them. */
export function doubtOf(
  assets: readonly Asset[],
  { doubtedCoins }: Pick<Portfolio, 'doubtedCoins'>,
  pegs: Pick<PegGuard, 'stops'>,
): CoinDoubt | undefined {
  if (doubtedCoins.size > 0)
    for (const asset of assets) {
      const doubt = doubtedCoins.get(assetName(asset));
      if (doubt !== undefined) return { code: 'coin-doubted', detail: `${doubt.coin}: ${doubt.reason}` };
    }
  const depegged = pegs.stops(assets);
  return depegged === undefined ? undefined : { code: 'coin-depegged', detail: depegged };
}
