/** `watchdog.json` in the data folder: what the watchdog did, until an engine has told it as a fact. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type WatchdogReport, watchdogReport } from './messages.ts';

const FILE = 'watchdog.json';

/** Appears at once and whole. @throws the operating system's error. */
export function writeReport(dataDir: string, report: WatchdogReport): void {
  const draft = join(dataDir, `${FILE}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(report)}\n`, { mode: 0o600 });
  renameSync(draft, join(dataDir, FILE));
}

/** What a watchdog did that no engine has told yet; undefined: nothing, or nothing that can be read. */
export function readReport(dataDir: string): WatchdogReport | undefined {
  try {
    return watchdogReport.safeParse(JSON.parse(readFileSync(join(dataDir, FILE), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** It was told, and that is durable. */
export function dropReport(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}
