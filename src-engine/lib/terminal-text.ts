/** Text for a terminal, in which nothing that a venue, a log or a recording says can move the cursor or hide a word. */

/** Controls but for tab and line feed, the second set of controls, and signs that turn the direction of text around. */
const UNSAFE = /(?![\t\n])[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** What would act on a terminal is written out: the escape sign as `\u001b`. Within JSON that is the same text. */
export function terminalText(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}
