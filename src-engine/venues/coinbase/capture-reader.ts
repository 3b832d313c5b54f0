/**
 * Books in recordings of Coinbase's market data. Every message of a connection has the number after the one before it, whatever its
 * channel, and books have neither numbers of their own nor a checksum: a change that was altered shows only where the book crosses.
 * Source: Advanced Trade, "WebSocket Overview" and "WebSocket Channels".
 */
import type { BookRule, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord, MARKET_LOG } from '../capture/capture-record.ts';
import { plainDecimal, type PlainLevel } from '../capture/plain-decimal.ts';
import { NOTHING, other } from '../capture/reading.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { ConnectionSequence } from './sequence.ts';

const rule: BookRule = { continuity: () => 'follows', hasRestSnapshots: false, refusesCrossed: true };

export class CoinbaseCaptureReader implements CaptureReader {
  readonly venues = ['coinbase'];
  readonly rule = rule;
  readonly integrity = 'connection-sequence';
  readonly #sequences = new Map<string, ConnectionSequence>();

  connected(connection: string): void {
    this.#sequences.delete(connection);
  }

  read({ kind, connection, text, line }: CaptureRecord): readonly CaptureMessage[] {
    if (kind !== 'received') return NOTHING;
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      // Named below.
    }
    if (!isObject(frame)) throw badLine(line, 'its frame is not a JSON object');
    const { channel, events, sequence_num: number } = frame;
    if (typeof channel !== 'string') return other('nameless');
    const messages: CaptureMessage[] = [];
    const fault = this.#fault(connection, number);
    if (fault !== '') messages.push({ kind: 'lost-connection', detail: fault });
    if (channel !== 'l2_data') return [...messages, ...other(channel)];
    if (!Array.isArray(events)) throw badLine(line, 'a book without its events');
    for (const event of events as readonly unknown[])
      messages.push(bookOf(isObject(event) ? event : {}, line));
    return messages;
  }

  /** Numbers of a market log were judged as it was made: it has frames of several connections, and not all of them. */
  #fault(connection: string, number: unknown): string {
    if (connection === MARKET_LOG) return '';
    if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0)
      return 'sequence_num is not a number of a message';
    const sequence = this.#sequences.get(connection) ?? new ConnectionSequence();
    this.#sequences.set(connection, sequence);
    return sequence.take(number);
  }
}

function bookOf({ type, product_id: symbol, updates }: Json, line: number): CaptureMessage {
  if (typeof symbol !== 'string') throw badLine(line, 'a book without its product_id');
  if (type !== 'snapshot' && type !== 'update') throw badLine(line, 'a book without its type');
  const bids: PlainLevel[] = [];
  const asks: PlainLevel[] = [];
  try {
    if (!Array.isArray(updates)) throw new RangeError('updates are not a list');
    for (const [index, row] of (updates as readonly unknown[]).entries()) {
      const { side, price_level: price, new_quantity: qty } = isObject(row) ? row : {};
      const isSide = side === 'bid' || side === 'offer';
      if (!isSide || typeof price !== 'string' || typeof qty !== 'string')
        throw new RangeError(`row ${index} is not a side, a price and a quantity`);
      const level = [plainDecimal(price), plainDecimal(qty)] as const;
      if (level[0] === '0') throw new RangeError(`row ${index} has a price of zero`);
      (side === 'bid' ? bids : asks).push(level);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
  return { kind: type === 'snapshot' ? 'snapshot' : 'delta', symbol, first: 0, last: 0, bids, asks };
}
