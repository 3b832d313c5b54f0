import type { EquitySample } from '../../../src-engine/domain/event.ts';
import type { AreaData, UTCTimestamp } from 'lightweight-charts';

/**
 * The curve as the chart takes it: whole seconds that rise, the last sample of each second. Floating point
 * serves the drawing only; the figures beside the chart are exact.
 */
export function curvePoints(samples: readonly EquitySample[]): AreaData<UTCTimestamp>[] {
  const points: AreaData<UTCTimestamp>[] = [];
  for (const { atUs, equity } of samples) {
    const time = Math.floor(atUs / 1_000_000) as UTCTimestamp;
    const last = points.at(-1);
    if (last !== undefined && last.time > time) continue;
    const point = { time, value: Number(equity) };
    if (last?.time === time) points[points.length - 1] = point;
    else points.push(point);
  }
  return points;
}
