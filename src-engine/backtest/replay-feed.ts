/** A market log's events as the market calls that a live feed makes: one by one, in their order and at their time. */
import { decimal, type DecimalText } from '../domain/decimal.ts';
import { assert, UserError } from '../domain/errors.ts';
import type { InstrumentId, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type {
  LogLevel,
  MarketLogBook,
  MarketLogEvent,
  MarketLogRaw,
  MarketLogRules,
  MarketLogTrade,
} from '../storage/market-log-types.ts';
import type { MarketLog } from '../storage/market-log.ts';
import type { MarketSink } from '../venues/market-feed.ts';
import { type FrameDecoder, frameDecoder } from './raw-frames.ts';
import { OFF_GRID, parseQuantity, parseUnits } from './units.ts';

export type ReplayParts = {
  readonly logs: readonly Pick<MarketLog, 'path' | 'header'>[];
  readonly instruments: readonly Instrument[];
  /** Per log: position in its header → id in the run. */
  readonly ids: readonly (readonly InstrumentId[])[];
  readonly sink: MarketSink;
  /** Called with the time of every event before the event is applied. */
  advanceTo(atUs: number): void;
};

export class ReplayFeed {
  readonly #parts: ReplayParts;
  readonly #update = new BookUpdate(256);
  readonly #decoders = new Map<string, FrameDecoder>();
  events = 0;
  /** Raw frames that the venue's adapter could not read, and what was wrong with the first. */
  unreadableFrames = 0;
  firstFault = '';

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Applies one event. @throws UserError naming file, line, field and value of a number that is off the grid. */
  report(event: MarketLogEvent, logIndex: number): void {
    this.events++;
    this.#parts.advanceTo(event.tUs);
    if (event.kind === 'raw') this.#raw(event, logIndex);
    else if (event.kind === 'trade') this.#trade(event, logIndex);
    else if (event.kind === 'rules') this.#rules(event, logIndex);
    else if (event.kind === 'perpetual')
      this.#parts.sink.onPerpetual?.(this.#venueOf(logIndex), event.reading, event.tUs);
    else if (event.kind === 'funding')
      this.#parts.sink.onFunding?.(this.#venueOf(logIndex), event.payment, event.tUs);
    else this.#book(event, logIndex);
  }

  /** As `FrameDecoder.bookFrame`; undefined where no frame of this venue came. */
  bookFrame(venue: VenueName, id: InstrumentId): string | undefined {
    return this.#decoders.get(venue)?.bookFrame(id);
  }

  #book(event: MarketLogBook, logIndex: number): void {
    const instrument = this.#instrument(event, logIndex);
    const update = this.#update;
    update.reset(instrument.id, event.kind === 'snapshot', event.tUs);
    update.seq = event.seq;
    update.prevSeq = event.prevSeq;
    update.venueUs = event.venueUs ?? 0;
    this.#levels(event, logIndex, instrument, 'b');
    this.#levels(event, logIndex, instrument, 'a');
    this.#parts.sink.onBook(update);
  }

  #trade(event: MarketLogTrade, logIndex: number): void {
    const { id, priceDecimals, qtyDecimals } = this.#instrument(event, logIndex);
    const price = parseUnits(event.price, priceDecimals);
    if (price === OFF_GRID)
      throw this.#offGrid(event, logIndex, `p of ${event.symbol}`, event.price, priceDecimals);
    const qty = parseQuantity(event.qty, qtyDecimals);
    if (qty === OFF_GRID)
      throw this.#offGrid(event, logIndex, `q of ${event.symbol}`, event.qty, qtyDecimals);
    const { side, tUs: receivedUs, venueUs = 0 } = event;
    this.#parts.sink.onTrade({ kind: 'trade', instrumentId: id, price, qty, side, venueUs, receivedUs });
  }

  #rules(event: MarketLogRules, logIndex: number): void {
    const { id } = this.#instrument(event, logIndex);
    const { sink } = this.#parts;
    const { tUs, change, status, stopped } = event;
    if (status !== undefined) sink.onInstrumentStatus(id, status, tUs);
    if (change !== undefined) sink.onInstrumentChange?.(id, change, tUs);
    if (stopped !== undefined) sink.onInstrumentStopped?.(id, stopped, tUs);
  }

  #raw(event: MarketLogRaw, logIndex: number): void {
    const { logs, instruments, sink } = this.#parts;
    const log = logs[logIndex];
    assert(log !== undefined, `log ${logIndex} is one of the run's`);
    const { venue } = log.header;
    let decoder = this.#decoders.get(venue);
    if (decoder === undefined) {
      decoder = frameDecoder(venue, log.path, instruments, sink);
      this.#decoders.set(venue, decoder);
    }
    const fault = decoder.decode(event);
    if (fault === '') return;
    this.unreadableFrames++;
    if (this.firstFault === '') this.firstFault = `${log.path} line ${event.line}: ${fault}`;
  }

  #levels(event: MarketLogBook, logIndex: number, instrument: Instrument, side: 'b' | 'a'): void {
    const update = this.#update;
    const levels = side === 'b' ? event.bids : event.asks;
    for (let index = 0; index < levels.length; index++) {
      const [priceText, qtyText] = levels[index] as LogLevel;
      const price = parseUnits(priceText, instrument.priceDecimals);
      const qty = parseQuantity(qtyText, instrument.qtyDecimals);
      if (price === OFF_GRID) {
        const field = `${side}[${index}] price of ${instrument.symbol}`;
        throw this.#offGrid(event, logIndex, field, priceText, instrument.priceDecimals);
      }
      if (qty === OFF_GRID) {
        const field = `${side}[${index}] quantity of ${instrument.symbol}`;
        throw this.#offGrid(event, logIndex, field, qtyText, instrument.qtyDecimals);
      }
      if (side === 'b') update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    }
  }

  #venueOf(logIndex: number): VenueName {
    return this.#parts.logs[logIndex]?.header.venue ?? '';
  }

  #instrument(event: MarketLogBook | MarketLogTrade | MarketLogRules, logIndex: number): Instrument {
    const id = this.#parts.ids[logIndex]?.[event.instrumentIndex];
    const instrument = id === undefined ? undefined : this.#parts.instruments[id];
    assert(instrument !== undefined, `${event.symbol} is an instrument of the run`);
    return instrument;
  }

  #offGrid(
    event: MarketLogEvent,
    logIndex: number,
    field: string,
    value: DecimalText,
    decimals: number,
  ): UserError {
    const tooFine = decimal(value).decimalPlaces() > decimals;
    return new UserError({
      code: 'off-grid',
      field: `${this.#parts.logs[logIndex]?.path ?? ''} line ${event.line}, ${field}`,
      value,
      message: tooFine ? `has more than the instrument's ${decimals} decimals` : 'is too large for a book',
      remedy: 'Correct the value, or the tick, lot or decimals of the instrument in the header.',
    });
  }
}
