import { expect, it } from 'vitest';
import { terminalText } from './terminal-text.ts';

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
