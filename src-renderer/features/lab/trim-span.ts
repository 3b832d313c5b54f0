/** A part of a recording as it is typed: seconds from its start, and for how many. */
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import { typedFigure } from '../../lib/typed-figure.ts';

export type TrimSpan =
  | { readonly ok: true; readonly fromUs: number; readonly toUs: number; readonly label: string }
  | { readonly ok: false; readonly error: string };

const SECOND = 1_000_000;

export function trimSpan(
  { fromUs, toUs }: Pick<RecordingRecord, 'fromUs' | 'toUs'>,
  from: string,
  length: string,
): TrimSpan {
  const bad = (error: string): TrimSpan => ({ ok: false, error });
  if (fromUs === null || toUs === null) return bad('Its span is not known yet.');
  const start = from.trim() === '' ? 0 : typedFigure(from);
  const seconds = typedFigure(length);
  if (!(start >= 0)) return bad('Seconds from its start must be 0 or more.');
  if (!(seconds > 0)) return bad('Enter the number of seconds.');
  const begin = fromUs + Math.round(start * SECOND);
  if (begin >= toUs) return bad(`It lasts ${Math.floor((toUs - fromUs) / SECOND)} s only.`);
  const end = Math.min(toUs, begin + Math.round(seconds * SECOND));
  return { ok: true, fromUs: begin, toUs: end, label: `${Math.round(start)}s-${Math.round(seconds)}s` };
}
