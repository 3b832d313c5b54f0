import { expect, test } from 'vitest';
import { readableText } from './readable-text.ts';

test.each([
  // Breakers by their names, where a sentence says that one is open, and behind that word.
  ['data-quality of kraken is open: 20 faults', 'Data quality at Kraken is open: 20 faults'],
  [
    'breaker-open: api-reliability of simulated+sim-bybit is half-open',
    'breaker-open: API reliability at Simulated Kraken + Simulated Bybit is half-open',
  ],
  ['breaker data-quality of sim-bybit', 'breaker Data quality at Simulated Bybit'],
  ['8 % is lost; reset the breaker daily-loss first', '8 % is lost; reset the breaker Daily loss first'],
  ['drawdown is latched: 15 % below', 'Max. drawdown is latched: 15 % below'],
  ['drawdown 15 %, allowed 12 %; exposure is reduced', 'drawdown 15 %, allowed 12 %; exposure is reduced'],
  // Ways as the board writes them.
  [
    'simulated+sim-bybit USDT@simulated>ETH@sim-bybit (o1); position in ETH',
    'USDT at Simulated Kraken→ETH at Simulated Bybit→USDT at Simulated Kraken (o1); position in ETH',
  ],
  ['USD@kraken>BTC@kraken>ETH@kraken (o1)', 'USD→BTC→ETH→USD at Kraken (o1)'],
  ['kraken USD>BTC>ETH; 8 tries', 'USD→BTC→ETH at Kraken; 8 tries'],
  [
    'simulated+sim-bybit USDT>ETH quotes; 8 tries',
    'USDT→ETH quotes at Simulated Kraken + Simulated Bybit; 8 tries',
  ],
  ['the cycle USD>BTC>ETH', 'the cycle USD→BTC→ETH'],
  // What is none of these stays as it is.
  ['2000 USD at simulated', '2000 USD at Simulated Kraken'],
  ['1.5 > 1.2, 3>2', '1.5 > 1.2, 3>2'],
  ['data-quality-report.txt', 'data-quality-report.txt'],
  ['', ''],
])('%s is read as %s', (text, read) => {
  expect(readableText(text)).toBe(read);
  expect(readableText(read)).toBe(read);
});
