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
  {
    id: 44,
    promise:
      'A file that a figure or a decision comes from is refused, named or run again when one character of it has changed.',
    status: 'holds',
    evidence: [
      'src-engine/lib/sealed.test.ts › altered in any one character is damaged, or says what it said',
      'src-engine/backtest/sweep/sweep-runner.test.ts › one character of one line changed: the line is named, its trial runs again, and nothing else is found',
      'src-engine/storage/market-log-writer.test.ts › is refused when any one character has changed, and nothing of it is given out',
      'src-engine/storage/market-log-writer.test.ts › that breaks off says so wherever it does, and is read as far as it goes when that is asked for',
      'src-engine/lab/jobs.test.ts › gives no other figure: a run and a sweep are refused by name, and the next verdict says what is missing',
      'src-engine/storage/journal.test.ts › refuses a setting that was changed in a character, and still reads those of older versions',
      'src-engine/divergence/divergence.test.ts › is refused at the line in which one character has changed, the first and the last too',
      'src-engine/assembly/account-guard.test.ts › that was changed in a character is said to be unknown, and not believed',
    ],
  },
];
