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
  {
    id: 52,
    promise:
      'Every total, count and state has one source, the engine: panels, operations and files agree, and those of a lost engine are called the last known.',
    status: 'partly',
    evidence: [
      'e2e/one-truth.spec.ts › every total, count and state is the engine’s, and a lost engine’s are called the last known',
      'src-engine/engine/one-truth.test.ts › totals are those of all rows, denials are counted once, equity is one figure, and a kill is what risk says first',
      'src-engine/engine/account/account-moment.test.ts › portfolio, positions and risk show one equity while prices move, and the next moment shows the next',
      'src-engine/detection/opportunity-tracker.test.ts › an expected profit is what the net edge promises of the size: the slippage buffer is taken off',
      'src-renderer/features/risk/risk-words.test.ts › a kill, a halt and a pause come before the level of loss',
    ],
    missing: 'files of the activity panel and of the history hold the rows that are loaded, not all of them',
  },
  {
    id: 53,
    promise: 'A sweep is said to have an edge only when every one of its checks holds.',
    status: 'holds',
    evidence: [
      'src-engine/backtest/overfit/verdict.test.ts › one that does not hold is named, and said in words, though nothing is flagged: %s',
      'src-renderer/features/lab/sweep-verdict.test.ts › an edge is claimed only when every check holds',
    ],
  },
  {
    id: 73,
    promise:
      'A row of the facts or of the audit trail that is altered, removed, added or reordered in the database is found and named, in SQLite and PostgreSQL.',
    status: 'holds',
    evidence: [
      'src-engine/storage/chain/chain.test.ts › find %s, by the command and at the next start',
      'src-engine/storage/chain/chain.test.ts › seal what was written before them with one anchor',
      'src-engine/storage/chain/chain.test.ts › hold after a crash on either side of a commit',
    ],
  },
  {
    id: 74,
    promise:
      'A start on a history that is not as it was written halts and says where; trading goes on only after an operator has acknowledged it.',
    status: 'holds',
    evidence: [
      'src-engine/engine/history/history.test.ts › halts the next start, which names the place; an operator acknowledges it before trading goes on',
      'src-engine/storage/chain/chain.test.ts › stay broken through what is written afterwards, until an operator acknowledges it',
    ],
  },
  {
    id: 75,
    promise:
      'A call that changes something is answered when its audit row is durable; refused calls cannot fill the audit trail, nor hold up an order.',
    status: 'holds',
    evidence: [
      'src-engine/engine/history/audit-trail.test.ts › what changed something is answered when its row is durable, and says so when it is not',
      'scripts/trials.test.ts › SIGKILL from within the read of an answered change: its audit row is there, and both chains hold',
      'src-engine/engine/history/audit-trail.test.ts › failures that repeat are counted too, and the first of them is waited for',
      'src-engine/engine/history/audit-trail.test.ts › a flood of the same refusal is two rows: the first, and the count of the others',
      'src-engine/storage/journal.test.ts › a queue full of audited calls delays no fact by more than one commit and refuses none',
      'src-engine/gateway/client-connection.test.ts › answers a change that is not audited durably as an error, and never a kill',
    ],
  },
  {
    id: 188,
    promise:
      'Every part of the equity is shown, and its sums hold to the last digit: capital, realised and unrealised; what came from cycles, and from holdings.',
    status: 'holds',
    evidence: [
      'src-engine/portfolio/portfolio.test.ts › takes nothing but what comes and goes for capital, whatever is traded, moved or paid as a fee',
      'src-renderer/engine/replica.test.ts › the equity of now is never older than the curve’s last sample, and its parts add up',
      'src-engine/reading/day-report.test.ts › the mode, the hour until which it counts, and every part of the equity are in it, on %s',
    ],
  },
];
