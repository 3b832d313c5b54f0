/**
 * Numbers of a venue as plain decimal text. A double gives any decimal number of up to 15 significant digits back as it was; of a longer
 * one the text itself is kept, or the number is left out.
 */

/** Significant digits that every double keeps (IEEE 754: DBL_DIG). */
const KEPT_DIGITS = 15;
/** Longest plain text of a number that is believed. */
const MAX_LENGTH = 40;
const NUMBER = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,2}))?$/;
/** JSON in which no number can be longer than a double keeps. */
const HARMLESS = /[\d.]{16}|\d[eE][+-]?\d/;
const DECIMALS = /\d+\.\d+/g;

/** How many digits of a number count: neither zeros that lead nor zeros that follow. */
function significantDigits(text: string): number {
  const digits = text.replace(/[eE].*$/, '').replaceAll(/[^\d]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '').length;
}

/**
 * A number from zero up as plain digits: `1e-8` is `0.00000001`. Undefined for what is no such number, is too long, or is a double that
 * may stand for more than one text.
 */
export function exactText(value: unknown): string | undefined {
  if (typeof value === 'number') {
    const written = String(value);
    // Above 2^53 a round number may be what a double made of another one.
    const isKept = Math.abs(value) <= Number.MAX_SAFE_INTEGER && significantDigits(written) <= KEPT_DIGITS;
    return isKept ? exactText(written) : undefined;
  }
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(value) ?? [];
  if (whole + fraction === '') return undefined;
  const power = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + power;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const after = padded.slice(at).replace(/0+$/, '');
  const text = after === '' ? before : `${before}.${after}`;
  return text.length > MAX_LENGTH ? undefined : text;
}

/** JSON in which a number that a double does not keep is its own text. @throws SyntaxError for what is no JSON. */
export function parseExact(json: string): unknown {
  if (!HARMLESS.test(json)) return JSON.parse(json);
  return JSON.parse(json, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value;
    const { source = '' } = context ?? {};
    // Of an id the zeros at its end count too.
    const isKept = Math.abs(value) <= Number.MAX_SAFE_INTEGER && significantDigits(source) <= KEPT_DIGITS;
    return isKept ? value : source;
  });
}

/** The name before a number, and a time in s, ms or µs of the years 2001 to 2286. */
const NAME_OF_TIME = /"(?:\w*(?:time|stamp)\w*|ts)"\s*:\s*"?$/i;
const TIME = /^\d{10}(?:\d{3}){0,2}\./;
const LONGEST_NAME = 40;

/**
 * A number with a point that a double does not keep, and that may be one of a level: all but a time under a name of one. Undefined: there
 * is none. Whole numbers are ids and times: the ones with more digits than a double keeps are not looked for here.
 */
export function inexactIn(message: string): string | undefined {
  if (!/[\d.]{17}/.test(message)) return undefined;
  for (const { 0: text, index } of message.matchAll(DECIMALS)) {
    if (text.length <= KEPT_DIGITS + 1 || significantDigits(text) <= KEPT_DIGITS) continue;
    const before = message.slice(Math.max(0, index - LONGEST_NAME), index);
    if (!TIME.test(text) || !NAME_OF_TIME.test(before)) return text;
  }
  return undefined;
}
