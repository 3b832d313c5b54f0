/** Numbers of messages above 2^53, of which each names the one before it. */
import { FrameError } from './frame-error.ts';

/** Digits that a double holds whatever they are; two messages whose numbers differ by a multiple of 10^15 are far apart. */
const DIGITS = 15;
const FIELDS = new Map<string, RegExp>();

/**
 * The last 15 digits of a number in the text of a frame, which are as good to compare as all of them.
 * @throws FrameError where the text has no such field.
 */
export function chainNumber(text: string, field: string): number {
  let pattern = FIELDS.get(field);
  if (pattern === undefined) {
    pattern = new RegExp(`"${field}"\\s*:\\s*"?(\\d{1,20})(?![\\d.eE])`);
    FIELDS.set(field, pattern);
  }
  const digits = pattern.exec(text)?.[1];
  if (digits === undefined) throw new FrameError('bad-layout', `${field} is not a number of a message`);
  return Number(digits.slice(-DIGITS));
}
