import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { captureLines, krakenSession } from '../../testing/kraken-session.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import type { CheckReport } from '../capture/check-report.ts';
import { KrakenCaptureCheck } from './capture-check.ts';

function checkBook(lines: readonly string[]): CheckReport {
  const check = new KrakenCaptureCheck();
  for (const [index, line] of lines.entries()) check.read(line, index + 1);
  return check.finish();
}

/** Captures of real sessions, where they are there. */
function capture(name: string): string[] {
  return readFileSync(sharedFile(`kraken/${name}`), 'utf8')
    .trim()
    .split('\n');
}

const head = readFileSync(new URL('fixtures/xrpusd-book25-head.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('KrakenCaptureCheck', () => {
  it('matches every checksum of a made session, two books at once', () => {
    const frames = krakenSession(['BTC/USD', 'XRP/USD'], 20);
    const books = frames.filter(({ raw }) => raw.includes('"checksum"')).length;
    expect(books).toBeGreaterThan(1_000);
    const report = checkBook(captureLines(frames));
    expect(report).toMatchObject({
      frames: frames.length,
      matched: books,
      mismatched: 0,
      resyncs: 0,
      firstFault: null,
    });
    for (const symbol of ['BTC/USD', 'XRP/USD'])
      expect(report.books[symbol]).toMatchObject({ state: 'live', snapshots: 1, levels: [10, 10] });
  });

  it('finds a book that is not trimmed to the depth that was subscribed', () => {
    const frames = krakenSession(['BTC/USD'], 20).map(({ raw }) => raw.replace('"depth":10,', '"depth":25,'));
    expect(checkBook(frames)).toMatchObject({ mismatched: 1, resyncs: 1 });
  });

  it.runIf(HAS_SHARED_DATA)('matches every checksum of the recorded sessions', () => {
    const report = checkBook(capture('btcusd-book25.jsonl'));
    expect(report).toMatchObject({
      frames: 2104,
      matched: 2052,
      mismatched: 0,
      resyncs: 0,
      firstFault: null,
    });
    expect(report.books['BTC/USD']).toMatchObject({
      state: 'live',
      snapshots: 1,
      updates: 2051,
      levels: [25, 25],
    });
    expect(checkBook(capture('xrpusd-book25.jsonl'))).toMatchObject({ matched: 1147, mismatched: 0 });
  });

  it('finds one changed digit of a level at that very frame, and then waits for a snapshot', () => {
    const lines = captureLines(krakenSession(['BTC/USD'], 20));
    const updates = lines.filter((line) => line.includes('checksum')).length - 1;
    const at = 700;
    // The last digit of the first bid's quantity, in a message that sets that bid and does not remove it.
    const level = /\\"bids\\":\[\{\\"price\\":[\d.]+,\\"qty\\":\d+\.\d*[1-9]\d*\}/;
    const index = lines.findIndex((line, i) => i > at && level.test(line));
    const line = lines[index] ?? '';
    const found = level.exec(line);
    const digitAt = (found?.index ?? 0) + (found?.[0].length ?? 0) - 2;
    const digit = line[digitAt] === '7' ? '3' : '7';
    lines[index] = line.slice(0, digitAt) + digit + line.slice(digitAt + 1);
    const result = checkBook(lines);
    expect(result.firstFault).toMatchObject({ line: index + 1, symbol: 'BTC/USD', kind: 'mismatch' });
    expect(result).toMatchObject({ mismatched: 1, resyncs: 1 });
    const book = result.books['BTC/USD'];
    expect(book).toMatchObject({ state: 'waiting', updates });
    // The snapshot matched too, and nothing was applied after the fault.
    expect(result.matched).toBe((book?.applied ?? 0) + 1);
    expect(result.matched).toBeLessThan(updates);
  });

  it('trusts the book again from its next snapshot', () => {
    const [status, ack, beat, snapshot, first, ...rest] = head.map((line) => line);
    const broken = (first ?? '').replace(/"checksum":\d+/, '"checksum":1');
    const lines = [status, ack, beat, snapshot, broken, ...rest, snapshot, first, ...rest].map(String);
    expect(checkBook(lines)).toMatchObject({
      mismatched: 1,
      resyncs: 1,
      matched: 1 + 2 + rest.length,
      books: { 'XRP/USD': { state: 'live', snapshots: 2, updates: 2 + 2 * rest.length } },
    });
  });

  it('reads bare frames, market log lines, and learns decimals and depth without an acknowledgement', () => {
    const books = head.filter((line) => line.startsWith('{"channel":"book"'));
    const log = [
      '{"format":"parallax-market-log","version":1,"venue":"kraken","instruments":[]}',
      ...books.map((raw, i) => JSON.stringify({ t: i, raw })),
    ];
    expect(checkBook(books)).toMatchObject({ frames: 9, matched: 9, mismatched: 0 });
    expect(checkBook(log)).toMatchObject({ frames: 9, matched: 9, mismatched: 0 });
  });

  it('takes decimals from an instrument frame where JSON lost trailing zeros', () => {
    const lossy = head.map((line) => {
      if (!line.includes('"channel":"book"')) return line;
      return line.replaceAll(/(\d\.\d*?)0+(?=[,}])/g, '$1').replaceAll(/(\d)\.(?=[,}])/g, '$1');
    });
    const pair = { symbol: 'XRP/USD', status: 'online', price_precision: 5, qty_precision: 8 };
    const instrument = JSON.stringify({ channel: 'instrument', type: 'snapshot', data: { pairs: [pair] } });
    expect(checkBook([instrument, ...lossy])).toMatchObject({ matched: 9, mismatched: 0 });
  });

  it.each([
    ['a line that was cut off', '{"recv_ns": 1, "raw": "{\\"chan'],
    ['a frame that was cut off', (head[5] ?? '').slice(0, 90)],
    ['a frame of something else', '{"hello":1}'],
  ])('leaves out %s, and names its line', (_what, line) => {
    expect(checkBook([...head, line])).toMatchObject({
      matched: 9,
      firstFault: null,
      unreadable: { count: 1, lines: [{ line: 13 }] },
    });
  });

  it('refuses a log of another venue, and names it', () => {
    let problem: unknown;
    try {
      checkBook(['{"format":"parallax-market-log","version":1,"venue":"binance"}']);
    } catch (error) {
      if (error instanceof UserError) problem = error.problem;
    }
    expect(problem).toMatchObject({ code: 'wrong-venue', field: 'line 1: venue' });
  });
});
