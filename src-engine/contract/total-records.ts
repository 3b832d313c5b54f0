/** Exact totals of a profile's whole history, as every place of the window shows them. */
import { z } from 'zod';
import { decimalText } from '../domain/value-schemas.ts';

const count = z.number().int().nonnegative();

export const activityTotals = z.object({
  homeAsset: z.string(),
  orders: z.object({ count }),
  /** Fees by asset, in the order of the alphabet: amounts of different assets are never added. */
  fills: z.object({ count, fees: z.array(z.object({ asset: z.string(), sum: decimalText })) }),
  /** Finished ones; the profit of all of them in the home currency, fees included. */
  executions: z.object({ count, profitHome: decimalText }),
  /** Closed ones. */
  opportunities: z.object({ count }),
  /** Of the engine itself: feeds, books, the kill switch, limits; as the journal has them. */
  events: z.object({ count }),
});
export type ActivityTotals = z.infer<typeof activityTotals>;

/** As a window gets them: with the number of the last fact that is in them, so that it can count those that came since. */
export const countedTotals = activityTotals.extend({ factSeq: count });
export type CountedTotals = z.infer<typeof countedTotals>;
