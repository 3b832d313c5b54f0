/** One field of comma-separated text (RFC 4180) that a spreadsheet shows and never runs. */

/** What a spreadsheet takes for a formula, blanks before it and the wide forms of Asian keyboards included. */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
/** A figure as it is written here: sign, separators, exponent, percent. Nothing may follow it. */
const NUMBER = /^[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?%?$/i;

/** Quoted where it must be. What would be run is made text by a quote in front; plain numbers stay numbers. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
