/**
 * Books and best prices in recordings of Binance's streams, and of venues that speak its protocol (Binance.US).
 * Source of the shapes: Binance spot API, "Web Socket Streams" and "How to manage a local order book correctly".
 */
import { rangeContinuity } from '../../books/continuity.ts';
import type { BookMessage, CaptureReader, Touch, UnreadableBook } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { plainObject } from '../capture/exact-json.ts';
import { type PlainLevel, plainLevels } from '../capture/plain-decimal.ts';
import { isObject, type Json } from '../toolkit/json.ts';

type Message = BookMessage | Touch | UnreadableBook;

const NOTHING: readonly Message[] = [];
const DEPTH_PATH = /\/api\/v3\/depth\?/;
/** `@depth20`: the best levels, again and again. Neither a change nor the snapshot that changes join on to. */
const PARTIAL_DEPTH = /@depth(5|10|20)(@|$)/;

export class BinanceCaptureReader implements CaptureReader {
  readonly venues: readonly string[];
  readonly integrity = 'sequence';
  readonly rule = {
    continuity: ({ first, last }: BookMessage, applied: number) => rangeContinuity(first, last, applied),
    hasRestSnapshots: true,
    refusesCrossed: true,
  };
  /** Symbols of the changes so far: a snapshot that stands in the stream does not name its own. */
  readonly #symbols = new Set<string>();
  #nameless: { readonly json: Json; readonly line: number } | undefined;

  constructor(venue: string) {
    this.venues = [venue];
  }

  read(record: CaptureRecord): readonly Message[] {
    if (record.kind === 'http') {
      if (!DEPTH_PATH.test(record.url)) return NOTHING;
      const symbol = new URL(record.url).searchParams.get('symbol');
      if (symbol === null || symbol === '') throw badLine(record.line, 'its URL names no symbol');
      return [snapshotOf(symbol, plainObject(record), record.line)];
    }
    const json = plainObject(record);
    const stream = typeof json['stream'] === 'string' ? json['stream'] : '';
    const data = isObject(json['data']) ? json['data'] : json;
    if (data['e'] === 'depthUpdate') return this.#delta(data, record.line);
    if ('lastUpdateId' in data && !PARTIAL_DEPTH.test(stream))
      return this.#namelessSnapshot(data, record.line);
    const touch = touchOf(data);
    return touch === undefined ? NOTHING : [touch];
  }

  #delta(data: Json, line: number): readonly Message[] {
    const { s: symbol, U: first, u: last } = data;
    if (typeof symbol !== 'string' || !isId(first) || !isId(last)) {
      throw badLine(line, 'a depthUpdate without its symbol, U or u');
    }
    this.#symbols.add(symbol);
    const delta = message('delta', symbol, first, last, data['b'], data['a']);
    const held = this.#nameless;
    if (held === undefined) return [delta];
    this.#nameless = undefined;
    return [snapshotOf(symbol, held.json, held.line), delta];
  }

  /** A REST answer in the stream itself: of the only symbol that the recording has. */
  #namelessSnapshot(json: Json, line: number): readonly Message[] {
    const [symbol, ...others] = this.#symbols;
    if (others.length > 0) throw badLine(line, 'a depth snapshot that names no symbol, among several');
    if (symbol !== undefined) return [snapshotOf(symbol, json, line)];
    this.#nameless = { json, line };
    return NOTHING;
  }
}

function snapshotOf(symbol: string, json: Json, line: number): Message {
  const { lastUpdateId } = json;
  if (!isId(lastUpdateId)) throw badLine(line, 'a depth snapshot without its lastUpdateId');
  return message('snapshot', symbol, lastUpdateId, lastUpdateId, json['bids'], json['asks']);
}

function message(
  kind: BookMessage['kind'],
  symbol: string,
  first: number,
  last: number,
  bids: unknown,
  asks: unknown,
): Message {
  try {
    return {
      kind,
      symbol,
      first,
      last,
      bids: plainLevels(bids, 'bids'),
      asks: plainLevels(asks, 'asks'),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
}

/** `bookTicker`: the only message with both best prices and an update id, and without a type of its own on the spot market. */
function touchOf(data: Json): Touch | undefined {
  const { s: symbol, u: seq, b, B, a, A } = data;
  if (typeof symbol !== 'string' || !isId(seq)) return undefined;
  const levels = [b, B, a, A].every((value) => typeof value === 'string')
    ? plainTouch([b, B], [a, A])
    : undefined;
  if (levels === undefined) return undefined;
  return { kind: 'touch', symbol, seq, bid: levels[0], ask: levels[1] };
}

function plainTouch(bid: unknown, ask: unknown): readonly [PlainLevel, PlainLevel] | undefined {
  try {
    const [best] = plainLevels([bid], 'bid');
    const [bestAsk] = plainLevels([ask], 'ask');
    return best === undefined || bestAsk === undefined ? undefined : [best, bestAsk];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
