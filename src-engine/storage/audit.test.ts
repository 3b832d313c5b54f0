/** The trail of what an operator or the engine's guards did where venue and ledger differ. */
import { describe, expect, test } from 'vitest';
import type { EngineEvent } from '../domain/event.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { auditOf } from './projection.ts';

const DIFFERENCES = [
  { asset: 'BTC', ledger: '1', venue: '0.9' },
  { asset: 'USD', ledger: '10', venue: '12.5' },
];
const NUMBERS = 'kraken: BTC ledger 1, venue 0.9; USD ledger 10, venue 12.5';
const OPERATOR = { kind: 'operator', via: 'window' } as const;

const entryOf = (event: EngineEvent) => {
  const entry = auditOf(event);
  return entry === undefined
    ? undefined
    : [entry.atUs, entry.actor, entry.action, entry.outcome, entry.detail];
};

describe('the audit trail', () => {
  test('names a difference of balances as what the engine found, with both numbers', () => {
    expect(entryOf({ type: 'balancesDiffer', atUs: 7, venue: 'kraken', differences: DIFFERENCES })).toEqual([
      7,
      'engine',
      'compare balances',
      'different',
      NUMBERS,
    ]);
  });

  test('names its adoption as what an operator did, by whom and with the same numbers', () => {
    const adopted = { type: 'balancesAdopted', atUs: 8, venue: 'kraken', differences: DIFFERENCES } as const;
    expect(entryOf({ ...adopted, actor: OPERATOR })).toEqual([
      8,
      'operator via window',
      'adopt balances',
      'adopted',
      NUMBERS,
    ]);
    expect(entryOf({ ...adopted, actor: { kind: 'engine', via: 'rounding' } })?.[1]).toBe(
      'engine via rounding',
    );
  });

  test('shows a coin in quarantine with its prices, and who trusted it at which venues', () => {
    const prices = [
      { venue: 'east', price: '2000' },
      { venue: 'west', price: '2400' },
    ];
    const venues = ['east', 'west'];
    expect(
      entryOf({ type: 'coinDoubted', atUs: 7, coin: 'ETH', venues, prices, unit: 'USD', reason: 'r' }),
    ).toEqual([7, 'engine', 'quarantine coin', 'quarantined', 'ETH: 2000 USD at east, 2400 USD at west; r']);
    expect(entryOf({ type: 'coinTrusted', atUs: 8, coin: 'ETH', venues, actor: OPERATOR })).toEqual([
      8,
      'operator via window',
      'trust coin',
      'trusted',
      'ETH at east, west',
    ]);
  });

  test('names an order that an operator settled, and a reconciliation that fails', () => {
    const order = sampleOrder({ orderId: 'o', side: 'sell', qty: '2', symbol: 'ETH/BTC' });
    expect(entryOf({ type: 'orderSettled', atUs: 9, actor: OPERATOR, order })).toEqual([
      9,
      'operator via window',
      'settle order',
      'settled',
      'o: sell 2 ETH/BTC',
    ]);
    expect(
      entryOf({
        type: 'reconcileFailed',
        atUs: 9,
        venue: 'kraken',
        cause: 'doubt',
        attempt: 3,
        reason: 'busy',
      }),
    ).toEqual([9, 'engine', 'reconcile', 'failed 3 times', 'kraken: busy']);
  });

  test('is silent on what only the market did', () => {
    expect(
      entryOf({
        type: 'feedChanged',
        atUs: 1,
        venue: 'kraken',
        state: 'open',
        venueStatus: 'online',
        reason: '',
      }),
    ).toBeUndefined();
  });
});
