/** States of jobs, and what took the edge of a run, in plain words. */
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import type { ExecutionOutcome } from '../../../src-engine/domain/event.ts';
import type { DecisionCode } from '../../../src-engine/domain/opportunity.ts';
import { DECISION_WORDS, OUTCOME_WORDS, type Tone } from '../../lib/words.ts';

export const JOB_WORDS: Readonly<
  Record<JobRecord['state'], { readonly label: string; readonly tone: Tone }>
> = {
  queued: { label: 'Waits', tone: 'quiet' },
  running: { label: 'Running', tone: 'info' },
  done: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'bad' },
  canceled: { label: 'Canceled', tone: 'quiet' },
  interrupted: { label: 'Ended by a restart', tone: 'warn' },
};

/** Where promised profit went, by the outcome of its trade. */
const LOST_IN_TRADE: Readonly<
  Record<ExecutionOutcome, { readonly label: string; readonly explain: string }>
> = {
  completed: {
    label: 'Worse prices on the way',
    explain: 'Trades that went through and brought less than the decision expected.',
  },
  missed: {
    label: 'First leg found nothing',
    explain: 'The price was gone when the order arrived; nothing was held.',
  },
  unwound: { label: 'A leg failed', explain: 'What was held went home another way, at its cost.' },
  stranded: { label: 'Stranded', explain: 'What was held could not be brought home.' },
  denied: { label: 'Denied by risk', explain: 'A risk limit said no before the first order.' },
  late: { label: 'Late fill', explain: 'An order was filled after its cycle was over.' },
  swept: { label: 'Residual sold', explain: 'What earlier trades had left was sold.' },
};

const BROUGHT_MORE = {
  label: 'Better prices on the way',
  explain: 'Trades that went through and brought more than the decision expected.',
};

/** The words of one row of the capture table. @param lost below zero: it brought more than was promised. */
export function captureWord(reason: string, lost = 0): { readonly label: string; readonly explain: string } {
  if (reason === 'completed' && lost < 0) return BROUGHT_MORE;
  if (Object.hasOwn(LOST_IN_TRADE, reason)) return LOST_IN_TRADE[reason as ExecutionOutcome];
  if (Object.hasOwn(DECISION_WORDS, reason)) return DECISION_WORDS[reason as DecisionCode];
  return { label: reason, explain: '' };
}

export function outcomeWord(outcome: ExecutionOutcome) {
  return OUTCOME_WORDS[outcome];
}

/** `12 MB`, for a file of the recordings folder. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(0)} kB`;
  return bytes < 1_000_000_000
    ? `${(bytes / 1_000_000).toFixed(1)} MB`
    : `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
