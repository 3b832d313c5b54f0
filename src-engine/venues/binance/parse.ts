/**
 * Frames of Binance's market streams (Binance spot API, "Web Socket Streams"), from bytes to our values. A frame that
 * cannot be read is a result that says why, never an exception and never a guess.
 */
import { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { FrameParser, jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import type { SnapshotReach } from '../toolkit/known-book.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { ownReach, reachOf } from './book-levels.ts';
import { DepthLane } from './depth-lane.ts';
import type { Frame } from './frame.ts';
import { TouchLane } from './touch-lane.ts';

const DEPTH: Frame = { kind: 'depth' };
const SNAPSHOT: Frame = { kind: 'snapshot' };
const TOUCH: Frame = { kind: 'touch' };
const OTHER: Frame = { kind: 'other' };

/** How a recording keeps the REST answer behind a book: Binance's own form names neither symbol nor limit. */
export function snapshotFrame(symbol: string, body: string, limit?: number): string {
  const asked = limit === undefined ? '' : `"limit":${limit},`;
  return `{"snapshot":${JSON.stringify(symbol)},${asked}"data":${body}}`;
}

/** How a recording keeps all that is known of a live book: which of its sides were cut stands beside it. */
export function knownBookFrame(symbol: string, body: string, bidsCut: boolean, asksCut: boolean): string {
  return `{"snapshot":${JSON.stringify(symbol)},"cut":[${bidsCut},${asksCut}],"data":${body}}`;
}

export class BinanceParser extends FrameParser<Frame> {
  /** How much of its book the last `snapshot` frame shows. */
  reach: SnapshotReach = reachOf(0, 0, undefined);
  readonly #reader = new LevelReader();
  readonly #lane: DepthLane;

  constructor(symbols: SymbolIndex) {
    const lane = new DepthLane(symbols);
    super(symbols, new BookUpdate(1_024), [
      { lane, frame: DEPTH },
      { lane: new TouchLane(symbols), frame: TOUCH },
    ]);
    this.#lane = lane;
  }

  /** First update id that the last `depth` frame covers. */
  get firstId(): number {
    return this.#lane.firstId[0] as number;
  }

  protected override frame(text: string, receivedUs: TimeUs): Frame {
    const json = jsonFrame(text);
    if (typeof json['snapshot'] === 'string') return this.#snapshot(json['snapshot'], json, receivedUs);
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

  #depth(data: Json, receivedUs: TimeUs): Frame {
    const instrument = this.find(data['s']);
    this.instrument = instrument;
    this.update.reset(instrument.id, false, receivedUs);
    // Times are milliseconds unless the connection asked for microseconds, which ours does not.
    this.update.venueUs = millisecondsUs(data['E']);
    this.#lane.firstId[0] = idOf(data, 'U');
    this.update.seq = idOf(data, 'u');
    this.#reader.levels(this.update, instrument, data['b'], true);
    this.#reader.levels(this.update, instrument, data['a'], false);
    return DEPTH;
  }

  #snapshot(symbol: string, { data: body, limit, cut }: Json, receivedUs: TimeUs): Frame {
    const instrument = this.find(symbol);
    this.instrument = instrument;
    if (!isObject(body)) throw new FrameError('bad-layout', 'a depth snapshot that is not an object');
    this.update.reset(instrument.id, true, receivedUs);
    this.update.seq = idOf(body, 'lastUpdateId');
    this.#reader.levels(this.update, instrument, body['bids'], true);
    this.#reader.levels(this.update, instrument, body['asks'], false);
    const { bidCount, askCount } = this.update;
    this.reach = Array.isArray(cut)
      ? ownReach(bidCount, askCount, cut[0] === true, cut[1] === true)
      : reachOf(bidCount, askCount, typeof limit === 'number' ? limit : undefined);
    return SNAPSHOT;
  }

  /** One that cannot be read costs no book: it only shows less early what the changes of the book say. */
  #touch(data: Json, receivedUs: TimeUs): Frame {
    const instrument = this.find(data['s']);
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
    // A trade that cannot be read costs no book.
    const instrument = this.find(data['s']);
    const price = this.#reader.units(data['p'], instrument.priceDecimals);
    const qty = this.#reader.units(data['q'], instrument.qtyDecimals);
    // `m`: the buyer is the maker, so the seller took.
    const isSell = data['m'];
    if (price <= 0 || qty <= 0 || typeof isSell !== 'boolean') {
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    }
    const venueUs = millisecondsUs(data['T']);
    const side = isSell ? 'sell' : 'buy';
    return {
      kind: 'trade',
      trade: { kind: 'trade', instrumentId: instrument.id, price, qty, side, venueUs, receivedUs },
    };
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
