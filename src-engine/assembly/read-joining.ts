/** Asks a venue on a thread of its own which pairs a session would watch by now beside those that it watches. */
import type { Clock } from '../lib/clock.ts';
import { RequestPause } from '../venues/toolkit/request-pause.ts';
import type { ListingAnswer, ListingQuestion } from './listing-worker.ts';
import { readerThread } from './reader-thread.ts';

/**
 * @param pause what the venue asks of this address: nothing is asked meanwhile, and what the thread was asked to wait counts for all.
 * @returns their symbols. Rejects when the venue cannot be asked: calls, attempts and their times are bounded by its adapter.
 */
export function readJoining(
  question: ListingQuestion,
  clock: Clock,
  pause: RequestPause = new RequestPause(),
): Promise<readonly string[]> {
  const refusal = pause.refusal(clock.nowUs());
  if (refusal !== undefined) return Promise.reject(new Error(refusal));
  const worker = readerThread('listing-worker', question);
  return new Promise<readonly string[]>((resolve, reject) => {
    worker.once('message', (answer: ListingAnswer) => {
      const { pausedForUs, isBan } = answer;
      pause.begin(clock.nowUs() + pausedForUs, clock.nowUs(), { isBan });
      if ('failure' in answer) reject(new Error(answer.failure));
      else resolve(answer.joining);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that reads the list has ended')));
  });
}
