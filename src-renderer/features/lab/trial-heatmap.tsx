import { type KeyboardEvent, type MouseEvent, useCallback, useId, useMemo, useState } from 'react';
import { cellAt, heatmapFrame, paintHeatmap, signed } from './heatmap-painter.ts';
import { cellBeside, trialGrid, type TrialGrid } from './trial-grid.ts';
import type { TrialPoint } from './trial-points.ts';
import { type Paint, useCanvas } from './use-canvas.ts';

type TrialHeatmapsProps = {
  readonly trials: readonly TrialPoint[];
  readonly x: string;
  readonly y: string;
  readonly chosenId: string | null;
  readonly onChoose: (trialId: string) => void;
};

/** Train beside test over two parameters, on one scale of colour: an edge that is only in train stands out. */
export function TrialHeatmaps({ trials, x, y, chosenId, onChoose }: TrialHeatmapsProps) {
  const grid = useMemo(() => trialGrid(trials, x, y), [trials, x, y]);
  const chosen = trials.find(({ trialId }) => trialId === chosenId);
  const cell = chosen === undefined ? -1 : cellOfTrial(grid, chosen, x, y);
  const choose = (at: number) => {
    const best = grid.cells[at]?.best;
    if (best !== undefined) onChoose(best.trialId);
  };
  return (
    <div className="lab-heatmaps">
      <Heatmap title="Train" show="train" grid={grid} chosen={cell} onChoose={choose} />
      <Heatmap title="Test" show="test" grid={grid} chosen={cell} onChoose={choose} />
    </div>
  );
}

function cellOfTrial(grid: TrialGrid, trial: TrialPoint, x: string, y: string): number {
  const column = grid.x.stepOf(trial.params[x] ?? '');
  const row = grid.y.stepOf(trial.params[y] ?? '');
  return column < 0 || row < 0 ? -1 : row * grid.x.labels.length + column;
}

type HeatmapProps = {
  readonly title: string;
  readonly show: 'train' | 'test';
  readonly grid: TrialGrid;
  readonly chosen: number;
  readonly onChoose: (cell: number) => void;
};

function Heatmap({ title, show, grid, chosen, onChoose }: HeatmapProps) {
  const tableId = useId();
  const [hover, setHover] = useState(-1);
  const paint = useCallback<Paint>(
    (context, width, height, colours) =>
      paintHeatmap(context, width, height, { grid, show, chosen }, colours),
    [grid, show, chosen],
  );
  const canvas = useCanvas(paint);
  const at = (event: MouseEvent<HTMLCanvasElement>): number => {
    const { clientWidth, clientHeight } = event.currentTarget;
    const { offsetX, offsetY } = event.nativeEvent;
    return cellAt(grid, heatmapFrame(grid, clientWidth, clientHeight), offsetX, offsetY);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.key.startsWith('Arrow')) return;
    event.preventDefault();
    onChoose(chosen < 0 ? 0 : cellBeside(grid, chosen, event.key));
  };
  const shown = grid.cells[hover >= 0 ? hover : chosen];
  return (
    <figure className="lab-heatmap">
      <figcaption>
        <strong>{title}</strong>
        <span className="num dim" aria-live="polite">
          {shown === undefined
            ? ''
            : `${grid.x.labels[shown.column]} × ${grid.y.labels[shown.row]}: ${signed(shown[show])}${shown.trials > 1 ? ` (${shown.trials} trials)` : ''}`}
        </span>
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label={`Heatmap of ${title.toLowerCase()} by ${grid.x.name} and ${grid.y.name}; arrow keys choose a cell`}
        aria-describedby={tableId}
        onKeyDown={onKeyDown}
        onClick={(event) => onChoose(at(event))}
        onMouseMove={(event) => setHover(at(event))}
        onMouseLeave={() => setHover(-1)}
      />
      <HeatmapTable id={tableId} title={title} show={show} grid={grid} />
    </figure>
  );
}

/** The same figures as a table, for users who cannot see the picture. */
function HeatmapTable({
  id,
  title,
  show,
  grid,
}: Omit<HeatmapProps, 'chosen' | 'onChoose'> & { readonly id: string }) {
  const { x, y, cells } = grid;
  return (
    <table id={id} className="visually-hidden">
      <caption>{`${title} by ${x.name} (columns) and ${y.name} (rows)`}</caption>
      <thead>
        <tr>
          <td />
          {x.labels.map((label) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {y.labels.map((label, row) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            {x.labels.map((column, at) => {
              const cell = cells[row * x.labels.length + at];
              return <td key={column}>{cell === undefined ? 'not tried' : signed(cell[show])}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
