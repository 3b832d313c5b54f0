/** Several figures in one field, each as the window writes figures. Pure. */
import { plainFigure, withPoint } from './decimal-text.ts';

/** A semicolon, or a comma that no digits follow: one before digits may belong to a figure. A name may begin with digits, as 1INCH does. */
const PARTING = /;|,(?!\d+(?![\dA-Za-z]))/;

const hasDecimalComma = (): boolean => withPoint('.') === ',';

/** What stands between the semicolons and commas of the list; nothing between two of them is an empty part. */
export function listParts(text: string): readonly string[] {
  return text.split(PARTING).map((part) => part.trim());
}

/** Parts as one line that `listParts` reads again: beside a decimal comma semicolons part them. */
export function listText(parts: readonly string[]): string {
  return parts.join(hasDecimalComma() ? '; ' : ', ');
}

export type FigureList =
  | { readonly ok: true; readonly figures: readonly string[] }
  | { readonly ok: false; readonly error: string };

/**
 * Bare figures in plain digits; what is none stays as it is, for its field to refuse. Beside a decimal point `1,2,5` is three of them,
 * while `1,000` might be one as well as two and is refused.
 */
export function figuresOf(text: string): FigureList {
  const figures: string[] = [];
  for (const part of listParts(text)) {
    const plain = plainFigure(part);
    if (!part.includes(',') || hasDecimalComma()) figures.push(plain);
    else if (plain === part) figures.push(...part.split(',').map((each) => each.trim()));
    else {
      const error = `“${part}” may be one value or several: write ${plain}, or a space after each comma.`;
      return { ok: false, error };
    }
  }
  return { ok: true, figures };
}
