/**
 * Books in recordings of Gemini's streams: `l2_updates` of the market data v2, and `depthUpdate` of the stream that follows it.
 * Source of the shapes: Gemini, "WebSocket market data v2" and "Fast API" (`{symbol}@depth`, opened with `snapshot=-1`).
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, listOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, idOf, other, rowLevels } from '../capture/reading.ts';
import { plainDecimal, type WrittenLevel } from '../capture/plain-decimal.ts';
import { overlapping } from './book-rule.ts';

/** `l2_updates` carry no number: a missing one does not show. A snapshot replaces the book, also in mid-stream: merged it leaves ghosts. */
export class GeminiCaptureReader implements CaptureReader {
  readonly venues = ['gemini'];
  readonly rule = {
    continuity: ({ first, last }: BookMessage, applied: number) =>
      last === 0 ? 'follows' : overlapping(first, last, applied),
    hasRestSnapshots: false,
    refusesCrossed: true,
  } as const;
  /** Books that the present connections have shown whole, by connection and symbol. */
  readonly #begun = new Set<string>();
  #isNumbered = false;

  get integrity(): 'sequence' | 'none' {
    return this.#isNumbered ? 'sequence' : 'none';
  }

  connected(connection: string): void {
    for (const key of this.#begun) if (key.startsWith(`${connection} `)) this.#begun.delete(key);
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http')
      return other(`REST ${new URL(record.url, 'https://x').pathname.replace(/(details)\/.*/, '$1')}`);
    const frame = exactObject(record);
    if (frame['type'] === 'l2_updates') return [this.#changes(frame, record)];
    if (frame['e'] === 'depthUpdate') return [this.#numbered(frame, record)];
    return other(textOf(frame['type']) || textOf(frame['e']) || (isTrade(frame) ? 'trade' : 'nameless'));
  }

  #changes(frame: Json, { line }: CaptureRecord): CaptureMessage {
    const symbol = textOf(frame['symbol']);
    if (symbol === '') throw badLine(line, 'l2_updates without their symbol');
    const isWhole = 'trades' in frame || 'auction_events' in frame;
    return bookMessage(isWhole ? 'snapshot' : 'delta', symbol, () => ({
      first: 0,
      last: 0,
      ...sided(frame['changes']),
    }));
  }

  /** The first of a symbol on a connection is the whole book, however many rows it has: its U is its u. */
  #numbered(frame: Json, { line, connection }: CaptureRecord): CaptureMessage {
    const symbol = textOf(frame['s']);
    if (symbol === '') throw badLine(line, 'a depthUpdate without its symbol');
    this.#isNumbered = true;
    const key = `${connection} ${symbol}`;
    const isFirst = !this.#begun.has(key);
    this.#begun.add(key);
    return bookMessage(isFirst && frame['U'] === frame['u'] ? 'snapshot' : 'delta', symbol, () => ({
      first: idOf(frame['U'], 'U'),
      last: idOf(frame['u'], 'u'),
      bids: rowLevels(frame['b'], 'b'),
      asks: rowLevels(frame['a'], 'a'),
    }));
  }
}

function isTrade(frame: Json): boolean {
  return 't' in frame && 'p' in frame && 'q' in frame;
}

/** `[["buy", price, quantity], …]`. */
function sided(changes: unknown): { bids: WrittenLevel[]; asks: WrittenLevel[] } {
  if (!Array.isArray(changes)) throw new RangeError('changes are not a list');
  const bids: WrittenLevel[] = [];
  const asks: WrittenLevel[] = [];
  for (const [index, row] of changes.entries()) {
    const [side, price, qty] = listOf(row);
    if ((side !== 'buy' && side !== 'sell') || typeof price !== 'string' || typeof qty !== 'string') {
      throw new RangeError(`row ${index} of changes is not a side, a price and a quantity`);
    }
    (side === 'buy' ? bids : asks).push([plainDecimal(price), plainDecimal(qty)]);
  }
  return { bids, asks };
}
