/**
 * Net edges between the venues of one market as a person can read them: a figure follows its market only once it moved by a step, and
 * its band changes only once it is past the border by a margin. What does not pay is never shown as paying.
 */

/** What buying at one venue and selling at another yields after both taker fees, at the best prices. */
export const SPREAD_BANDS = ['far', 'below', 'near', 'pays'] as const;
export type SpreadBand = (typeof SPREAD_BANDS)[number];

/** Borders between the bands, in bps. */
const BORDERS = [-25, -5, 0] as const;
/** By how much a border must be passed, upward always and downward where the band above does not say that it pays. */
const MARGIN_BPS = 0.5;
/** A figure that moved by less stays as it was. */
const STEP_BPS = 0.1;
const PAYS = SPREAD_BANDS.indexOf('pays');

export class SpreadCells {
  /** By cell; NaN: no edge, as a side has no live price. */
  readonly shownBps: Float64Array;
  readonly #bands: Uint8Array;

  constructor(count: number) {
    this.shownBps = new Float64Array(count).fill(Number.NaN);
    this.#bands = new Uint8Array(count);
  }

  bandOf(cell: number): SpreadBand {
    return SPREAD_BANDS[this.#bands[cell] as number] as SpreadBand;
  }

  /** @param netBps of now; NaN: none. */
  take(cell: number, netBps: number): void {
    const before = this.shownBps[cell] as number;
    if (Number.isNaN(netBps)) {
      this.shownBps[cell] = Number.NaN;
      return;
    }
    const isNew = Number.isNaN(before);
    const band = bandAfter(isNew ? undefined : this.#bands[cell], netBps);
    const hasMoved = isNew || Math.abs(netBps - before) >= STEP_BPS || band !== this.#bands[cell];
    // A figure on the other side of zero than its market is a wrong one, however small the step.
    if (hasMoved || netBps > 0 !== before > 0) this.shownBps[cell] = netBps;
    this.#bands[cell] = band;
  }
}

function bandAfter(before: number | undefined, netBps: number): number {
  let band = before ?? 0;
  while (
    band < BORDERS.length &&
    netBps > (BORDERS[band] as number) + (before === undefined ? 0 : MARGIN_BPS)
  )
    band++;
  while (band > 0 && netBps <= (BORDERS[band - 1] as number) - (band === PAYS ? 0 : MARGIN_BPS)) band--;
  return band;
}
