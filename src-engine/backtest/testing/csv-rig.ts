/** Imports of made CSV files, for tests: what a file becomes, and that each log it becomes can be replayed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MarketLogEvent } from '../../storage/market-log-types.ts';
import { readMarketLog } from '../../storage/market-log.ts';
import { runBacktest } from '../backtest.ts';
import { type CsvImportOptions, importCsv } from '../import/csv-import.ts';

export class CsvRig {
  readonly #folder: string;
  #made = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path that is not in use yet. */
  path(ending: string): string {
    this.#made++;
    return join(this.#folder, `${this.#made}${ending}`);
  }

  /** Writes the file and imports it. @param content lines, or bytes as they are. */
  async import(content: string | Buffer, change: Partial<CsvImportOptions> = {}) {
    const file = this.path('.csv');
    writeFileSync(file, content);
    const out = this.path('.jsonl');
    const report = await importCsv({ file, out, venue: 'made', symbol: 'BTC/USD', ...change });
    const log = await readMarketLog(out);
    const events: MarketLogEvent[] = [];
    for await (const batch of log.batches) events.push(...batch);
    // What was imported can be replayed, event by event.
    const { events: replayed } = await runBacktest({ logs: [out] });
    if (replayed !== events.length) throw new Error(`${replayed} of ${events.length} events were replayed`);
    return { report, events, header: log.header };
  }
}

/** What made books need. */
export const BOOK = { depth: '1', spreadBps: 2 } as const;
export const BARS = 'time,open,high,low,close,volume';

/** Bars of one shape at these times. */
export function barsAt(times: readonly string[]): string {
  return [BARS, ...times.map((time) => `${time},100.0,110.0,90.0,105.53,1.25`)].join('\n');
}
