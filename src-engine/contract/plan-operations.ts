/** The operations on run plans; part of the table in operations.ts. */
import { z } from 'zod';
import { planHome, planName, planVenue, runPlan } from './plan-records.ts';
import { profileName } from './records.ts';

const plans = z.object({ plans: z.array(runPlan) });

export const planOperations = {
  listPlans: {
    summary: 'Run plans that can be chosen: the four built-in ones, then the trader’s own.',
    input: z.strictObject({}),
    output: plans,
    role: 'viewer',
    changes: false,
  },
  addPlan: {
    summary:
      'Stores a run plan of the trader’s own under a name: its venues, all live or all local, all with accounts or all simulated.',
    input: z.strictObject({
      name: planName,
      venues: z.array(planVenue).min(1).max(16),
      home: planHome.default(null),
    }),
    output: runPlan,
    role: 'operator',
    changes: true,
  },
  copyPlan: {
    summary: 'Stores the venues of a plan under another name; the copy has a history of its own.',
    input: z.strictObject({ profile: profileName, name: planName }),
    output: runPlan,
    role: 'operator',
    changes: true,
  },
  changePlan: {
    summary:
      'Renames a plan of the trader’s own or gives it other venues of the same kind; what is left out stays.',
    input: z.strictObject({
      profile: profileName,
      name: planName.optional(),
      venues: z.array(planVenue).min(1).max(16).optional(),
    }),
    output: runPlan,
    role: 'operator',
    changes: true,
  },
  removePlan: {
    summary:
      'Removes a plan of the trader’s own that never traded; a plan with a history stays, as its history does.',
    input: z.strictObject({ profile: profileName }),
    output: plans,
    role: 'operator',
    changes: true,
  },
} as const;
