/** Rows of the table of settings that are about the order in which legs go; part of EXECUTION_SETTINGS. */
import type { LimitRows } from './limit-row.ts';

export const LEG_SETTINGS = {
  parallelLegs: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'Legs at once',
    hint: 'Sends the legs of a cycle at once where its assets are already held.',
  },
  routeLegsInTurn: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'One route leg first',
    hint: 'Of a cross-venue route the leg that is least likely to fill goes alone, and then the others at once for what it filled. Off: all at once, unless a leg takes most of what its book shows.',
  },
} as const satisfies LimitRows;
