/**
 * Books in recordings of OKX's public connection. Each message names the one before it (`prevSeqId`); frames of 2022 have no numbers
 * and a checksum of the best 25 levels as they were written, which is 0 since 2026-06-23 and is compared where it is not.
 * Source: OKX API v5, "Order book channel".
 */
import type { BookMessage, BookRule, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { plainDecimal, type WrittenLevel } from '../capture/plain-decimal.ts';
import { writtenChecksum } from '../capture/written-checksum.ts';
import { isObject, type Json } from '../toolkit/json.ts';

const NOTHING: readonly CaptureMessage[] = [];
const CHECKED_LEVELS = 25;

const rule: BookRule = {
  hasRestSnapshots: false,
  refusesCrossed: true,
  // Numbers may fall after a maintenance: what a message names as the one before it decides, and nothing else.
  continuity: ({ first, last }, applied) => (last === 0 || first - 1 === applied ? 'follows' : 'gap'),
  compare: (book, { checksum }) => {
    if (checksum === undefined || checksum === 0) return undefined;
    const own = writtenChecksum(book, CHECKED_LEVELS);
    return own === checksum ? '' : `checksum ${checksum} announced, ${own} counted`;
  },
};

export class OkxCaptureReader implements CaptureReader {
  readonly venues = ['okx'];
  readonly rule = rule;

  read({ kind, text, line }: CaptureRecord): readonly CaptureMessage[] {
    if (kind !== 'received' || text === 'ping' || text === 'pong') return NOTHING;
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      // Named below.
    }
    if (!isObject(frame)) throw badLine(line, 'its frame is not a JSON object');
    const { channel, instId } = isObject(frame['arg']) ? frame['arg'] : {};
    const { action, data } = frame;
    if (channel !== 'books' || !Array.isArray(data)) return NOTHING;
    if (typeof instId !== 'string') throw badLine(line, 'a book without its instId');
    if (action !== 'snapshot' && action !== 'update') throw badLine(line, 'a book without its action');
    return (data as readonly unknown[]).map((entry) => bookOf(instId, action, isObject(entry) ? entry : {}));
  }
}

function bookOf(symbol: string, action: 'snapshot' | 'update', entry: Json): CaptureMessage {
  try {
    const { checksum } = entry;
    if (checksum !== undefined && (typeof checksum !== 'number' || !Number.isInteger(checksum)))
      throw new RangeError('checksum is not a whole number');
    return {
      kind: action === 'snapshot' ? 'snapshot' : 'delta',
      symbol,
      ...numbersOf(action, entry),
      bids: levelsOf(entry['bids'], 'bids'),
      asks: levelsOf(entry['asks'], 'asks'),
      checksum,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
}

/** Without numbers, as in 2022, both are 0. */
function numbersOf(
  action: 'snapshot' | 'update',
  { seqId, prevSeqId }: Json,
): Pick<BookMessage, 'first' | 'last'> {
  if (seqId === undefined) return { first: 0, last: 0 };
  if (typeof seqId !== 'number' || !Number.isSafeInteger(seqId))
    throw new RangeError('seqId is not a number');
  if (action === 'snapshot') return { first: seqId, last: seqId };
  if (typeof prevSeqId !== 'number' || !Number.isSafeInteger(prevSeqId))
    throw new RangeError('prevSeqId is not a number');
  return { first: prevSeqId + 1, last: seqId };
}

function levelsOf(rows: unknown, side: string): WrittenLevel[] {
  if (!Array.isArray(rows)) throw new RangeError(`${side} are not a list`);
  return (rows as readonly unknown[]).map((row, index): WrittenLevel => {
    const [price, qty] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof price !== 'string' || typeof qty !== 'string')
      throw new RangeError(`row ${index} of ${side} is not a price and a quantity`);
    const level = [plainDecimal(price), plainDecimal(qty)] as const;
    if (level[0] === '0' && level[1] !== '0')
      throw new RangeError(`row ${index} of ${side} has a price of zero`);
    return [...level, `${price}:${qty}`];
  });
}
