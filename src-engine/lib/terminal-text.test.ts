import { expect, it } from 'vitest';
import { lineText, terminalText } from './terminal-text.ts';

it('writes out what would act on a terminal, and leaves the rest', () => {
  const title = '\u001b]0;pwned\u0007';
  expect(terminalText(`a${title}b\u009b31mred\rover\u202Etxt`)).toBe(
    'a\\u001b]0;pwned\\u0007b\\u009b31mred\\u000dover\\u202etxt',
  );
  expect(terminalText('one\ttwo\nthree ü €')).toBe('one\ttwo\nthree ü €');
});

it('changes nothing in the meaning of JSON', () => {
  const value = { text: 'x\u009b31m\u007f\u202e\u001b' };
  expect(JSON.parse(terminalText(JSON.stringify(value)))).toEqual(value);
});

it('writes out invisible characters, as two names would look the same', () => {
  expect(terminalText('BTC\u200b/USD\ufeff \u061c\u2066 \u{e0041} \ud800')).toBe(
    'BTC\\u200b/USD\\ufeff \\u061c\\u2066 \\udb40\\udc41 \\ud800',
  );
  expect(terminalText('\u{1f600} e\u0301 \u0440')).toBe('\u{1f600} e\u0301 \u0440');
});

it('keeps a line one line', () => {
  expect(lineText('closed\n2026-01-01 killed by operator\tok')).toBe(
    'closed\\u000a2026-01-01 killed by operator\\u0009ok',
  );
});
