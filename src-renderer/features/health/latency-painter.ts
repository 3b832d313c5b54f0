/** How often which latency was: bars over a scale of tenfolds, the same for all stages, so that they can be held together. */
import { type EngineHealth, LATENCY_BARS_US } from '../../../src-engine/contract/records.ts';

export type LatencyFigures = EngineHealth['loop']['recent'];

export type LatencyColours = {
  readonly bar: string;
  /** Below the bars, and round names that stand on them. */
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly font: string;
};

const FIRST_US = LATENCY_BARS_US[0] ?? 0.1;
const LAST_US = LATENCY_BARS_US.at(-1) ?? 1e7;
const DECADES = ['0.1 µs', '1 µs', '10 µs', '100 µs', '1 ms', '10 ms', '100 ms', '1 s', '10 s'];
/** Room that the name of a tenfold needs. */
const NAME_PX = 48;

/** Where a latency lies, from 0 to 1; beyond the ends it is at the end. */
export function placeOf(us: number): number {
  if (!(us > FIRST_US)) return 0;
  return Math.min(1, Math.log(us / FIRST_US) / Math.log(LAST_US / FIRST_US));
}

/** Heights from 0 to 1. A single one is seen beside a hundred thousand: heights are of logarithms. */
export function heightsOf(bars: readonly number[]): number[] {
  const most = Math.max(0, ...bars);
  return bars.map((count) => (count === 0 ? 0 : Math.log1p(count) / Math.log1p(most)));
}

/** The percentiles that are marked, each with a line of its own kind. */
const MARKS = [
  { name: 'p50', of: (figures: LatencyFigures) => figures.p50Us, dash: [], side: 'left' },
  { name: 'p99', of: (figures: LatencyFigures) => figures.p99Us, dash: [4, 2], side: 'right' },
  { name: 'p99.9', of: (figures: LatencyFigures) => figures.p999Us, dash: [1, 2], side: 'below' },
] as const;

export function paintLatencies(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colours: LatencyColours,
  figures: LatencyFigures,
): void {
  context.clearRect(0, 0, width, height);
  paintDecades(context, width, height, colours);
  const barWidth = width / (LATENCY_BARS_US.length - 1);
  context.fillStyle = colours.bar;
  for (const [bar, share] of heightsOf(figures.bars).entries()) {
    const tall = share * (height - 2);
    // The last one is open, and ends with the picture.
    const left = Math.min(bar, LATENCY_BARS_US.length - 2) * barWidth;
    if (tall > 0) context.fillRect(left, height - tall, Math.max(1, barWidth - 1), tall);
  }
  if (figures.count === 0) return;
  context.font = `9px ${colours.font}`;
  context.textBaseline = 'top';
  for (const { name, of, dash, side } of MARKS) {
    const x = Math.round(placeOf(of(figures)) * width) + 0.5;
    context.strokeStyle = colours.text;
    context.fillStyle = colours.text;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.stroke();
    context.textAlign = side === 'left' ? 'right' : 'left';
    const [nameX, nameY] = [side === 'left' ? x - 3 : x + 3, side === 'below' ? 11 : 1];
    context.setLineDash([]);
    context.strokeStyle = colours.ground;
    context.lineWidth = 3;
    context.strokeText(name, nameX, nameY);
    context.lineWidth = 1;
    context.fillText(name, nameX, nameY);
  }
}

/** The names of the tenfolds, below the last picture. */
export function paintScale(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  colours: LatencyColours,
): void {
  context.clearRect(0, 0, width, height);
  context.font = `9px ${colours.font}`;
  context.fillStyle = colours.dim;
  context.textBaseline = 'middle';
  const step = Math.ceil(NAME_PX / (width / (DECADES.length - 1)));
  for (let decade = 0; decade < DECADES.length; decade += step) {
    const isLast = decade === DECADES.length - 1;
    context.textAlign = decade === 0 ? 'left' : isLast ? 'right' : 'center';
    context.fillText(DECADES[decade] ?? '', (decade / (DECADES.length - 1)) * width, height / 2);
  }
}

function paintDecades(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { line }: LatencyColours,
): void {
  context.fillStyle = line;
  for (let decade = 0; decade < DECADES.length; decade++) {
    context.fillRect(Math.round((decade / (DECADES.length - 1)) * (width - 1)), 0, 1, height);
  }
  context.fillRect(0, height - 1, width, 1);
}
