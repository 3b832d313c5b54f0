import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CSV_LAYOUTS } from '../../backtest/import/csv-layouts.ts';
import { OFF_GRID, parseUnits } from '../../backtest/units.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import type { Command } from '../command.ts';
import { parseCommandLine } from '../command-line.ts';
import { HAS_SHARED_DATA, sharedFile } from '../../testing/shared-data.ts';
import { helpPage } from '../help-text.ts';
import { backtest } from './backtest.ts';
import { importCommand } from './import.ts';

const CANDLES = sharedFile('candles');
const folder = mkdtempSync(join(tmpdir(), 'parallax-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** Runs a command in this process: what it said, and its notes. */
async function run(command: Command, args: readonly string[]) {
  const notes: string[] = [];
  let [data, text]: [Readonly<Record<string, unknown>>, string] = [{}, ''];
  const output = {
    json: true,
    result: (found: Readonly<Record<string, unknown>>, line: string) => {
      [data, text] = [found, line];
    },
    note: (line: string) => {
      notes.push(line);
    },
  };
  const code = await command.run(parseCommandLine(command, args), output);
  return { code, data, text, notes };
}

/** Imports a file of these lines, and replays what it became. */
async function importAndReplay(file: string, args: readonly string[]) {
  const out = join(folder, `${++made}.jsonl.gz`);
  const printed = await run(importCommand, [file, '--venue', 'made', '--out', out, ...args]);
  const replayed = await run(backtest, [out]);
  return { printed, replayed };
}

function fileOf(lines: readonly string[]): string {
  const path = join(folder, `${++made}.csv`);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const BOOK = ['--symbol', 'BTC/USD', '--depth', '1', '--spread-bps', '5'];

describe('import', () => {
  it('names each of its options and layouts in its help', () => {
    const page = helpPage(importCommand, '', importCommand.options, 'parallax');
    for (const name of Object.keys(importCommand.options))
      expect(page).toMatch(new RegExp(`^  --${name} `, 'm'));
    for (const { name, what } of CSV_LAYOUTS) expect(page).toContain(`${name.padEnd(21)} ${what}`);
  });

  it('makes logs of many years that can be replayed', async () => {
    const years = [2019, 2020, 2021, 2022].map((year) => `${year}-01-01,100.00,110,90,105.53,5`);
    const { printed, replayed } = await importAndReplay(
      fileOf(['time,open,high,low,close,volume', ...years]),
      BOOK,
    );
    expect(printed.text).toContain('Each bar of 12 calendar months is replayed at its end');
    expect(replayed).toMatchObject({ code: 0, data: { events: 8, metrics: { periodUs: 3_600_000_000 } } });
    expect(replayed.notes.join(' ')).toContain('computed per hour');
  });

  it('takes columns, rows, forms and zones by its options, and says warnings apart', async () => {
    const file = fileOf([
      'when;coin;last bid;last ask',
      '01/02/2024 00:00;BTC;1,5;1,75',
      '01/02/2024 00:01;ETH;7,5;7,75',
      '02/02/2024 00:02;BTC;2;1',
    ]);
    const args = ['--symbol', 'BTC/USD', '--depth', '1', '--columns', 'time=when,bid=last bid,ask=last ask'];
    const { printed } = await importAndReplay(file, [
      ...args,
      '--only',
      'coin=BTC',
      '--time',
      'dmy',
      '--zone',
      '+01:00',
      '--skip-bad',
    ]);
    expect(printed.data).toMatchObject({ kind: 'quotes', rows: 1, from: '2024-01-31T23:00:00.000000Z' });
    expect(printed.notes).toEqual([expect.stringMatching(/^Warning: One row is left out, such as .* row 4/)]);
  });

  it.each([
    [['--columns', 'tme=x'], /--columns: "tme" is none of time/],
    [['--columns', 'time'], /--columns: "time" is not NAME=VALUE/],
    [['--time', 'epoch'], /--time: "epoch" is none of its values. Use one of s, ms/],
    [['--zone', 'Europe/Berlin'], /--zone: "Europe\/Berlin" is not an offset/],
    [['--zone', '+01:00'], /--zone: applies to times without a zone/],
    [['--decimal', ','], /--decimal: "," is none of its values. Use one of point, comma/],
    [['--tick', '0'], /--tick: "0" is not a number above zero/],
    [['--instruments', 'x'], /--instruments: applies to captures/],
    [['--only', 'coin=BTC'], /--only: "coin" is not a text column/],
  ])('%j is refused', async (args, message) => {
    const file = fileOf(['time,bid,ask', '1700000000,1,2']);
    await expect(importAndReplay(file, ['--symbol', 'BTC/USD', '--depth', '1', ...args])).rejects.toThrow(
      message,
    );
  });

  it('says what a file is that is not CSV', async () => {
    for (const [line, message] of [
      ['{"format":"parallax-market-log","version":1}', /is a market log already\. Give it to backtest/],
      ['[[1700000000000,1,2]]', /is JSON, not CSV/],
    ] as const) {
      await expect(importAndReplay(fileOf([line]), BOOK)).rejects.toThrow(message);
    }
  });

  it.skipIf(!HAS_SHARED_DATA)('takes every file of freqtrade’s candles as pandas wrote them', async () => {
    const names = readdirSync(CANDLES);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const symbol = name.replace(/-.*/, '').replace('_', '/');
      const out = join(folder, `${name}.jsonl`);
      const args = ['--symbol', symbol, '--depth', '1', '--spread-bps', '5'];
      const printed = await run(importCommand, [
        join(CANDLES, name),
        '--venue',
        'made',
        '--out',
        out,
        ...args,
      ]);
      expect(printed.data).toMatchObject({ kind: 'bars' });
      // Each number of the log is on the grid of its header; the shortest is replayed as well.
      const log = await readMarketLog(out);
      const { priceDecimals = 0, qtyDecimals = 0 } = log.header.instruments[0] ?? {};
      for await (const batch of log.batches) {
        const offGrid = batch.filter(
          (event) =>
            event.kind === 'trade' &&
            (parseUnits(event.price, priceDecimals) === OFF_GRID ||
              parseUnits(event.qty, qtyDecimals) === OFF_GRID),
        );
        expect(offGrid).toEqual([]);
      }
      if (name === 'XRP_ETH-5m.csv.gz') expect((await run(backtest, [out])).code).toBe(0);
    }
  });
});
