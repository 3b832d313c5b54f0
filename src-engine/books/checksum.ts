/**
 * Kraken's book checksum (docs.kraken.com, "Book checksum" of WebSocket v2): CRC-32 over the digits of the ten
 * lowest asks, then of the ten highest bids; per level price and quantity at the instrument's full precision,
 * without the point and without leading zeros. A level counted in units of 10^-decimals, printed as a plain
 * integer, is exactly that text; so it is computed from the integers, and a tiny quantity cannot turn into
 * `1e-7` on the way.
 */
import { crc32 } from 'node:zlib';
import type { OrderBook } from './order-book.ts';

/** Levels a side that the checksum covers, whatever the subscribed depth. */
const LEVELS = 10;
/** 2^53 has 16 digits; a level has two numbers, a book two sides. */
const scratch = Buffer.alloc(LEVELS * 2 * 2 * 16);
const ZERO = 48;

/** Checksum of the book as an unsigned 32-bit integer. */
export function bookChecksum(book: OrderBook): number {
  const asks = Math.min(book.askCount, LEVELS);
  const bids = Math.min(book.bidCount, LEVELS);
  let end = 0;
  for (let i = 0; i < asks; i++) {
    end = writeDigits(book.askPrices[i] as number, end);
    end = writeDigits(book.askQtys[i] as number, end);
  }
  for (let i = 0; i < bids; i++) {
    end = writeDigits(book.bidPrices[i] as number, end);
    end = writeDigits(book.bidQtys[i] as number, end);
  }
  return crc32(scratch.subarray(0, end));
}

/** Writes a whole number from 1 to 2^53 − 1 in decimal and answers where it ends. */
function writeDigits(value: number, start: number): number {
  // Above 2^31 division would run in floating point for every digit: split once, then count in integers.
  if (value < 1_000_000_000) return writeSmall(value | 0, start);
  const high = Math.floor(value / 1_000_000_000);
  let low = (value - high * 1_000_000_000) | 0;
  const end = writeSmall(high | 0, start) + 9;
  for (let at = end - 1; at >= end - 9; at--) {
    const rest = (low / 10) | 0;
    scratch[at] = ZERO + low - rest * 10;
    low = rest;
  }
  return end;
}

function writeSmall(value: number, start: number): number {
  let digits = 1;
  for (let bound = 10; bound <= value; bound *= 10) digits++;
  const end = start + digits;
  let left = value;
  for (let at = end - 1; at >= start; at--) {
    const rest = (left / 10) | 0;
    scratch[at] = ZERO + left - rest * 10;
    left = rest;
  }
  return end;
}
