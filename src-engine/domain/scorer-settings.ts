/** Rows of the table of settings that are about the scorer of opportunities; part of DETECTION_SETTINGS. */
import type { LimitRows } from './limit-row.ts';

export const SCORER_SETTINGS = {
  scoreOpportunities: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'Score opportunities',
    hint: 'Asks the registered scorer of each opportunity that is about to be taken, and notes its probability. It takes all the same.',
  },
  scorerGate: {
    kind: 'flag',
    unit: '',
    default: false,
    needs: 'scoreOpportunities',
    label: 'Gate by the scorer',
    hint: 'Does not take what a scorer that is champion finds unlikely, but for one in five of them as a control. Needs “Score opportunities”.',
  },
} as const satisfies LimitRows;
