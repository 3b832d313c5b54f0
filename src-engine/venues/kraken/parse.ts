/**
 * Kraken's WebSocket v2 frames (docs.kraken.com, "Spot WebSocket v2"), from bytes to our values. Book and trade
 * frames are scanned once, digit by digit; all others are rare and go through JSON.parse. A frame that cannot
 * be read is a result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { BookLane } from './book-lane.ts';
import type { Frame } from './frame.ts';
import { FrameError, type FrameFault } from '../toolkit/frame-error.ts';
import { FrameParser } from '../toolkit/frame-parser.ts';
import { parseControlFrame } from './parse-control.ts';
import { Scanner } from '../toolkit/scanner.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { parseTimestamp } from '../toolkit/timestamp.ts';

const BOOK: Frame = { kind: 'book' };
const HEARTBEAT: Frame = { kind: 'heartbeat' };

export class KrakenParser extends FrameParser<Frame> {
  readonly #scanner = new Scanner();
  /** Whether the frame in hand says something of a book. */
  #isBook = false;

  constructor(symbols: SymbolIndex) {
    super(symbols, new BookUpdate(1_024), [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): Frame {
    this.#isBook = false;
    if (text.startsWith('{"channel":"book"')) return this.#book(text, receivedUs);
    if (text.startsWith('{"channel":"heartbeat"')) return HEARTBEAT;
    if (text.startsWith('{"channel":"trade"')) return this.#trades(text, receivedUs);
    const frame = parseControlFrame(text);
    if (frame.kind !== 'market') return frame;
    // A market frame whose keys come in another order than Kraken writes them.
    return frame.channel === 'book' ? this.#book(text, receivedUs) : this.#trades(text, receivedUs);
  }

  /** One that may be of any book costs all: a checksum shows what was missed only for the best levels. */
  protected override fault(error: unknown): FrameFault {
    const fault = super.fault(error);
    const isOfAnyBook = this.#isBook && fault.instrumentId === undefined;
    return { ...fault, costsAll: isOfAnyBook && fault.code !== 'unknown-symbol' };
  }

  #book(text: string, receivedUs: TimeUs): Frame {
    this.#isBook = true;
    const scanner = this.#scanner;
    scanner.reset(text);
    scanner.beginObject();
    let isSnapshot = false;
    let hasData = false;
    for (let first = true; scanner.nextKey(first); first = false) {
      if (scanner.is('type')) {
        scanner.string();
        isSnapshot = scanner.is('snapshot');
      } else if (scanner.is('data')) {
        scanner.beginArray();
        if (!scanner.nextItem(true)) scanner.fail('a book frame without a book');
        this.#bookData(receivedUs);
        // "The book element is always the first and only item in the data payload."
        if (scanner.nextItem(false)) {
          this.instrument = undefined;
          scanner.fail('a book frame with two books');
        }
        hasData = true;
      } else scanner.skip();
    }
    this.#expectEnd();
    if (!hasData) {
      // It is whole, and says nothing of any book.
      this.#isBook = false;
      scanner.fail('a book frame without data');
    }
    this.update.isSnapshot = isSnapshot;
    return BOOK;
  }

  #bookData(receivedUs: TimeUs): void {
    const scanner = this.#scanner;
    const update = this.update;
    update.reset(0, false, receivedUs);
    const instrument = this.#findInstrument();
    this.instrument = instrument;
    update.instrumentId = instrument.id;
    scanner.beginObject();
    for (let first = true; scanner.nextKey(first); first = false) {
      if (scanner.is('bids')) this.#levels(instrument, true);
      else if (scanner.is('asks')) this.#levels(instrument, false);
      else if (scanner.is('checksum')) update.checksum = scanner.integer();
      else if (scanner.is('timestamp')) {
        scanner.string();
        update.venueUs = parseTimestamp(scanner.text, scanner.start, scanner.end);
      } else scanner.skip();
    }
  }

  /**
   * Finds the instrument of the object that comes next and goes back to where that object begins: the decimals
   * of all else in it hang on the symbol. Kraken writes it first, so that little is read twice.
   */
  #findInstrument(): Instrument {
    const scanner = this.#scanner;
    scanner.peek();
    const objectAt = scanner.at;
    scanner.beginObject();
    for (let first = true; scanner.nextKey(first); first = false) {
      if (!scanner.is('symbol')) {
        scanner.skip();
        continue;
      }
      scanner.string();
      const instrument = this.symbols.find(scanner.text, scanner.start, scanner.end);
      if (instrument === undefined) {
        throw new FrameError('unknown-symbol', `"${scanner.span()}" is not an instrument of this run`);
      }
      scanner.at = objectAt;
      return instrument;
    }
    return scanner.fail('an entry without a symbol');
  }

  #levels(instrument: Instrument, areBids: boolean): void {
    const scanner = this.#scanner;
    scanner.beginArray();
    for (let first = true; scanner.nextItem(first); first = false) {
      scanner.beginObject();
      let price = -1;
      let qty = -1;
      for (let firstKey = true; scanner.nextKey(firstKey); firstKey = false) {
        if (scanner.is('price')) price = scanner.units(instrument.priceDecimals);
        else if (scanner.is('qty')) qty = scanner.quantity(instrument.qtyDecimals);
        else scanner.skip();
      }
      if (price <= 0 || qty < 0) scanner.fail('a level without a price or a quantity');
      if (areBids) this.update.pushBid(price, qty);
      else this.update.pushAsk(price, qty);
    }
  }

  #trades(text: string, receivedUs: TimeUs): Frame {
    const scanner = this.#scanner;
    scanner.reset(text);
    scanner.beginObject();
    let isSnapshot = false;
    const trades: TradePrint[] = [];
    for (let first = true; scanner.nextKey(first); first = false) {
      if (scanner.is('type')) {
        scanner.string();
        isSnapshot = scanner.is('snapshot');
      } else if (scanner.is('data')) {
        scanner.beginArray();
        for (let firstItem = true; scanner.nextItem(firstItem); firstItem = false) {
          trades.push(this.#trade(receivedUs));
        }
      } else scanner.skip();
    }
    this.#expectEnd();
    return { kind: 'trades', isSnapshot, trades };
  }

  #trade(receivedUs: TimeUs): TradePrint {
    const scanner = this.#scanner;
    const { id, priceDecimals, qtyDecimals } = this.#findInstrument();
    let price = -1;
    let qty = -1;
    let venueUs = 0;
    let isBuy = false;
    let isSell = false;
    scanner.beginObject();
    for (let first = true; scanner.nextKey(first); first = false) {
      if (scanner.is('price')) price = scanner.units(priceDecimals);
      else if (scanner.is('qty')) qty = scanner.quantity(qtyDecimals);
      else if (scanner.is('side')) {
        scanner.string();
        isBuy = scanner.is('buy');
        isSell = scanner.is('sell');
      } else if (scanner.is('timestamp')) {
        scanner.string();
        venueUs = parseTimestamp(scanner.text, scanner.start, scanner.end);
      } else scanner.skip();
    }
    if (price <= 0 || qty <= 0 || isBuy === isSell) scanner.fail('a trade without side, price or quantity');
    return {
      kind: 'trade',
      instrumentId: id,
      price,
      qty,
      side: isBuy ? 'buy' : 'sell',
      venueUs,
      receivedUs,
    };
  }

  #expectEnd(): void {
    if (!Number.isNaN(this.#scanner.peek())) this.#scanner.fail('text after the frame');
  }
}
