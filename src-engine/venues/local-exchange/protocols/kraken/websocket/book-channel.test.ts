/** The book channel against what Kraken published and sent: checksums to the bit, frames to the letter. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toUnits, decimal } from '../../../../../domain/decimal.ts';
import type { Side } from '../../../../../domain/order.ts';
import {
  type ChecksumExample,
  TRAILING_ZEROS_LOST,
  WEBSOCKET_V1,
  WEBSOCKET_V2,
} from '../../../../../testing/kraken-examples.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../../../../testing/shared-data.ts';
import { Faults } from '../../../core/faults.ts';
import { Market } from '../../../core/market.ts';
import { EngineOrder, HOUSE } from '../../../core/matching/book-side.ts';
import { feeOf, type Pair } from '../../../core/pair.ts';
import { PAIRS } from '../pairs.ts';
import { BookChannel, bookChecksum } from './book-channel.ts';

const REAL_HEAD = new URL('../../../../kraken/fixtures/xrpusd-book25-head.jsonl', import.meta.url);

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
  it.each<[string, ChecksumExample]>([
    ['WebSocket v1', WEBSOCKET_V1],
    ['WebSocket v2', WEBSOCKET_V2],
    ['trailing zeros', TRAILING_ZEROS_LOST],
  ])("computes Kraken's published checksum: %s", (_name, { bids, asks, priceDecimals, checksum }) => {
    const market = marketWith({ ...pairOf('BTC/USD'), priceDecimals }, bids, asks);
    expect(bookChecksum(market)).toBe(checksum);
  });

  it('writes a snapshot of XRP/USD exactly as Kraken sent it', () => {
    asSent('XRP/USD', readFileSync(REAL_HEAD, 'utf8').trim().split('\n'));
  });

  it.runIf(HAS_SHARED_DATA)('writes that of the recorded BTC/USD likewise', () => {
    const lines = readFileSync(sharedFile('kraken/btcusd-book25.jsonl'), 'utf8').trim().split('\n');
    asSent(
      'BTC/USD',
      lines.map((line) => (JSON.parse(line) as { readonly raw: string }).raw),
    );
  });
});

function asSent(symbol: string, frames: readonly string[]): void {
  const sent = frames.find((frame) => frame.startsWith('{"channel":"book","type":"snapshot"')) ?? '';
  const market = marketWith(pairOf(symbol), levelsOf(sent, 'bids'), levelsOf(sent, 'asks'));
  const time = /"timestamp":"(.*?)(\d{3})Z"/.exec(sent);
  const atUs = Date.parse(`${time?.[1]}Z`) * 1_000 + Number(time?.[2]);
  expect(new BookChannel(new Faults()).snapshot(market, 25, atUs)).toBe(sent);
}
