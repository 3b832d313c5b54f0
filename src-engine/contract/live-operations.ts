/** The operations of live trading; part of the table in operations.ts. */
import { z } from 'zod';
import { goLiveOperations } from './go-live-operations.ts';
import * as live from './live-records.ts';

const nothing = z.strictObject({});
/** Which account, and its name as it is shown, typed by a person: the two must be of the same venue. */
const named = z.strictObject({ venue: z.string().max(60), title: z.string().max(60) });

export const liveOperations = {
  getArming: {
    summary: 'Whether real orders may be sent at each venue, and the checklist that must pass first.',
    input: nothing,
    output: live.armingStatus,
    role: 'viewer',
    changes: false,
  },
  armLive: {
    summary:
      'Arms live trading at one venue as a canary, with a hundredth of the risk. `title` must be the name of `venue` as it is shown.',
    input: named,
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  armFully: {
    summary: 'Lifts the limits of a venue’s canary once it has completed its cycles. `title` as for armLive.',
    input: named,
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  disarm: {
    summary:
      'Disarms live trading at once, at `venue` or, without it, at every venue: no new cycle is sent, cycles in flight are finished, and the ghost trades on.',
    input: z.strictObject({
      reason: z.string().max(200).default('operator'),
      venue: z.string().max(60).optional(),
    }),
    output: live.armingStatus,
    role: 'operator',
    changes: true,
  },
  getGhost: {
    summary: 'The ghost of the live account (its simulated twin) and its tracking error.',
    input: nothing,
    output: live.ghostStatus,
    role: 'viewer',
    changes: false,
  },
  ...goLiveOperations,
} as const;
