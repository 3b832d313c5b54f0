import { expect, test } from 'vitest';
import { type Decimal, decimal } from '../../domain/decimal.ts';
import { createInstrument, takeChange } from '../../domain/instrument.ts';
import type { PerpetualReading } from '../../domain/perpetual.ts';
import { CarryRun } from './carry-run.ts';
import { DEFAULT_CARRY } from './carry-strategy.ts';
import type { SpotBook } from './spot-book.ts';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const T0 = 1_779_998_400_000_000;
const costs = { perpetualFee: decimal('0.0006'), perpetualSlip: decimal('0') };
const instrument = createInstrument(
  {
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    tickSize: '1',
    lotSize: '0.01',
    minQty: '0.01',
    minNotional: '0',
    priceDecimals: undefined,
    qtyDecimals: undefined,
    takerFee: '0.001',
  },
  0,
  'plain',
);
const made = (): CarryRun =>
  new CarryRun({ instrument, parameters: DEFAULT_CARRY, costs, stake: decimal('1000'), stepUs: MINUTE });
const bookAt = (price: string): SpotBook => {
  const priceOf = (qty: Decimal): Decimal => qty.times(price);
  return { bid: decimal(price), ask: decimal(price), costOf: priceOf, valueOf: priceOf };
};
const reading = (atUs: number, rate: string, change: Partial<PerpetualReading> = {}): PerpetualReading => ({
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

/** Minutes [from, to) of one rate, each with a reading and a step. */
function pass(run: CarryRun, from: number, to: number, rate: string): void {
  for (let minute = from; minute < to; minute++) {
    run.read(reading(T0 + minute * MINUTE, rate), T0 + minute * MINUTE);
    run.step(T0 + (minute + 1) * MINUTE, bookAt('100'));
  }
}

test('a restart in the middle goes on as if nothing had happened', () => {
  const [whole, first, second] = [made(), made(), made()];
  const payment = { symbol: 'BTC/USDT', paidUs: T0 + HOUR, rate: '0.001', mark: '101' };
  for (const run of [whole, first]) {
    pass(run, 0, 62, '0.001');
    run.pay(payment);
  }
  second.load(first.save());
  for (const run of [whole, second]) {
    // Known again after the restart: it counts once.
    run.pay(payment);
    pass(run, 62, 118, '-0.001');
  }
  // 10 base × 101 × 0.001.
  expect(whole.figures.funding.toFixed()).toBe('1.01');
  expect(second.figures.realized.toFixed()).toBe(whole.figures.realized.toFixed());
  expect(second.figures).toMatchObject({ isHeld: false, payments: 1, missingPayments: 0 });
  expect(() => made().load(first.save().replace('"qty":"10"', '"qty":"ten"'))).toThrow('is not an amount');
});

test('an announcement that is old decides nothing, and a book that is not live trades nothing', () => {
  const run = made();
  run.read(reading(T0, '0.001'), T0);
  run.step(T0 + 3 * MINUTE, bookAt('100'));
  expect(run.figures).toMatchObject({ isHeld: false, decisions: 0 });
  pass(run, 4, 5, '0.001');
  expect(run.figures.decisions).toBe(1);
  run.step(T0 + 6 * MINUTE, undefined);
  // The best prices and the mark are of more than two minutes ago.
  run.step(T0 + 6 * MINUTE + 1, bookAt('100'));
  expect(run.figures.isHeld).toBe(false);
  run.read(reading(T0 + 6 * MINUTE, '0.001'), T0 + 6 * MINUTE);
  run.step(T0 + 7 * MINUTE, bookAt('100'));
  expect(run.figures.isHeld).toBe(true);
});

test('an exit waits for a book that takes all of it; a payment without a mark is counted and not guessed', () => {
  const run = made();
  pass(run, 0, 3, '0.001');
  expect(run.figures.openTrade?.qty.toFixed()).toBe('10');
  run.pay({ symbol: 'BTC/USDT', paidUs: T0 + 20 * MINUTE, rate: '0.001', mark: undefined });
  expect(run.figures).toMatchObject({ unvaluedPayments: 1, payments: 0 });
  const thin: SpotBook = { ...bookAt('100'), valueOf: () => undefined };
  for (let minute = 31; minute < 34; minute++) {
    run.read(reading(T0 + minute * MINUTE, '-0.001'), T0 + minute * MINUTE);
    run.step(T0 + (minute + 1) * MINUTE, thin);
  }
  expect(run.figures).toMatchObject({ isHeld: true, reason: 'no-depth' });
  pass(run, 35, 36, '-0.001');
  expect(run.figures.isHeld).toBe(false);
  // Bought and sold at one price on both markets: what is left is four fees of 1,000.
  expect(run.figures.realized.toFixed()).toBe('-3.2');
});

test('what is held is left by its rate, and nothing is entered, while it is not known when the next payment is', () => {
  const run = made();
  const unknown = (from: number, to: number, rate: string): void => {
    for (let minute = from; minute < to; minute++) {
      run.read(reading(T0 + minute * MINUTE, rate, { nextUs: undefined }), T0 + minute * MINUTE);
      run.step(T0 + (minute + 1) * MINUTE, bookAt('100'));
    }
  };
  unknown(0, 3, '0.001');
  expect(run.figures).toMatchObject({ isHeld: false, reason: 'next-payment-unknown', decisions: 0 });
  pass(run, 3, 6, '0.001');
  unknown(6, 8, '0.001');
  expect(run.figures.isHeld).toBe(true);
  unknown(8, 10, '-0.01');
  expect(run.figures).toMatchObject({ isHeld: false, decisions: 2 });
});

test('a payment that was announced is missing where the venue falls silent before it, and where a restart lies across it', () => {
  const [silent, first, second] = [made(), made(), made()];
  pass(silent, 0, 58, '0.001');
  for (let minute = 58; minute < 80; minute++) silent.step(T0 + minute * MINUTE, undefined);
  expect(silent.figures).toMatchObject({ isHeld: true, payments: 0, missingPayments: 1 });
  pass(first, 0, 58, '0.001');
  second.load(first.save());
  pass(second, 61, 80, '0.001');
  expect(second.figures.missingPayments).toBe(1);
  second.pay({ symbol: 'BTC/USDT', paidUs: T0 + HOUR, rate: '0.001', mark: '100' });
  expect(second.figures).toMatchObject({ payments: 1, missingPayments: 0 });
});

test('a payment that a restart lies across is valued by the last mark before it, where the venue has none, and by no older one', () => {
  const paidAt = (from: CarryRun, mark: string | undefined): CarryRun => {
    const run = made();
    run.load(from.save());
    run.read(reading(T0 + HOUR + MINUTE, '0.001', { mark: '150' }), T0 + HOUR + MINUTE);
    run.pay({ symbol: 'BTC/USDT', paidUs: T0 + HOUR + 3_000, rate: '0.001', mark });
    return run;
  };
  const [near, far] = [made(), made()];
  pass(near, 0, 59, '0.001');
  near.read(reading(T0 + 59 * MINUTE, '0.001', { mark: '101' }), T0 + 59 * MINUTE);
  // 10 base × 101 × 0.001.
  expect(paidAt(near, undefined).figures).toMatchObject({
    payments: 1,
    unvaluedPayments: 0,
    missingPayments: 0,
  });
  expect(paidAt(near, undefined).figures.funding.toFixed()).toBe('1.01');
  expect(paidAt(near, '102').figures.funding.toFixed()).toBe('1.02');
  // It fell due and is not known as the engine stops: the mark before it is kept on.
  near.step(T0 + HOUR + MINUTE / 2, bookAt('100'));
  const dueUnpaid = made();
  dueUnpaid.load(near.save());
  expect(paidAt(dueUnpaid, undefined).figures.funding.toFixed()).toBe('1.01');
  pass(far, 0, 50, '0.001');
  expect(paidAt(far, undefined).figures).toMatchObject({ payments: 0, unvaluedPayments: 1 });
  // Nothing is due soon: a minute more changes nothing that is stored.
  const before = far.save();
  pass(far, 50, 51, '0.001');
  expect(far.save()).toBe(before);
});

test('where the perpetual is not heard or the spot book is not live, that is the reason, until both are there again', () => {
  const run = made();
  pass(run, 0, 4, '0.001');
  expect(run.figures).toMatchObject({ isHeld: true, reason: 'funding-pays' });
  for (let minute = 5; minute < 15; minute++) run.step(T0 + minute * MINUTE, bookAt('100'));
  expect(run.figures).toMatchObject({ isHeld: true, reason: 'no-reading', unrealized: undefined });
  run.read(reading(T0 + 15 * MINUTE, '0.001'), T0 + 15 * MINUTE);
  run.step(T0 + 16 * MINUTE, undefined);
  expect(run.figures.reason).toBe('book-not-live');
  pass(run, 16, 17, '0.001');
  expect(run.figures).toMatchObject({ isHeld: true, reason: 'funding-pays' });
  expect(run.figures.unrealized).toBeDefined();
});

test('each payment that fell due while nothing was read is missing until it is known, and no other', () => {
  const [first, second] = [made(), made()];
  pass(first, 0, 58, '0.001');
  second.load(first.save());
  pass(second, 5 * 60 + 1, 5 * 60 + 20, '0.001');
  expect(second.figures.missingPayments).toBe(5);
  expect(second.paymentsSinceUs).toBe(second.figures.openTrade?.fromUs);
  for (let hour = 1; hour <= 5; hour++)
    second.pay({ symbol: 'BTC/USDT', paidUs: T0 + hour * HOUR, rate: '0.001', mark: '100' });
  expect(second.figures).toMatchObject({ payments: 5, missingPayments: 0 });
});

test('an entry is decided by the fee and the spreads that hold then, and filled at the best prices of the perpetual', () => {
  const changing = { ...instrument };
  const run = new CarryRun({
    instrument: changing,
    parameters: DEFAULT_CARRY,
    costs,
    stake: decimal('1000'),
    stepUs: MINUTE,
  });
  const step = (minute: number, top: PerpetualReading['top']): void => {
    run.read(reading(T0 + minute * MINUTE, '0.00006', { top }), T0 + minute * MINUTE);
    run.step(T0 + (minute + 1) * MINUTE, bookAt('100'));
  };
  // 72 payments bring 43.2 bps: fees of 52 are too much, and so are 32 with a spread of 20.
  takeChange(changing, { takerFee: '0.002' });
  step(0, undefined);
  expect(run.figures).toMatchObject({ decisions: 0, reason: 'costs-more' });
  takeChange(changing, { takerFee: '0.001' });
  step(1, { bid: '99.9', ask: '100.1', bidQty: '50', askQty: '50' });
  expect(run.figures).toMatchObject({ decisions: 0, reason: 'costs-more' });
  const narrow = { bid: '100.01', ask: '100.02', bidQty: '50', askQty: '50' };
  step(2, narrow);
  step(3, narrow);
  expect(run.figures.openTrade?.perpetualSold.toFixed()).toBe('1000.1');
  // Bought back at the ask: 1,000.1 − 1,000.2, less the fees of both entries.
  expect(run.figures.unrealized?.toFixed()).toBe('-1.70006');
});

test('payments are wanted since the last that is known, and since the first that is missing', () => {
  const run = made();
  expect(run.paymentsSinceUs).toBeUndefined();
  pass(run, 0, 62, '0.001');
  const fromUs = run.figures.openTrade?.fromUs ?? 0;
  expect(run.paymentsSinceUs).toBe(fromUs);
  run.pay({ symbol: 'BTC/USDT', paidUs: T0 + HOUR, rate: '0.001', mark: '101' });
  expect(run.paymentsSinceUs).toBe(T0 + HOUR);
  pass(run, 62, 122, '0.001');
  run.pay({ symbol: 'BTC/USDT', paidUs: T0 + 3 * HOUR, rate: '0.001', mark: '101' });
  expect(run.paymentsSinceUs).toBe(T0 + 2 * HOUR);
});
