import type { AreaData, UTCTimestamp, WhitespaceData } from 'lightweight-charts';
import { type EquityPoint, equitySeries, UNSEEN_AREA, withGaps } from '../lab/equity-series.ts';

/** The curve as the chart takes it, with a gap where a coin had no price. Floating point serves the drawing only; the figures beside it are exact. */
export function curvePoints(
  samples: readonly EquityPoint[],
): (AreaData<UTCTimestamp> | WhitespaceData<UTCTimestamp>)[] {
  return withGaps(equitySeries(samples).equity, UNSEEN_AREA);
}
