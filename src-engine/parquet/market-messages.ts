/** Rows of the market table as messages again: rows of one number belong together, whichever groups or files they lie in. */
import { UserError } from '../domain/errors.ts';
import { MAX_LEVELS_PER_MESSAGE } from '../domain/market-data.ts';
import type { LogLevel } from '../storage/market-log-types.ts';
import { isPrice, isQuantity, type Json, jsonObject, shown } from '../storage/market-log-values.ts';
import { MARKET_KINDS, type MarketKind } from './market-table.ts';
import type { Cell, ParquetRow } from './read-file.ts';

export type MarketMessage = {
  /** The file of its first row. */
  readonly path: string;
  readonly event: number;
  readonly atUs: number;
  readonly kind: MarketKind;
  readonly symbol: string;
  readonly venueUs: number | undefined;
  readonly seq: number | undefined;
  readonly prevSeq: number | undefined;
  readonly bids: LogLevel[];
  readonly asks: LogLevel[];
  readonly side: 'buy' | 'sell' | undefined;
  readonly detail: Json | undefined;
};

/** What each message must have besides. */
const NEEDS_SYMBOL: ReadonlySet<MarketKind> = new Set([
  'snapshot',
  'delta',
  'touch',
  'trade',
  'rules',
  'lost',
]);

export class MessageReader {
  #open: MarketMessage | undefined;
  #row = 0;
  #path = '';
  #isFirst = true;

  /** The rows of a file come next. A message may go on in it; its numbers may begin anew. */
  begin(path: string): void {
    this.#path = path;
    this.#row = 0;
    this.#isFirst = true;
  }

  /** The message before, once a row of another one shows that it is whole. @throws UserError naming row, column and value. */
  take(row: ParquetRow): MarketMessage | undefined {
    this.#row += 1;
    const event = this.#whole(row, 'event') ?? this.#demand(row, 'event', 'is not the number of a message');
    const before = this.#open;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (before?.event === event && (!isFirst || this.#isPartOf(before, row))) {
      this.#join(before, row);
      return undefined;
    }
    if (before !== undefined && !isFirst && event < before.event)
      throw this.#bad(
        'event',
        event,
        `is below ${before.event}, the number before it`,
        'Sort the rows by event.',
      );
    this.#open = this.#begin(row, event);
    if (before !== undefined && !isFirst && this.#open.atUs < before.atUs)
      throw this.#bad(
        'received_at',
        this.#open.atUs,
        'is before the message above it',
        'Sort the rows by event.',
      );
    return before;
  }

  /** The last one. */
  end(): MarketMessage | undefined {
    const last = this.#open;
    this.#open = undefined;
    return last;
  }

  #begin(row: ParquetRow, event: number): MarketMessage {
    const { kind, symbol, side, detail } = row;
    const known = MARKET_KINDS.find((one) => one === kind);
    if (known === undefined)
      throw this.#bad('kind', kind, `is none of ${MARKET_KINDS.join(', ')}`, 'Write one of them.');
    if (NEEDS_SYMBOL.has(known) && (typeof symbol !== 'string' || symbol === ''))
      throw this.#bad('symbol', symbol, 'is missing', 'Write the pair, such as BTC/USD.');
    const message: MarketMessage = {
      path: this.#path,
      event,
      atUs: this.#whole(row, 'received_at') ?? this.#demand(row, 'received_at', 'is not a time'),
      kind: known,
      symbol: typeof symbol === 'string' ? symbol : '',
      venueUs: this.#whole(row, 'venue_at'),
      seq: this.#whole(row, 'seq'),
      prevSeq: this.#whole(row, 'prev_seq'),
      bids: [],
      asks: [],
      side: side === 'buy' || side === 'sell' ? side : undefined,
      detail: typeof detail === 'string' ? jsonObject(detail) : undefined,
    };
    if (known === 'trade' && message.side === undefined)
      throw this.#bad('side', side, 'is neither buy nor sell', 'Write the side of the taker.');
    if (row['price'] !== null || row['qty'] !== null || known === 'trade') this.#level(message, row);
    return message;
  }

  #join(message: MarketMessage, row: ParquetRow): void {
    if (!this.#isPartOf(message, row))
      throw this.#bad(
        'event',
        message.event,
        'is the number of two messages',
        'Give each message its own number.',
      );
    this.#level(message, row);
  }

  #isPartOf({ kind, symbol, atUs }: MarketMessage, row: ParquetRow): boolean {
    return (
      row['kind'] === kind && (row['symbol'] ?? '') === symbol && this.#whole(row, 'received_at') === atUs
    );
  }

  #level(message: MarketMessage, row: ParquetRow): void {
    const { price, qty, side } = row;
    if (!isPrice(price))
      throw this.#bad(
        'price',
        price,
        'is no decimal above zero',
        'Write it as DECIMAL or as text, not as a double.',
      );
    if (!isQuantity(qty))
      throw this.#bad(
        'qty',
        qty,
        'is no decimal of zero or more',
        'Write it as DECIMAL or as text, not as a double.',
      );
    const isBid = message.kind === 'trade' || side === 'bid';
    if (!isBid && side !== 'ask')
      throw this.#bad('side', side, 'is neither bid nor ask', 'Write one of them.');
    const levels = isBid ? message.bids : message.asks;
    if (levels.length >= MAX_LEVELS_PER_MESSAGE)
      throw this.#bad(
        'event',
        message.event,
        `has more than ${MAX_LEVELS_PER_MESSAGE} levels a side`,
        'Cut the book.',
      );
    levels.push([price, qty]);
  }

  #whole(row: ParquetRow, column: string): number | undefined {
    const value = row[column];
    if (value === null || value === undefined) return undefined;
    const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= 0) return number;
    throw this.#bad(column, value, 'is not a whole number', 'Write it as an integer or a timestamp.');
  }

  #demand(row: ParquetRow, column: string, message: string): never {
    throw this.#bad(column, row[column], message, 'Look at the columns of "parallax export".');
  }

  #bad(column: string, value: Cell | undefined, message: string, remedy: string): UserError {
    return new UserError({
      code: 'bad-parquet',
      field: `${this.#path} row ${this.#row} ${column}`,
      value: shown(typeof value === 'bigint' ? value.toString() : value),
      message,
      remedy,
    });
  }
}
