/**
 * Books in recordings of Bitfinex's WebSocket v2: arrays by the number of a channel, which an acknowledgement names.
 * Source of the shapes: Bitfinex, "WebSocket: Books", "General: Flags".
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactFrame, listOf, textOf } from '../capture/exact-json.ts';
import { plainDecimal, type WrittenLevel } from '../capture/plain-decimal.ts';
import { bookMessage, ChannelOf, other, unnumbered } from '../capture/reading.ts';
import { bitfinexChecksum, ConnectionSequence } from './book-rule.ts';
import { numericOf } from '../toolkit/json.ts';
import { isObject, type Json } from '../toolkit/json.ts';

/** Bits of the mask that `conf` sets: a time, or a sequence number, behind every array. */
const TIME_FLAG = 32_768;
const SEQUENCE_FLAG = 65_536;
/** Times in ms lie above, sequence numbers of a connection below. */
const FIRST_TIME = 1e12;
const BOOK_PRECISION = /^P[0-4]$/;

type Channel = { readonly name: string; readonly symbol: string; readonly precision: string };

class Connection {
  readonly channels = new Map<string, Channel>();
  readonly sequence = new ConnectionSequence();
  /** What the venue says of its arrays; undefined until it did. */
  flags: number | undefined;
}

export class BitfinexCaptureReader implements CaptureReader {
  readonly venues = ['bitfinex'];
  readonly rule = {
    continuity: unnumbered,
    compare: bitfinexChecksum,
    hasRestSnapshots: false,
    // The server removes what leaves the subscribed depth, and nothing else (none of 1,593 changes of a recording).
    refusesUnknownRemovals: true,
    refusesCrossed: true,
  };
  readonly #connections = new Map<string, Connection>();
  readonly #channels = new ChannelOf();
  /** Books that a recording begins with: not in the text of the venue, which a checksum covers. */
  readonly #unwritten = new Set<string>();
  readonly #seen = new Set<'sequence' | 'checksum'>();

  get integrity(): 'connection-sequence' | 'checksum' | 'none' {
    if (this.#seen.has('sequence')) return 'connection-sequence';
    return this.#seen.has('checksum') ? 'checksum' : 'none';
  }

  connected(connection: string): void {
    this.#connections.delete(connection);
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    const frame = exactFrame(record.text, record.line);
    if (isObject(frame)) {
      const { frame: inner } = frame;
      return Array.isArray(inner)
        ? this.#named(frame, inner as readonly unknown[], record)
        : this.#event(frame, record);
    }
    if (!Array.isArray(frame) || typeof frame[0] !== 'string')
      throw badLine(record.line, 'its frame is neither an event nor a channel’s array');
    return this.#array(frame as readonly unknown[], record);
  }

  #of({ connection }: CaptureRecord): Connection {
    let known = this.#connections.get(connection);
    if (known === undefined) {
      known = new Connection();
      this.#connections.set(connection, known);
    }
    return known;
  }

