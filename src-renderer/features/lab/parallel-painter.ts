/** Paints parallel coordinates of a sweep: an axis a parameter, then train and test; a line a trial. */
import type { HeatmapColours } from './heatmap-painter.ts';
import { placeOn, shortNumber, type TrialPoint } from './trial-points.ts';

export type ParallelAxis = {
  readonly name: string;
  readonly low: string;
  readonly high: string;
  /** 0 at the foot of the axis, 1 at its head. */
  readonly placeOf: (trial: TrialPoint) => number;
};

/** The parameters that vary, then train and test, which share one scale so that a fall from one to the other shows. */
export function parallelAxes(
  trials: readonly TrialPoint[],
  names: readonly string[],
): readonly ParallelAxis[] {
  const parameters = names.map((name): ParallelAxis => {
    const place = placeOn(trials, name);
    const values = trials.flatMap(({ params }) => params[name] ?? []).toSorted((a, b) => place(a) - place(b));
    return {
      name,
      low: values[0] ?? '',
      high: values.at(-1) ?? '',
      placeOf: ({ params }) => place(params[name] ?? ''),
    };
  });
  const scores = trials.flatMap(({ train, test }) => [train, test]);
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  const score = (name: 'train' | 'test'): ParallelAxis => ({
    name,
    low: shortNumber(low),
    high: shortNumber(high),
    placeOf: (trial) => (high === low ? 0.5 : (trial[name] - low) / (high - low)),
  });
  return trials.length === 0 ? [] : [...parameters, score('train'), score('test')];
}

const SIDE = 34;
const TOP = 22;
const BOTTOM = 18;
/** A click further from every line than this means none. */
const NEAR_PX = 8;

const axisX = (at: number, axes: number, width: number): number =>
  axes < 2 ? width / 2 : SIDE + (at * (width - 2 * SIDE)) / (axes - 1);
const axisY = (place: number, height: number): number => TOP + (1 - place) * (height - TOP - BOTTOM);

/** Better trials in test lie above worse ones; the chosen one above all. */
export function paintParallel(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  trials: readonly TrialPoint[],
  axes: readonly ParallelAxis[],
  chosenId: string | null,
  colours: HeatmapColours,
): void {
  context.clearRect(0, 0, width, height);
  context.font = `10px ${colours.font}`;
  const reach = Math.max(0, ...trials.map(({ test }) => Math.abs(test)));
  const line = (trial: TrialPoint) => {
    context.beginPath();
    axes.forEach((axis, at) => {
      context.lineTo(axisX(at, axes.length, width), axisY(axis.placeOf(trial), height));
    });
    context.stroke();
  };
  context.lineWidth = 1;
  for (const trial of trials.toSorted((a, b) => a.test - b.test)) {
    const share = reach === 0 ? 0 : Math.abs(trial.test) / reach;
    context.strokeStyle = trial.test < 0 ? colours.loss : colours.gain;
    context.globalAlpha = (chosenId === null ? 0.18 : 0.1) + 0.5 * share;
    line(trial);
  }
  context.globalAlpha = 1;
  paintAxes(context, width, height, axes, colours);
  const chosen = trials.find(({ trialId }) => trialId === chosenId);
  if (chosen === undefined) return;
  context.strokeStyle = colours.accent;
  context.lineWidth = 2;
  line(chosen);
}

function paintAxes(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  axes: readonly ParallelAxis[],
  colours: HeatmapColours,
): void {
  const room = axes.length < 2 ? width : (width - 2 * SIDE) / (axes.length - 1) - 6;
  axes.forEach((axis, at) => {
    const x = axisX(at, axes.length, width);
    context.fillStyle = colours.line;
    context.fillRect(Math.round(x), TOP, 1, height - TOP - BOTTOM);
    context.textAlign = at === 0 ? 'left' : at === axes.length - 1 ? 'right' : 'center';
    const edge = at === 0 ? x - SIDE + 2 : at === axes.length - 1 ? x + SIDE - 2 : x;
    context.fillStyle = colours.text;
    context.textBaseline = 'top';
    context.fillText(axis.name, edge, 0, room);
    context.fillStyle = colours.dim;
    context.fillText(axis.high, edge, 11, room);
    context.textBaseline = 'bottom';
    context.fillText(axis.low, edge, height - 2, room);
  });
}

/** The trial whose line passes nearest to a point of the canvas; null when none is near. */
export function trialAt(
  trials: readonly TrialPoint[],
  axes: readonly ParallelAxis[],
  width: number,
  height: number,
  x: number,
  y: number,
): TrialPoint | null {
  const spacing = axes.length < 2 ? width : (width - 2 * SIDE) / (axes.length - 1);
  const at = Math.min(Math.max(0, axes.length - 2), Math.max(0, Math.floor((x - SIDE) / spacing)));
  const [from, to] = [axes[at], axes[at + 1]];
  if (from === undefined || to === undefined) return null;
  const share = Math.min(1, Math.max(0, (x - SIDE - at * spacing) / spacing));
  let nearest: TrialPoint | null = null;
  let distance = NEAR_PX;
  for (const trial of trials) {
    const place = from.placeOf(trial) * (1 - share) + to.placeOf(trial) * share;
    const away = Math.abs(axisY(place, height) - y);
    if (away > distance) continue;
    // Of lines that lie as near as each other, the better in test.
    if (away === distance && nearest !== null && nearest.test >= trial.test) continue;
    distance = away;
    nearest = trial;
  }
  return nearest;
}
