/** What a carry cannot enter, which payments are one, and what it keeps over a long life. */
import { expect, test } from 'vitest';
import { type Decimal, decimal } from '../../domain/decimal.ts';
import { createInstrument } from '../../domain/instrument.ts';
import type { PerpetualReading } from '../../domain/perpetual.ts';
import { CarryRun } from './carry-run.ts';
import { DEFAULT_CARRY } from './carry-strategy.ts';
import type { SpotBook } from './spot-book.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const T0 = 1_779_998_400_000_000;
const SPEC = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '1',
  lotSize: '0.01',
  minQty: '0.05',
  minNotional: '6',
  takerFee: '0.001',
};
const costs = { perpetualFee: decimal('0.0006'), perpetualSlip: decimal('0') };

function made(stake = '1000'): CarryRun {
  const instrument = createInstrument(SPEC, 0, 'plain');
  return new CarryRun({
    instrument,
    parameters: DEFAULT_CARRY,
    costs,
    stake: decimal(stake),
    stepUs: MINUTE,
  });
}

function bookAt(price: string): SpotBook {
  const priceOf = (qty: Decimal): Decimal => qty.times(price);
  return { bid: decimal(price), ask: decimal(price), costOf: priceOf, valueOf: priceOf };
}

const readingOf = (atUs: number, rate: string, change: Partial<PerpetualReading> = {}): PerpetualReading => ({
  symbol: 'BTC/USDT',
  venueUs: atUs,
  mark: '100',
  index: '100',
  rate,
  everyUs: HOUR,
  nextUs: (Math.floor(atUs / HOUR) + 1) * HOUR,
  openInterest: undefined,
  top: undefined,
  ...change,
});

/** A minute with a reading and a step. */
function minute(
  run: CarryRun,
  at: number,
  rate: string,
  spot = bookAt('100'),
  change: Partial<PerpetualReading> = {},
): void {
  run.read(readingOf(T0 + at * MINUTE, rate, change), T0 + at * MINUTE);
  run.step(T0 + (at + 1) * MINUTE, spot);
}

/** A position that is held from the second minute on. */
function held(): CarryRun {
  const run = made();
  for (let at = 0; at < 3; at++) minute(run, at, '0.001');
  expect(run.figures.isHeld).toBe(true);
  return run;
}
const payment = (paidUs: number, change: { readonly mark?: undefined } = {}) => ({
  symbol: 'BTC/USDT',
  paidUs,
  rate: '0.001',
  mark: '100',
  ...change,
});

test.each([
  ['a quantity below the least', '4.99', bookAt('100'), 'below-minimum'],
  ['a value below the least', '5.99', bookAt('100'), 'below-minimum'],
  ['less than a lot', '0.5', bookAt('100'), 'below-minimum'],
  ['a ladder that shows less', '1000', { ...bookAt('100'), costOf: () => undefined }, 'no-depth'],
])('%s is not entered, and why is said while it is wanted still', (_, stake, spot, reason) => {
  const run = made(stake);
  for (let at = 0; at < 4; at++) minute(run, at, '0.001', spot);
  expect(run.figures).toMatchObject({ isHeld: false, reason, closedTrades: [] });
  minute(run, 4, '0.0000001', spot);
  minute(run, 5, '0.0000001', spot);
  expect(run.figures.reason).toBe('costs-more');
});

test('whole lots are bought for the stake, rounded down; the least order itself is one', () => {
  const run = made();
  for (let at = 0; at < 3; at++) minute(run, at, '0.001', bookAt('3'));
  expect(run.figures.openTrade?.qty.toFixed()).toBe('333.33');
  const least = made('6');
  for (let at = 0; at < 3; at++) minute(least, at, '0.001', bookAt('120'), { mark: '120' });
  expect(least.figures.openTrade?.qty.toFixed()).toBe('0.05');
});

