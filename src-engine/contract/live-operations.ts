/** The operations of live trading; part of the table in operations.ts. */
import { z } from 'zod';
import * as live from './live-records.ts';

const nothing = z.strictObject({});
/** Which account, and its name as it is shown, typed by a person: the two must be of the same venue. */
const named = z.strictObject({ venue: z.string().max(60), title: z.string().max(60) });

export const liveOperations = {
  getArming: {
    summary: 'Whether real orders may leave, at each venue, and everything that must hold before they may.',
    input: nothing,
    output: live.armingStatus,
    role: 'viewer',
    changes: false,
  },
  armLive: {
    summary:
      'Lets real orders leave at one venue, at a hundredth of the risk at first. `title` must be the name of `venue` as it is shown.',
    input: named,
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  armFully: {
    summary: 'Lifts the bounds of a venue’s canary once it has completed its cycles. `title` as for armLive.',
    input: named,
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  disarm: {
    summary:
      'Back to the simulated twin at once, at one venue or without `venue` at all: nothing new is sent, what is under way is brought to its end.',
    input: z.strictObject({
      reason: z.string().max(200).default('operator'),
      venue: z.string().max(60).optional(),
    }),
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  getGhost: {
    summary: 'The simulated twin beside the live account and its tracking error.',
    input: nothing,
    output: live.ghostStatus,
    role: 'viewer',
    changes: false,
  },
} as const;
