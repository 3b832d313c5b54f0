/** A history that is longer than one reading, read in parts, the oldest first. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { AccountQuestion } from './account-reading.ts';

/** A list has more rows than are read of it. */
export class TooLong extends Error {}

/** The part that is read, by the venue's clock. Without an end nothing is left out that happens while it is read. */
export type HistorySpan = { readonly startMs: number; readonly endMs?: number };

/** Of a part that is too long so much is read next. */
const SHORTER = 8;

export type HistoryQuestion = Pick<AccountQuestion, 'sinceUs' | 'skewUs'> & {
  /** Now, by our clock. */
  readonly nowUs: TimeUs;
};

/**
 * Reads from `sinceUs` on: all of it where that is at most `most`, and an eighth each time that a part is too long.
 * @param mostMs longest time that one question may cover; undefined: any. @param read throws TooLong.
 * @returns the first part that was read, with its end where that is not now. @throws whatever `read` throws but TooLong, and Error where one
 * millisecond is too long.
 */
export async function inParts<T>(
  { sinceUs, skewUs, nowUs }: HistoryQuestion,
  mostMs: number | undefined,
  read: (span: HistorySpan) => Promise<T>,
): Promise<T & { readonly endUs: TimeUs | undefined }> {
  const startMs = Math.max(0, Math.floor((sinceUs + skewUs) / US_PER_MS));
  const nowMs = Math.ceil((nowUs + skewUs) / US_PER_MS);
  const longestMs = mostMs ?? Math.max(1, nowMs - startMs);
  for (let lengthMs = longestMs; lengthMs >= 1; lengthMs = shorterThan(lengthMs)) {
    const endMs = startMs + lengthMs;
    const isAll = endMs >= nowMs;
    try {
      const found = await read(isAll ? { startMs } : { startMs, endMs });
      return { ...found, endUs: isAll ? undefined : endMs * US_PER_MS };
    } catch (error) {
      if (!(error instanceof TooLong)) throw error;
    }
  }
  throw new Error(`the history of the account has too many rows of one moment, ${startMs} ms`);
}

/** At last a single millisecond, and then nothing. */
const shorterThan = (lengthMs: number): number =>
  lengthMs === 1 ? 0 : Math.max(1, Math.floor(lengthMs / SHORTER));