test('payments within a minute are one; one that is known before its time is missing at no time', () => {
  const run = held();
  run.pay(payment(T0 + HOUR));
  run.pay(payment(T0 + HOUR + MINUTE));
  expect(run.figures.payments).toBe(1);
  run.pay(payment(T0 + HOUR + MINUTE + 1));
  expect(run.figures.payments).toBe(2);
  for (let at = 58; at < 90; at++) run.step(T0 + at * MINUTE, undefined);
  expect(run.figures.missingPayments).toBe(0);
  // Before the entry nothing is paid.
  run.pay(payment(T0));
  expect(run.figures.payments).toBe(2);
});

test('an announced payment is missing after a quarter of an hour, and not at it', () => {
  const run = held();
  const missingAt = (atUs: number): number => {
    run.step(atUs, undefined);
    return run.figures.missingPayments;
  };
  expect(missingAt(T0 + HOUR + 15 * MINUTE)).toBe(0);
  expect(missingAt(T0 + HOUR + 15 * MINUTE + 1)).toBe(1);
  expect(run.paymentsSinceUs).toBe(run.figures.openTrade?.fromUs);
});

test('a payment after the position was left is missing at no time', () => {
  const run = held();
  for (let at = 35; at < 38; at++) minute(run, at, '-0.001');
  expect(run.figures.isHeld).toBe(false);
  for (let at = 58; at < 90; at++) run.step(T0 + at * MINUTE, undefined);
  expect(run.figures.missingPayments).toBe(0);
});

test('an interval that becomes shorter makes no payment of before missing', () => {
  const run = made();
  const eightHours = { everyUs: 8 * HOUR, nextUs: T0 + 8 * HOUR };
  for (let at = 0; at < 330; at += 1) minute(run, at, '0.001', bookAt('100'), eightHours);
  for (let at = 330; at < 350; at++) minute(run, at, '0.001');
  expect(run.figures).toMatchObject({ isHeld: true, missingPayments: 0 });
});

test('a payment is valued by the newest mark before it however many were read, and by none that is over five minutes older', () => {
  const run = held();
  for (let k = 0; k < 401; k++) {
    const atUs = T0 + 10 * MINUTE + k * 1_000_000;
    run.read(readingOf(atUs, '0.001', { mark: String(1_000 + k) }), atUs);
  }
  const lastUs = T0 + 10 * MINUTE + 400_000_000;
  const funding = (): string => run.figures.funding.toFixed();
  run.pay(payment(lastUs + 300_000_000, { mark: undefined }));
  // 10 base × 1,400 × 0.001.
  expect(funding()).toBe('14');
  run.pay(payment(lastUs + 400_000_000, { mark: undefined }));
  expect(run.figures).toMatchObject({ payments: 1, unvaluedPayments: 1 });
});

test('a restart says why it holds, or that it waits', () => {
  const [none, open] = [made(), made()];
  expect(made().figures.reason).toBe('waiting');
  none.load(made().save());
  open.load(held().save());
  expect([none.figures.reason, open.figures.reason]).toEqual(['waiting', 'funding-pays']);
});

test('of a long life 200 positions are kept, and the sums of all', () => {
  const run = made();
  const trades = 203;
  for (let k = 0; k < trades; k++) {
    const at = 70 * k;
    for (const more of [0, 1]) minute(run, at + more, '0.001');
    if (k === 0) run.pay(payment(T0 + 2 * MINUTE + 1));
    for (const more of [2, 3])
      minute(run, at + more, '-0.001', bookAt('100'), { nextUs: T0 + (at + 10) * MINUTE });
  }
  const { closedTrades, fees, funding, realized, payments, isHeld, decisions } = run.figures;
  expect({ isHeld, decisions, payments, kept: closedTrades.length }).toEqual({
    isHeld: false,
    decisions: 2 * trades,
    payments: 1,
    kept: 200,
  });
  // Each: four fees of 1,000; the first was paid 1.
  expect([fees, funding, realized].map((one) => one.toFixed())).toEqual(['649.6', '1', '-648.6']);
  // The oldest are summed up.
  expect(closedTrades[0]?.fromUs).toBe(T0 + (70 * 3 + 2) * MINUTE);
  const again = made();
  again.load(run.save());
  expect(again.figures.realized.toFixed()).toBe('-648.6');
});
