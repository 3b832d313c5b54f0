import { expect, it } from 'vitest';
import { attachedExchange } from './attached-exchange.ts';

it.each([
  'http://127.0.0.1:0',
  'ftp://127.0.0.1:4780',
  'kraken=http://a..b',
  'kraken=4780',
  'http://127.0.0.1:4780,',
])('--exchange %s is refused with what to write', (text) => {
  expect(() => attachedExchange(text, { id: 'kraken' })).toThrow(/^--exchange: .*kraken=http:\/\/127/);
});

it('reads one address for each venue', () => {
  const text = 'kraken=http://127.0.0.1:4780, binance=http://[::1]:4781';
  expect(attachedExchange(text, { id: 'binance' })).toBe('http://[::1]:4781');
  expect(attachedExchange(text, { id: 'okx' })).toBeUndefined();
});
