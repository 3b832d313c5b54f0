/** The command line on the recorded markets, where they are there: the figures that were reckoned from the files. */
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { json, parallax } from './testing/parallax-process.ts';

const POLONIEX = sharedFile('poloniex/triangle-2022-08-21.market-log.jsonl.gz');
const FX = sharedFile('fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz');
const BTC = sharedFile('kraken/btcusd-book25.jsonl');

describe.runIf(HAS_SHARED_DATA)('the command line on recorded markets', () => {
  it('checks the books of both captures', async () => {
    const btc = await parallax('check-book', BTC, '--venue', 'kraken', '--json');
    expect(btc.code).toBe(0);
    expect(json(btc)).toMatchObject({ venue: 'kraken', matched: 2052, mismatched: 0 });
    const xrp = await parallax(
      'check-book',
      sharedFile('kraken/xrpusd-book25.jsonl'),
      '--venue',
      'kraken',
      '--json',
    );
    expect(json(xrp)).toMatchObject({ matched: 1147, mismatched: 0 });
  });

  it.each([
    ['AssetPairs-2026-01-12.json', [], { pairs: 1434, triangles: 1275 }],
    ['AssetPairs-2026-01-12.json', ['--online-only'], { triangles: 1215 }],
    ['ws-v2-instrument-snapshot-2024-04.json', [], { pairs: 683, triangles: 834 }],
    ['ws-v2-instrument-snapshot-2024-04.json', ['--online-only'], { triangles: 807 }],
  ])('counts the graph of %s %j', async (name, options, expected) => {
    const answer = await parallax('graph', sharedFile(`kraken/${name}`), ...options, '--json');
    expect(json(answer)).toMatchObject(expected);
  });

  it('backtests the Poloniex log with the published figures, and the same seed gives the same digest', async () => {
    const args = ['backtest', POLONIEX, '--fee-bps', '5', '--max-age-ms', '5000', '--json'];
    const first = json(await parallax(...args));
    expect(first['cycles']).toContainEqual(
      expect.objectContaining({
        path: ['USDT', 'BTC', 'BCH'],
        evaluations: 240,
        grossPositive: 34,
        netPositive: 18,
        bestGrossBps: 16.7942,
        freshEvaluations: 201,
        freshGrossPositive: 29,
      }),
    );
    expect(json(await parallax(...args))['digest']).toBe(first['digest']);
  });

  it('backtests the FX log with the published figures', async () => {
    const fx = json(await parallax('backtest', FX, '--json'));
    expect(fx['cycles']).toContainEqual(
      expect.objectContaining({
        path: ['EUR', 'GBP', 'USD'],
        evaluations: 119_998,
        grossPositive: 27,
        bestGrossBps: 1.2202,
      }),
    );
  });
});
