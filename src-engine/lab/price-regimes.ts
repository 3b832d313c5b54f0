/** Regimes over the prices that a run keeps of one instrument. Pure. */
import { barRegimes, type RegimeBar, type RegimeSpan } from '../strategies/ensemble/bar-regimes.ts';

/** Lengths of a bar in s, of which the first is taken that makes no more than MOST_BARS of the run. */
const STEPS_S = [1, 5, 15, 60, 300, 900, 3_600, 86_400] as const;
const MOST_BARS = 2_000;

type Point = readonly [atUs: number, bid: number | null, ask: number | null];

/** @param points rising; a price holds until the next one. */
export function regimesOfPrices(points: readonly Point[]): readonly RegimeSpan[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const lengthUs = last[0] - first[0];
  const stepUs = 1_000_000 * (STEPS_S.find((s) => lengthUs / (s * 1_000_000) <= MOST_BARS) ?? STEPS_S[7]);
  const bars: RegimeBar[] = [];
  let at = 0;
  let [bid, ask]: [number | null, number | null] = [null, null];
  for (let startUs = first[0] - (first[0] % stepUs); startUs <= last[0]; startUs += stepUs) {
    for (let point = points[at]; point !== undefined && point[0] < startUs + stepUs; point = points[++at])
      [bid, ask] = [point[1], point[2]];
    if (bid === null || ask === null) continue;
    bars.push({ startUs, close: (bid + ask) / 2, bid, ask, volume: Number.NaN });
  }
  return barRegimes(bars, stepUs);
}
