/** A made market of three pairs that now and then stand apart: something to trade for a sweep, of any length. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { MARKET_LOG_FORMAT, MARKET_LOG_VERSION } from '../src-engine/storage/market-log-types.ts';

const START_US = Date.UTC(2026, 7, 2) * 1_000;
const LEVELS = [0, 1, 2];
const PAIRS = [
  { symbol: 'BTC/USD', decimals: 2, lotDecimals: 6, takerFee: '0.0005' },
  { symbol: 'ETH/USD', decimals: 2, lotDecimals: 4, takerFee: '0.001' },
  { symbol: 'ETH/BTC', decimals: 5, lotDecimals: 4, takerFee: '0.0002' },
] as const;

/** Writes a market log of so many book messages, about fifty a second. */
export async function writeMadeMarket(path: string, messages: number): Promise<void> {
  const random = new SeededRandom(7);
  const out = createWriteStream(path);
  const instruments = PAIRS.map(({ symbol, decimals, lotDecimals, takerFee }) => {
    const [base, quote] = symbol.split('/');
    const [tickSize, lotSize] = [
      (10 ** -decimals).toFixed(decimals),
      (10 ** -lotDecimals).toFixed(lotDecimals),
    ];
    return { symbol, base, quote, tickSize, lotSize, minQty: lotSize, minNotional: '0.00001', takerFee };
  });
  const header = { format: MARKET_LOG_FORMAT, version: MARKET_LOG_VERSION, venue: 'made', instruments };
  out.write(`${JSON.stringify(header)}\n`);
  let [t, btc, eth, skew] = [START_US, 60_000, 3_000, 0];
  for (let k = 0; k < messages; k++) {
    t += 1 + Math.round(random.exponential(20_000));
    btc *= 1 + random.normal() * 0.00002;
    eth *= 1 + random.normal() * 0.00002;
    if (random.next() < 0.0005) skew = random.normal() * 0.002;
    else if (random.next() < 0.01) skew *= 0.3;
    const pair = PAIRS[k % 3] ?? PAIRS[0];
    const mid = pair.symbol === 'BTC/USD' ? btc : pair.symbol === 'ETH/USD' ? eth : (eth / btc) * (1 + skew);
    const bid = Math.floor(mid * 10 ** pair.decimals);
    const size = pair.symbol === 'BTC/USD' ? 0.02 : 0.3;
    const side = (from: number, step: number): string[][] =>
      LEVELS.map((level) => [
        ((from + level * step) / 10 ** pair.decimals).toFixed(pair.decimals),
        ((0.05 + random.next()) * size).toFixed(pair.lotDecimals),
      ]);
    const line = JSON.stringify({ t, i: pair.symbol, k: 'snapshot', b: side(bid, -1), a: side(bid + 1, 1) });
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
