import type { EquitySample } from '../../../src-engine/domain/event.ts';
import type { AreaData, UTCTimestamp } from 'lightweight-charts';
import { chartTimes } from '../../lib/chart-times.ts';

/** The curve as the chart takes it. Floating point serves the drawing only; the figures beside it are exact. */
export function curvePoints(samples: readonly EquitySample[]): AreaData<UTCTimestamp>[] {
  const times = chartTimes(samples);
  return samples.map(({ equity }, at) => ({ time: times[at] as UTCTimestamp, value: Number(equity) }));
}
