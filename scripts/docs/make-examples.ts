/**
 * `node scripts/docs/make-examples.ts`: writes the data files of `examples/` from a seed. They are of no venue: a triangle of made
 * prices whose third market lags now and then, and the same prices as quotes, bars and trades.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { LogSummer } from '../../src-engine/storage/market-log-sums.ts';

const START_US = Date.UTC(2026, 0, 5) * 1_000;
const STEP_US = 200_000;
const SECONDS = 300;
/** How far the third market lags when it does, as a fraction, and how often it begins to: about every ten seconds. */
const LAG = 0.0016;
const LAG_STEPS = 6;
const LAG_CHANCE = 0.02;

const INSTRUMENTS = [
  { symbol: 'BTC/USD', base: 'BTC', quote: 'USD', tickSize: '0.1', lotSize: '0.00001', minQty: '0.0001' },
  { symbol: 'ETH/USD', base: 'ETH', quote: 'USD', tickSize: '0.01', lotSize: '0.0001', minQty: '0.001' },
  { symbol: 'ETH/BTC', base: 'ETH', quote: 'BTC', tickSize: '0.000001', lotSize: '0.0001', minQty: '0.001' },
].map((each) => ({ ...each, minNotional: '0', takerFee: '0.0002' }));
const DECIMALS = [1, 2, 6] as const;

type Level = [price: string, qty: string];

/** Five levels a side around `mid`, half a spread of 0.5 bps away and a bp from each to the next. */
function levels(mid: number, side: -1 | 1, decimals: number, baseQty: number): Level[] {
  return Array.from({ length: 5 }, (_, k) => {
    const price = mid * (1 + side * (0.000_05 + k * 0.000_1));
    return [price.toFixed(decimals), (baseQty * (k + 1)).toFixed(4)] satisfies Level;
  });
}

/** The files by name. */
export function makeExamples(): ReadonlyMap<string, string | Buffer> {
  const random = new SeededRandom(7);
  const header = {
    format: 'parallax-market-log',
    version: 1,
    sums: 'crc32',
    venue: 'made',
    instruments: INSTRUMENTS,
  };
  const summer = new LogSummer();
  let log = '';
  const write = (event: object): void => {
    const line = `${JSON.stringify(event)}\n`;
    summer.add(line, 1);
    log += line;
  };
  write(header);
  const quotes = ['time,bid,ask,bid_size,ask_size'];
  const trades = ['time,price,qty,side'];
  const bars = ['time,open,high,low,close,volume'];
  let [btc, eth, lag] = [60_000, 3_000, 0];
  let minute: number[] = [];
  for (let step = 0; step * STEP_US < SECONDS * 1_000_000; step++) {
    btc *= 1 + (random.next() - 0.5) * 0.000_1;
    eth *= 1 + (random.next() - 0.5) * 0.000_14;
    if (lag > 0) lag--;
    else if (random.next() < LAG_CHANCE) lag = LAG_STEPS;
    const mids = [btc, eth, (eth / btc) * (lag > 0 ? 1 - LAG : 1)];
    const t = START_US + step * STEP_US;
    for (const [k, { symbol }] of INSTRUMENTS.entries()) {
      const [mid, decimals] = [mids[k] ?? 0, DECIMALS[k] ?? 0];
      const qty = k === 0 ? 0.4 : 6;
      write({
        t,
        i: symbol,
        k: 'snapshot',
        b: levels(mid, -1, decimals, qty),
        a: levels(mid, 1, decimals, qty),
      });
    }
    const time = new Date(t / 1_000).toISOString();
    if (step % 5 === 0) {
      quotes.push(`${time},${(btc * 0.999_95).toFixed(1)},${(btc * 1.000_05).toFixed(1)},0.4,0.4`);
      trades.push(`${time},${btc.toFixed(1)},0.0${1 + (step % 9)},${step % 2 === 0 ? 'buy' : 'sell'}`);
    }
    minute.push(btc);
    if (minute.length === 60_000_000 / STEP_US) {
      const begin = new Date((t - 60_000_000 + STEP_US) / 1_000).toISOString();
      const ohlc = [minute[0] ?? 0, Math.max(...minute), Math.min(...minute), minute.at(-1) ?? 0];
      bars.push(`${begin},${ohlc.map((price) => price.toFixed(1)).join(',')},12.5`);
      minute = [];
    }
  }
  log += summer.line(true);
  const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
  return new Map<string, string | Buffer>([
    ['session.jsonl.gz', gzipSync(log, { level: 9 })],
    ['quotes.csv', text(quotes)],
    ['bars.csv', text(bars)],
    ['trades.csv', text(trades)],
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('../../examples', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of makeExamples()) writeFileSync(join(folder, name), content);
}
