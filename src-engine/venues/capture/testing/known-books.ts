/** Recordings of venues beside the repository, and figures that were recomputed from them by other means. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sharedFile } from '../../../testing/shared-data.ts';
import { checkedVenue } from '../../registry.ts';
import type { BookReport, CheckReport } from '../check-report.ts';
import { plainDecimal } from '../plain-decimal.ts';

type Level = readonly [string, string];

type Known = {
  readonly snapshots: number;
  readonly updates: number;
  readonly applied: number;
  readonly stale: number;
  readonly gaps: number;
  readonly checksumOk: number;
  readonly checksumBad: number;
  readonly deletesOfAbsentLevel: number;
  readonly finalBid: Level;
  readonly finalAsk: Level;
  readonly finalLevels: readonly [number, number];
  readonly top5Bids: readonly Level[];
  readonly top5Asks: readonly Level[];
  readonly bookSha256: string;
};

const plain = ([price, qty]: Level): Level => [plainDecimal(price), plainDecimal(qty)];

/** Lines of a gzipped recording of the shared data. */
export function recordedLines(file: string): string[] {
  return gunzipSync(readFileSync(sharedFile(file)))
    .toString('utf8')
    .trim()
    .split('\n');
}

/** What `check-book` says of these lines. */
export function checkLines(venue: string, lines: readonly string[]): CheckReport {
  const checker = checkedVenue(venue, 'venue').checkCapture();
  for (const [index, line] of lines.entries()) checker.read(line, index + 1);
  return checker.finish();
}

/** The known books of venues/NAME.jsonl.gz in the words of a report, by symbol; `matched` and `mismatched` count checksums. */
export function knownBooks(name: string): Readonly<Record<string, BookReport>> {
  const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as Readonly<
    Record<string, { readonly symbols: Readonly<Record<string, Known>> }>
  >;
  const books = Object.entries(answers[name]?.symbols ?? {}).map(([symbol, known]): [string, BookReport] => {
    const { snapshots, updates, applied, stale, gaps } = known;
    return [
      symbol,
      {
        state: 'live',
        isPartial: false,
        snapshots,
        updates,
        applied,
        stale,
        gaps,
        matched: known.checksumOk,
        mismatched: known.checksumBad,
        removedUnknown: known.deletesOfAbsentLevel,
        bid: plain(known.finalBid),
        ask: plain(known.finalAsk),
        levels: known.finalLevels,
        top5: { bids: known.top5Bids.map(plain), asks: known.top5Asks.map(plain) },
        sha256: known.bookSha256,
      },
    ];
  });
  return Object.fromEntries(books);
}

type Final = {
  readonly bestBid: Level;
  readonly bestAsk: Level;
  readonly levels: readonly [number, number];
  readonly updatesApplied: number;
};

/** The known ends of books of venues whose answers have no more than their best levels, by symbol. */
export function knownFinals(name: string): object {
  const answers = JSON.parse(readFileSync(sharedFile('venues/known-answers.json'), 'utf8')) as Readonly<
    Record<string, { readonly final: Readonly<Record<string, Final>> }>
  >;
  return Object.fromEntries(
    Object.entries(answers[name]?.final ?? {}).map(([symbol, known]) => [
      symbol,
      {
        bid: plain(known.bestBid),
        ask: plain(known.bestAsk),
        levels: known.levels,
        updates: known.updatesApplied,
      },
    ]),
  );
}
