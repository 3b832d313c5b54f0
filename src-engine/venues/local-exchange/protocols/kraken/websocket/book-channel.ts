/**
 * The v2 `book` channel: snapshots, updates and checksums per depth.
 * Rules: docs.kraken.com, "Book (Level 2)" and "Book checksum (WebSocket v2)".
 */
import { crc32 } from 'node:zlib';
import { formatTimeUs, type TimeUs } from '../../../../../domain/time.ts';
import type { Faults } from '../../../core/faults.ts';
import type { LevelChange, Market } from '../../../core/market.ts';
import type { BookSide } from '../../../core/matching/book-side.ts';
import { priceText, qtyText } from '../../../core/fixed-text.ts';

export const BOOK_DEPTHS: readonly number[] = [10, 25, 100, 500, 1000];
/** Levels a side that the checksum covers, whatever the depth. */
const CHECKSUM_DEPTH = 10;

/** Anything that takes whole frames: a connection, or a test. */
export type FrameSink = { send(frame: string): void };

/** What the subscribers of one depth of one market have been sent. */
type DepthFeed = {
  readonly depth: number;
  readonly sinks: Set<FrameSink>;
  /** Worst price inside the depth at the last message; undefined while the side has fewer levels. */
  bidBound: number | undefined;
  askBound: number | undefined;
};

export class BookChannel {
  readonly #feeds = new Map<Market, DepthFeed[]>();
  readonly #faults: Faults;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  subscribe(market: Market, depth: number, sink: FrameSink): void {
    const feeds = this.#feeds.get(market) ?? [];
    this.#feeds.set(market, feeds);
    let feed = feeds.find((candidate) => candidate.depth === depth);
    if (feed === undefined) {
      feed = { depth, sinks: new Set(), bidBound: undefined, askBound: undefined };
      rememberBounds(feed, market);
      feeds.push(feed);
    }
    feed.sinks.add(sink);
  }

  /** @returns false when it was not subscribed at that depth. */
  unsubscribe(market: Market, depth: number, sink: FrameSink): boolean {
    const feeds = this.#feeds.get(market) ?? [];
    const index = feeds.findIndex((candidate) => candidate.depth === depth);
    const feed = feeds[index];
    if (feed === undefined || !feed.sinks.delete(sink)) return false;
    if (feed.sinks.size === 0) feeds.splice(index, 1);
    return true;
  }

  snapshot(market: Market, depth: number, atUs: TimeUs): string {
    const { bids, asks } = market.engine;
    return this.#frame(
      'snapshot',
      market,
      topLevels(market, bids, depth),
      topLevels(market, asks, depth),
      atUs,
    );
  }

  /** Sends what the changes mean to the subscribers of each depth; nothing where nothing visible changed. */
  onBook(market: Market, changes: readonly LevelChange[], atUs: TimeUs): void {
    const feeds = this.#feeds.get(market);
    if (feeds === undefined) return;
    for (const feed of feeds) {
      const bids = visibleChanges(market, 'buy', changes, feed.depth, feed.bidBound);
      const asks = visibleChanges(market, 'sell', changes, feed.depth, feed.askBound);
      rememberBounds(feed, market);
      if (bids.length === 0 && asks.length === 0) continue;
      const frame = this.#frame('update', market, bids, asks, atUs);
      for (const sink of feed.sinks) sink.send(frame);
    }
  }

  #frame(
    type: 'snapshot' | 'update',
    market: Market,
    bids: readonly string[],
    asks: readonly string[],
    atUs: TimeUs,
  ): string {
    const { symbol } = market.pair;
    const flip = type === 'update' && this.#faults.takeCorruption(symbol) ? 1 : 0;
    const checksum = (bookChecksum(market) ^ flip) >>> 0;
    return (
      `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${bids.join(',')}],` +
      `"asks":[${asks.join(',')}],"checksum":${checksum},"timestamp":"${formatTimeUs(atUs)}"}]}`
    );
  }
}

/**
 * CRC-32 over the best ten asks, then the best ten bids: of each level the digits of price and quantity
 * without the point and without leading zeros, which is what the integer units are.
 */
export function bookChecksum(market: Market): number {
  const { bids, asks } = market.engine;
  return crc32(sideDigits(asks) + sideDigits(bids));
}

function sideDigits(side: BookSide): string {
  let digits = '';
  for (let rank = 0; rank < CHECKSUM_DEPTH; rank++) {
    const level = side.at(rank);
    if (level === undefined) break;
    digits += `${level.price}${level.qty}`;
  }
  return digits;
}

function levelText(market: Market, price: number, qty: number): string {
  return `{"price":${priceText(market, price)},"qty":${qtyText(market, qty)}}`;
}

function topLevels(market: Market, side: BookSide, depth: number): string[] {
  const texts: string[] = [];
  for (let rank = 0; rank < depth; rank++) {
    const level = side.at(rank);
    if (level === undefined) break;
    texts.push(levelText(market, level.price, level.qty));
  }
  return texts;
}

function rememberBounds(feed: DepthFeed, market: Market): void {
  feed.bidBound = market.engine.bids.at(feed.depth - 1)?.price;
  feed.askBound = market.engine.asks.at(feed.depth - 1)?.price;
}

/**
 * The changes of one side that a subscriber of `depth` must hear. A level that vanished is sent with quantity
 * zero; one that was only pushed out of the depth is not mentioned (the client trims); one that came back
 * into the depth is sent with its quantity. Removals first, so that a client that trims late sees no more
 * levels than it must.
 */
function visibleChanges(
  market: Market,
  sideName: 'buy' | 'sell',
  changes: readonly LevelChange[],
  depth: number,
  oldBound: number | undefined,
): string[] {
  const side = market.engine.sideOf(sideName);
  const newBound = side.at(depth - 1)?.price;
  const removed: string[] = [];
  const updated = new Map<number, number>();
  for (const change of changes) {
    if (change.side !== sideName) continue;
    const { price, qtyBefore } = change;
    const qty = side.qtyAt(price);
    if (qty === qtyBefore) continue;
    const wasIn = qtyBefore > 0 && (oldBound === undefined || side.isAtLeast(price, oldBound));
    const isIn = qty > 0 && (newBound === undefined || side.isAtLeast(price, newBound));
    if (isIn) updated.set(price, qty);
    else if (wasIn && qty === 0) removed.push(levelText(market, price, 0));
  }
  if (oldBound !== undefined) addLevelsThatCameIn(side, depth, oldBound, updated);
  for (const [price, qty] of updated) removed.push(levelText(market, price, qty));
  return removed;
}

/** Levels beyond the old bound that lie within the depth. */
function addLevelsThatCameIn(
  side: BookSide,
  depth: number,
  oldBound: number,
  updated: Map<number, number>,
): void {
  for (let rank = Math.min(depth, side.depth) - 1; rank >= 0; rank--) {
    const level = side.at(rank);
    if (level === undefined || side.isAtLeast(level.price, oldBound)) return;
    updated.set(level.price, level.qty);
  }
}
