import { expect, it } from 'vitest';
import { isHostName, redisUrl, serverUrl } from './server-address.ts';

it.each([
  ['localhost', true],
  ['redis_db', true],
  ['a.example.', true],
  ['xn--bcher-kva.example', true],
  ['3com.example', true],
  ['10.0.0.5', true],
  [`${'a'.repeat(63)}.example`, true],
  ['', false],
  ['.', false],
  ['a..b', false],
  ['.a', false],
  ['a..', false],
  ['-a.example', false],
  ['a-.example', false],
  [`${'a'.repeat(64)}.example`, false],
  [`${'a.'.repeat(127)}example`, false],
  ['999.1.1.1', false],
  ['1.2.3', false],
  ['host.5', false],
  ['0x7f', false],
  ['a%20b', false],
  ['a b', false],
])('the host %j is one: %s', (text, expected) => {
  expect(isHostName(text)).toBe(expected);
});

it.each([
  ['redis://127.0.0.1:6379', true],
  ['rediss://user:p%40ss@redis.example/15', true],
  ['redis://[::1]:6379/', true],
  ['redis://:secret@h', true],
  ['redis://h/abc', false],
  ['redis://h/0/1', false],
  ['redis://h/-1', false],
  ['redis://h/0#x', false],
  ['redis://h:0', false],
  ['redis://h:00', false],
  ['redis://h:65536', false],
  ['redis://a..b', false],
  ['redis://user:%zz@h', false],
  ['redis://[::1', false],
  ['redis:h', false],
  ['redis://', false],
  ['https://h', false],
])('%s is an address of a Redis: %s', (text, expected) => {
  expect(redisUrl(text) !== undefined).toBe(expected);
});

it('takes a port that is left out, and none on which no program can listen', () => {
  expect(serverUrl('https://h.example', ['https:'])?.origin).toBe('https://h.example');
  expect(serverUrl('https://h.example:0', ['https:'])).toBeUndefined();
  expect(serverUrl('https://a..b', ['https:'])).toBeUndefined();
  expect(serverUrl('http://h.example', ['https:'])).toBeUndefined();
});
