/** The book channel against what Kraken published and sent: checksums to the bit, frames to the letter. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toUnits, decimal } from '../../../../domain/decimal.ts';
import type { Side } from '../../../../domain/order.ts';
import { Faults } from '../faults.ts';
import { Market } from '../market.ts';
import { EngineOrder, HOUSE } from '../matching/book-side.ts';
import { feeOf, type Pair, PAIRS } from '../pairs.ts';
import { BookChannel, bookChecksum } from './book-channel.ts';

const DATA = new URL('../../../../../../shared/data/', import.meta.url);

type TextLevel = readonly [price: string, qty: string];

function marketWith(pair: Pair, bids: readonly TextLevel[], asks: readonly TextLevel[]): Market {
  const market = new Market(
    pair,
    feeOf(pair, 'real'),
    () => 0,
    () => undefined,
  );
  const rest = (side: Side, [price, qty]: TextLevel): void => {
    const units = toUnits(decimal(price), pair.priceDecimals);
    market.engine.place(new EngineOrder(HOUSE, side, units, toUnits(decimal(qty), pair.qtyDecimals)), 'gtc');
  };
  for (const level of bids) rest('buy', level);
  for (const level of asks) rest('sell', level);
  return market;
}

function pairOf(symbol: string): Pair {
  const pair = PAIRS.find((candidate) => candidate.symbol === symbol);
  if (pair === undefined) throw new Error(`${symbol} is not in the table`);
  return pair;
}

/** The levels of a raw frame, digits untouched. */
function levelsOf(frame: string, side: 'bids' | 'asks'): TextLevel[] {
  const text = new RegExp(`"${side}":\\[(.*?)\\]`).exec(frame)?.[1] ?? '';
  return [...text.matchAll(/"price":([\d.]+),"qty":([\d.]+)/g)].map((match) => [
    match[1] as string,
    match[2] as string,
  ]);
}

describe('the book channel', () => {
  it.each([
    ['v1_doc', 5],
    ['v2_doc', 1],
  ])("computes Kraken's published checksum %s", (name, priceDecimals) => {
    type Vector = { bids: TextLevel[]; asks: TextLevel[]; checksum: number };
    const vectors = JSON.parse(
      readFileSync(new URL('known-answers/kraken-book-checksums.json', DATA), 'utf8'),
    ) as Record<string, Vector>;
    const vector = vectors[name] as Vector;
    const market = marketWith({ ...pairOf('BTC/USD'), priceDecimals }, vector.bids, vector.asks);
    expect(bookChecksum(market)).toBe(vector.checksum);
  });

  it.each([
    ['btcusd-book25.jsonl', 'BTC/USD'],
    ['xrpusd-book25.jsonl', 'XRP/USD'],
  ])('writes the snapshot of %s exactly as Kraken sent it', (file, symbol) => {
    const lines = readFileSync(new URL(`kraken/${file}`, DATA), 'utf8').split('\n');
    const frames = lines
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { raw: string }).raw);
    const sent = frames.find((frame) => frame.startsWith('{"channel":"book","type":"snapshot"')) ?? '';
    const market = marketWith(pairOf(symbol), levelsOf(sent, 'bids'), levelsOf(sent, 'asks'));
    const time = /"timestamp":"(.*?)(\d{3})Z"/.exec(sent);
    const atUs = Date.parse(`${time?.[1]}Z`) * 1_000 + Number(time?.[2]);
    expect(new BookChannel(new Faults()).snapshot(market, 25, atUs)).toBe(sent);
  });
});
