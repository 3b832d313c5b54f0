import { expect, it } from 'vitest';
import { chainNumber } from './chain-number.ts';

it('reads numbers above 2^53 from the text of a frame, bare or as text, so that neighbours stay apart', () => {
  const text = '{"pseq": 1304314508780744704,"seq":"1304314508780744705"}';
  expect(chainNumber(text, 'pseq')).toBe(314_508_780_744_704);
  expect(chainNumber(text, 'seq') - chainNumber(text, 'pseq')).toBe(1);
  expect(chainNumber('{"u":0}', 'u')).toBe(0);
});

it.each(['{"seq":-1}', '{"seq":null}', '{"pseq":7}', '{"seq":1.5}', '{"seq":123456789012345678901}'])(
  'takes nothing else for a number: %s',
  (text) => {
    expect(() => chainNumber(text, 'seq')).toThrow('seq is not a number of a message');
  },
);
