/** The exact book of a carry, the ladder that its spot leg is filled from, and the rule that decides. */
import { expect, test } from 'vitest';
import { OrderBook } from '../../books/order-book.ts';
import { decimal } from '../../domain/decimal.ts';
import type { View } from '../strategy-port.ts';
import { CarryBook, netOf, openGain } from './carry-book.ts';
import { carry, CARRY_PARAMETERS, DEFAULT_CARRY } from './carry-strategy.ts';
import { spotBook } from './spot-book.ts';

const costs = { spotFee: decimal('0.001'), perpetualFee: decimal('0.0005'), perpetualSlip: decimal('0') };

/** Held from 100 to 200 and from 300 to 400. */
function twoTrades(): CarryBook {
  const book = new CarryBook(costs);
  book.enter(100, decimal('2'), decimal('200'), decimal('202'), decimal('0.5'));
  book.leave(200, decimal('210'), decimal('209'), decimal('0.25'));
  book.enter(300, decimal('1'), decimal('100'), decimal('101'));
  book.leave(400, decimal('105'), decimal('104'));
  return book;
}

test('a position is booked to the last digit: both legs, four fees, what each order cost besides, and funding', () => {
  const [first] = twoTrades().closed;
  // 200 × 0.001 + 202 × 0.0005 + 0.5, and 210 × 0.001 + 209 × 0.0005 + 0.25.
  expect(first?.fees.toFixed()).toBe('1.3655');
  expect(first && netOf({ ...first, funding: decimal('3') }).toFixed()).toBe('4.6345');
  const open = new CarryBook(costs);
  expect(open.leave(1, decimal('1'), decimal('1'))).toBeUndefined();
  expect(open.closed).toEqual([]);
  open.enter(100, decimal('2'), decimal('200'), decimal('202'));
  // 2 × (110 − 104) and 202 − 200, less the fees of the entry.
  expect(open.open && openGain(open.open, decimal('110'), decimal('104')).toFixed()).toBe('13.699');
});

test('a payment belongs to the position that was held when it was paid, also after that was left', () => {
  const paidAt = (atUs: number): [boolean, boolean, ...string[]] => {
    const book = twoTrades();
    book.enter(500, decimal('3'), decimal('300'), decimal('300'));
    const isHeld = book.isHeldAt(atUs);
    const isPaid = book.pay(atUs, decimal('0.01'), decimal('50'));
    const all = [...book.closed, book.open];
    return [isHeld, isPaid, ...all.map((one) => `${one?.payments}: ${one?.funding.toFixed()}`)];
  };
  const none = '0: 0';
  for (const atUs of [100, 201, 300, 401, 500])
    expect(paidAt(atUs)).toEqual([false, false, none, none, none]);
  for (const atUs of [101, 200]) expect(paidAt(atUs)).toEqual([true, true, '1: 1', none, none]);
  for (const atUs of [301, 400]) expect(paidAt(atUs)).toEqual([true, true, none, '1: 0.5', none]);
  expect(paidAt(501)).toEqual([true, true, none, none, '1: 1.5']);
});

test('the spot leg is filled level by level, and not at all where the ladder shows less', () => {
  const book = new OrderBook(10);
  const grid = { priceDecimals: 1, qtyDecimals: 2 };
  expect(spotBook(book, grid)).toBeUndefined();
  book.setBid(999, 150);
  expect(spotBook(book, grid)).toBeUndefined();
  for (const [price, qty] of [
    [1_001, 100],
    [1_003, 50],
    [1_010, 25],
  ] as const)
    book.setAsk(price, qty);
  const spot = spotBook(book, grid);
  expect([spot?.bid.toFixed(), spot?.ask.toFixed()]).toEqual(['99.9', '100.1']);
  const costOf = (qty: string): string | undefined => spot?.costOf(decimal(qty))?.toFixed();
  expect(costOf('0.5')).toBe('50.05');
  expect(costOf('1')).toBe('100.1');
  // 1 × 100.1 + 0.5 × 100.3 + 0.1 × 101.
  expect(costOf('1.6')).toBe('160.35');
  expect(costOf('1.75')).toBe('175.5');
  expect(costOf('1.76')).toBeUndefined();
  expect(spot?.valueOf(decimal('1.5'))?.toFixed()).toBe('149.85');
  expect(spot?.valueOf(decimal('1.51'))).toBeUndefined();
  book.setBid(1_002, 1);
  expect(spotBook(book, grid)).toBeUndefined();
});

