/**
 * Frames of Binance's market streams (Binance spot API, "Web Socket Streams"), from bytes to our values. A frame that
 * cannot be read is a result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { DepthLane } from './depth-lane.ts';
import type { Frame } from './frame.ts';
import { TouchLane } from './touch-lane.ts';

const DEPTH: Frame = { kind: 'depth' };
const SNAPSHOT: Frame = { kind: 'snapshot' };
const TOUCH: Frame = { kind: 'touch' };
const OTHER: Frame = { kind: 'other' };

type Json = Readonly<Record<string, unknown>>;

/** How a recording keeps the REST answer behind a book: Binance's own form names no symbol. */
export function snapshotFrame(symbol: string, body: string): string {
  return `{"snapshot":${JSON.stringify(symbol)},"data":${body}}`;
}

export class BinanceParser {
  /** The last book message. Filled again by the next. */
  readonly update = new BookUpdate(1_024);
  readonly #symbols: SymbolIndex;
  readonly #reader = new LevelReader();
  readonly #lane: DepthLane;
  readonly #touchLane: TouchLane;
  /** Whose book the frame in hand changes, once that is known. */
  #instrument: Instrument | undefined;

  constructor(symbols: SymbolIndex) {
    this.#symbols = symbols;
    this.#lane = new DepthLane(symbols);
    this.#touchLane = new TouchLane(symbols);
  }

  /** First update id that the last `depth` frame covers. */
  get firstId(): number {
    return this.#lane.firstId[0] as number;
  }

  /** @param bytes one frame. @param receivedUs when it arrived here. */
  parse(bytes: Buffer, receivedUs: TimeUs): Frame {
    if (this.#lane.read(bytes, 0, bytes.length, receivedUs, this.update)) return DEPTH;
    if (this.#touchLane.read(bytes, 0, bytes.length, receivedUs, this.update)) return TOUCH;
    return this.parseText(bytes.toString('utf8'), receivedUs);
  }

  /** A frame that is the JSON string between the quotes at `start` − 1 and `end`, as a market log keeps it. */
  parseEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    if (this.#lane.readEscaped(bytes, start, end, receivedUs, this.update)) return DEPTH;
    if (this.#touchLane.readEscaped(bytes, start, end, receivedUs, this.update)) return TOUCH;
    return this.parseText(JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string, receivedUs);
  }

  /** The general way, for frames of any layout. */
  parseText(text: string, receivedUs: TimeUs): Frame {
    this.#instrument = undefined;
    try {
      return this.#frame(text, receivedUs);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #frame(text: string, receivedUs: TimeUs): Frame {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new FrameError('bad-layout', `not JSON: ${text.slice(0, 60)}`);
    }
    if (!isObject(json)) throw new FrameError('bad-layout', 'not a JSON object');
    if (typeof json['snapshot'] === 'string')
      return this.#snapshot(json['snapshot'], json['data'], receivedUs);
    const data = isObject(json['data']) ? json['data'] : json;
    if ('id' in json && ('result' in json || 'error' in json)) return ack(json);
    switch (data['e']) {
      case 'depthUpdate':
        return this.#depth(data, receivedUs);
      case 'trade':
        return this.#trade(data, receivedUs);
      case 'serverShutdown':
        return { kind: 'shutdown' };
      case undefined:
        // Best prices are the only message without a type of its own.
        return 'u' in data && 'B' in data ? this.#touch(data, receivedUs) : OTHER;
      default:
        return OTHER;
    }
  }

  #failed(error: unknown): Frame {
    const instrumentId = this.#instrument?.id;
    const symbol = this.#instrument === undefined ? '' : `${this.#instrument.symbol}: `;
    if (error instanceof FrameError) {
      return { kind: 'error', code: error.code, detail: symbol + error.message, instrumentId };
    }
    // BookUpdate refuses to grow beyond its bound.
    if (error instanceof RangeError) {
      return { kind: 'error', code: 'too-many-levels', detail: symbol + error.message, instrumentId };
    }
    throw error;
  }

  #depth(data: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(data['s']);
    this.update.reset(instrument.id, false, receivedUs);
    this.update.venueUs = timeUs(data['E']);
    this.#lane.firstId[0] = idOf(data, 'U');
    this.update.seq = idOf(data, 'u');
    this.#reader.levels(this.update, instrument, data['b'], true);
    this.#reader.levels(this.update, instrument, data['a'], false);
    return DEPTH;
  }

  #snapshot(symbol: string, body: unknown, receivedUs: TimeUs): Frame {
    const instrument = this.#find(symbol);
    if (!isObject(body)) throw new FrameError('bad-layout', 'a depth snapshot that is not an object');
    this.update.reset(instrument.id, true, receivedUs);
    this.update.seq = idOf(body, 'lastUpdateId');
    this.#reader.levels(this.update, instrument, body['bids'], true);
    this.#reader.levels(this.update, instrument, body['asks'], false);
    return SNAPSHOT;
  }

  /** One that cannot be read costs no book: it only shows less early what the changes of the book say. */
  #touch(data: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(data['s']);
    this.#instrument = undefined;
    const { priceDecimals, qtyDecimals } = instrument;
    this.update.resetTouch(instrument.id, receivedUs);
    this.update.seq = idOf(data, 'u');
    this.update.pushBid(
      this.#reader.units(data['b'], priceDecimals),
      this.#reader.qty(data['B'], qtyDecimals),
    );
    this.update.pushAsk(
      this.#reader.units(data['a'], priceDecimals),
      this.#reader.qty(data['A'], qtyDecimals),
    );
    return TOUCH;
  }

  #trade(data: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(data['s']);
    // A trade that cannot be read costs no book.
    this.#instrument = undefined;
    const price = this.#reader.units(data['p'], instrument.priceDecimals);
    const qty = this.#reader.units(data['q'], instrument.qtyDecimals);
    // `m`: the buyer is the maker, so the seller took.
    const isSell = data['m'];
    if (price <= 0 || qty <= 0 || typeof isSell !== 'boolean') {
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    }
    const venueUs = timeUs(data['T']);
    const side = isSell ? 'sell' : 'buy';
    return {
      kind: 'trade',
      trade: { kind: 'trade', instrumentId: instrument.id, price, qty, side, venueUs, receivedUs },
    };
  }

  #find(symbol: unknown): Instrument {
    const instrument = typeof symbol === 'string' ? this.#symbols.find(symbol) : undefined;
    if (instrument === undefined) {
      throw new FrameError(
        'unknown-symbol',
        `${JSON.stringify(symbol) ?? 'nothing'} is not an instrument of this run`,
      );
    }
    this.#instrument = instrument;
    return instrument;
  }
}

function ack(json: Json): Frame {
  const error = isObject(json['error']) ? json['error'] : undefined;
  const { id } = json;
  return {
    kind: 'ack',
    id: typeof id === 'number' ? id : 0,
    code: typeof error?.['code'] === 'number' ? error['code'] : 0,
    error: error === undefined ? '' : typeof error['msg'] === 'string' ? error['msg'] : 'refused',
  };
}

function idOf(json: Json, key: string): number {
  const id = json[key];
  if (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0) return id;
  throw new FrameError('bad-layout', `${key} is not an update id`);
}

/** Times are milliseconds unless the connection asked for microseconds, which ours does not. */
function timeUs(value: unknown): TimeUs {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value * US_PER_MS : 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
