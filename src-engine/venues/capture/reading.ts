/** What most capture readers share: how a message is made of rows, which channel a book follows, and common rules of order. */
import { type Continuity, rangeContinuity } from '../../books/continuity.ts';
import type { BookMessage, CaptureMessage, OtherMessage, UnreadableBook } from './book-message.ts';
import { listOf } from './exact-json.ts';
import { plainDecimal, type WrittenLevel } from './plain-decimal.ts';

export const NOTHING: readonly CaptureMessage[] = [];

/** Something that is left out, by a name that is counted. */
export function other(name: string): readonly OtherMessage[] {
  return [{ kind: 'other', name }];
}

/** A message whose parts are read by `parts`; what cannot be read loses the book and is named. */
export function bookMessage(
  kind: BookMessage['kind'],
  symbol: string,
  parts: () => Omit<BookMessage, 'kind' | 'symbol'>,
): BookMessage | UnreadableBook {
  try {
    return { kind, symbol, ...parts() };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
}

/** Rows of price and quantity; what stands behind them is of no matter. A side that is left out has no rows. */
export function rowLevels(rows: unknown, side: string, isWritten = false): WrittenLevel[] {
  if (rows === undefined || rows === null) return [];
  if (!Array.isArray(rows)) throw new RangeError(`${side} are not a list`);
  return rows.map((row: unknown, index): WrittenLevel => {
    const [price, qty] = listOf(row);
    if (typeof price !== 'string' || typeof qty !== 'string') {
      throw new RangeError(`row ${index} of ${side} is not a price and a quantity`);
    }
    const level = [plainDecimal(price), plainDecimal(qty)] as const;
    if (level[0] === '0' && level[1] !== '0')
      throw new RangeError(`row ${index} of ${side} has a price of zero`);
    return isWritten ? [...level, `${price}:${qty}`] : level;
  });
}

/** A whole number that a double holds exactly. @throws RangeError naming the field. */
export function idOf(value: unknown, field: string): number {
  const id = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new RangeError(`${field} is not a whole number`);
}

/**
 * The channel that each book follows: the first that came. A venue shows the same book in several (deep changes, best levels again
 * and again, grouped prices), and one must not be laid over another.
 */
export class ChannelOf {
  readonly #channels = new Map<string, string>();

  /** Whether the book of this symbol follows this channel. */
  isOf(symbol: string, channel: string): boolean {
    const known = this.#channels.get(symbol);
    if (known === undefined) this.#channels.set(symbol, channel);
    return known === undefined || known === channel;
  }
}

/** For books whose every message is whole, or that number nothing: what comes follows. */
export const unnumbered = (): Continuity => 'follows';

/** Each message covers a range of numbers (books/continuity.ts). */
export function ranged({ first, last }: BookMessage, applied: number): Continuity {
  return rangeContinuity(first, last, applied);
}

/** Each message names the one before it, `first` − 1, and numbers may jump. */
export function linked({ first, last }: BookMessage, applied: number): Continuity {
  if (first - 1 === applied) return 'follows';
  return last <= applied ? 'stale' : 'gap';
}
