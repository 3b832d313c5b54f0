import { expect, test } from 'vitest';
import { actionText, detailText, outcomeText } from './audit-words.ts';

test.each([
  [
    ['breaker data-quality of kraken', 'open', '20 faults'],
    ['breaker Data quality at Kraken', 'open', '20 faults'],
  ],
  [
    [
      'trade cycle',
      'denied: position-limit',
      'kraken USD>BTC>ETH (o1); position in BTC 600 USD, allowed 500 USD',
    ],
    [
      'trade cycle',
      'denied: Max. position',
      'USD→BTC→ETH at Kraken (o1); position in BTC 600 USD, allowed 500 USD',
    ],
  ],
  [
    ['order', 'denied: breaker-open', 'buy 1 BTC/USD at 5; data-quality of kraken is open: gap'],
    ['order', 'denied: Breaker open', 'buy 1 BTC/USD at 5; Data quality at Kraken is open: gap'],
  ],
  [
    ['halt trading', 'balances-differ', 'sim-bybit: BTC differs'],
    ['halt trading', 'Balances differ', 'Simulated Bybit: BTC differs'],
  ],
  [
    ['stop strategy', 'over-budget', 'ema'],
    ['stop strategy', 'It took too long', 'ema'],
  ],
  [
    ['change limits', 'version 1', 'maxDrawdownPct 15 → 12; gone 1 → 2'],
    ['change limits', 'version 1', 'Max. drawdown: 15 → 12 %; gone: 1 → 2'],
  ],
  // An operation that was asked for keeps its name, as scripts have it.
  [
    ['updateLimits', 'ok', '{}'],
    ['update limits', 'ok', '{}'],
  ],
] as const)('%j is read as %j', ([action, outcome, detail], read) => {
  const entry = { atUs: 1, actor: 'engine', action, outcome, detail };
  expect([actionText(entry), outcomeText(entry), detailText(entry)]).toEqual(read);
});
