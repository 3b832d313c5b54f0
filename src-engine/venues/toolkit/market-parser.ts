/** A parser of a venue's public market data in JSON, with the short ways that the venue has. */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError, type FrameFault } from './frame-error.ts';
import { FrameParser, type LaneOf } from './frame-parser.ts';
import { LevelReader } from './level-reader.ts';
import type { StreamFrame } from './stream-frame.ts';
import type { SymbolIndex } from './symbol-index.ts';

/** A public trade as venues write it: decimal text, and the side of the taker. */
export type WrittenTrade = {
  readonly price: unknown;
  readonly qty: unknown;
  readonly side: unknown;
  readonly venueUs: TimeUs;
};

export abstract class MarketParser extends FrameParser<StreamFrame> {
  protected readonly reader = new LevelReader();
  /** The frame in hand concerns no book, whatever is wrong with it. */
  protected isHarmless = false;

  /** @param lanes in the order in which they are tried. */
  constructor(symbols: SymbolIndex, lanes: readonly LaneOf<StreamFrame>[] = []) {
    super(symbols, new BookUpdate(512), lanes);
  }

  override parseText(text: string, receivedUs: TimeUs): StreamFrame {
    this.isHarmless = false;
    return super.parseText(text, receivedUs);
  }

  /** One that names no book may be of any: its connection is not trusted on. One that names a symbol that is not of this run is of none. */
  protected override fault(error: unknown): FrameFault {
    const fault = super.fault(error);
    const costsAll = fault.instrumentId === undefined && !this.isHarmless && fault.code !== 'unknown-symbol';
    return { ...fault, costsAll };
  }

  /** Begins the message of this book; whatever cannot be read from here on costs it alone. @throws FrameError as `find`. */
  protected bookOf(symbol: unknown, isSnapshot: boolean, receivedUs: TimeUs): Instrument {
    const instrument = this.find(symbol);
    this.instrument = instrument;
    this.update.reset(instrument.id, isSnapshot, receivedUs);
    return instrument;
  }

  /** Rows of price and quantity into both sides. @throws as LevelReader.levels. */
  protected sides(instrument: Instrument, bids: unknown, asks: unknown): void {
    this.reader.levels(this.update, instrument, bids, true);
    this.reader.levels(this.update, instrument, asks, false);
  }

  /** @throws FrameError for a trade without side, price or quantity. */
  protected trade(
    { id: instrumentId, priceDecimals, qtyDecimals }: Instrument,
    { price, qty, side, venueUs }: WrittenTrade,
    receivedUs: TimeUs,
  ): TradePrint {
    const [priceUnits, qtyUnits] = [
      this.reader.units(price, priceDecimals),
      this.reader.qty(qty, qtyDecimals),
    ];
    if (priceUnits <= 0 || qtyUnits <= 0 || (side !== 'buy' && side !== 'sell'))
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    return { kind: 'trade', instrumentId, price: priceUnits, qty: qtyUnits, side, venueUs, receivedUs };
  }
}

/** Fields that must be objects. @throws FrameError naming what is none. */
export function listIn(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new FrameError('bad-layout', `${name} is not a list`);
}

/** The number of a message. @throws FrameError where it is not a whole number that a double holds exactly. */
export function numberIn(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new FrameError('bad-layout', `${name} is not a number of a message`);
}
