/**
 * Frames of Coinbase's market data (Advanced Trade, "WebSocket Channels"), from bytes to our values. A frame that cannot be read is a
 * result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError, type FrameFault } from '../toolkit/frame-error.ts';
import { FrameParser, jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import { LevelRows } from '../toolkit/level-rows.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { parseTimestamp } from '../toolkit/timestamp.ts';
import type { Frame } from './frame.ts';
import { Level2Lane } from './level2-lane.ts';

const BOOK: Frame = { kind: 'book' };
const PARTIAL: Frame = { kind: 'partial' };
const HEARTBEAT: Frame = { kind: 'heartbeat' };
const OTHER: Frame = { kind: 'other' };

export class CoinbaseParser extends FrameParser<Frame> {
  readonly rows: LevelRows;
  readonly #reader = new LevelReader();
  readonly #lane: Level2Lane;
  /** Whether the frame in hand may be of a book, and of which is not known. */
  #isOfAnyBook = false;
  /** The message of an `events` frame. */
  #message: Json = {};

  /** @param symbols by the names of the streams. */
  constructor(symbols: SymbolIndex) {
    const rows = new LevelRows();
    const lane = new Level2Lane(symbols, rows);
    super(symbols, new BookUpdate(1), [{ lane, frame: BOOK }]);
    this.rows = rows;
    this.#lane = lane;
  }

  /** Whose book the last `book` frame is of, whether it is a snapshot, and its number and time; its levels are in `rows`. */
  get head(): BookUpdate {
    return this.update;
  }

  /** @param bytes one frame. @param receivedUs when it arrived here. @param inParts a long one is `partial`, and its bytes stay. */
  override parse(bytes: Buffer, receivedUs: TimeUs, inParts = false): Frame {
    this.#lane.readsInParts = inParts;
    // The lane does not begin with a frame that is too long for it.
    this.#lane.isPartial = false;
    const frame = super.parse(bytes, receivedUs);
    return this.#lane.isPartial ? PARTIAL : frame;
  }

  /** The next part of a frame whose last one was `partial`. @param bytes the whole frame, for the general way. */
  more(bytes: Buffer): Frame {
    if (this.#lane.more()) return this.#lane.isPartial ? PARTIAL : BOOK;
    return this.parseText(bytes.toString('utf8'), this.head.receivedUs);
  }

  override parseEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    this.#lane.readsInParts = false;
    return super.parseEscaped(bytes, start, end, receivedUs);
  }

  /** One of the snapshots and changes of the last `events` frame. @param at its place. */
  event(at: number, receivedUs: TimeUs): Frame {
    this.instrument = undefined;
    this.#isOfAnyBook = true;
    try {
      return this.#book(this.#message, (this.#message['events'] as readonly unknown[])[at], receivedUs);
    } catch (error) {
      return this.fault(error);
    }
  }

  protected override frame(text: string, receivedUs: TimeUs): Frame {
    this.#isOfAnyBook = true;
    const json = jsonFrame(text);
    if (json['type'] === 'error') return { kind: 'refusal', text: textOf(json['message']) };
    const { channel } = json;
    if (channel === 'heartbeats') return HEARTBEAT;
    if (typeof channel !== 'string' && 'sequence_num' in json)
      throw new FrameError('bad-layout', 'a numbered message without its channel');
    if (channel !== 'l2_data' && channel !== 'market_trades' && channel !== 'subscriptions') return OTHER;
    this.#isOfAnyBook = channel === 'l2_data';
    const events = json['events'];
    if (!Array.isArray(events)) throw new FrameError('bad-layout', 'a message without its events');
    if (channel === 'subscriptions') return subscriptionsOf(events as readonly unknown[]);
    if (channel === 'market_trades') return this.#trades(events as readonly unknown[], receivedUs);
    // One message is of one product as a rule; one of none, as an empty list of changes, says nothing.
    if (events.length === 1) return this.#book(json, events[0], receivedUs);
    this.#message = json;
    return { kind: 'events', count: events.length };
  }

  protected override fault(error: unknown): FrameFault {
    return { ...super.fault(error), costsAll: this.#isOfAnyBook };
  }

  #book(json: Json, event: unknown, receivedUs: TimeUs): Frame {
    const { type, product_id: product, updates }: Json = isObject(event) ? event : {};
    // That of a product which is not read here costs nothing.
    if (typeof product === 'string') this.#isOfAnyBook = false;
    const instrument = this.find(product);
    this.instrument = instrument;
    if ((type !== 'snapshot' && type !== 'update') || !Array.isArray(updates))
      throw new FrameError('bad-layout', 'it is neither a snapshot nor an update of a book');
    this.head.reset(instrument.id, type === 'snapshot', receivedUs);
    this.head.seq = numericOf(json['sequence_num']);
    this.head.venueUs = parseTimestamp(textOf(json['timestamp']));
    this.rows.clear();
    for (const row of updates as readonly unknown[]) this.#row(instrument, isObject(row) ? row : {});
    return BOOK;
  }

  #row({ priceDecimals, qtyDecimals }: Instrument, { side, price_level, new_quantity }: Json): void {
    if (side !== 'bid' && side !== 'offer') throw new FrameError('bad-layout', 'a level without its side');
    const qty = this.#reader.qty(new_quantity, qtyDecimals);
    let price: number;
    try {
      price = this.#reader.units(price_level, priceDecimals);
    } catch (error) {
      const isBetween =
        error instanceof FrameError && (error.code === 'too-many-decimals' || error.code === 'too-large');
      if (!isBetween) throw error;
      // A level at a price between the steps of a book is left out: there is no place for it.
      return;
    }
    if (price <= 0) throw new FrameError('bad-number', 'a level whose price is zero');
    this.rows.push(side === 'bid', price, qty);
  }

  #trades(events: readonly unknown[], receivedUs: TimeUs): Frame {
    const trades: TradePrint[] = [];
    for (const event of events) {
      // A snapshot repeats the last trades, which are not new.
      if (!isObject(event) || event['type'] !== 'update') continue;
      const rows = event['trades'];
      if (!Array.isArray(rows)) throw new FrameError('bad-layout', 'trades that are not a list');
      for (const row of rows as readonly unknown[])
        trades.push(this.#trade(isObject(row) ? row : {}, receivedUs));
    }
    return { kind: 'trades', trades };
  }

  /** `side` is taken for the maker's, as the venue's older feeds documented theirs: the taker's is the other one. */
  #trade({ product_id: product, price: priceText, size, side, time }: Json, receivedUs: TimeUs): TradePrint {
    const { id, priceDecimals, qtyDecimals } = this.find(product);
    const price = this.#reader.units(priceText, priceDecimals);
    const qty = this.#reader.qty(size, qtyDecimals);
    if (price <= 0 || qty <= 0 || (side !== 'BUY' && side !== 'SELL'))
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    return {
      kind: 'trade',
      instrumentId: id,
      price,
      qty,
      side: side === 'BUY' ? 'sell' : 'buy',
      venueUs: parseTimestamp(textOf(time)),
      receivedUs,
    };
  }
}

function subscriptionsOf(events: readonly unknown[]): Frame {
  const channels = new Map<string, ReadonlySet<string>>();
  for (const event of events) {
    const listed = isObject(event) ? event['subscriptions'] : undefined;
    if (!isObject(listed)) continue;
    for (const [channel, products] of Object.entries(listed)) {
      const names = Array.isArray(products) ? (products as unknown[]) : [];
      channels.set(channel, new Set(names.filter((name): name is string => typeof name === 'string')));
    }
  }
  return { kind: 'subscriptions', channels };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
