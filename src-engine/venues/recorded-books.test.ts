/** Checks of large recordings against figures that were computed elsewhere. What they prove is proved on made frames too. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import type { CheckReport } from './capture/check-report.ts';
import { plainDecimal } from './capture/plain-decimal.ts';
import { venueAdapter } from './registry.ts';

type Level = readonly [string, string];
type Known = {
  readonly updates: number;
  readonly applied: number;
  readonly stale: number;
  readonly gaps: number;
  readonly finalBid: Level;
  readonly finalAsk: Level;
  readonly finalLevels: readonly [number, number];
  readonly top5Bids: readonly Level[];
  readonly top5Asks: readonly Level[];
  readonly bookSha256: string;
  readonly bookVsLastTickerById: readonly [number, number];
};

function linesOf(file: string): string[] {
  return gunzipSync(readFileSync(sharedFile(file)))
    .toString('utf8')
    .trim()
    .split('\n');
}

function check(venue: string, lines: readonly string[]): CheckReport {
  const checker = venueAdapter(venue, 'venue').checkCapture();
  for (const [index, line] of lines.entries()) checker.read(line, index + 1);
  return checker.finish();
}

const plain = ([price, qty]: Level): Level => [plainDecimal(price), plainDecimal(qty)];

describe.runIf(HAS_SHARED_DATA)('recorded books', () => {
  it.each([
    ['BINANCE', 'binance', 265],
    ['BINANCE_US', 'binance-us', 480],
  ])('%s ends with the known books, to the last level', (name, venue, frames) => {
    const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as Readonly<
      Record<string, { readonly symbols: Readonly<Record<string, Known>> }>
    >;
    const known = answers[name]?.symbols ?? {};
    const report = check(venue, linesOf(`venues/${name}.jsonl.gz`));
    expect(report).toMatchObject({ venue, frames, gaps: 0, mismatched: 0, resyncs: 0, firstFault: null });
    expect(Object.keys(report.books).sort()).toEqual(Object.keys(known).sort());
    for (const [symbol, answer] of Object.entries(known)) {
      expect(report.books[symbol]).toMatchObject({
        state: 'live',
        updates: answer.updates,
        applied: answer.applied,
        stale: answer.stale,
        matched: answer.bookVsLastTickerById[1],
        bid: plain(answer.finalBid),
        ask: plain(answer.finalAsk),
        levels: answer.finalLevels,
        top5: { bids: answer.top5Bids.map(plain), asks: answer.top5Asks.map(plain) },
        sha256: answer.bookSha256,
      });
    }
  });

  it('two hours of Binance agree with the best prices at 6490 of 6492 comparisons', () => {
    const first = check('binance', linesOf('binance/spot_btcusdt_20240808.gz'));
    const second = check('binance', linesOf('binance/spot_btcusdt_20240809.gz'));
    expect([first.gaps, second.gaps, first.stale]).toEqual([0, 0, 2]);
    expect(first.matched + second.matched).toBe(6_490);
    expect(first.mismatched + second.mismatched).toBe(2);
    // The second file begins in mid-stream: what it holds is not a whole book, and is not called one.
    expect(second.books['BTCUSDT']).toMatchObject({ state: 'waiting', isPartial: true });
  });

  it('a change that is removed from a recording is found at the next one', () => {
    const lines = linesOf('binance/spot_btcusdt_20240808.gz');
    const changes = lines.flatMap((line, index) => (line.includes('"depthUpdate"') ? [index] : []));
    for (const nth of [10, 500, 3_000]) {
      const removed = changes[nth] ?? 0;
      const report = check('binance', lines.toSpliced(removed, 1));
      // The line numbers behind the removed one moved up by one.
      expect(report).toMatchObject({
        gaps: 1,
        resyncs: 1,
        firstFault: { kind: 'gap', line: changes[nth + 1] },
      });
    }
  });
});
