import type { ClipboardEvent, ComponentProps } from 'react';
import { exactFigureOf } from '../lib/clipboard.ts';
import { withPoint } from '../lib/decimal-text.ts';

type FigureInputProps = Omit<ComponentProps<'input'>, 'type' | 'onChange' | 'onPaste'> & {
  readonly value: string;
  /** Several figures with words between them. */
  readonly isList?: boolean;
  readonly onChange: (text: string) => void;
};

/**
 * Where figures are typed, whoever draws label and unit around it. They are read as the window writes figures, while cells are copied
 * with a point: a copied figure is pasted as the window writes it, so that beside a decimal comma 18.125 stays eighteen and an eighth.
 */
export function FigureInput({ onChange, isList = false, ...rest }: FigureInputProps) {
  return (
    <input
      className={isList ? 'input' : 'input num'}
      inputMode={isList ? 'text' : 'decimal'}
      autoComplete="off"
      spellCheck={false}
      {...rest}
      onChange={(event) => onChange(event.target.value)}
      onPaste={(event) => pasteExact(event, onChange)}
    />
  );
}

function pasteExact(event: ClipboardEvent<HTMLInputElement>, onChange: (text: string) => void): void {
  const exact = exactFigureOf(event.clipboardData);
  const { currentTarget: input } = event;
  if (exact === undefined || input.readOnly) return;
  event.preventDefault();
  const written = withPoint(exact);
  const [from, to] = [input.selectionStart ?? 0, input.selectionEnd ?? input.value.length];
  const room = input.maxLength < 0 ? Number.POSITIVE_INFINITY : input.maxLength;
  // Part of a figure would be another figure.
  if (input.value.length - (to - from) + written.length > room) return;
  input.setRangeText(written, from, to, 'end');
  onChange(input.value);
}
