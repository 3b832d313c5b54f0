/** One crosshair for all charts of the window: where the pointer is in one of them, the others show the same moment. Pure. */

/** In seconds; null: the pointer is over none. */
type Moment = number | null;
type Follower = (atS: Moment) => void;

export class SharedCrosshair {
  readonly #followers = new Set<Follower>();
  #atS: Moment = null;
  /** Charts report where their crosshair was put, too: that is no move of the pointer. */
  #isMoving = false;

  /** The answer ends it. */
  join(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /** The pointer moved in the chart of this follower. */
  move(from: Follower, atS: Moment): void {
    if (this.#isMoving || atS === this.#atS) return;
    this.#atS = atS;
    this.#isMoving = true;
    try {
      for (const follower of this.#followers) if (follower !== from) follower(atS);
    } finally {
      this.#isMoving = false;
    }
  }
}

export const CHART_CROSSHAIR = new SharedCrosshair();

/** The last bar that began at `atS` or before, where it has not been over for longer than bars lie apart; bars oldest first. */
export function barAt<B extends { readonly time: number }>(bars: readonly B[], atS: number): B | undefined {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as B).time <= atS) low = middle + 1;
    else high = middle;
  }
  const found = bars[low - 1];
  const before = bars[low - 2];
  const isLast = low === bars.length;
  if (found === undefined || !isLast) return found;
  const stepS = before === undefined ? 60 : found.time - before.time;
  return atS < found.time + Math.max(60, stepS) ? found : undefined;
}
