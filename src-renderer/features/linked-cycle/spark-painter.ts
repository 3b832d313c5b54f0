/** The mid price of the last minutes as one line: small, without axes. */
import type { Bar } from '../../../src-engine/contract/market-records.ts';

export type SparkColours = { readonly line: string; readonly last: string };

/** Bars without a sample are gaps of the line: nothing is drawn over a time of which nothing is known. */
export function paintSpark(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  bars: readonly Bar[],
  colours: SparkColours,
): void {
  const { width, height } = size;
  context.clearRect(0, 0, width, height);
  const first = bars[0];
  const last = bars.at(-1);
  if (first === undefined || last === undefined || bars.length < 2) return;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { lowTwice, highTwice } of bars) {
    low = Math.min(low, lowTwice);
    high = Math.max(high, highTwice);
  }
  const span = Math.max(1, last.startUs - first.startUs);
  const x = (startUs: number): number => ((startUs - first.startUs) / span) * (width - 4) + 1;
  const y = (price: number): number =>
    high === low ? height / 2 : height - 2 - ((price - low) / (high - low)) * (height - 4);
  context.beginPath();
  let before = Number.NEGATIVE_INFINITY;
  for (const { startUs, closeTwice } of bars) {
    if (startUs - before > GAP_US) context.moveTo(x(startUs), y(closeTwice));
    else context.lineTo(x(startUs), y(closeTwice));
    before = startUs;
  }
  context.strokeStyle = colours.line;
  context.lineWidth = 1.25;
  context.stroke();
  context.fillStyle = colours.last;
  context.beginPath();
  context.arc(x(last.startUs), y(last.closeTwice), 2, 0, 2 * Math.PI);
  context.fill();
}

/** Two bars of a second further apart than this have a gap between them. */
const GAP_US = 5_000_000;
