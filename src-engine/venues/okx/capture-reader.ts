/**
 * Books in recordings of OKX's public connection. Each message names the one before it (`prevSeqId`); frames of 2022 have no numbers
 * and a checksum of the best 25 levels as they were written, which is 0 since 2026-06-23 and is compared where it is not.
 * Source: OKX API v5, "Order book channel".
 */
import { rangeContinuity } from '../../books/continuity.ts';
import type { BookMessage, BookRule, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { plainDecimal, type WrittenLevel } from '../capture/plain-decimal.ts';
import { writtenChecksum } from '../capture/written-checksum.ts';
import { isObject, type Json } from '../toolkit/json.ts';

const NOTHING: readonly CaptureMessage[] = [];
const CHECKED_LEVELS = 25;
const BOOK_PATH = /\/api\/v5\/market\/books\?/;

type Numbers = Pick<BookMessage, 'first' | 'last'>;

export class OkxCaptureReader implements CaptureReader {
  readonly venues = ['okx'];
  readonly rule: BookRule;
  /** Number of the last book by REST, by symbol: the first change behind it need not name it, only begin at or before it. */
  readonly #joins = new Map<string, number>();
  /** The last message of each symbol that has no number, and its place among them: the same text again is the same message. */
  readonly #unnumbered = new Map<string, { readonly text: string; readonly place: number }>();

  /** Frames without numbers are those of 2022, whose checksums are compared. */
  get integrity(): 'checksum' | 'sequence' {
    return this.#unnumbered.size > 0 ? 'checksum' : 'sequence';
  }

  constructor() {
    const [joins, unnumbered] = [this.#joins, this.#unnumbered];
    this.rule = {
      refusesCrossed: true,
      get hasRestSnapshots() {
        return joins.size > 0;
      },
      get refusesRepeats() {
        return unnumbered.size > 0;
      },
      // Numbers may fall after a maintenance: what a message names as the one before it decides, and nothing else.
      continuity({ symbol, first, last }, applied) {
        if (joins.get(symbol) === applied) return rangeContinuity(first, last, applied);
        if (first - 1 === applied) return 'follows';
        return last === applied && unnumbered.has(symbol) ? 'stale' : 'gap';
      },
      compare(book, { checksum }) {
        if (checksum === undefined || checksum === 0) return undefined;
        const own = writtenChecksum(book, CHECKED_LEVELS);
        return own === checksum ? '' : `checksum ${checksum} announced, ${own} counted`;
      },
    };
  }

  read({ kind, url, text, line }: CaptureRecord): readonly CaptureMessage[] {
    if (kind === 'http') return BOOK_PATH.test(url) ? this.#answer(url, text, line) : NOTHING;
    if (kind !== 'received' || text === 'ping' || text === 'pong') return NOTHING;
    const frame = objectOf(text, line);
    const { snapshot, answer, action, data } = frame;
    // As a recording of ours keeps a book by REST.
    if (typeof snapshot === 'string') return this.#restBook(snapshot, isObject(answer) ? answer : {});
    const { channel, instId } = isObject(frame['arg']) ? frame['arg'] : {};
    if (channel !== 'books' || !Array.isArray(data)) return NOTHING;
    if (typeof instId !== 'string') throw badLine(line, 'a book without its instId');
    if (action !== 'snapshot' && action !== 'update') throw badLine(line, 'a book without its action');
    return (data as readonly unknown[]).map((row) => {
      const entry = isObject(row) ? row : {};
      return bookOf(instId, action, entry, () => numbersOf(action, entry) ?? this.#placeOf(instId, text));
    });
  }

  #answer(url: string, text: string, line: number): readonly CaptureMessage[] {
    const symbol = new URL(url).searchParams.get('instId') ?? '';
    if (symbol === '') throw badLine(line, 'its URL names no instId');
    return this.#restBook(symbol, objectOf(text, line));
  }

  #restBook(symbol: string, { data }: Json): readonly CaptureMessage[] {
    const row: unknown = Array.isArray(data) ? data[0] : undefined;
    const entry = isObject(row) ? row : {};
    const numbers = (): Numbers => {
      const known = numbersOf('snapshot', entry);
      if (known === undefined) throw new RangeError('a book by REST without its seqId');
      this.#joins.set(symbol, known.last);
      return known;
    };
    return [bookOf(symbol, 'snapshot', entry, numbers)];
  }

  #placeOf(symbol: string, text: string): Numbers {
    const last = this.#unnumbered.get(symbol);
    const place = (last?.place ?? 0) + (last?.text === text ? 0 : 1);
    this.#unnumbered.set(symbol, { text, place });
    return { first: place, last: place };
  }
}

function objectOf(text: string, line: number): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch {
    // Named below.
  }
  throw badLine(line, 'its frame is not a JSON object');
}

function bookOf(
  symbol: string,
  action: 'snapshot' | 'update',
  entry: Json,
  numbers: () => Numbers,
): CaptureMessage {
  try {
    const { checksum } = entry;
    if (checksum !== undefined && (typeof checksum !== 'number' || !Number.isInteger(checksum)))
      throw new RangeError('checksum is not a whole number');
    return {
      kind: action === 'snapshot' ? 'snapshot' : 'delta',
      symbol,
      ...numbers(),
      bids: levelsOf(entry['bids'], 'bids'),
      asks: levelsOf(entry['asks'], 'asks'),
      checksum,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
}

/** Undefined without numbers, as in 2022. */
function numbersOf(action: 'snapshot' | 'update', { seqId, prevSeqId }: Json): Numbers | undefined {
  if (seqId === undefined) return undefined;
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
