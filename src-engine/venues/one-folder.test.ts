/** A venue is one folder and one line: no code outside of it names the venue; comments and texts that name it are listed here with the reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKED_VENUES } from './registry.ts';

const FOLDERS = ['src-engine', 'src-main', 'src-renderer'];

/** Where code may know a venue. A local exchange speaks a venue's protocol, and so has to know which. */
const HOMES: ReadonlySet<string> = new Set([
  'src-engine/venues/registry.ts',
  'src-engine/venues/capture-registry.ts',
  'src-engine/venues/emergency-registry.ts',
  'src-engine/venues/local-exchange/local-exchange.ts',
  'src-engine/venues/local-exchange/face-names.ts',
  'src-engine/venues/local-exchange/face-pairs.ts',
  'src-engine/venues/local-exchange/worker.ts',
  // ccxt's classes of these exchanges, by their names.
  'src-engine/venues/ccxt/trading.ts',
  'src-engine/venues/ccxt/process/trading-classes.ts',
  // The simulated world is the other end of the wire, and so is a simulated demo.
  'src-engine/simulation/demo-market.ts',
  'src-engine/simulation/face-kit.ts',
]);

/** Files whose comments or screen texts name Kraken on purpose. */
const WORDS: Readonly<Record<string, string>> = {
  'src-engine/assembly/plan-book.ts': 'the venues of the built-in demo of three exchanges',
  'src-engine/backtest/import/csv-layouts.ts': 'files that Kraken publishes, by their name',
  'src-engine/cli/commands/backtest.ts': 'an example of --balances',
  'src-engine/cli/commands/export.ts': 'an example of a path',
  'src-engine/cli/commands/import.ts': 'an example of --venue',
  'src-engine/cli/commands/retrain.ts': 'an example of a market',
  'src-engine/cli/commands/venues.ts': 'what ccxt’s classes were tested against',
  'src-engine/venues/ccxt/address.ts': 'an example of an address',
  'src-engine/venues/ccxt/ids.ts': 'the names of ccxt’s classes',
  'src-engine/venues/ccxt/process/traded-ids.ts': 'the names of ccxt’s classes',
  'src-engine/contract/import-operations.ts': 'an example of a venue, in a message',
  'src-engine/contract/retrain-operations.ts': 'an example of a market',
  'src-engine/contract/records.ts': 'an example of a venue, in a message',
  'src-renderer/features/lab/import-fields.ts': 'an example of a venue, in a message',
  'src-engine/storage/market-log-parse.ts': 'an example of a venue, in a message',
  'src-engine/domain/asset-alias.ts': 'the source of the old codes',
  'src-engine/domain/venue-titles.ts':
    'the titles of venues for people; a test holds them to the adapters’ own',
  'src-engine/domain/venue-asset.ts': 'an example of an asset at a venue',
  'src-engine/parquet/partitions.ts': 'an example of a path',
  'src-engine/execution/dead-man-switch.ts': 'the source of the figures',
  'src-engine/execution/order-id.ts': 'the source of the form',
  'src-engine/execution/order-record.ts': 'the source of a figure',
  'src-engine/execution/reconciler.ts': 'the source of a figure',
  'src-engine/execution/turnover.ts': 'the source of a figure',
  'src-renderer/components/venue-asset-columns.tsx': 'an example of an asset at a venue',
  'src-renderer/features/models/retrain-section.tsx': 'an example of a market',
  'src-engine/lab/retrain/newest-recording.ts': 'an example of a name',
  'src-renderer/features/portfolio/portfolio-coins.tsx': 'an example of a market',
  'src-renderer/features/portfolio/portfolio-words.ts': 'an example of a market',
  'src-renderer/lib/readable-text.ts': 'an example of a sentence',
  'src-renderer/lib/recording-title.ts': 'an example of a title',
  'src-renderer/lib/words.ts': 'an example of a cycle',
  'src-renderer/lib/row-filter.ts': 'an example of a filter',
  'src-renderer/lib/venue-asset-text.ts': 'an example of an asset at a venue',
  'src-renderer/features/lab/start-account.ts': 'an example of an amount at a venue',
  'src-renderer/features/lab/start-form.tsx': 'an example of an amount at a venue',
  'src-renderer/features/venues/venue-about.ts': 'the names of ccxt’s classes',
  'src-renderer/gallery/confirm-section.tsx': 'shows a word to type',
  'src-renderer/gallery/notice-section.tsx': 'shows a name',
};

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|\/testing\//.test(file)),
);

/** Comments and texts are taken out, imports are left in. */
function code(source: string): string {
  return source
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/^(?!\s*(?:import\b|\} from\b)).*$/gm, (line) =>
      line.replaceAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"/g, ''),
    );
}

const isHome = (file: string, venue: string): boolean =>
  HOMES.has(file) ||
  file.startsWith(`src-engine/venues/${venue}/`) ||
  file.startsWith(`src-engine/venues/local-exchange/protocols/${venue}/`);

/** Venues whose name is an English word, or stands within one (`fromExchangeInfo`): only imports out of their folders count. */
const ENGLISH_WORDS: ReadonlySet<string> = new Set(['gate', 'mexc']);

const isNamed = (text: string, venue: string): boolean =>
  text.includes(`/${venue}/`) || (!ENGLISH_WORDS.has(venue) && text.includes(venue));

it.each(CHECKED_VENUES.filter((venue) => !venue.includes('-')))(
  'no code outside of its folder names %s',
  (venue) => {
    const naming = files.filter((file) => isNamed(code(readFileSync(file, 'utf8')).toLowerCase(), venue));
    expect(naming.filter((file) => !isHome(file, venue))).toEqual([]);
  },
);

it('words that name Kraken are listed with their reason', () => {
  const naming = files.filter(
    (file) => !isHome(file, 'kraken') && readFileSync(file, 'utf8').toLowerCase().includes('kraken'),
  );
  expect(naming.toSorted()).toEqual(Object.keys(WORDS).toSorted());
});
