/** Run plans: what a profile trades, at which venues, and whether orders go to accounts. */
import { z } from 'zod';
import { planMode, profileName, venueName } from './records.ts';

/** Plans of the trader's own, beside the built-in ones. */
export const MAX_PLANS = 50;

/** Begins with a letter or a digit, so that no option and no path can be taken for one. */
export const planName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/, 'must have 1 to 40 letters, digits, spaces, dots, - or _')
  .refine((name) => name.trim() === name, 'must not end with a space');

export const planVenue = z.strictObject({
  venue: venueName,
  /** `live`: the venue itself. `local`: an exchange on this machine that speaks its protocols. */
  market: z.enum(['live', 'local']),
  /** Where its orders go: to the trader's account there, or into a simulation of fills. */
  execution: z.enum(['account', 'simulated']),
});
export type PlanVenue = z.infer<typeof planVenue>;

/** The currency that profits are counted in; null: the first of the capital, or of what the account holds. */
export const planHome = z
  .string()
  .regex(/^[A-Z0-9]{2,10}$/, 'must be a code of 2 to 10 capital letters or digits')
  .nullable();

export const runPlan = z.object({
  /** Under which its history is kept; it never changes. */
  profile: profileName,
  name: z.string(),
  mode: planMode,
  home: planHome,
  isBuiltIn: z.boolean(),
  venues: z.array(planVenue).readonly(),
});
export type RunPlan = z.infer<typeof runPlan>;
