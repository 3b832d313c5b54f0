/**
 * Books and best prices in recordings of KuCoin's public sockets (KuCoin, "Level2 Market Data" and "Symbol Ticker" of the classic
 * socket, joined on to the REST order book; "Orderbook" of the unified one, whose snapshots come in the stream).
 */
import { rangeContinuity } from '../../books/continuity.ts';
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { plainObject } from '../capture/exact-json.ts';
import { NOTHING, other } from '../capture/reading.ts';
import { type PlainLevel, plainLevels } from '../capture/plain-decimal.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { isNoLevel, sequenceOf } from './sequence.ts';

const BOOK_PATH = /\/api\/v\d\/market\/orderbook\/level2(?:_\d+)?\?/;
const BOOK_TOPIC = '/market/level2:';
const TICKER_TOPIC = '/market/ticker:';

type Numbers = BookMessage['numbers'];

export class KucoinCaptureReader implements CaptureReader {
  readonly venues = ['kucoin', 'KUCOIN'];
  readonly integrity = 'sequence';
  readonly rule = {
    continuity: ({ first, last }: BookMessage, applied: number) => rangeContinuity(first, last, applied),
    hasRestSnapshots: true,
    refusesRepeats: true,
    hasExactTouches: true,
    refusesCrossed: true,
  };

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') {
      if (!BOOK_PATH.test(record.url)) return NOTHING;
      const symbol = new URL(record.url).searchParams.get('symbol') ?? '';
      if (symbol === '') throw badLine(record.line, 'its URL names no symbol');
      return [restSnapshot(symbol, plainObject(record))];
    }
    const json = plainObject(record);
    if (json['T'] === 'obu.SPOT') return unifiedBook(json);
    const { data } = json;
    // As a recording of ours keeps the answer of a REST call.
    if (typeof json['snapshot'] === 'string')
      return [restSnapshot(json['snapshot'], isObject(data) ? data : {})];
    const topic = typeof json['topic'] === 'string' ? json['topic'] : '';
    if (!isObject(data))
      return other(`${typeof json['type'] === 'string' ? json['type'] : 'nameless'} ${topic}`.trim());
    if (topic.startsWith(BOOK_TOPIC)) return [change(topic.slice(BOOK_TOPIC.length), data)];
    return topic.startsWith(TICKER_TOPIC)
      ? touch(topic.slice(TICKER_TOPIC.length), data)
      : other(topic.replace(/:.*/, '') || 'nameless');
  }
}

function restSnapshot(symbol: string, answer: Json): CaptureMessage {
  const data = isObject(answer['data']) ? answer['data'] : answer;
  const last = sequenceOf(data['sequence']);
  if (last === undefined) return unreadable(symbol, 'an order book without its sequence');
  return message('snapshot', symbol, last, last, data['bids'], data['asks']);
}

function change(symbol: string, data: Json): CaptureMessage {
  const [first, last] = [sequenceOf(data['sequenceStart']), sequenceOf(data['sequenceEnd'])];
  const { changes } = data;
  if (data['symbol'] !== symbol || first === undefined || last === undefined || first > last)
    return unreadable(symbol, 'a change without its symbol, sequenceStart or sequenceEnd');
  if (!isObject(changes)) return unreadable(symbol, 'a change without its changes');
  const [bids, asks] = [levelRows(changes['bids']), levelRows(changes['asks'])];
  const numbers = { bids: rowNumbers(bids), asks: rowNumbers(asks) };
  return message('delta', symbol, first, last, bids, asks, numbers);
}

/** A snapshot of the unified socket replaces the book, and its changes go on from it. */
function unifiedBook({ t, d }: Json): readonly CaptureMessage[] {
  const data = isObject(d) ? d : {};
  const { s: symbol } = data;
  const [first, last] = [sequenceOf(data['O']), sequenceOf(data['C'])];
  if (typeof symbol !== 'string') return NOTHING;
  if (first === undefined || last === undefined || (t !== 'snapshot' && t !== 'delta'))
    return [unreadable(symbol, 'a book without its type or its sequence O and C')];
  return [message(t, symbol, first, last, levelRows(data['b']), levelRows(data['a']))];
}

function touch(symbol: string, data: Json): readonly CaptureMessage[] {
  const seq = sequenceOf(data['sequence']);
  if (seq === undefined) return NOTHING;
  try {
    const [bid] = plainLevels([[data['bestBid'], data['bestBidSize']]], 'bid');
    const [ask] = plainLevels([[data['bestAsk'], data['bestAskSize']]], 'ask');
    return bid === undefined || ask === undefined ? NOTHING : [{ kind: 'touch', symbol, seq, bid, ask }];
  } catch (error) {
    // A side that has no orders shows no price.
    if (error instanceof RangeError) return NOTHING;
    throw error;
  }
}

function message(
  kind: BookMessage['kind'],
  symbol: string,
  first: number,
  last: number,
  bidRows: unknown,
  askRows: unknown,
  numbers?: Numbers,
): CaptureMessage {
  try {
    const bids: PlainLevel[] = plainLevels(bidRows, 'bids');
    const asks: PlainLevel[] = plainLevels(askRows, 'asks');
    return { kind, symbol, first, last, bids, asks, numbers };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return unreadable(symbol, error.message);
  }
}

/** Without those that only advance the sequence. */
function levelRows(rows: unknown): unknown {
  return Array.isArray(rows) ? (rows as unknown[]).filter((row) => !isNoLevel(row)) : rows;
}

function rowNumbers(rows: unknown): number[] {
  const list = Array.isArray(rows) ? (rows as unknown[]) : [];
  return list.map((row) => sequenceOf(Array.isArray(row) ? row[2] : undefined) ?? Number.POSITIVE_INFINITY);
}

function unreadable(symbol: string, detail: string): CaptureMessage {
  return { kind: 'unreadable', symbol, detail };
}
