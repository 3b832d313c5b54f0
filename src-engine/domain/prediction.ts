/**
 * What a model outside of the kernel answered to a strategy's question. It comes back as a command with the time of the question, so that a replay has it and asks nothing. An answer that is
 * none has a code, and a strategy holds nothing then.
 */
import type { TimeUs } from './time.ts';

/** Values of one answer at most. */
export const MAX_ANSWER_VALUES = 1_000;

export const ANSWER_FAULTS = {
  'answer-late': 'The model’s answer did not come within its deadline',
  'answer-not-finite': 'The model’s answer was no number',
  'answer-out-of-range': 'The model’s answer was no probability',
  'answer-shape': 'The model’s answer had another shape',
  'answer-failed': 'The model could not answer',
  'model-process-ended': 'The process of the model had ended',
  'model-not-loaded': 'The model was not loaded',
} as const;
export type AnswerFault = keyof typeof ANSWER_FAULTS;

/** Numbers, all of them finite, or why there are none. */
export type Answer = { readonly values: readonly number[] } | FaultyAnswer;
export type FaultyAnswer = { readonly fault: AnswerFault; readonly detail: string };

/** What a strategy asks; `askedUs` distinguishes its questions. */
export type PredictionRequest = {
  readonly strategy: string;
  /** SHA-256 of the model that it is pinned to. */
  readonly model: string;
  readonly row: Float64Array;
  readonly askedUs: TimeUs;
};

export type Prediction = Pick<PredictionRequest, 'strategy' | 'model' | 'askedUs'> & {
  readonly answer: Answer;
};

/** What does not fit is a fault of its own: a replay meets the same. */
export function checkedAnswer(answer: Answer): Answer {
  if ('fault' in answer) return answer;
  const { values } = answer;
  if (!Array.isArray(values) || values.length === 0 || values.length > MAX_ANSWER_VALUES)
    return { fault: 'answer-shape', detail: `it has ${String(values?.length)} values` };
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return answer;
  return {
    fault: 'answer-not-finite',
    detail: `value ${bad + 1} of ${values.length} is ${String(values[bad])}`,
  };
}
