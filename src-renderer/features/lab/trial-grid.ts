/** The heatmap of a sweep: two parameters span a grid, each cell shows the trials that fell into it. */
import { parameterAxis, type ParameterAxis, type TrialPoint } from './trial-points.ts';

export type TrialCell = {
  readonly column: number;
  readonly row: number;
  readonly trials: number;
  /** Means over the trials of the cell, whatever their other parameters. */
  readonly train: number;
  readonly test: number;
  /** The one of them that is best in test. */
  readonly best: TrialPoint;
};

export type TrialGrid = {
  readonly x: ParameterAxis;
  readonly y: ParameterAxis;
  /** Row by row; undefined where no trial was tried. */
  readonly cells: readonly (TrialCell | undefined)[];
  /** Furthest from zero that any cell's train or test lies: both pictures are coloured on this one scale. */
  readonly reach: number;
};

export function trialGrid(trials: readonly TrialPoint[], xName: string, yName: string): TrialGrid {
  const x = parameterAxis(trials, xName);
  const y = parameterAxis(trials, yName);
  const groups: TrialPoint[][] = Array.from({ length: x.labels.length * y.labels.length }, () => []);
  for (const trial of trials) {
    const column = x.stepOf(trial.params[xName] ?? '');
    const row = y.stepOf(trial.params[yName] ?? '');
    if (column >= 0 && row >= 0) groups[row * x.labels.length + column]?.push(trial);
  }
  const cells = groups.map((group, at) =>
    cellOf(group, at % x.labels.length, Math.floor(at / x.labels.length)),
  );
  const reach = Math.max(
    0,
    ...cells.flatMap((cell) => (cell === undefined ? [] : [Math.abs(cell.train), Math.abs(cell.test)])),
  );
  return { x, y, cells, reach };
}

function cellOf(group: readonly TrialPoint[], column: number, row: number): TrialCell | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const mean = (of: (trial: TrialPoint) => number) =>
    group.reduce((sum, each) => sum + of(each), 0) / group.length;
  return {
    column,
    row,
    trials: group.length,
    train: mean(({ train }) => train),
    test: mean(({ test }) => test),
    best: group.reduce((best, each) => (each.test > best.test ? each : best), first),
  };
}

/** The cell that an arrow key leads to; the same one at the edge. */
export function cellBeside(grid: TrialGrid, from: number, key: string): number {
  const columns = grid.x.labels.length;
  const rows = grid.y.labels.length;
  const column = from % columns;
  const row = Math.floor(from / columns);
  switch (key) {
    case 'ArrowLeft':
      return row * columns + Math.max(0, column - 1);
    case 'ArrowRight':
      return row * columns + Math.min(columns - 1, column + 1);
    // The first row is drawn at the bottom, as an axis rises.
    case 'ArrowUp':
      return Math.min(rows - 1, row + 1) * columns + column;
    case 'ArrowDown':
      return Math.max(0, row - 1) * columns + column;
    default:
      return from;
  }
}
