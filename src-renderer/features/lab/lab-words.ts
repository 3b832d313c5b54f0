/** States of jobs, and what reduced the edge of a run. */
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import type { ExecutionOutcome } from '../../../src-engine/domain/event.ts';
import type { DecisionCode } from '../../../src-engine/domain/opportunity.ts';
import { DECISION_WORDS, OUTCOME_WORDS, type Tone } from '../../lib/words.ts';

export const JOB_WORDS: Readonly<
  Record<JobRecord['state'], { readonly label: string; readonly tone: Tone }>
> = {
  queued: { label: 'Queued', tone: 'quiet' },
  running: { label: 'Running', tone: 'info' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'quiet' },
  interrupted: { label: 'Interrupted by a restart', tone: 'warn' },
};

/** Where expected profit was lost, by the outcome of its trade. */
const LOST_IN_TRADE: Readonly<
  Record<ExecutionOutcome, { readonly label: string; readonly explain: string }>
> = {
  completed: {
    label: 'Worse prices',
    explain: 'Completed trades that booked less than the decision expected.',
  },
  missed: {
    label: 'First leg missed',
    explain: 'The price was gone when the order arrived; nothing was held.',
  },
  unwound: { label: 'Unwound', explain: 'A leg failed; the unwind had its cost.' },
  stranded: { label: 'Stranded', explain: 'The position could not be unwound.' },
  denied: { label: 'Denied by risk', explain: 'A risk limit denied it before the first order.' },
  late: { label: 'Late fill', explain: 'An order was filled after its cycle had ended.' },
  quoted: { label: 'Quoted', explain: 'A resting quote was filled, and hedged at another venue.' },
  swept: { label: 'Swept', explain: 'Residuals of earlier trades were sold.' },
};

const BROUGHT_MORE = {
  label: 'Better prices',
  explain: 'Completed trades that booked more than the decision expected.',
};

/** The words of one row of the capture table. @param lost below zero: more was booked than expected. */
export function captureWord(reason: string, lost = 0): { readonly label: string; readonly explain: string } {
  if (reason === 'completed' && lost < 0) return BROUGHT_MORE;
  if (Object.hasOwn(LOST_IN_TRADE, reason)) return LOST_IN_TRADE[reason as ExecutionOutcome];
  if (Object.hasOwn(DECISION_WORDS, reason)) return DECISION_WORDS[reason as DecisionCode];
  return { label: reason, explain: '' };
}

export function outcomeWord(outcome: ExecutionOutcome) {
  return OUTCOME_WORDS[outcome];
}
