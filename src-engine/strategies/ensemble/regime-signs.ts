/** What the filter of regimes looks at after a bar: the same for an ensemble that votes and for a chart that shows. Pure. */
import { log } from '../../lib/elementary.ts';
import { past, type Signs } from './agents.ts';
import type { RegimeSigns } from './regimes.ts';

type Own = Pick<Signs, 'return:20' | 'volatility:20' | 'volatility:100' | 'volume-share:20' | 'spread'>;

/** @param usualSpread NaN: not known yet. */
export function regimeSigns(own: Own, usualSpread: number): RegimeSigns {
  const { spread } = own;
  return {
    trend: past(own),
    agitation: ratio(own['volatility:20'], own['volatility:100']),
    thinness: spread > 0 ? ratio(spread, usualSpread) : ratio(1, own['volume-share:20']),
  };
}

const ratio = (a: number, b: number): number => (a > 0 && b > 0 ? log(a / b) : Number.NaN);
