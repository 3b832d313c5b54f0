import { describe, expect, it } from 'vitest';
import { exactText, inexactIn, parseExact } from './exact-number.ts';

describe('exactText', () => {
  it.each([
    ['61737.63', '61737.63'],
    ['0.10000000', '0.1'],
    ['1e-8', '0.00000001'],
    ['1.5E-7', '0.00000015'],
    ['12e3', '12000'],
    ['1.25e1', '12.5'],
    ['007.50', '7.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['0', '0'],
    ['0.000', '0'],
    ['123456789012345678.123456789', '123456789012345678.123456789'],
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    ['1e21', '1000000000000000000000'],
    [9_007_199_254_740_000, '9007199254740000'],
    // 10000000000000001 and 2^53 + 1, as a double has them.
    [10_000_000_000_000_000, undefined],
    [9_007_199_254_740_992, undefined],
    [1e21, undefined],
    [48_215_000, '48215000'],
    // Fifteen digits come out of a double as they went in; of these sums they do not.
    [0.1 + 0.2, undefined],
    [1_234_567.890_123_456_7, undefined],
    [-1, undefined],
    ['-1', undefined],
    ['1,5', undefined],
    ['', undefined],
    ['.', undefined],
    ['1e99', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [undefined, undefined],
    [null, undefined],
    ['1'.repeat(41), undefined],
  ])('%j is %j', (value, text) => {
    expect(exactText(value)).toBe(text);
  });
});

it('JSON keeps the text of a number that a double does not keep, and no other', () => {
  const json =
    '{"a":0.1,"b":[0.123456789012345678,12],"c":1e-8,"d":12345678901234567890,"e":"0.123456789012345678"}';
  expect(parseExact(json)).toEqual({
    a: 0.1,
    b: ['0.123456789012345678', 12],
    c: 1e-8,
    d: '12345678901234567890',
    e: '0.123456789012345678',
  });
  expect(
    parseExact('[9007199254740993,120000000000000000000000,-10000000000000001,1e300,9007199254740000]'),
  ).toEqual([
    '9007199254740993',
    '120000000000000000000000',
    '-10000000000000001',
    '1e300',
    9_007_199_254_740_000,
  ]);
});

it('finds a number with a point that is too long for a double, wherever it stands', () => {
  expect(inexactIn('{"p":"61737.63","q":[0.12345678]}')).toBeUndefined();
  // Ids and times are long and no prices.
  expect(inexactIn('{"id":1234567890123456789,"t":"1700000000123456"}')).toBeUndefined();
  expect(inexactIn('{"q":"100000000.000000000000"}')).toBeUndefined();
  expect(inexactIn('{"q":["1.2345678901234567"]}')).toBe('1.2345678901234567');
  expect(inexactIn('{"q":1234567890.1234567}')).toBe('1234567890.1234567');
});

it('takes no time for a number of a level: WhiteBIT’s depth_update has one with 16 digits', () => {
  const message = (time: string, price: string): string =>
    `{"method":"depth_update","params":[true,{${time},"asks":[["${price}","0.01957"]],"bids":[]},"BTC_USDT"],"id":null}`;
  const time = '"timestamp": 1708679568.940867';
  expect(inexactIn(message(time, '21252.45'))).toBeUndefined();
  expect(inexactIn(message('"event_time":"1708679568940.8671"', '21252.45'))).toBeUndefined();
  expect(inexactIn(message('"ts":1708679568940867.5', '21252.45'))).toBeUndefined();
  // A level beside it is still judged; nor is all that looks like a time one.
  expect(inexactIn(message(time, '1.2345678901234567'))).toBe('1.2345678901234567');
  expect(inexactIn(message(time, '1708679568.940867'))).toBe('1708679568.940867');
  expect(inexactIn('{"amount":1708679568.940867}')).toBe('1708679568.940867');
  expect(inexactIn('{"times":0.1234567890123456}')).toBe('0.1234567890123456');
});
