/** Sequence numbers of one book that may lie beyond 2^53, as numbers that compare exactly. */
import type { BookMessage } from './book-message.ts';

const INTEGER = /^-?\d{1,30}$/;

export class ExactNumbers {
  /** By book: what is taken off each of its numbers, so that what is left is exact. */
  readonly #offsets = new Map<string, bigint>();

  /** @throws RangeError when the text is not a whole number, or is too far from the first one of the book. */
  of(book: string, text: unknown): number {
    if (typeof text !== 'string' || !INTEGER.test(text)) {
      throw new RangeError(`"${typeof text === 'string' ? text : typeof text}" is not a sequence number`);
    }
    const value = BigInt(text);
    let offset = this.#offsets.get(book);
    if (offset === undefined) {
      offset = isExact(value) ? 0n : value - 1n;
      this.#offsets.set(book, offset);
    }
    const left = value - offset;
    if (!isExact(left)) throw new RangeError(`sequence number ${text} is too far from the first one`);
    return Number(left);
  }

  /** What was taken off the numbers of this book. */
  offset(book: string): bigint {
    return this.#offsets.get(book) ?? 0n;
  }
}

/** A number of this message as the venue wrote it. */
export function exact(number: number, { offset = 0n }: BookMessage): bigint {
  return BigInt(number) + offset;
}

/** `7 to 9`: the numbers that the message covers, as the venue wrote them. */
export function range(message: BookMessage): string {
  return `${exact(message.first, message)} to ${exact(message.last, message)}`;
}

function isExact(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
