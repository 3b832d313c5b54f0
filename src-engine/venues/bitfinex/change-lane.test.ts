import { describe, expect, it } from 'vitest';
import { createInstrument } from '../../domain/instrument.ts';
import { HAS_SHARED_DATA } from '../../testing/shared-data.ts';
import { recordedLines } from '../capture/testing/known-books.ts';
import { checkMutants, LaneCheck } from '../conformance/testing/lane-check.ts';
import { Channels } from './channels.ts';
import { BitfinexParser } from './parse.ts';

const GRID = {
  tickSize: '0.01',
  lotSize: '0.001',
  minQty: '0',
  minNotional: '0',
  priceDecimals: 8,
  qtyDecimals: 8,
};
const instruments = ['tBTCUSD', 'tETHUSD', 'tIOTETH', 'tMNABTC', 'tBFTUSD', 'tTESTBTC:TESTUSD'].map(
  (symbol, id) => createInstrument({ symbol, base: 'BTC', quote: 'USD', ...GRID }, id, 'bitfinex'),
);
const parser = (): BitfinexParser => new BitfinexParser(instruments, new Channels());
const OPEN =
  '{"event":"subscribed","channel":"book","chanId":17082,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100","pair":"BTCUSD"}';
const SNAPSHOT = '[17082,[[7254.7,3,3.3],[7254,1,0.5],[7255,1,-2]],1]';
const CHANGE = '[17082,[7254.7,4,3.35],2]';
const REMOVED = '[17082,[7255,0,-1],3]';

/** What the book of these frames sums to. */
function sumOf(frames: readonly string[]): string {
  const own = parser();
  for (const frame of frames) own.parseText(frame, 7);
  const said = own.parseText('[17082,"cs",1,4]', 7);
  return (said.kind === 'error' && /announced, (-?\d+) counted/.exec(said.detail)?.[1]) || '';
}

describe('the short way of Bitfinex’s changes', () => {
  const sum = `[17082,"cs",${sumOf([OPEN, SNAPSHOT, CHANGE, REMOVED])},4]`;

  it('takes changes of one level, and a checksum that agrees', () => {
    const check = new LaneCheck(parser);
    const taken = [OPEN, SNAPSHOT, CHANGE, REMOVED, sum].map((frame) => check.read(frame));
    expect(taken).toEqual([false, false, true, true, true]);
  });

  it.each([
    ['what breaks off', CHANGE.slice(0, -1)],
    ['what goes on', `${CHANGE}]`],
    ['a price with a zero before it', CHANGE.replace('7254.7', '07254.7')],
    ['an amount with a zero before it', REMOVED.replace('-1', '-01')],
    ['a channel with a zero before it', CHANGE.replace('17082', '017082')],
    ['a number that is none', CHANGE.replace(',2]', ',]')],
    ['an exponent', CHANGE.replace('3.35', '3.35e-7')],
  ])('leaves %s to the general way', (_case, frame) => {
    const check = new LaneCheck(parser);
    for (const before of [OPEN, SNAPSHOT]) check.read(before);
    expect(check.read(frame)).toBe(false);
  });

  it('reads mutants as the general way does', () => {
    expect(checkMutants([OPEN, SNAPSHOT, CHANGE, REMOVED, sum], parser)).toBeGreaterThan(20);
  });

  it.runIf(HAS_SHARED_DATA)('reads a recorded session as the general way does', () => {
    const check = new LaneCheck(parser);
    const frames = recordedLines('venues/BITFINEX.jsonl.gz').flatMap((line) => {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      return t === 'recv' && data !== undefined && !data.includes('"ticker"') ? [data] : [];
    });
    expect(frames.length).toBeGreaterThan(100);
    for (const frame of frames) check.read(frame);
    expect(check.taken).toBeGreaterThan(100);
  });
});
