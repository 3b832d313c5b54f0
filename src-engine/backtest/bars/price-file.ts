/**
 * Prices of one market out of a file, as closed bars: a market log (a recording, or an import) by the middle of its book, a
 * CSV file of bars, quotes or trades by its closes, middles and prices. A bar of a log has a close only if the book was
 * in step at its end and heard of within it: silence is no price.
 */
import { basename } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { type DurationUs, US_PER_SECOND } from '../../domain/time.ts';
import type { StepColumns } from '../../features/market-step.ts';
import { chooseBars } from '../import/bar-choice.ts';
import type { CsvEntry } from '../import/csv-entries.ts';
import { measureCsv } from '../import/csv-measure.ts';
import { planOf } from '../import/csv-plan.ts';
import { knownEntries } from '../import/known-entries.ts';
import { LOG_NAME, TAPE_NAME } from '../library/recording-names.ts';
import { BarCloser, type ClosedBar } from './closed-bars.ts';
import { type BarTaker, type MarketChoice, marketOfLog, replayBars } from './log-bars.ts';
import { StepBuilder } from './step-builder.ts';

/** Where a CSV file names no pair, none is needed: this is in no file. */
const NO_PAIR = 'NOT/GIVEN';
const BPS = 10_000;

export type PriceFile = {
  /** The pair and its venue where the file says so, else the file's name. */
  readonly name: string;
  /** Which market of a log; undefined of a CSV file. */
  readonly instrument: string | undefined;
  /** Of the account or as the venue lists it, in bps of the notional; undefined where the file does not say, or a fill costs more than a rate. */
  readonly takerFeeBps: number | undefined;
  /** Length of the file's own bars; undefined where it has none. */
  readonly ownBarUs: DurationUs | undefined;
  /** @throws UserError for a fault of the file, and for more bars than are kept. */
  closes(barUs: DurationUs): Promise<readonly ClosedBar[]>;
  /** The same bars with all that is known of each. */
  steps(barUs: DurationUs): Promise<StepColumns>;
  /** Whether its steps have a book. */
  readonly hasBook: boolean;
};

/** How long a book stands at the end of a step that is shorter than this without being heard of. */
const STANDS_US = 5 * US_PER_SECOND;

export type PriceFileOptions = MarketChoice;

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
  const chosen = await marketOfLog(options);
  const name = `${chosen.symbol}@${chosen.venue}`;
  const unit = 10 ** -chosen.priceDecimals;
  return {
    name,
    instrument: name,
    // Where an order has a cost of its own besides, as at a pool, the rate alone is not what a fill costs at least.
    takerFeeBps:
      chosen.takerFee === undefined || chosen.orderCost !== undefined
        ? undefined
        : Number(chosen.takerFee.times(BPS).toFixed()),
    ownBarUs: undefined,
    closes: async (barUs) => {
      const closer = new BarCloser(name, barUs);
      await replayBars(options.file, chosen, barUs, {
        onEnd: (endUs, { bestBid, bestAsk }) => closer.take(endUs, ((bestBid + bestAsk) / 2) * unit),
      });
      return closer.finish();
    },
    hasBook: true,
    steps: async (barUs) => {
      const builder = new StepBuilder(name, barUs, true);
      const lot = 10 ** -chosen.qtyDecimals;
      const taker: BarTaker = {
        onBook: (book, atUs) => builder.price(atUs, ((book.bestBid + book.bestAsk) / 2) * unit),
        onTrade: ({ receivedUs, qty, side }) => builder.trade(receivedUs, qty * lot, side),
        onEnd: (endUs, book) => builder.endWithBook(endUs, book, unit, lot),
      };
      await replayBars(options.file, chosen, barUs, taker, Math.max(barUs, STANDS_US));
      return builder.steps;
    },
  };
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
    instrument: undefined,
    takerFeeBps: undefined,
    ownBarUs: bars === undefined || bars.kind === 'months' ? undefined : bars.us,
    closes: async (barUs) => {
      const closer = new BarCloser(name, barUs);
      for await (const batch of knownEntries(plan, bars)) {
        for (const entry of batch) closer.take(entry.atUs, priceOf(entry));
      }
      return closer.finish();
    },
    hasBook: false,
    steps: async (barUs) => {
      const builder = new StepBuilder(name, barUs, false);
      for await (const batch of knownEntries(plan, bars)) {
        for (const entry of batch) builder.takeEntry(entry);
      }
      return builder.finish();
    },
  };
}

function priceOf({ trade, bids, asks }: CsvEntry): number {
  return trade === undefined ? (Number(bids[0]?.[0]) + Number(asks[0]?.[0])) / 2 : Number(trade.price);
}
