import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { checkBook } from './check-book.ts';

function capture(name: string): string[] {
  const url = new URL(`../../../../shared/data/kraken/${name}`, import.meta.url);
  return readFileSync(url, 'utf8').trim().split('\n');
}

const head = readFileSync(new URL('fixtures/xrpusd-book25-head.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('checkBook', () => {
  it('matches every checksum of the captures', async () => {
    expect(await checkBook(capture('btcusd-book25.jsonl'))).toEqual({
      frames: 2104,
      checksums: 2052,
      matched: 2052,
      mismatched: 0,
      resubscribes: 0,
      skipped: 0,
      symbols: ['BTC/USD'],
    });
    expect(await checkBook(capture('xrpusd-book25.jsonl'))).toMatchObject({ matched: 1147, mismatched: 0 });
  });

  it('finds one changed digit of a level at that very frame, and then waits for a snapshot', async () => {
    const lines = capture('btcusd-book25.jsonl');
    const at = 1_000;
    // The last digit of the first bid's quantity, in a message that sets that bid and does not remove it.
    const level = /\\"bids\\":\[\{\\"price\\":[\d.]+,\\"qty\\":\d+\.\d*[1-9]\d*\}/;
    const index = lines.findIndex((line, i) => i > at && level.test(line));
    const line = lines[index] ?? '';
    const found = level.exec(line);
    const digitAt = (found?.index ?? 0) + (found?.[0].length ?? 0) - 2;
    const digit = line[digitAt] === '7' ? '3' : '7';
    lines[index] = line.slice(0, digitAt) + digit + line.slice(digitAt + 1);
    const result = await checkBook(lines);
    expect(result.firstMismatch).toMatchObject({ line: index + 1, symbol: 'BTC/USD' });
    expect(result.firstMismatch?.computed).not.toBe(result.firstMismatch?.expected);
    expect(result).toMatchObject({ mismatched: 1, resubscribes: 1, checksums: result.matched + 1 });
    expect(result.matched + result.mismatched + result.skipped).toBe(2052);
  });

  it('trusts the book again from its next snapshot', async () => {
    const [status, ack, beat, snapshot, first, ...rest] = head.map((line) => line);
    const broken = (first ?? '').replace(/"checksum":\d+/, '"checksum":1');
    const lines = [status, ack, beat, snapshot, broken, ...rest, snapshot, first, ...rest].map(String);
    expect(await checkBook(lines)).toMatchObject({
      mismatched: 1,
      resubscribes: 1,
      skipped: rest.length,
      matched: 1 + 2 + rest.length,
    });
  });

  it('reads bare frames, market log lines, and learns decimals and depth without an acknowledgement', async () => {
    const books = head.filter((line) => line.startsWith('{"channel":"book"'));
    const log = [
      '{"format":"parallax-market-log","version":1,"venue":"kraken","instruments":[]}',
      ...books.map((raw, i) => JSON.stringify({ t: i, raw })),
    ];
    expect(await checkBook(books)).toMatchObject({ frames: 9, matched: 9, mismatched: 0 });
    expect(await checkBook(log)).toMatchObject({ frames: 9, matched: 9, mismatched: 0 });
  });

  it('takes decimals from an instrument frame where JSON lost trailing zeros', async () => {
    const lossy = head.map((line) => {
      if (!line.includes('"channel":"book"')) return line;
      return line.replaceAll(/(\d\.\d*?)0+(?=[,}])/g, '$1').replaceAll(/(\d)\.(?=[,}])/g, '$1');
    });
    const pair = { symbol: 'XRP/USD', status: 'online', price_precision: 5, qty_precision: 8 };
    const instrument = JSON.stringify({ channel: 'instrument', type: 'snapshot', data: { pairs: [pair] } });
    expect(await checkBook([instrument, ...lossy])).toMatchObject({ matched: 9, mismatched: 0 });
  });

  it.each([
    ['a line that was cut off', ['{"recv_ns": 1, "raw": "{\\"chan'], 'bad-line', 'line 1'],
    ['a frame that was cut off', [...head, (head[5] ?? '').slice(0, 90)], 'bad-line', 'line 13'],
    ['another file', [...head, '{"hello":1}'], 'bad-line', 'line 13'],
    [
      'another venue',
      ['{"format":"parallax-market-log","version":1,"venue":"binance"}'],
      'wrong-venue',
      'line 1: venue',
    ],
    ['no book at all', head.slice(0, 3), 'no-checksums', 'FILE'],
  ])('refuses %s, and names it', async (_what, lines, code, field) => {
    const error: unknown = await checkBook(lines).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    if (error instanceof UserError) expect(error.problem).toMatchObject({ code, field });
  });
});
