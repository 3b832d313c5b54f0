/** A run over several venues: each has an account of its own, and what lies at one cannot pay at another. */
import { afterAll, describe, expect, test } from 'vitest';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { FillRecord } from '../domain/event.ts';
import { runBacktest } from './backtest.ts';
import type { BacktestOptions } from './options.ts';
import { makeTape } from './tape-maker.ts';
import { header, logFolder, TRIANGLE, triangleEvents } from './testing/made-log.ts';

const folder = logFolder();
afterAll(() => folder.remove());
const log = (venue: string, seed: number) =>
  folder.write(`${venue}.jsonl`, [header(TRIANGLE, { venue }), ...triangleEvents(seed, 2_000).events]);
const [east, west] = [log('east', 7), log('west', 8)];

type Options = Partial<BacktestOptions>;

async function run(options: Options = {}, logs = [east, west]) {
  const fills: FillRecord[] = [];
  const report = await runBacktest({
    logs,
    onEvents: (events) => {
      for (const event of events) if (event.type === 'orderFilled') fills.push(event.fill);
    },
    ...options,
  });
  return { report, fills, at: (venue: string) => fills.filter((fill) => fill.venue === venue) };
}

/** What each account holds after these fills, reckoned from them alone; it is never below zero on the way. */
function ledger(start: Readonly<Record<string, string>>, fills: readonly FillRecord[]): Map<string, Decimal> {
  const held = new Map(Object.entries(start).map(([asset, total]) => [asset, decimal(total)]));
  const move = (asset: string, amount: Decimal): void => {
    const total = (held.get(asset) ?? ZERO).plus(amount);
    expect(total.isNegative(), `${asset} ${total.toString()}`).toBe(false);
    held.set(asset, total);
  };
  for (const { venue, symbol, side, price, qty, fee, feeAsset } of fills) {
    const [base = '', quote = ''] = symbol.split('/').map((asset) => `${asset}@${venue}`);
    const notional = decimal(price).times(qty);
    expect(feeAsset).toBe(quote);
    move(
      side === 'buy' ? quote : base,
      side === 'buy' ? notional.plus(fee).negated() : decimal(qty).negated(),
    );
    move(side === 'buy' ? base : quote, side === 'buy' ? decimal(qty) : notional.minus(fee));
  }
  return held;
}

describe('balances of each venue', () => {
  test('are all that is spent there: a small account stays small beside a large one', async () => {
    const balances = { east: { USD: '10000' }, west: { USD: '40' } };
    const { report, fills, at } = await run({ balances });
    expect(at('east').length).toBeGreaterThan(10);
    expect(at('west').length).toBeGreaterThan(10);
    const start = { 'USD@east': '10000', 'USD@west': '40' };
    expect(report.settings.capital).toEqual(start);
    expect(report.homeAsset).toBe('USD@east');
    const held = ledger(start, fills);
    const amounts = Object.entries(report.balances).map(([asset, total]) => [
      asset,
      decimal(total).toFixed(),
    ]);
    expect(Object.fromEntries(amounts)).toEqual(
      Object.fromEntries([...held].map(([asset, total]) => [asset, total.toFixed()])),
    );
    const largest = at('west').map(({ price, qty, symbol }) =>
      symbol.endsWith('/USD') ? decimal(price).times(qty).toNumber() : 0,
    );
    expect(Math.max(...largest)).toBeLessThan(45);
    // Both accounts are worth what lies there: dollars here are as good as dollars there.
    expect(Number(report.startEquity)).toBeCloseTo(10_040, 6);
    expect(report.assumptions[0]).toBe(
      'The accounts start with 10000 USD at east, 40 USD at west; no deposits or withdrawals.',
    );
  });

  test('a venue without any trades nothing, and the other one trades as if it were alone', async () => {
    const balances = { east: { USD: '1000' } };
    const both = await run({ balances });
    const alone = await run({ capital: { USD: '1000' } }, [east]);
    expect(both.at('west')).toEqual([]);
    expect(both.fills.map(({ price, qty, atUs }) => [price, qty, atUs])).toEqual(
      alone.fills.map(({ price, qty, atUs }) => [price, qty, atUs]),
    );
    expect(both.report.pnl).toBe(alone.report.pnl);
    expect(both.report.assumptions).toContain('No balance at west: nothing is traded there.');
  });

  test('of the only venue there is are its capital, to the last byte', async () => {
    const named = await run({ balances: { east: { USD: '1000', BTC: '0.1' } } }, [east]);
    const plain = await run({ capital: { USD: '1000', BTC: '0.1' } }, [east]);
    expect(named.report.digest).toBe(plain.report.digest);
    expect(named.report.settings).toEqual(plain.report.settings);
  });

  test('left out: each venue has the capital, or 1000 of its own asset', async () => {
    const capital = await run({ capital: { USD: '500' } });
    expect(capital.report.settings.capital).toEqual({ 'USD@east': '500', 'USD@west': '500' });
    const nothing = await run();
    expect(Object.values(nothing.report.settings.capital)).toEqual([DEFAULT_CAPITAL, DEFAULT_CAPITAL]);
    expect(nothing.report.settings.venues).toEqual(['east', 'west']);
  });

  test('are the same from a tape of both logs', async () => {
    const tape = folder.write('both.tape', []);
    await makeTape({ logs: [east, west], path: tape });
    const balances = { west: { USD: '300' }, east: { BTC: '0.01', USD: '200' } };
    const { report } = await run({ balances });
    expect((await run({ balances }, [tape])).report.digest).toBe(report.digest);
    expect(report.homeAsset).toBe('USD@west');
  });

  test('a largest quantity holds at every venue', async () => {
    const limits = { maxOrderQty: { BTC: '0.0001', ETH: '0.0001' } };
    const { report } = await run({ balances: { west: { USD: '5000' } }, limits });
    expect(report.fills).toBe(0);
    expect(report.explain.join('\n')).toMatch(/order quantity .* (?:BTC|ETH)@west/);
  });

  test.each<[string, Options, RegExp]>([
    [
      'a venue that the logs do not have',
      { balances: { north: { USD: '5' } } },
      /balances\.north\.USD: "north" is not a venue of these logs\. Choose among east, west\./,
    ],
    [
      'an asset that is not traded there',
      { balances: { east: { USD: '5', DOGE: '5' } } },
      /balances\.east\.DOGE: "DOGE" is not an asset of east in these logs\. Choose among BTC, ETH, USD\./,
    ],
    [
      'an amount that is none',
      { balances: { east: { USD: '1e5' } } },
      /balances\.east\.USD: "1e5" is not a decimal of zero or more\. Write plain digits/,
    ],
    [
      'an amount below zero',
      { balances: { east: { USD: '-5' } } },
      /balances\.east\.USD: "-5" is not a decimal/,
    ],
    [
      'both ways at once',
      { balances: { east: { USD: '5' } }, capital: { USD: '5' } },
      /balances: "east" cannot be combined with capital\. Give one of the two\./,
    ],
    [
      'capital that is traded nowhere',
      { capital: { DOGE: '5' } },
      /capital: "DOGE" is not an asset of these logs/,
    ],
  ])('%s is refused by field, value and remedy', async (_, options, problem) => {
    await expect(run(options)).rejects.toThrow(problem);
  });
});
