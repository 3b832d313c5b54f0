/** Counts that the test runners send to `npm test` while they run, over the channel between parent and child process. */
import { z } from 'zod';

const countMessage = z.object({ parallaxTests: z.object({ done: z.number(), total: z.number() }) });

/** In the runner's process. */
export function sendCount(done: number, total: number): void {
  process.send?.({ parallaxTests: { done, total } });
}

/** In ours: the counts of a message; undefined for any other message. */
export function countOf(message: unknown): { readonly done: number; readonly total: number } | undefined {
  return countMessage.safeParse(message).data?.parallaxTests;
}
