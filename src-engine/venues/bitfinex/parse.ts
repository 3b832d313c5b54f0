/**
 * Frames of Bitfinex's WebSocket v2 (Bitfinex, "WebSocket: General", "Books", "Trades", "Checksum"), from bytes to our values: arrays by
 * the number of a channel, or as a recording keeps them, with their channel. A frame that cannot be read is a result that says why,
 * never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { exactJson } from '../../lib/exact-json.ts';
import { plainDecimal } from '../capture/plain-decimal.ts';
import { FrameError, type FrameFault } from '../toolkit/frame-error.ts';
import { FrameParser } from '../toolkit/frame-parser.ts';
import { isObject, numericOf, wordOf } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import { BOOK, OTHER, type StreamChannel, type StreamFrame } from '../toolkit/stream-frame.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { ChangeLane } from './change-lane.ts';
import { type Channels, kindOf } from './channels.ts';
import { eventFrame } from './events.ts';
import { KeptBooks } from './kept-books.ts';
import type { WrittenBook } from './written-book.ts';

/** A row of a book: the sign of the amount is its side, a count of zero removes it. */
type Row = readonly [price: string, count: string, amount: string];

export class BitfinexParser extends FrameParser<StreamFrame> {
  readonly #channels: Channels;
  readonly #books: KeptBooks;
  readonly #reader = new LevelReader();
  /** The frame in hand concerns no book, whatever is wrong with it. */
  #isHarmless = false;

  /** @param channels of the connection; the parser opens and closes them as the venue says. */
  constructor(instruments: readonly Instrument[], channels: Channels) {
    const books = new KeptBooks(instruments);
    const lane = new ChangeLane(channels, books);
    super(new SymbolIndex(instruments), new BookUpdate(256), [{ lane, frame: BOOK }]);
    this.#channels = channels;
    this.#books = books;
  }

  get books(): Pick<KeptBooks, 'lose' | 'loseAll'> {
    return this.#books;
  }

  override parseText(text: string, receivedUs: TimeUs): StreamFrame | FrameFault {
    this.#isHarmless = false;
    return super.parseText(text, receivedUs);
  }

  protected override fault(error: unknown): FrameFault {
    const fault = super.fault(error);
    const isOfBooks =
      fault.instrumentId === undefined && !this.#isHarmless && fault.code !== 'unknown-symbol';
    return { ...fault, costsAll: isOfBooks };
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = parsed(text);
    if (Array.isArray(json)) return this.#array(json as unknown[], receivedUs);
    if (!isObject(json)) throw new FrameError('bad-layout', 'neither an event nor an array');
    if (json['event'] !== undefined) {
      this.#isHarmless = true;
      return eventFrame(json, this.#channels);
    }
    const { channel, symbol, frame, own } = json;
    const kind = kindOf(channel);
    if (kind === undefined || typeof symbol !== 'string' || !Array.isArray(frame))
      throw new FrameError('bad-layout', 'a message without its channel');
    return this.#message(kind, symbol, frame.slice(1) as unknown[], receivedUs, own === true);
  }

  #array([id, ...body]: readonly unknown[], receivedUs: TimeUs): StreamFrame {
    const channel = this.#channels.of(numericOf(id));
    if (channel !== undefined) return this.#message(channel.kind, channel.symbol, body, receivedUs, false);
    // A sign of life may come before the answer that opens its channel.
    if (body[0] === 'hb') return OTHER;
    throw new FrameError(
      'bad-layout',
      `a message of the channel ${wordOf(id).slice(0, 20)}, which is not open`,
    );
  }

