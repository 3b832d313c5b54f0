/**
 * Is the best setting the top of a hill or a needle? What is real mostly changes slowly from one setting to the
 * next; a needle is what the best of many lucky ones looks like.
 */
import { median } from '../../lib/median.ts';

export type Point = {
  /** Where the trial lies, ordered parameters only, in steps: neighbours on a grid are one apart. */
  readonly coordinates: readonly number[];
  /** Values of parameters that have no order: neighbours have the same. */
  readonly group: string;
  /** What the trials are ranked by. */
  readonly score: number;
};

export type NeighbourSensitivity = {
  /** How many neighbours were looked at: the nearest, two for each ordered parameter. */
  readonly neighbours: number;
  readonly bestScore: number;
  readonly medianScore: number;
  /** Median of the neighbours' scores over the best's: 1 is a plateau, 0 and below a needle. */
  readonly retention: number;
};

/**
 * The best point against its nearest neighbours; of equally near ones the first. Null where there is none to compare
 * with, or the best score is not above zero. @param best index of the best.
 */
export function neighbourSensitivity(points: readonly Point[], best: number): NeighbourSensitivity | null {
  const peak = points[best];
  if (peak === undefined || peak.coordinates.length === 0 || !(peak.score > 0)) return null;
  const near = points
    .flatMap(({ coordinates, group, score }, index) =>
      index === best || group !== peak.group
        ? []
        : [{ score, index, distance: squaredDistance(coordinates, peak.coordinates) }],
    )
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, 2 * peak.coordinates.length)
    .map(({ score }) => score);
  if (near.length === 0) return null;
  const medianScore = median(near);
  return {
    neighbours: near.length,
    bestScore: peak.score,
    medianScore,
    retention: medianScore / peak.score,
  };
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, each, index) => sum + (each - (b[index] ?? 0)) ** 2, 0);
}
