/** A book as Bitfinex writes it, and whether it is the one whose checksum the venue announces. */
import { crc32 } from 'node:zlib';
import { plainDecimal } from '../capture/plain-decimal.ts';
import { CHECKED_LEVELS } from './book-rule.ts';
import { WrittenSide } from './written-side.ts';

export class WrittenBook {
  readonly bids = new WrittenSide(true);
  readonly asks = new WrittenSide(false);
  /** A whole book came, and what follows changes it. */
  hasBegun = false;
  /** Its levels are the venue's own text, which a checksum covers. */
  isVenues = false;

  clear(): void {
    this.hasBegun = false;
    this.isVenues = false;
    this.bids.clear();
    this.asks.clear();
  }

  /** Checksum of the best 25 levels as they are written, signed. */
  checksum(): number {
    let crc = ~0;
    let isFirst = true;
    for (let at = 0; at < CHECKED_LEVELS; at++) {
      if (at < this.bids.count) {
        crc = this.bids.append(crc, at, isFirst);
        isFirst = false;
      }
      if (at < this.asks.count) {
        crc = this.asks.append(crc, at, isFirst);
        isFirst = false;
      }
    }
    return ~crc;
  }

  /**
   * The same with exponents written out, as libraries of the venue's own do it; undefined where no number has one.
   * Source: Bitfinex, "WebSocket: Checksum"; its own libraries differ in this.
   */
  expandedChecksum(): number | undefined {
    if (!this.bids.hasExponent(CHECKED_LEVELS) && !this.asks.hasExponent(CHECKED_LEVELS)) return undefined;
    const parts: string[] = [];
    for (let at = 0; at < CHECKED_LEVELS; at++)
      for (const side of [this.bids, this.asks]) if (at < side.count) parts.push(expanded(side.text(at)));
    return crc32(parts.join(':')) | 0;
  }
}

function expanded(text: string): string {
  return text
    .split(':')
    .map((number) => (number.startsWith('-') ? `-${plainDecimal(number.slice(1))}` : plainDecimal(number)))
    .join(':');
}
