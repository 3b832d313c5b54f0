/** How good probabilities are. Outcomes are 0 or 1. */
import { log } from '../lib/elementary.ts';
import { Z_95 } from '../lib/normal.ts';

/** Mean squared distance: Brier (1950). */
export function brierScore(p: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < p.length; at++) sum += ((p[at] as number) - (outcomes[at] as number)) ** 2;
  return sum / p.length;
}

/** −ln of what was given to the outcome that came. A certainty that fails costs ln 2^52, and not infinity. */
export function logLossOf(p: number, outcome: number): number {
  const given = outcome === 1 ? p : 1 - p;
  return -log(Math.max(given, Number.EPSILON));
}

export function logLoss(p: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < p.length; at++) sum += logLossOf(p[at] as number, outcomes[at] as number);
  return sum / p.length;
}

/** Probability that one that happened has the higher score; ties count half. NaN where one outcome is missing. */
export function rocAuc(scores: ArrayLike<number>, outcomes: ArrayLike<number>): number {
  const order = Array.from(scores, (_, at) => at).sort(
    (x, y) => (scores[x] as number) - (scores[y] as number),
  );
  let [rankSum, ups] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to++;
    const rank = (from + 1 + to) / 2;
    for (let at = from; at < to; at++) {
      if (outcomes[order[at] as number] === 1) {
        rankSum += rank;
        ups++;
      }
    }
    from = to;
  }
  const downs = order.length - ups;
  return ups === 0 || downs === 0 ? Number.NaN : (rankSum - (ups * (ups + 1)) / 2) / (ups * downs);
}

/** Mean distance of what was said from what came, over ten equal stretches of probability (Naeini et al., 2015). */
export function calibrationError(p: ArrayLike<number>, outcomes: ArrayLike<number>, bins = 10): number {
  const sums = Array.from({ length: bins }, () => ({ p: 0, ups: 0, count: 0 }));
  for (let at = 0; at < p.length; at++) {
    const bin = sums[Math.min(bins - 1, Math.floor((p[at] as number) * bins))];
    if (bin === undefined) continue;
    bin.p += p[at] as number;
    bin.ups += outcomes[at] as number;
    bin.count++;
  }
  return sums.reduce((sum, bin) => sum + Math.abs(bin.p - bin.ups), 0) / p.length;
}

/** What was said beside what came, over equal stretches of probability; those without a row are left out. */
export function reliability(
  p: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = 10,
): { said: number; came: number; count: number }[] {
  const sums = Array.from({ length: bins }, () => ({ said: 0, came: 0, count: 0 }));
  for (let at = 0; at < p.length; at++) {
    const bin = sums[Math.min(bins - 1, Math.floor((p[at] as number) * bins))];
    if (bin === undefined) continue;
    bin.said += p[at] as number;
    bin.came += outcomes[at] as number;
    bin.count++;
  }
  return sums.flatMap(({ said, came, count }) =>
    count === 0 ? [] : [{ said: said / count, came: came / count, count }],
  );
}

/** 95 % interval of a share of `right` in `count` (Wilson, 1927); from 0 to 1 without any. */
export function wilson(right: number, count: number): readonly [low: number, high: number] {
  if (count === 0) return [0, 1];
  const z = Z_95;
  const share = right / count;
  const middle = share + (z * z) / (2 * count);
  const half = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
