/** Text for a terminal, in which nothing that a venue, a log or a recording says can move the cursor or hide a word. */

/**
 * Controls but for tab and line feed, the second set of controls, characters that reverse the direction of text, invisible
 * characters (two names could look the same), and halves of surrogate pairs.
 */
const UNSAFE =
  /(?![\t\n])[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
const BREAKS = /[\t\n]/g;

const escaped = (sign: string): string =>
  Array.from(
    { length: sign.length },
    (_, k) => `\\u${sign.charCodeAt(k).toString(16).padStart(4, '0')}`,
  ).join('');

/** What would act on a terminal is written out: the escape sign as `\u001b`. Within JSON that is the same text. */
export function terminalText(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}

/** The same on one line: nothing that is said from outside can look like the next line of a log. */
export function lineText(text: string): string {
  return terminalText(text).replaceAll(BREAKS, escaped);
}
