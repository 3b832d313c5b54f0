/** One field of comma-separated text (RFC 4180) that a spreadsheet shows and never runs. */

/**
 * What a spreadsheet takes for a formula, blanks and invisible signs before it and the wide forms of Asian keyboards included: at
 * the start of the field, and behind each sign at which a spreadsheet of another locale splits a line, whatever the quotes.
 */
const FORMULA = /(^|[;\t\r\n])([\s\p{C}]*[=+\-@\uff1d\uff0b\uff0d\uff20][^;\t\r\n]*)/gu;
/** A figure as it is written here: sign, separators, exponent, percent. Nothing may follow it. */
const NUMBER = /^\s*[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?%?\s*$/i;

/** Quoted where it must be. What would be run is made text by a quote in front; plain numbers stay numbers. */
export function csvCell(text: string): string {
  const calm = text.replaceAll(FORMULA, (piece, before: string, formula: string) =>
    NUMBER.test(formula) ? piece : `${before}'${formula}`,
  );
  const safe = /^[\t\r\n]/.test(calm) ? `'${calm}` : calm;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
