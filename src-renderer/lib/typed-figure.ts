/** Figures out of a form, as numbers. What was left empty is an error, and no 0. Pure. */
import type { Problem } from '../../src-engine/domain/errors.ts';
import { plainFigure } from './decimal-text.ts';

/** @returns NaN for what is empty or no figure. */
export function typedFigure(text: string): number {
  const plain = plainFigure(text.trim());
  return plain === '' ? Number.NaN : Number(plain);
}

/** Of a field whose `typedFigure` is NaN. */
export function notAFigure(field: string, text: string): Problem {
  const isEmpty = text.trim() === '';
  return {
    code: 'bad-value',
    field,
    ...(isEmpty ? {} : { value: text.slice(0, 100) }),
    message: isEmpty ? 'is empty' : 'is not a number',
    remedy: 'Enter a number; 0 is one as well.',
  };
}
