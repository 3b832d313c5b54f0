import { expect, test } from 'vitest';
import { cycleText } from '../../lib/words.ts';
import { legSymbols } from './leg-symbols.ts';

test('the instruments of a cycle in its order, and the legs of which no prices are kept', () => {
  const kept = ['BTC/USD', 'ETH/BTC', 'ETH/USD', 'SOL/USD'];
  expect(legSymbols(['USD', 'BTC', 'ETH'], kept)).toEqual({
    symbols: ['BTC/USD', 'ETH/BTC', 'ETH/USD'],
    missing: [],
  });
  expect(legSymbols(['USD', 'BTC', 'SOL'], kept)).toEqual({
    symbols: ['BTC/USD', 'SOL/USD'],
    missing: ['BTC–SOL'],
  });
  // A sale of what was left goes one way.
  expect(legSymbols(['USD', 'ETH'], kept)).toEqual({ symbols: ['ETH/USD'], missing: [] });
  expect(legSymbols([], kept)).toEqual({ symbols: [], missing: [] });
});

test('of several venues only those of the trade’s own', () => {
  const kept = ['BTC/USD@east', 'BTC/USD@west', 'ETH/USD@west', 'ETH/BTC@west'];
  expect(legSymbols(['USD@west', 'BTC@west', 'ETH@west'], kept).symbols).toEqual([
    'BTC/USD@west',
    'ETH/BTC@west',
    'ETH/USD@west',
  ]);
});

test('pairs as venues write them', () => {
  const kept = ['SOLBTC@east', 'SOL/BTC@west', 'SOL-USDT', 'BTCUSDT'];
  expect(legSymbols(['BTC@east', 'SOL@west'], kept)).toEqual({
    symbols: ['SOLBTC@east', 'SOL/BTC@west'],
    missing: [],
  });
  expect(legSymbols(['USDT', 'BTC', 'SOL'], kept)).toEqual({
    symbols: ['BTCUSDT', 'SOL-USDT'],
    missing: ['BTC–SOL'],
  });
});

test('a cycle of one venue among several says which, once', () => {
  expect(cycleText(['USD@west', 'BTC@west', 'ETH@west'])).toBe('USD→BTC→ETH→USD at west');
  expect(cycleText(['USD', 'BTC', 'ETH'], ' → ')).toBe('USD → BTC → ETH → USD');
});
