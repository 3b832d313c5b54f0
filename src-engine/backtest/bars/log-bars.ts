/**
 * The bars of one market in a market log: its book at the end of each stretch of time, and what happened within. A stretch ends with a book
 * only if that was in step then and heard of within it: silence is no price.
 */
import { BookStore } from '../../books/book-store.ts';
import type { OrderBook } from '../../books/order-book.ts';
import { pairOfToday } from '../../domain/asset-alias.ts';
import { UserError } from '../../domain/errors.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import { verifierOf } from '../../venues/registry.ts';
import { LogSource } from '../log-source.ts';

const SHOWN_INSTRUMENTS = 12;

/** The book is the replay's own: valid during the call. */
export type BarTaker = {
  /** The stretch is over, with this book at its end. */
  onEnd(endUs: TimeUs, book: OrderBook): void;
  /** The book changed and is in step. */
  onBook?(book: OrderBook, atUs: TimeUs): void;
  onTrade?(trade: TradePrint): void;
};

/** Opens the log to find one market in it. @throws UserError when it cannot be read, or does not decide which is meant. */
export async function marketOfLog(choice: MarketChoice): Promise<Instrument> {
  const source = await openLog(choice.file);
  try {
    return chooseInstrument(choice, source.instruments);
  } finally {
    await source.close();
  }
}

/** @param staleUs how long ago the book may have been heard of at a stretch's end. @throws UserError for a fault of the log. */
export async function replayBars(
  file: string,
  { id }: Instrument,
  barUs: DurationUs,
  taker: BarTaker,
  staleUs: DurationUs = barUs,
): Promise<void> {
  const source = await openLog(file);
  try {
    const store = new BookStore(source.instruments, { depth: source.bookDepth, verifierOf });
    const { book } = store.sync(id);
    let [openEndUs, lastUs] = [0, 0];
    const endAt = (endUs: TimeUs): void => {
      const { state, lastAliveUs } = store.sync(id);
      if (state !== 'live' || lastAliveUs <= endUs - staleUs || book.isOneSided || book.isCrossed) return;
      taker.onEnd(endUs, book);
    };
    // Whatever comes at the end itself still belongs to the bar.
    const advanceTo = (atUs: TimeUs): void => {
      if (openEndUs > 0 && atUs > openEndUs) endAt(openEndUs);
      openEndUs = Math.ceil(atUs / barUs) * barUs;
      lastUs = atUs;
    };
    await source.play(
      {
        onBook: (update) => {
          store.apply(update);
          if (update.instrumentId !== id || taker.onBook === undefined) return;
          if (store.sync(id).state === 'live' && !book.isOneSided && !book.isCrossed) {
            taker.onBook(book, update.receivedUs);
          }
        },
        onTrade: (trade) => {
          if (trade.instrumentId === id) taker.onTrade?.(trade);
        },
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
    if (lastUs === openEndUs) endAt(openEndUs);
  } finally {
    await source.close();
  }
}

function openLog(file: string): Promise<LogSource> {
  return LogSource.open({ logs: [file], allowUnfinished: false, overrides: {} });
}

export type MarketChoice = {
  readonly file: string;
  /** `BTC/USD` or `BTC/USD@VENUE`; needed where the file has several. */
  readonly symbol: string | undefined;
  /** What the option of the symbol is called, for errors. */
  readonly symbolOption: string;
};

function chooseInstrument(
  { file, symbol, symbolOption }: MarketChoice,
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
