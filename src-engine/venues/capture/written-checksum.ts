/** Checksums over the text of levels as the venue wrote them: bid, ask, bid, ask, from the best; a side that is shorter is passed over. */
import { crc32 } from 'node:zlib';
import type { WrittenLevel } from './plain-decimal.ts';
import type { WholeBook } from './whole-book.ts';

const plainText: (level: WrittenLevel) => string = ([price, qty, written]) => written ?? `${price}:${qty}`;

/** CRC-32 (IEEE 802.3) as a signed 32-bit integer, over the best `depth` levels of each side joined by colons. */
export function writtenChecksum(book: WholeBook, depth: number, textOf = plainText): number {
  const parts: string[] = [];
  for (let at = 0; at < depth; at++) {
    const bid = book.bids.levels[at];
    const ask = book.asks.levels[at];
    if (bid === undefined && ask === undefined) break;
    if (bid !== undefined) parts.push(textOf(bid));
    if (ask !== undefined) parts.push(textOf(ask));
  }
  return crc32(parts.join(':')) | 0;
}
