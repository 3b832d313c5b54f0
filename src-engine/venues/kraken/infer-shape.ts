import type { BookShape } from '../venue-adapter.ts';
import { BOOK_DEPTHS } from './frame.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { Scanner } from '../toolkit/scanner.ts';

/** Kraken writes all digits of each level, and a snapshot has a depth that can be subscribed to. */
export type KrakenBookShape = BookShape & {
  /** Smallest depth on offer that holds all levels of the frame. */
  readonly depth: number;
};

/** Reads the shape of a book frame; undefined when the text is none. */
export function inferBookShape(text: string): KrakenBookShape | undefined {
  const scanner = new Scanner();
  scanner.reset(text);
  try {
    return shapeOf(scanner);
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

function shapeOf(scanner: Scanner): KrakenBookShape | undefined {
  let channel = '';
  let type = '';
  let symbol = '';
  const most = { price: 0, qty: 0, levels: 0 };
  scanner.beginObject();
  for (let first = true; scanner.nextKey(first); first = false) {
    if (scanner.is('channel')) channel = word(scanner);
    else if (scanner.is('type')) type = word(scanner);
    else if (scanner.is('data') && channel === 'book') {
      scanner.beginArray();
      scanner.beginObject();
      for (let firstKey = true; scanner.nextKey(firstKey); firstKey = false) {
        if (scanner.is('symbol')) symbol = word(scanner);
        else if (scanner.is('bids') || scanner.is('asks')) countLevels(scanner, most);
        else scanner.skip();
      }
      scanner.expect(']'.charCodeAt(0));
    } else scanner.skip();
  }
  if (channel !== 'book' || symbol === '') return undefined;
  return {
    symbol,
    isSnapshot: type === 'snapshot',
    priceDecimals: most.price,
    qtyDecimals: most.qty,
    depth: BOOK_DEPTHS.find((depth) => depth >= most.levels) ?? 1_000,
  };
}

function word(scanner: Scanner): string {
  scanner.string();
  return scanner.span();
}

function countLevels(scanner: Scanner, most: { price: number; qty: number; levels: number }): void {
  scanner.beginArray();
  let levels = 0;
  for (let first = true; scanner.nextItem(first); first = false) {
    levels++;
    scanner.beginObject();
    for (let firstKey = true; scanner.nextKey(firstKey); firstKey = false) {
      if (scanner.is('price')) most.price = Math.max(most.price, scanner.decimals());
      else if (scanner.is('qty')) most.qty = Math.max(most.qty, scanner.decimals());
      else scanner.skip();
    }
  }
  most.levels = Math.max(most.levels, levels);
}
