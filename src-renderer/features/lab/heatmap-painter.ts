/** Paints the heatmap of a sweep on a canvas. Each cell has its figure and sign: the colour only repeats them. */
import { shortNumber } from './trial-points.ts';
import type { TrialCell, TrialGrid } from './trial-grid.ts';

export type HeatmapColours = {
  readonly gain: string;
  readonly loss: string;
  readonly ground: string;
  readonly line: string;
  readonly text: string;
  readonly dim: string;
  readonly accent: string;
  readonly font: string;
};

export type HeatmapView = {
  readonly grid: TrialGrid;
  readonly show: 'train' | 'test';
  /** Cell under the cursor or the keyboard; −1 for none. */
  readonly chosen: number;
};

export type HeatmapFrame = {
  readonly left: number;
  readonly top: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
};

const LEFT = 58;
const BOTTOM = 32;
const TOP = 4;
const RIGHT = 6;
const FONT_PX = 10;
/** A cell narrower than this has no room for its figure. */
const FIGURE_WIDTH = 30;
const FIGURE_HEIGHT = 14;

/** Where the cells lie on a canvas of this size, in CSS px. */
export function heatmapFrame(grid: TrialGrid, width: number, height: number): HeatmapFrame {
  return {
    left: LEFT,
    top: TOP,
    cellWidth: Math.max(1, (width - LEFT - RIGHT) / Math.max(1, grid.x.labels.length)),
    cellHeight: Math.max(1, (height - TOP - BOTTOM) / Math.max(1, grid.y.labels.length)),
  };
}

/** The cell at a point of the canvas, as an index into the grid's cells; −1 beside all of them. */
export function cellAt(grid: TrialGrid, frame: HeatmapFrame, x: number, y: number): number {
  const columns = grid.x.labels.length;
  const rows = grid.y.labels.length;
  const column = Math.floor((x - frame.left) / frame.cellWidth);
  const fromTop = Math.floor((y - frame.top) / frame.cellHeight);
  if (column < 0 || column >= columns || fromTop < 0 || fromTop >= rows) return -1;
  return (rows - 1 - fromTop) * columns + column;
}

export function paintHeatmap(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  view: HeatmapView,
  colours: HeatmapColours,
): void {
  const { grid } = view;
  const frame = heatmapFrame(grid, width, height);
  context.clearRect(0, 0, width, height);
  context.font = `${FONT_PX}px ${colours.font}`;
  grid.cells.forEach((cell, at) => paintCell(context, frame, grid, at, cell, view, colours));
  paintLabels(context, frame, grid, width, height, colours);
}

function corner(frame: HeatmapFrame, grid: TrialGrid, at: number): readonly [x: number, y: number] {
  const columns = grid.x.labels.length;
  const rows = grid.y.labels.length;
  const row = Math.floor(at / columns);
  return [frame.left + (at % columns) * frame.cellWidth, frame.top + (rows - 1 - row) * frame.cellHeight];
}

function paintCell(
  context: CanvasRenderingContext2D,
  frame: HeatmapFrame,
  grid: TrialGrid,
  at: number,
  cell: TrialCell | undefined,
  view: HeatmapView,
  colours: HeatmapColours,
): void {
  const [x, y] = corner(frame, grid, at);
  const { cellWidth, cellHeight } = frame;
  context.fillStyle = cell === undefined ? colours.line : cellColour(cell[view.show], grid.reach, colours);
  context.globalAlpha = cell === undefined ? 0.35 : 1;
  context.fillRect(x + 0.5, y + 0.5, cellWidth - 1, cellHeight - 1);
  context.globalAlpha = 1;
  if (cell !== undefined && cellWidth >= FIGURE_WIDTH && cellHeight >= FIGURE_HEIGHT) {
    context.fillStyle = colours.text;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(signed(cell[view.show]), x + cellWidth / 2, y + cellHeight / 2);
  }
  if (at === view.chosen) {
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, cellWidth - 2, cellHeight - 2);
  }
}

/** From the ground at zero to the full colour at the reach; a square root lets small differences be seen. */
export function cellColour(value: number, reach: number, { gain, loss, ground }: HeatmapColours): string {
  const share = reach === 0 ? 0 : Math.sqrt(Math.min(1, Math.abs(value) / reach));
  return `color-mix(in oklab, ${value < 0 ? loss : gain} ${(share * 62).toFixed(1)}%, ${ground})`;
}

export function signed(value: number): string {
  return value > 0 ? `+${shortNumber(value)}` : shortNumber(value).replace('-', '−');
}

function paintLabels(
  context: CanvasRenderingContext2D,
  frame: HeatmapFrame,
  grid: TrialGrid,
  width: number,
  height: number,
  colours: HeatmapColours,
): void {
  const { x, y } = grid;
  const rows = y.labels.length;
  const bottom = frame.top + rows * frame.cellHeight;
  context.fillStyle = colours.dim;
  context.textBaseline = 'top';
  context.textAlign = 'center';
  const widest = Math.max(1, ...x.labels.map((label) => context.measureText(label).width + 6));
  const each = Math.max(1, Math.ceil(widest / frame.cellWidth));
  x.labels.forEach((label, step) => {
    if (step % each === 0) context.fillText(label, frame.left + (step + 0.5) * frame.cellWidth, bottom + 4);
  });
  context.fillText(x.name, (frame.left + width) / 2, height - FONT_PX - 2, width - frame.left);
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const eachRow = Math.max(1, Math.ceil((FONT_PX + 3) / frame.cellHeight));
  y.labels.forEach((label, step) => {
    if (step % eachRow !== 0) return;
    context.fillText(
      label,
      frame.left - 4,
      frame.top + (rows - step - 0.5) * frame.cellHeight,
      frame.left - 18,
    );
  });
  context.save();
  context.translate(1, (frame.top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.textBaseline = 'top';
  context.fillText(y.name, 0, 0, bottom - frame.top);
  context.restore();
}