const HOUR = 3_600_000_000;
const NOW = 10 * HOUR;
type Now = NonNullable<NonNullable<View['funding']>[number]>;

/** What it wants of both markets, and why. */
function decided(held: number, change: Partial<Now> = {}, perpetual = 100, parameters = {}): string[] {
  const wanted: string[] = [];
  const now = {
    rate: 0.0001,
    everyUs: HOUR,
    nextUs: NOW + HOUR,
    index: 100,
    ageUs: 0,
    costBps: 43,
    ...change,
  };
  const step = (close: number) => ({ close });
  const view = {
    steps: [step(100), step(perpetual)],
    funding: [undefined, now],
    positions: [held, -held],
    atUs: NOW,
  };
  const strategy = carry.create({ ...DEFAULT_CARRY, ...parameters });
  strategy.onBar?.(view as never, {
    want: (market, position, reason) => void wanted.push(`${market} ${position} ${reason}`),
    signal: () => undefined,
    ask: () => undefined,
  });
  return wanted;
}
const entered = ['0 1 funding-pays', '1 -1 funding-pays'];
const notEntered = ['0 0 costs-more', '1 0 costs-more'];
const left = ['0 0 rate-too-low', '1 0 rate-too-low'];

test('it is entered where the rate over its time leaves the least edge after all costs, and not with a basis that is to be paid', () => {
  // 48 payments of 1 bps less 43: exactly the 5 that must be left.
  const hours = { holdHours: 48 };
  expect(decided(0, {}, 100, hours)).toEqual(entered);
  expect(decided(0, { costBps: 43.01 }, 100, hours)).toEqual(notEntered);
  // A perpetual above spot adds nothing, one below takes its distance of 1 bps.
  expect(decided(0, { costBps: 43.01 }, 110, hours)).toEqual(notEntered);
  expect(decided(0, {}, 99.99, hours)).toEqual(notEntered);
  expect(decided(0, { costBps: 42.5 }, 99.99, hours)).toEqual(notEntered);
  expect(decided(0, { costBps: 41.9 }, 99.99, hours)).toEqual(entered);
  expect(decided(0, {}, 100, { ...hours, exitRateBps: 1 })).toEqual(entered);
  expect(decided(0, {}, 100, { ...hours, exitRateBps: 1.1 })).toEqual(notEntered);
  // What is not known decides nothing, or enters nothing.
  expect(decided(0, { nextUs: Number.NaN }, 100, hours)).toEqual([
    '0 0 next-payment-unknown',
    '1 0 next-payment-unknown',
  ]);
  expect(decided(0, { ageUs: 120_000_001 }, 100, hours)).toEqual([]);
  expect(decided(0, { ageUs: 120_000_000 }, 100, hours)).toEqual(entered);
});

test('it is left by a rate below the least in the last minutes before a payment, or where its time is not known', () => {
  const soon = NOW + 30 * 60_000_000;
  expect(decided(1, { rate: -0.0001, nextUs: soon })).toEqual(left);
  expect(decided(1, { rate: -0.0001, nextUs: soon + 1 })).toEqual([]);
  expect(decided(1, { rate: 0, nextUs: soon })).toEqual([]);
  expect(decided(1, { rate: -0.0001, nextUs: soon }, 100, { exitRateBps: -1 })).toEqual([]);
  expect(decided(1, { rate: -0.0001, nextUs: Number.NaN })).toEqual(left);
});

test('its parameters have ranges, and it is what its records say', () => {
  const ranges = {
    holdHours: [1, 2_160],
    minEdgeBps: [0, 1_000],
    exitRateBps: [-100, 100],
    decideMinutes: [1, 480],
  };
  for (const [name, [least = 0, most = 0]] of Object.entries(ranges)) {
    const fits = [least - 0.5, least, most, most + 0.5].map(
      (value) => CARRY_PARAMETERS.safeParse({ [name]: value }).success,
    );
    expect([name, ...fits]).toEqual([name, false, true, true, false]);
  }
  expect(DEFAULT_CARRY).toEqual({ holdHours: 72, minEdgeBps: 5, exitRateBps: 0, decideMinutes: 30 });
  expect(carry.manifest).toMatchObject({
    name: 'carry',
    version: 2,
    markets: 2,
    input: 'bars',
    may: 'position',
  });
});
