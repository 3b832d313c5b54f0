import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BARS, barsAt, BOOK, CsvRig } from '../testing/csv-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-bars-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rig = new CsvRig(folder);

const utc = (text: string): number => Date.parse(text) * 1_000;
const hours = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `2024-01-01 ${String(from + at).padStart(2, '0')}:00`);
/** When the closes of these bars are known to a run. */
async function closes(times: readonly string[], change = {}) {
  const { events, report } = await rig.import(barsAt(times), { ...BOOK, ...change });
  return { at: events.filter(({ kind }) => kind === 'trade').map(({ tUs }) => tUs), report };
}

describe('a bar is never traded before its end', () => {
  it.each([
    [
      'one row a minute before an hour',
      ['2024-01-01 00:59', '2024-01-01 01:00', '2024-01-01 02:00'],
      /most common interval is 3600 s.*one bar begins off the grid: row 3 \(2024-01-01T01:00:00\) is 60 s/,
    ],
    [
      'a stray row a millisecond behind another',
      [...hours(0, 5), '2024-01-01 04:00:00.001', ...hours(5, 9)],
      /most common interval is 3600 s.*row 7 .* is 0\.001 s/,
    ],
    [
      'klines off their grid after an outage',
      ['2018-02-08 00:00', '2018-02-08 01:00', '2018-02-09 09:28:14', '2018-02-09 10:00', '2018-02-09 11:00'],
      /2 bars begin off the grid: row 4/,
    ],
    [
      'minutes that go on as hours',
      [...Array.from({ length: 30 }, (_, m) => `2023-12-31 23:${m + 30}`), ...hours(0, 8)],
      /longer intervals follow each other, as bars of another length do/,
    ],
    [
      'distances of which none is common',
      ['2024-01-01 00:00', '2024-01-01 00:01', '2024-01-01 00:03', '2024-01-01 00:04', '2024-01-01 00:09'],
      /only 2 of 4 intervals are the most common one/,
    ],
  ])('%s: the file is refused, its rows are named, and --bar is the remedy', async (_, times, message) => {
    await expect(rig.import(barsAt(times), BOOK)).rejects.toThrow(message);
    await expect(rig.import(barsAt(times), BOOK)).rejects.toThrow(/--bar \d+/);
    const asked = await closes(times, { barSeconds: 3_600 });
    expect(asked.at).toEqual(times.map((time) => utc(`${time}Z`) + 3_600_000_000));
  });

  it('a gap is no longer bar, and the last bar ends as the others do', async () => {
    const { at } = await closes([...hours(0, 4), ...hours(7, 9)]);
    expect(at).toEqual([1, 2, 3, 4, 8, 9].map((hour) => Date.UTC(2024, 0, 1, hour) * 1_000));
  });

  it('months end with the next one, however long they are', async () => {
    const months = ['2024-01-01', '2024-02-01', '2024-03-01', '2024-04-01', '2024-06-01'];
    const { at, report } = await closes(months);
    expect(at).toEqual([1, 2, 3, 4, 6].map((month) => Date.UTC(2024, month, 1) * 1_000));
    expect(report.assumptions.join(' ')).toContain('bar of a calendar month is replayed at its end');
    // A --bar that is too short for some of them does not shorten them.
    expect((await closes(months, { barSeconds: 28 * 86_400 })).at).toEqual(at);
  });

  it('days of a place with summer time end when the next one begins', async () => {
    const spring = [
      '2024-03-28T23:00Z',
      '2024-03-29T23:00Z',
      '2024-03-30T23:00Z',
      '2024-03-31T22:00Z',
      '2024-04-01T22:00Z',
    ];
    const autumn = [
      '2024-10-24T22:00Z',
      '2024-10-25T22:00Z',
      '2024-10-26T22:00Z',
      '2024-10-27T23:00Z',
      '2024-10-28T23:00Z',
    ];
    for (const days of [spring, autumn]) {
      const { at } = await closes(days);
      expect(at.slice(0, -1)).toEqual(days.slice(1).map(utc));
      // How long the last one was is not known: it is taken for the longest.
      expect(at.at(-1)).toBe(utc(days.at(-1) ?? '') + 25 * 3_600_000_000);
    }
  });

  it('ends that the file names are kept, with the last millisecond of a bar counted in', async () => {
    const rows = ['1704067200000,1,2,1,2,5,1704067259999', '1704067260000,1,2,1,2,5,1704070859999'];
    const { events } = await rig.import(
      `open_time,open,high,low,close,volume,close_time\n${rows.join('\n')}`,
      BOOK,
    );
    const at = events.filter(({ kind }) => kind === 'trade').map(({ tUs }) => tUs);
    expect(at).toEqual([utc('2024-01-01T00:01:00Z'), utc('2024-01-01T01:01:00Z')]);
    const early = ['1704067200000,1,2,1,2,5,1704067199999'];
    await expect(
      rig.import(`open_time,open,high,low,close,volume,close_time\n${early.join('\n')}`, BOOK),
    ).rejects.toThrow(/column close_time: "1704067199999" is not after the start of the bar/);
  });

  it('a --bar below the commonest distance is warned of, with what it brings forward', async () => {
    const { report } = await closes(hours(0, 5), { barSeconds: 60 });
    expect(report.warnings.join(' ')).toMatch(
      /--bar 60 is shorter.*3600 s.*traded 3540 s before it was known/,
    );
    expect((await closes(hours(0, 5), { barSeconds: 3_600 })).report.warnings).toEqual([]);
  });

  it('a file with its newest row first is turned round; rows in two orders are refused', async () => {
    const { at, report } = await closes(hours(0, 5).reverse());
    expect(at).toEqual([1, 2, 3, 4, 5].map((hour) => Date.UTC(2024, 0, 1, hour) * 1_000));
    expect(report.assumptions.join(' ')).toContain('newest row comes first');
    await expect(
      rig.import(
        barsAt(['2024-01-01 03:00', '2024-01-01 01:00', '2024-01-01 02:00', '2024-01-01 00:00']),
        BOOK,
      ),
    ).rejects.toThrow(/row 3, column time: "2024-01-01 01:00" is not after the row below it/);
  });

  it('a spread that the tick makes wider is reported', async () => {
    const { report } = await rig.import(
      `${BARS}\n2024-01-01 00:00,2,2,2,2,1\n2024-01-01 00:01,2,2,2,2,1`,
      BOOK,
    );
    expect(report.warnings.join(' ')).toMatch(
      /On a tick of 1 the synthetic books are up to 10000 bps wide, not 2/,
    );
    const finer = await rig.import(`${BARS}\n2024-01-01 00:00,2,2,2,2,1\n2024-01-01 00:01,2,2,2,2,1`, {
      ...BOOK,
      tickSize: '0.0001',
    });
    expect(finer.report.warnings).toEqual([]);
  });
});
