/** The legs of an opportunity as instruments of the window: planned ones, or, of a plan without a size, those of its path. Pure. */
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { LegPlan, Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleKey, type Followed, type FollowedLeg } from '../../workspace/followed.ts';

/** What is known of an instrument here; the same for the same instrument in the next run. */
type Known = readonly InstrumentRecord[];

/** @returns undefined while an instrument of it is not part of the run. */
export function legsOf(opportunity: Opportunity, instruments: Known): readonly FollowedLeg[] | undefined {
  const { legs, path } = opportunity;
  const found =
    legs.length > 0
      ? legs.map((leg) => plannedLeg(leg, opportunity.venue, instruments))
      : path.map((from, k) => legBetween(from, path[(k + 1) % path.length] ?? '', instruments));
  const whole = found.filter((leg) => leg !== undefined);
  return whole.length === found.length && whole.length > 0 ? whole : undefined;
}

function plannedLeg({ symbol, side, venue }: LegPlan, own: string, known: Known): FollowedLeg | undefined {
  const instrument = known.find((each) => each.symbol === symbol && each.venue === (venue ?? own));
  return instrument === undefined ? undefined : { instrument, side };
}

/** What spends `from` for a coin of the next one's code: in a route the coin is carried to the venue where it is spent. */
function legBetween(from: string, to: string, known: Known): FollowedLeg | undefined {
  const code = codeOf(to);
  for (const instrument of known) {
    if (instrument.base === from && codeOf(instrument.quote) === code) return { instrument, side: 'sell' };
    if (instrument.quote === from && codeOf(instrument.base) === code) return { instrument, side: 'buy' };
  }
  return undefined;
}

export function followedOf(opportunity: Opportunity, instruments: Known): Followed | undefined {
  const legs = legsOf(opportunity, instruments);
  return legs === undefined
    ? undefined
    : { key: cycleKey(opportunity), path: opportunity.path, legs, opportunity };
}

/** The life of the cycle that is open now, else the one that closed last, else the one that was chosen. */
export function currentLife(
  { key, opportunity }: Followed,
  open: readonly Opportunity[],
  recent: readonly Opportunity[],
): Opportunity | undefined {
  const isSame = (each: Opportunity): boolean => cycleKey(each) === key;
  return open.find(isSame) ?? recent.find(isSame) ?? opportunity;
}
