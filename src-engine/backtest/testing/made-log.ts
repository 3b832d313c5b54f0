/** Made market logs for tests: written to a folder of their own, gone when the test is over. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '../../lib/random.ts';

export type LogFolder = {
  write(name: string, lines: readonly unknown[]): string;
  /** An empty folder in it. */
  folder(name: string): string;
  remove(): void;
};

export function logFolder(): LogFolder {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-backtest-'));
  return {
    write: (name, lines) => {
      const path = join(folder, name);
      const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
      writeFileSync(path, `${texts.join('\n')}\n`);
      return path;
    },
    folder: (name) => {
      const path = join(folder, name);
      mkdirSync(path);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function spec(
  symbol: string,
  change: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const [base, quote] = symbol.split('/');
  const steps = { tickSize: '0.01', lotSize: '0.0001', minQty: '0.0001', minNotional: '1' };
  return { symbol, base, quote, ...steps, ...change };
}

export function header(
  instruments: readonly unknown[],
  change: Readonly<Record<string, unknown>> = {},
): unknown {
  return { format: 'parallax-market-log', version: 1, venue: 'made', instruments, ...change };
}

export const START_US = 1_700_000_000_000_000;

export const TRIANGLE = [
  spec('BTC/USD', { lotSize: '0.000001', minQty: '0.000001', takerFee: '0.0005' }),
  spec('ETH/USD', { lotSize: '0.00001', minQty: '0.00001', takerFee: '0.001' }),
  spec('ETH/BTC', { tickSize: '0.00001', lotSize: '0.0001', minNotional: '0.00001', takerFee: '0.0002' }),
];

/**
 * Events of a triangle whose cross rate wanders up to 0.6% from what the two dollar prices say, and stays there for
 * about a second: wide enough to pay, and at times gone before the orders arrive.
 * @returns the events, and the mid of each instrument at the end.
 */
export function triangleEvents(
  seed: number,
  count: number,
): { events: unknown[]; mids: Map<string, number> } {
  const random = new SeededRandom(seed);
  const mids = new Map<string, number>();
  const events: unknown[] = [];
  let t = START_US;
  let btc = 60_000;
  let eth = 3_000;
  let skew = 0;
  for (let k = 0; k < count; k++) {
    t += Math.round(random.exponential(120_000));
    btc *= 1 + random.normal() * 0.0002;
    eth *= 1 + random.normal() * 0.0002;
    if (random.next() < 0.1) skew = random.normal() * 0.002;
    const [i, mid, decimals] = (
      [
        ['BTC/USD', btc, 2],
        ['ETH/USD', eth, 2],
        ['ETH/BTC', (eth / btc) * (1 + skew), 5],
      ] as const
    )[k % 3] as readonly [string, number, number];
    const lots = i === 'BTC/USD' ? 6 : 4;
    const tick = 10 ** -decimals;
    const bid = Math.floor(mid / tick);
    const side = (direction: number): string[][] =>
      [0, 1, 2].map((level) => [
        ((bid + (direction > 0 ? 1 : 0) + level * direction) * tick).toFixed(decimals),
        ((0.05 + random.next()) * (i === 'BTC/USD' ? 0.02 : 0.3)).toFixed(lots),
      ]);
    events.push({ t, i, k: 'snapshot', b: side(-1), a: side(1) });
    mids.set(i, (bid + 0.5) * tick);
  }
  return { events, mids };
}

/**
 * A log with a gross edge of 20 bps that lots eat: a hundredth of an ETH costs 0.0005 BTC, which is sold in lots of 0.0003, so
 * that a sixth of the two lots stays over.
 */
export function coarseTriangle(): unknown[] {
  const [bitcoin, ...others] = TRIANGLE.map((one) => ({
    ...one,
    lotSize: '0.01',
    minQty: '0.01',
    takerFee: '0',
  }));
  const books = [
    ['BTC/USD', '60000.00', '60000.01', '1'],
    ['ETH/BTC', '0.04989', '0.04990', '0.05'],
    ['ETH/USD', '3000.00', '3000.01', '1'],
  ] as const;
  const events = Array.from({ length: 180 }, (_, second) => {
    const [i, bid, ask, qty] = books[second % 3] as (typeof books)[number];
    return { t: START_US + second * 1_000_000, i, k: 'snapshot', b: [[bid, qty]], a: [[ask, qty]] };
  });
  return [header([{ ...bitcoin, lotSize: '0.0003', minQty: '0.0003' }, ...others]), ...events];
}
