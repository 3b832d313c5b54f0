/** Paints a depth history: time to the right, price upwards, brightness for quantity on a logarithmic scale. */
import { groupThousands, priceText, type PriceUnits } from '../../lib/decimal-text.ts';
import { formatClock, type Zone } from '../../lib/time-text.ts';
import { axisPrices, binDepth, type DepthHistory, type PriceRange, priceRange } from './depth-history.ts';

export type HeatColours = {
  readonly bid: string;
  readonly ask: string;
  readonly heat: readonly [ground: string, middle: string, bright: string];
  readonly dim: string;
  readonly line: string;
  readonly text: string;
  readonly font: string;
};

export type HeatUnits = PriceUnits & { readonly qtyDecimals: number };

const AXIS = 18;
const PX_PER_BIN = 4;
/** Fewest columns across: the first seconds are not a thin strip. */
const FEWEST_COLUMNS = 60;
const STOPS = 256;
/** From the faintest to the brightest, in powers of ten. */
const DECADES = 3;

export class HeatPainter {
  readonly #history: DepthHistory;
  readonly #picture = document.createElement('canvas');
  #bins = new Float32Array(0);
  #ramp: Uint32Array = new Uint32Array(STOPS);
  #rampOf = '';

  constructor(history: DepthHistory) {
    this.#history = history;
  }

  /** Answers what the brightest bin holds, in quantity units; 0 when there was nothing to draw. */
  paint(
    context: CanvasRenderingContext2D,
    size: { readonly width: number; readonly height: number },
    colours: HeatColours,
    units: HeatUnits,
    zone: Zone,
  ): number {
    const { width, height } = size;
    context.clearRect(0, 0, width, height);
    const range = priceRange(this.#history);
    if (range === undefined) return 0;
    context.font = `10px ${colours.font}`;
    const label = (price: number): string => groupThousands(priceText(price, units));
    const axisWidth = Math.ceil(context.measureText(label(range.high)).width) + 10;
    const plot = { width: Math.max(10, width - axisWidth), height: Math.max(10, height - AXIS) };
    const most = this.#paintPicture(context, plot, range, colours);
    this.#paintBest(context, plot, range, colours);
    this.#paintAxes(context, plot, range, colours, label, zone);
    return most;
  }

  #paintPicture(
    context: CanvasRenderingContext2D,
    plot: { readonly width: number; readonly height: number },
    range: PriceRange,
    colours: HeatColours,
  ): number {
    const { length } = this.#history;
    const columns = Math.max(FEWEST_COLUMNS, length);
    const bins = Math.max(
      8,
      Math.min(Math.floor(plot.height / PX_PER_BIN), Math.round(range.high - range.low) + 1),
    );
    const room = this.#history.columns * bins;
    if (this.#bins.length !== room) this.#bins = new Float32Array(room);
    if (this.#picture.width !== columns) this.#picture.width = columns;
    if (this.#picture.height !== bins) this.#picture.height = bins;
    const most = binDepth(this.#history, range, bins, this.#bins);
    const picture = this.#picture.getContext('2d');
    if (picture === null || most === 0) return most;
    this.#makeRamp(colours);
    const image = picture.createImageData(columns, bins);
    const pixels = new Uint32Array(image.data.buffer);
    for (let nth = 0; nth < length; nth++) {
      const x = columns - length + nth;
      for (let bin = 0; bin < bins; bin++) {
        const share = heatShare(this.#bins[nth * bins + bin] ?? 0, most);
        if (share > 0) {
          pixels[(bins - 1 - bin) * columns + x] = this.#ramp[Math.round(share * (STOPS - 1))] ?? 0;
        }
      }
    }
    picture.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#picture, 0, 0, plot.width, plot.height);
    return most;
  }

  /** The best bid and ask as lines, so that the touch is seen where depth is faint. */
  #paintBest(
    context: CanvasRenderingContext2D,
    plot: { readonly width: number; readonly height: number },
    range: PriceRange,
    colours: HeatColours,
  ): void {
    const { length } = this.#history;
    const columns = Math.max(FEWEST_COLUMNS, length);
    for (const side of ['bid', 'ask'] as const) {
      context.strokeStyle = colours[side];
      context.lineWidth = 1.5;
      context.beginPath();
      let isDown = false;
      for (let nth = 0; nth < length; nth++) {
        const price = this.#history.side(nth, side)[0] ?? 0;
        if (price === 0) {
          isDown = false;
          continue;
        }
        const x = ((columns - length + nth + 0.5) / columns) * plot.width;
        const y = yOf(price, range, plot.height);
        if (isDown) context.lineTo(x, y);
        else context.moveTo(x, y);
        isDown = true;
      }
      context.stroke();
    }
  }

  #paintAxes(
    context: CanvasRenderingContext2D,
    plot: { readonly width: number; readonly height: number },
    range: PriceRange,
    colours: HeatColours,
    label: (price: number) => string,
    zone: Zone,
  ): void {
    context.fillStyle = colours.dim;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const price of axisPrices(range, Math.floor(plot.height / 34))) {
      const y = yOf(price, range, plot.height);
      context.fillText(label(price), plot.width + 6, Math.min(Math.max(y, 6), plot.height - 4));
      context.beginPath();
      context.moveTo(plot.width, y);
      context.lineTo(plot.width + 3, y);
      context.stroke();
    }
    const { length } = this.#history;
    const columns = Math.max(FEWEST_COLUMNS, length);
    const marks = Math.max(1, Math.floor(plot.width / 110));
    context.textAlign = 'center';
    for (let mark = 0; mark <= marks; mark++) {
      const nth = Math.round((mark / marks) * (columns - 1)) - (columns - length);
      if (nth < 0) continue;
      const x = Math.min(Math.max(((nth + columns - length) / columns) * plot.width, 28), plot.width - 28);
      context.fillText(formatClock(this.#history.atUs(nth), zone), x, plot.height + AXIS / 2 + 1);
    }
  }

  #makeRamp(colours: HeatColours): void {
    const name = colours.heat.join();
    if (name === this.#rampOf) return;
    this.#rampOf = name;
    const strip = document.createElement('canvas');
    strip.width = STOPS;
    strip.height = 1;
    const context = strip.getContext('2d');
    if (context === null) return;
    const gradient = context.createLinearGradient(0, 0, STOPS, 0);
    colours.heat.forEach((colour, at) => gradient.addColorStop(at / 2, colour));
    context.fillStyle = gradient;
    context.fillRect(0, 0, STOPS, 1);
    this.#ramp = new Uint32Array(context.getImageData(0, 0, STOPS, 1).data.buffer.slice(0));
  }
}

/** 0 to 1: how bright a quantity is beside the largest; logarithmic over three powers of ten. */
export function heatShare(qty: number, most: number): number {
  if (qty <= 0 || most <= 0) return 0;
  return Math.max(0.04, 1 + Math.log10(qty / most) / DECADES);
}

/** Quantities for the legend, from the faintest to the brightest. */
export function legendSteps(most: number): number[] {
  return [most / 1_000, most / 100, most / 10, most];
}

function yOf(price: number, { low, high }: PriceRange, height: number): number {
  return height - ((price - low + 0.5) / (high - low + 1)) * height;
}