  #event(frame: Json, record: CaptureRecord): readonly CaptureMessage[] {
    const event = textOf(frame['event']);
    // The first frame of a connection: in recordings that do not say when one opens.
    if (event === 'info' && 'version' in frame) this.connected(record.connection);
    const connection = this.#of(record);
    if (event === 'conf') connection.flags = numericOf(frame['flags']);
    if (event === 'subscribed') {
      const precision = textOf(frame['prec']);
      const channel = { name: textOf(frame['channel']), symbol: textOf(frame['symbol']), precision };
      connection.channels.set(textOf(frame['chanId']), channel);
    }
    if (event === 'unsubscribed') connection.channels.delete(textOf(frame['chanId']));
    return other(event === '' ? 'nameless' : `event ${event}`);
  }

  /** A recording of ours names the channel; its numbers were judged as it was made, as it has frames of several connections. */
  #named(
    { channel, symbol, own }: Json,
    frame: readonly unknown[],
    { line }: CaptureRecord,
  ): readonly CaptureMessage[] {
    const named = { name: textOf(channel), symbol: textOf(symbol), precision: 'P0' };
    if (own === true) this.#unwritten.add(named.symbol);
    else if (Array.isArray(frame[1]) && Array.isArray(frame[1][0])) this.#unwritten.delete(named.symbol);
    return this.#ofChannel(named, frame.slice(1), line);
  }

  #array(frame: readonly unknown[], record: CaptureRecord): readonly CaptureMessage[] {
    const connection = this.#of(record);
    const channel = connection.channels.get(textOf(frame[0]));
    const { body, sequence } = partsOf(frame, connection.flags);
    if (sequence !== undefined) {
      this.#seen.add('sequence');
      const { last } = connection.sequence;
      const detail = `sequence ${sequence} came after ${last}`;
      const order = connection.sequence.next(sequence);
      if (order === 'gap') return [{ kind: 'lost-connection', detail }];
      if (order === 'repeated') {
        const symbol = channel?.symbol ?? '';
        return symbol === '' || channel?.name !== 'book'
          ? other(`${detail}, of no book`)
          : [{ kind: 'repeated', symbol, detail }];
      }
    }
    if (body[0] === 'hb') return other('heartbeat');
    if (channel === undefined) return other('a channel that was not subscribed in this recording');
    return this.#ofChannel(channel, body, record.line);
  }

  #ofChannel(channel: Channel, [first, second]: readonly unknown[], line: number): readonly CaptureMessage[] {
    if (first === 'hb') return other('heartbeat');
    if (channel.name !== 'book') return other(channel.name);
    const { symbol, precision } = channel;
    if (!BOOK_PRECISION.test(precision)) return other(`book ${precision} of single orders`);
    if (!symbol.startsWith('t')) return other('book of funding');
    if (!this.#channels.isOf(symbol, precision))
      return other(`book ${precision} of ${symbol}, beside another channel`);
    if (first === 'cs') return this.#checksum(symbol, second, line);
    const rows = listOf(first);
    const isSnapshot = rows.length === 0 || Array.isArray(rows[0]);
    return [bookMessage(isSnapshot ? 'snapshot' : 'delta', symbol, () => sided(isSnapshot ? rows : [rows]))];
  }

  #checksum(symbol: string, value: unknown, line: number): readonly CaptureMessage[] {
    const checksum = numericOf(value);
    if (!Number.isInteger(checksum)) throw badLine(line, 'a checksum that is no integer');
    if (this.#unwritten.has(symbol)) return other('checksum of a book whose text is not known');
    this.#seen.add('checksum');
    return [{ kind: 'checksum', symbol, checksum }];
  }
}

/** What an array carries, and the sequence number behind it, where there is one. */
function partsOf(
  frame: readonly unknown[],
  flags: number | undefined,
): { readonly body: readonly unknown[]; readonly sequence: number | undefined } {
  const isNamed = typeof frame[1] === 'string' && frame[1] !== 'hb';
  const length = isNamed ? 3 : 2;
  const isNumbered = flags === undefined || (flags & SEQUENCE_FLAG) !== 0;
  const mayHaveTime = flags === undefined || (flags & TIME_FLAG) !== 0;
  const number = frame
    .slice(length)
    .map(Number)
    .find((value) => Number.isSafeInteger(value) && !(mayHaveTime && value >= FIRST_TIME));
  return { body: frame.slice(1, length), sequence: isNumbered ? number : undefined };
}

/** `[price, count, amount]`: the sign of the amount is the side; a count of zero removes the level. */
function sided(rows: readonly unknown[]): Omit<BookMessage, 'kind' | 'symbol'> {
  const bids: WrittenLevel[] = [];
  const asks: WrittenLevel[] = [];
  for (const [index, row] of rows.entries()) {
    const [price, count, amount, ...rest] = listOf(row);
    if (
      typeof price !== 'string' ||
      typeof count !== 'string' ||
      typeof amount !== 'string' ||
      rest.length > 0
    ) {
      throw new RangeError(`row ${index} is not a price, a count and an amount`);
    }
    const isAsk = amount.startsWith('-');
    const qty = plainDecimal(isAsk ? amount.slice(1) : amount);
    const isRemoved = !(Number(count) > 0);
    if (!isRemoved && qty === '0') throw new RangeError(`row ${index} has an amount of zero`);
    (isAsk ? asks : bids).push([plainDecimal(price), isRemoved ? '0' : qty, `${price}:${amount}`]);
  }
  return { first: 0, last: 0, bids, asks };
}
