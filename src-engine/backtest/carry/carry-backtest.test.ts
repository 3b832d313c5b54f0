import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decimal } from '../../domain/decimal.ts';
import { openSource } from '../backtest.ts';
import { netOf } from '../../strategies/carry/carry-book.ts';
import { DEFAULT_CARRY } from '../../strategies/carry/carry-strategy.ts';
import { backtestCarry } from './carry-backtest.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** A whole hour. */
const T0 = 1_779_998_400 * SECOND;
const folder = mkdtempSync(join(tmpdir(), 'carry-'));
let files = 0;

type Line = Readonly<Record<string, unknown>> & { readonly t: number };

function logOf(header: object, lines: readonly Line[]): string {
  const path = join(folder, `${files++}.market-log.jsonl`);
  const head = { format: 'parallax-market-log', version: 1, ...header };
  const ordered = lines.toSorted((a, b) => a.t - b.t);
  writeFileSync(path, [head, ...ordered].map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

const INSTRUMENT = {
  // As its venue calls it.
  symbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.1',
  lotSize: '0.001',
  minQty: '0.001',
  minNotional: '5',
  takerFee: '0.001',
};
const spotHeader = { venue: 'plain', instruments: [INSTRUMENT] };
const perpetualHeader = {
  venue: 'plain-perp',
  instruments: [],
  perpetuals: [{ symbol: 'BTC/USDT', contract: 'BTCUSDT', base: 'BTC', quote: 'USDT' }],
};

type Market = {
  readonly minutes: number;
  readonly spot: (minute: number) => readonly [bid: string, ask: string];
  readonly mark: (minute: number) => string;
  readonly rate: (minute: number) => string;
  readonly payments: readonly { readonly hour: number; readonly rate: string; readonly knownUs?: number }[];
  readonly depth?: string;
};

/** A reading and a book each minute, and payments each hour. */
function logsOf({ minutes, spot, mark, rate, payments, depth = '10' }: Market): string[] {
  const books: Line[] = [];
  const shown: Line[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    const t = T0 + minute * MINUTE + 30 * SECOND;
    const [bid, ask] = spot(minute);
    books.push({ t, i: 'BTCUSDT', k: 'snapshot', b: [[bid, depth]], a: [[ask, depth]] });
    const atUs = t - 10 * SECOND;
    const nextUs = (Math.floor(atUs / HOUR) + 1) * HOUR;
    shown.push({
      t: atUs,
      i: 'BTC/USDT',
      k: 'perpetual',
      version: 1,
      v: atUs,
      mark: mark(minute),
      rate: rate(minute),
      everyUs: HOUR,
      nextUs,
    });
  }
  for (const { hour, rate: paid, knownUs = 45 * SECOND } of payments) {
    const paidUs = T0 + hour * HOUR;
    shown.push({ t: paidUs + knownUs, i: 'BTC/USDT', k: 'funding', version: 1, paidUs, rate: paid });
  }
  return [logOf(spotHeader, books), logOf(perpetualHeader, shown)];
}

async function run(logs: readonly string[], stake = '10000') {
  const source = await openSource({ logs });
  try {
    return await backtestCarry(source, {
      symbol: 'BTC/USDT',
      spotVenue: undefined,
      perpetualVenue: undefined,
      stake: decimal(stake),
      barUs: MINUTE,
      perpetualFee: decimal('0.0006'),
      perpetualSlip: decimal('0.0002'),
      parameters: DEFAULT_CARRY,
    });
  } finally {
    await source.close();
  }
}

/** Entered at the end of the second minute, three payments, left after 3 h 31 min. */
const BY_HAND: Market = {
  minutes: 214,
  spot: (minute) => (minute < 60 ? ['49990', '50000'] : ['50150', '50160']),
  // The last reading before each payment is that of the minute before.
  mark: (minute) =>
    minute < 59
      ? '50010'
      : minute < 119
        ? '50100'
        : minute < 179
          ? '49900'
          : minute < 180
            ? '50200'
            : '50140',
  rate: (minute) => (minute < 180 ? '0.001' : '-0.0001'),
  payments: [
    { hour: 1, rate: '0.001' },
    { hour: 2, rate: '-0.0005' },
    { hour: 3, rate: '0.00025' },
  ],
};

test('entry, three payments of both signs, exit and fees agree with a reckoning by hand to the last digit', async () => {
  const found = await run(logsOf(BY_HAND));
  const [trade, ...more] = found.closedTrades;
  expect(more).toEqual([]);
  if (trade === undefined) throw new Error('nothing was traded');
  // Decided at the first close, bought and sold at the second; decided 30 minutes before the fourth payment, left a minute later.
  expect([trade.fromUs - T0, (trade.toUs ?? 0) - T0]).toEqual([2 * MINUTE, 3 * HOUR + 31 * MINUTE]);
  // 10,000 / 50,000.
  expect(trade.qty.toFixed()).toBe('0.2');
  expect(trade.spotPaid.toFixed()).toBe('10000');
  // 0.2 × 50,010 × 0.9998.
  expect(trade.perpetualSold.toFixed()).toBe('9999.9996');
  // 0.2 × 50,100 × 0.001 − 0.2 × 49,900 × 0.0005 + 0.2 × 50,200 × 0.00025 = 10.02 − 4.99 + 2.51.
  expect(trade.funding.toFixed()).toBe('7.54');
  expect(trade.payments).toBe(3);
  // 0.2 × 50,150, and 0.2 × 50,140 × 1.0002.
  expect(trade.spotReceived.toFixed()).toBe('10030');
  expect(trade.perpetualBought.toFixed()).toBe('10030.0056');
  // 10 + 5.99999976 at the entry, 10.03 + 6.01800336 at the exit.
  expect(trade.fees.toFixed()).toBe('32.04800312');
  // 30 − 30.006 − 32.04800312 + 7.54.
  expect(netOf(trade).toFixed()).toBe('-24.51400312');
  expect(found.realized.toFixed()).toBe('-24.51400312');
  expect(found).toMatchObject({
    missingPayments: 0,
    unvaluedPayments: 0,
    spotVenue: 'plain',
    perpetualVenue: 'plain-perp',
  });
});

test('the same recordings give the same digest, and a payment that is known after the exit belongs to the position of its time', async () => {
  const late = {
    ...BY_HAND,
    payments: [...BY_HAND.payments.slice(0, 2), { hour: 3, rate: '0.00025', knownUs: 32 * MINUTE }],
  };
  const [first, again, other] = [
    await run(logsOf(BY_HAND)),
    await run(logsOf(BY_HAND)),
    await run(logsOf(late)),
  ];
  expect(again.digest).toBe(first.digest);
  expect(other.realized.toFixed()).toBe('-24.51400312');
  // Before the entry, twice, and after the exit: none of them counts.
  const odd = {
    ...BY_HAND,
    payments: [{ hour: 0, rate: '0.9' }, ...BY_HAND.payments, ...BY_HAND.payments.slice(1, 2)],
  };
  expect((await run(logsOf(odd))).funding.toFixed()).toBe('7.54');
});

test('a payment that no recording has is counted as missing', async () => {
  const found = await run(logsOf({ ...BY_HAND, payments: BY_HAND.payments.slice(0, 1) }));
  expect(found).toMatchObject({ payments: 1, missingPayments: 2 });
  expect(found.funding.toFixed()).toBe('10.02');
});

test('what does not pay for four fills is not entered, nor what the book cannot fill or is below a minimum', async () => {
  const steady = { ...BY_HAND, minutes: 30, payments: [] };
  // 72 payments of 0.4 bps are 28.8 bps, below the costs of 36.
  const poor = await run(logsOf({ ...steady, rate: () => '0.00004' }));
  expect(poor).toMatchObject({ decisions: 0, isHeld: false, reason: 'costs-more' });
  const below = await run(logsOf({ ...steady, rate: () => '-0.001' }));
  expect(below).toMatchObject({ decisions: 0, isHeld: false });
  expect(await run(logsOf({ ...steady, depth: '0.1' }))).toMatchObject({ isHeld: false, reason: 'no-depth' });
  expect(await run(logsOf(steady), '20')).toMatchObject({ isHeld: false, reason: 'below-minimum' });
  expect(await run(logsOf(steady))).toMatchObject({ isHeld: true, reason: 'funding-pays' });
});

test('a market that is not there is named with what is', async () => {
  const [spot = '', perpetual = ''] = logsOf({ ...BY_HAND, minutes: 3, payments: [] });
  await expect(run([spot])).rejects.toThrow('is no perpetual of these recordings');
  await expect(run([perpetual])).rejects.toThrow('has readings of perpetuals and no books');
});
