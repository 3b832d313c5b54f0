/** What is promised of figures: each is true wherever it is shown. */
import type { PromiseRow } from './promise-row.ts';

export const TRUTH_PROMISES: readonly PromiseRow[] = [
  {
    id: 43,
    promise:
      'An equity curve that is shortened keeps its peaks, lows and deepest drawdown; figure and picture agree.',
    status: 'holds',
    evidence: [
      'src-engine/domain/equity-curve.test.ts › falls as deep as the whole one, by its equity, its growth and its profit, whatever it did',
      'src-engine/backtest/metrics/equity-recorder.test.ts › the deepest drawdown is that of the curve that is shown, however short it was made',
      'src-engine/storage/queries/history.test.ts › a fall to 800 and a peak of 1100 stay on a curve that is shortened, in their order',
      'src-renderer/engine/replica.test.ts › the equity curve rises in time, and is bounded without losing its peak and its low',
      'src-renderer/features/lab/lab-pictures.test.ts › capital that was paid in hides no drawdown',
    ],
  },
];