  #message(
    kind: StreamChannel,
    symbol: string,
    [first, second]: readonly unknown[],
    receivedUs: TimeUs,
    isOwn: boolean,
  ): StreamFrame {
    this.#isHarmless = kind === 'trades';
    const instrument = this.find(symbol);
    if (kind === 'trades') return first === 'te' ? this.#trade(instrument, second, receivedUs) : OTHER;
    this.instrument = instrument;
    const written = this.#books.of(symbol)?.written as WrittenBook;
    const isSnapshot = Array.isArray(first) && (first.length === 0 || Array.isArray(first[0]));
    // Changes of a book that was lost are of no use.
    if (!isSnapshot && !written.hasBegun) return OTHER;
    this.update.reset(instrument.id, isSnapshot, receivedUs);
    if (first === 'cs') this.#compare(written, second);
    if (first === 'cs' || first === 'hb') return BOOK;
    if (!Array.isArray(first))
      throw new FrameError('bad-layout', 'it is neither levels, nor a checksum, nor a sign of life');
    if (isSnapshot) written.clear();
    written.hasBegun = true;
    for (const row of isSnapshot ? (first as unknown[]) : [first])
      this.#level(instrument, written, rowOf(row));
    if (isSnapshot) written.isVenues = !isOwn;
    return BOOK;
  }

  /**
   * A price that is finer than the book counts lies far behind the best one, as prices have five digits: such a level is left out, and
   * the book shows less than there is.
   */
  #level(instrument: Instrument, written: WrittenBook, [price, count, amount]: Row): void {
    const isAsk = amount.startsWith('-');
    const side = isAsk ? written.asks : written.bids;
    const qty = this.#reader.qty(plain(isAsk ? amount.slice(1) : amount), instrument.qtyDecimals);
    const units = this.#units(instrument, price);
    const key = units ?? Number(price) * 10 ** instrument.priceDecimals;
    if (!(key > 0)) throw new FrameError('bad-number', 'a level whose price is zero');
    if (!/^\d+$/.test(count)) throw new FrameError('bad-number', 'a level without its count');
    const isRemoved = Number(count) === 0;
    if (isRemoved) side.remove(key);
    else {
      if (Number(amount) === 0) throw new FrameError('bad-number', 'a level whose amount is zero');
      const text = Buffer.from(price + amount, 'latin1');
      if (!side.set(key, text, 0, price.length, price.length, text.length))
        throw new FrameError('bad-number', 'a level with too many digits');
    }
    if (units === undefined) return;
    if (isAsk) this.update.pushAsk(units, isRemoved ? 0 : qty);
    else this.update.pushBid(units, isRemoved ? 0 : qty);
  }

  #units({ priceDecimals }: Instrument, price: string): number | undefined {
    try {
      return this.#reader.units(plain(price), priceDecimals);
    } catch (error) {
      if (error instanceof FrameError && error.code === 'too-many-decimals') return undefined;
      throw error;
    }
  }

  /**
   * Compared where the book is the venue's own text, in both forms in which exponents are written. One that agrees is a message of the
   * book without a level.
   * @throws FrameError for one that does not.
   */
  #compare(written: WrittenBook, value: unknown): void {
    const announced = numericOf(value);
    if (typeof value !== 'string' || !Number.isInteger(announced))
      throw new FrameError('bad-number', 'a checksum that is no integer');
    if (!written.isVenues) return;
    const own = written.checksum();
    if (own === announced || written.expandedChecksum() === announced) return;
    throw new FrameError('bad-checksum', `checksum ${announced} announced, ${own} counted`);
  }

  /** `[id, time, amount, price]`; what the taker sold has an amount below zero. `tu` is the same trade again. */
  #trade(
    { id: instrumentId, priceDecimals, qtyDecimals }: Instrument,
    row: unknown,
    receivedUs: TimeUs,
  ): StreamFrame {
    const [, time, amount, price] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof amount !== 'string' || typeof price !== 'string')
      throw new FrameError('bad-layout', 'a trade without its amount or its price');
    const isSell = amount.startsWith('-');
    const qty = this.#reader.qty(plain(isSell ? amount.slice(1) : amount), qtyDecimals);
    const priceUnits = this.#reader.units(plain(price), priceDecimals);
    if (priceUnits <= 0 || qty <= 0)
      throw new FrameError('bad-layout', 'a trade without a price or an amount');
    const side = isSell ? 'sell' : 'buy';
    const venueUs = millisecondsUs(numericOf(time));
    const trade = { kind: 'trade', instrumentId, price: priceUnits, qty, side, venueUs, receivedUs } as const;
    return { kind: 'trades', trades: [trade] };
  }
}

/** Numbers stay the text that the venue wrote: the checksum covers it. */
function parsed(text: string): unknown {
  try {
    return exactJson(text);
  } catch {
    throw new FrameError('bad-layout', `not JSON: ${text.slice(0, 60)}`);
  }
}

function rowOf(row: unknown): Row {
  const [price, count, amount] = Array.isArray(row) ? (row as unknown[]) : [];
  if (typeof price === 'string' && typeof count === 'string' && typeof amount === 'string')
    return [price, count, amount];
  throw new FrameError('bad-layout', 'a level that is not a price, a count and an amount');
}

/** Without an exponent. @throws FrameError for what is no number. */
function plain(text: string): string {
  try {
    return plainDecimal(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FrameError('bad-number', `${JSON.stringify(text.slice(0, 24))} is not a number`);
  }
}
