import { expect, it } from 'vitest';
import { exactJson } from './exact-json.ts';

it('keeps every number as it was written, and texts as they are', () => {
  const text =
    '{"a":[-0,1e5,-1.50E-8,0.1000,9007199254740993],"b":{"12":"3","c":"say \\"4\\" 5.0"},"d":[true,null]}';
  expect(exactJson(text)).toEqual({
    a: ['-0', '1e5', '-1.50E-8', '0.1000', '9007199254740993'],
    b: { 12: '3', c: 'say "4" 5.0' },
    d: [true, null],
  });
  expect(exactJson('7.0')).toBe('7.0');
});

it('takes nothing for JSON that is none', () => {
  for (const text of ['[01]', '[1 2]', '[+1]', '[1.]', '[.5]', '[1e]', '[NaN]', '{"a":1'])
    expect(() => exactJson(text)).toThrow(SyntaxError);
  // A number is no name of a field, however long.
  for (const text of ['{1:2}', '{-0:1}', '{12 :1}', '{1.5:1}', '{1e5\n:1}', '{"a":{"b":1,2:3}}', '[1:2]'])
    expect(() => exactJson(text)).toThrow(SyntaxError);
});
