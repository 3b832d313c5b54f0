/** The operations of live trading; part of the table in operations.ts. */
import { z } from 'zod';
import * as live from './live-records.ts';

const nothing = z.strictObject({});

export const liveOperations = {
  getArming: {
    summary: 'Whether real orders may leave, and everything that must hold before they may.',
    input: nothing,
    output: live.armingStatus,
    role: 'viewer',
    changes: false,
  },
  armLive: {
    summary:
      'Lets real orders leave, at a hundredth of the risk at first. `venue` must be the venue’s name as it is shown.',
    input: z.strictObject({ venue: z.string().max(60) }),
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  armFully: {
    summary: 'Lifts the canary’s bounds once it has completed its cycles. `venue` as for armLive.',
    input: z.strictObject({ venue: z.string().max(60) }),
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  disarm: {
    summary:
      'Back to the simulated twin at once: nothing new is sent, what is under way is brought to its end.',
    input: z.strictObject({ reason: z.string().max(200).default('operator') }),
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
