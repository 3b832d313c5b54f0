/** Pipes that carry what no engine and no watchdog wrote. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineReader, MAX_LINE, type ToWatchdog, toWatchdog } from './messages.ts';
import { watch } from './watch.ts';

function reader() {
  const read: string[] = [];
  const lines = new LineReader<ToWatchdog>(
    toWatchdog,
    (message) => read.push(message.t),
    () => read.push('fault'),
  );
  return { lines, read };
}

describe('a line', () => {
  it('is one however its pieces come', () => {
    const { lines, read } = reader();
    for (const sign of '{"t":"beat","nonce":"7"}\n{"t":"end"}\n') lines.take(sign);
    expect(read).toEqual(['beat', 'end']);
  });

  it.each([1, 1_000, 70_000])(
    'that is too long is one fault, and its end is not a message (pieces of %i)',
    (piece) => {
      const { lines, read } = reader();
      const text = `${'x'.repeat(MAX_LINE * 3)}{"t":"end"}\n{"t":"beat"}\n`;
      for (let from = 0; from < text.length; from += piece) lines.take(text.slice(from, from + piece));
      expect(read).toEqual(['fault', 'beat']);
    },
  );

  it('after a piece that happens to begin like a message is read as a whole', () => {
    const { lines, read } = reader();
    lines.take('x'.repeat(MAX_LINE + 1));
    lines.take('{"t":"end"}');
    lines.take('\n');
    lines.take('{"t":"beat"}\n');
    expect(read).toEqual(['fault', 'beat']);
  });

  it.each([
    '{"t":"beat","nonce":"99999999999999999999"}',
    '{"t":"beat","nonce":"-1"}',
    '{"t":"beat","nonce":7}',
    '{"t":"end","more":1}',
    '{"t":"launch"}',
    '',
    '\u0000',
    `${'['.repeat(8_000)}${']'.repeat(8_000)}`,
  ])('%j is not a message', (line) => {
    const { lines, read } = reader();
    lines.take(`${line}\n`);
    expect(read).toEqual(['fault']);
  });
});

it('a watchdog that is sent garbage without end says so a few times and waits on', async () => {
  const input = new PassThrough();
  const notes: string[] = [];
  const over = watch({ input, say: () => undefined, note: (text) => notes.push(text) });
  for (let k = 0; k < 5_000; k++) input.write('garbage\n');
  input.end();
  await over;
  expect(notes).toEqual([1, 10, 100, 1_000].map((n) => `watchdog: ${n} invalid lines ignored so far`));
});
