import { type KeyboardEvent, type MouseEvent, useCallback, useMemo } from 'react';
import { shownValue } from '../../lib/decimal-text.ts';
import { paintParallel, parallelAxes, trialAt } from './parallel-painter.ts';
import { shortNumber, type TrialPoint, varied } from './trial-points.ts';
import { type Paint, useCanvas } from './use-canvas.ts';

type TrialParallelProps = {
  /** Best by test first: the order in which arrow keys move. */
  readonly trials: readonly TrialPoint[];
  readonly chosenId: string | null;
  readonly onChoose: (trialId: string) => void;
};

/** Every trial as a line over its parameters, train and test. The ranking beside it has the same figures. */
export function TrialParallel({ trials, chosenId, onChoose }: TrialParallelProps) {
  const axes = useMemo(() => parallelAxes(trials, varied(trials)), [trials]);
  const paint = useCallback<Paint>(
    (context, width, height, colours) =>
      paintParallel(context, width, height, trials, axes, chosenId, colours),
    [trials, axes, chosenId],
  );
  const canvas = useCanvas(paint);
  const onClick = (event: MouseEvent<HTMLCanvasElement>) => {
    const { clientWidth, clientHeight } = event.currentTarget;
    const { offsetX, offsetY } = event.nativeEvent;
    const trial = trialAt(trials, axes, clientWidth, clientHeight, offsetX, offsetY);
    if (trial !== null) onChoose(trial.trialId);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const from = trials.findIndex(({ trialId }) => trialId === chosenId);
    const to = trials[Math.min(trials.length - 1, Math.max(0, from + step))];
    if (to !== undefined) onChoose(to.trialId);
  };
  const [best] = trials;
  const spoken =
    best === undefined
      ? 'no trials'
      : `${trials.length} trials; the best has ${wordsOf(best)}, train ${shortNumber(best.train)}, test ${shortNumber(best.test)}`;
  return (
    <figure className="lab-parallel">
      <canvas
        ref={canvas}
        role="img"
        tabIndex={0}
        aria-label={`Parallel coordinates: ${spoken}; arrow keys move through the ranking`}
        onClick={onClick}
        onKeyDown={onKeyDown}
      />
    </figure>
  );
}

/** `edge 2, fee 10` */
export function wordsOf({ params }: Pick<TrialPoint, 'params'>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${shownValue(value)}`)
    .join(', ');
}
