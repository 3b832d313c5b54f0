/** Frames whose numbers stay the text that the venue wrote: no digit of a price, a quantity or an id above 2^53 is lost. */
import { exactJson } from '../../lib/exact-json.ts';
import { type CaptureRecord, badLine } from './capture-record.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The object that a frame holds. @throws UserError naming the line of one that is no JSON object. */
export function exactObject({ text, line }: CaptureRecord): Json {
  const json = exactFrame(text, line);
  if (isObject(json)) return json;
  throw badLine(line, 'its frame is not a JSON object');
}

/** The same with numbers as doubles, for frames of venues that write prices and quantities as text. @throws UserError as `exactObject`. */
export function plainObject({ text, line }: CaptureRecord): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Named below.
  }
  throw badLine(line, 'its frame is not a JSON object');
}

/** @throws UserError naming the line of a frame that is not JSON. */
export function exactFrame(text: string, line: number): unknown {
  try {
    return exactJson(text);
  } catch {
    throw badLine(line, 'its frame is not JSON');
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
