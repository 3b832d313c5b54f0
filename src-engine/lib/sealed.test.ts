import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, seal } from './sealed.ts';

describe('a sealed object', () => {
  it('comes back as it was written, and an older one without a sum says so', () => {
    for (const value of [{}, { a: 1 }, { nested: { list: [1, 'ü', null] } }]) {
      expect(open(`${seal(value)}\n`)).toEqual({ state: 'whole', value });
    }
    expect(open('{"a":1}')).toEqual({ state: 'unsealed', value: { a: 1 } });
    expect(open('')).toEqual({ state: 'damaged' });
    expect(JSON.parse(seal({ a: 1 }))).toEqual({ sum: expect.any(String), a: 1 });
  });

  it('altered in any one character is damaged, or says what it said', () => {
    const value = { name: 'best', profit: '12.50', trades: [1, 2, 30], at: 1_700_000_000_000_000 };
    const text = seal(value);
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('x', '0', '9', '"', ' ', ',', '}', ''),
        (at, character) => {
          const altered = text.slice(0, at) + character + text.slice(at + 1);
          const opened = open(altered);
          if (opened.state !== 'damaged') expect(opened.value).toMatchObject(value);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
