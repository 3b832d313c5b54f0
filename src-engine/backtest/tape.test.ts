import { copyFileSync, existsSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../domain/errors.ts';
import { TapeBuilder } from '../storage/tape/tape-builder.ts';
import { readTape, writeTape } from '../storage/tape/tape-file.ts';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';
import { runBacktest } from './backtest.ts';
import { makeTape } from './tape-maker.ts';
import { krakenLogLines } from './testing/kraken-log.ts';
import { header, type LogFolder, logFolder, START_US, TRIANGLE, triangleEvents } from './testing/made-log.ts';

let folder: LogFolder;
beforeAll(() => {
  folder = logFolder();
});
afterAll(() => folder.remove());

const place = (name: string): string => join(folder.write('anchor', []), '..', name);

async function tapeOf(log: string, name: string): Promise<string> {
  const path = place(name);
  await makeTape({ logs: [log], path });
  return path;
}

async function refusal(path: string): Promise<UserError> {
  try {
    await readTape(path);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('the tape was read without a refusal');
}

/** Frames of a session as a log; `spoil` may change one of them. */
function captureLog(name: string, spoil: (frame: string, index: number) => string): string {
  const [head, ...lines] = krakenLogLines(['BTC/USD']) as [
    unknown,
    ...{ readonly t: number; readonly raw: string }[],
  ];
  return folder.write(name, [head, ...lines.map(({ t, raw }, index) => ({ t, raw: spoil(raw, index) }))]);
}

describe('a replay from a tape', () => {
  async function sameFromTape(log: string, name: string): Promise<void> {
    const fromLog = await runBacktest({ logs: [log] });
    const fromTape = await runBacktest({ logs: [await tapeOf(log, `${name}.tape`)] });
    expect(fromTape).toEqual(fromLog);
    expect(fromTape.events).toBeGreaterThan(200);
  }

  it('gives the very events of a replay from the log', async () => {
    const log = folder.write('quotes.jsonl', [header(TRIANGLE), ...triangleEvents(11, 3_000).events]);
    await sameFromTape(log, 'quotes');
  });

  it.runIf(HAS_SHARED_DATA).each([
    ['a triangle', 'poloniex/triangle-2022-08-21.market-log.jsonl.gz'],
    ['120,000 quotes', 'fx/eurusd-gbpusd-eurgbp.market-log.jsonl.gz'],
  ])('gives those of a recorded market as well: %s', (name, log) => sameFromTape(sharedFile(log), name));

  it('trades as the log does, under other fees and capital', async () => {
    const { events } = triangleEvents(5, 400);
    const log = folder.write('trades.jsonl', [header(TRIANGLE), ...events]);
    const options = { capital: { USD: '5000' }, seed: 9, feeBps: 2 };
    const fromLog = await runBacktest({ ...options, logs: [log] });
    const fromTape = await runBacktest({ ...options, logs: [await tapeOf(log, 'trades.tape')] });
    expect(fromLog.fills).toBeGreaterThan(3);
    expect(fromTape).toEqual(fromLog);
  });

  it('meets the same wrong checksum, the same unreadable frame and the same closed connection', async () => {
    let spoiled: number | undefined;
    const log = captureLog('spoiled.jsonl', (frame, index) => {
      if (index < 700 || !frame.includes('"checksum"')) return frame;
      spoiled ??= index;
      if (index === spoiled) return frame.replace(/"checksum":\d+/, '"checksum":1');
      return index === spoiled + 200 ? frame.slice(0, 60) : frame;
    });
    expect(spoiled).toBeDefined();
    const fromLog = await runBacktest({ logs: [log] });
    const fromTape = await runBacktest({ logs: [await tapeOf(log, 'spoiled.tape')] });
    expect(fromLog.bookFaults).toMatchObject({ checksumMismatches: 1, unreadableFrames: 1 });
    expect(fromTape).toEqual(fromLog);
  });

  it('keeps sequence numbers, so that a gap is a gap', async () => {
    const book = (t: number, seq: number, prev: number): unknown => {
      const k = seq === 1 ? 'snapshot' : 'delta';
      return { t: START_US + t, i: 'BTC/USD', k, b: [['100', '1']], a: [['101', '1']], seq, prev };
    };
    const log = folder.write('gap.jsonl', [header(TRIANGLE), book(1, 1, 0), book(2, 2, 1), book(3, 9, 8)]);
    const report = await runBacktest({ logs: [await tapeOf(log, 'gap.tape')] });
    expect(report.bookFaults.sequenceGaps).toBe(1);
  });
});

describe('a tape that must not be used', () => {
  let log = '';
  let tape = '';
  beforeAll(async () => {
    const { events } = triangleEvents(2, 60);
    log = folder.write('small.jsonl', [header(TRIANGLE), ...events]);
    tape = await tapeOf(log, 'small.tape');
  });

  it('is refused with any byte changed, and at any length that is not its own', async () => {
    const whole = readFileSync(tape);
    const { columns } = await readTape(tape);
    const broken = place('broken.tape');
    // The padding between two columns is not part of any column.
    const used = Object.values(columns).reduce((sum, column) => sum + column.byteLength, 0);
    expect(whole.length - used).toBeLessThan(16_000);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (position, change) => {
          const copy = Buffer.from(whole);
          copy[position] = (copy[position] as number) ^ change;
          writeFileSync(broken, copy);
          try {
            const read = await readTape(broken);
            expect(read.columns).toEqual(columns);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            expect((error as UserError).problem.code).toMatch(/^(tape-damaged|tape-version|not-a-tape)$/);
            expect((error as UserError).problem.remedy).not.toBe('');
          }
        },
      ),
      { numRuns: 150 },
    );
    for (const length of [0, 5, 15, 16, 500, whole.length >> 1, whole.length - 9]) {
      copyFileSync(tape, broken);
      truncateSync(broken, length);
      expect((await refusal(broken)).problem.code).toMatch(/^(tape-damaged|not-a-tape)$/);
    }
  });

  it('is refused when it is of another version, no tape at all, or not there', async () => {
    const bytes = readFileSync(tape);
    bytes[7] = 99;
    writeFileSync(place('newer.tape'), bytes);
    const newer = await refusal(place('newer.tape'));
    expect(newer.problem).toMatchObject({ code: 'tape-version', field: 'tape' });
    expect(newer.message).toMatch(/version 99.*reads 2/);
    expect((await refusal(log)).problem.code).toBe('not-a-tape');
    expect((await refusal(place('absent.tape'))).message).toContain('does not exist');
  });

  it('is refused when its log has changed, and stands alone when its log is gone', async () => {
    const { events } = triangleEvents(3, 60);
    const own = folder.write('changing.jsonl', [header(TRIANGLE), ...events]);
    const made = await tapeOf(own, 'changing.tape');
    utimesSync(own, new Date(), new Date(1_000));
    await expect(readTape(made)).resolves.toMatchObject({ head: { events: 60 } });
    folder.write('changing.jsonl', [header(TRIANGLE), ...events.slice(1)]);
    const stale = await refusal(made);
    expect(stale.problem.code).toBe('tape-stale');
    expect(stale.message).toMatch(/changing\.jsonl.*Make it again/);
    const elsewhere = logFolder();
    const moved = join(elsewhere.write('anchor', []), '..', 'moved.tape');
    copyFileSync(made, moved);
    await expect(readTape(moved)).resolves.toMatchObject({ head: { events: 60 } });
    elsewhere.remove();
  });

  it('is refused for books of another depth than its checksums were compared with', async () => {
    await expect(runBacktest({ logs: [tape], bookDepth: 7 })).rejects.toThrow(
      /book depth: "7" is not 1000.*Leave it out/,
    );
  });

  it('leaves nothing behind when it cannot be made', async () => {
    const bad = folder.write('bad.jsonl', [header(TRIANGLE), { t: START_US, i: 'BTC/USD', k: 'what' }]);
    const path = place('never.tape');
    await expect(makeTape({ logs: [bad], path })).rejects.toThrow(/what/);
    await expect(
      writeTape(join(log, 'below-a-file.tape'), new TapeBuilder(), {
        sources: [],
        instruments: [],
        venues: [],
        bookDepth: 10,
        logEvents: 0,
        unreadableFrames: 0,
        firstFault: '',
        unfinishedLogs: [],
      }),
    ).rejects.toBeInstanceOf(UserError);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.part`)).toBe(false);
  });
});
