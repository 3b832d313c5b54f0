/**
 * Prices of one market out of a file, as closed bars: a market log (a recording, or an import) by the middle of its book, a
 * CSV file of bars, quotes or trades by its closes, middles and prices. A bar of a log has a close only if the book was
 * in step at its end and heard of within it: silence is no price.
 */
import { basename } from 'node:path';
import { BookStore } from '../../books/book-store.ts';
import { pairOfToday } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { verifierOf } from '../../venues/registry.ts';
import { chooseBars } from '../import/bar-choice.ts';
import type { CsvEntry } from '../import/csv-entries.ts';
import { measureCsv } from '../import/csv-measure.ts';
import { planOf } from '../import/csv-plan.ts';
import { knownEntries } from '../import/known-entries.ts';
import { LOG_NAME, TAPE_NAME } from '../library/recording-names.ts';
import { LogSource } from '../log-source.ts';
import { BarCloser, type ClosedBar } from './closed-bars.ts';

/** Where a CSV file names no pair, none is needed: this is in no file. */
const NO_PAIR = 'NOT/GIVEN';
const SHOWN_INSTRUMENTS = 12;

export type PriceFile = {
  /** The pair and its venue where the file says so, else the file's name. */
  readonly name: string;
  /** Length of the file's own bars; undefined where it has none. */
  readonly ownBarUs: DurationUs | undefined;
  /** @throws UserError for a fault of the file, and for more bars than are kept. */
  closes(barUs: DurationUs): Promise<readonly ClosedBar[]>;
};

export type PriceFileOptions = {
  readonly file: string;
  /** `BTC/USD` or `BTC/USD@VENUE`; needed where the file has several. */
  readonly symbol: string | undefined;
  /** What the option of the symbol is called, for errors. */
  readonly symbolOption: string;
};

/** @throws UserError for a file that cannot be read, or has several markets and none is chosen. */
export async function priceFile(options: PriceFileOptions): Promise<PriceFile> {
  const { file } = options;
  if (TAPE_NAME.test(file)) {
    throw new UserError({
      code: 'bad-file',
      field: 'FILE',
      value: file,
      message: 'is a tape',
      remedy: 'Name the market log that it was made of.',
    });
  }
  return LOG_NAME.test(file) ? logFile(options) : csvFile(options);
}

async function logFile(options: PriceFileOptions): Promise<PriceFile> {
  const source = await openLog(options.file);
  let chosen: Instrument;
  try {
    chosen = chooseInstrument(options, source.instruments);
  } finally {
    await source.close();
  }
  const name = `${chosen.symbol}@${chosen.venue}`;
  return {
    name,
    ownBarUs: undefined,
    closes: async (barUs) => {
      const replayed = await openLog(options.file);
      try {
        return await replay(replayed, chosen, new BarCloser(name, barUs), barUs);
      } finally {
        await replayed.close();
      }
    },
  };
}

function openLog(file: string): Promise<LogSource> {
  return LogSource.open({ logs: [file], allowUnfinished: false, overrides: {} });
}

async function replay(
  source: LogSource,
  { id, priceDecimals }: Instrument,
  closer: BarCloser,
  barUs: DurationUs,
): Promise<readonly ClosedBar[]> {
  const store = new BookStore(source.instruments, { depth: source.bookDepth, verifierOf });
  const { book } = store.sync(id);
  const unit = 10 ** -priceDecimals;
  let [openEndUs, lastUs] = [0, 0];
  const closeAt = (endUs: TimeUs): void => {
    const { state, lastAliveUs } = store.sync(id);
    if (state !== 'live' || lastAliveUs <= endUs - barUs || book.isOneSided || book.isCrossed) return;
    closer.take(endUs, ((book.bestBid + book.bestAsk) / 2) * unit);
  };
  // Whatever comes at the end itself still belongs to the bar.
  const advanceTo = (atUs: TimeUs): void => {
    if (openEndUs > 0 && atUs > openEndUs) closeAt(openEndUs);
    openEndUs = Math.ceil(atUs / barUs) * barUs;
    lastUs = atUs;
  };
  await source.play(
    {
      onBook: (update) => store.apply(update),
      onTrade: () => undefined,
      onAlive: (venue, atUs) => store.confirmAlive(venue, atUs),
      onFeed: (event) => {
        if (event.state !== 'open') store.desyncVenue(event.venue, event.reason);
      },
      onBookLost: (instrumentId, reason) => store.sync(instrumentId).desync(reason),
      onInstrumentStatus: () => undefined,
      onRaw: () => undefined,
    },
    advanceTo,
  );
  if (lastUs === openEndUs) closeAt(openEndUs);
  return closer.finish();
}

function chooseInstrument(
  { file, symbol, symbolOption }: PriceFileOptions,
  instruments: readonly Instrument[],
): Instrument {
  const [pair = '', venue] = (symbol ?? '').split('@');
  const wanted = pairOfToday(pair.toUpperCase());
  const found = instruments.filter(
    (each) =>
      symbol === undefined || (each.symbol === wanted && (venue === undefined || each.venue === venue)),
  );
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const names = (found.length === 0 ? instruments : found).map((each) => `${each.symbol}@${each.venue}`);
  const shown = names.slice(0, SHOWN_INSTRUMENTS).join(', ');
  const listed =
    names.length > SHOWN_INSTRUMENTS ? `${shown} and ${names.length - SHOWN_INSTRUMENTS} more` : shown;
  throw new UserError({
    code: 'bad-option',
    field: symbolOption,
    value: symbol,
    message:
      only === undefined ? `is not in ${file}` : `does not decide which of the markets in ${file} is meant`,
    remedy: `Choose one of ${listed}.`,
  });
}

async function csvFile({ file, symbol }: PriceFileOptions): Promise<PriceFile> {
  const plan = await planOf({ file, symbol: symbol?.split('@')[0] ?? NO_PAIR });
  if (plan.kind === 'books') {
    throw new UserError({
      code: 'bad-file',
      field: 'FILE',
      value: file,
      message: 'is a CSV file of changes of a book',
      remedy: 'Import it to a market log first, with "parallax import".',
    });
  }
  const measure = await measureCsv(plan);
  const bars = plan.kind === 'bars' ? chooseBars(file, measure, undefined).plan : undefined;
  const name = symbol ?? basename(file).replace(/\.(?:csv|tsv|txt)?(?:\.(?:gz|zst|zip))?$/i, '');
  return {
    name,
    ownBarUs: bars === undefined || bars.kind === 'months' ? undefined : bars.us,
    closes: async (barUs) => {
      const closer = new BarCloser(name, barUs);
      for await (const batch of knownEntries(plan, bars)) {
        for (const entry of batch) closer.take(entry.atUs, priceOf(entry));
      }
      return closer.finish();
    },
  };
}

function priceOf({ trade, bids, asks }: CsvEntry): number {
  return trade === undefined ? (Number(bids[0]?.[0]) + Number(asks[0]?.[0])) / 2 : Number(trade.price);
}
