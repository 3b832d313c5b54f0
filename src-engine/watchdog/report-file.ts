/** `watchdog.json` in the data folder: what the watchdog did, until an engine has told it as a fact. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlainText } from '../lib/regular-file.ts';
import { open, seal } from '../lib/sealed.ts';
import { type WatchdogReport, watchdogReport } from './messages.ts';

const MAX_BYTES = 64 * 1024;
const FILE = 'watchdog.json';

/** Appears at once and whole. @throws the operating system's error. */
export function writeReport(dataDir: string, report: WatchdogReport): void {
  const draft = join(dataDir, `${FILE}.${process.pid}`);
  writeFileSync(draft, `${seal(report)}\n`, { mode: 0o600 });
  renameSync(draft, join(dataDir, FILE));
}

/** What a watchdog did that no engine has reported yet; undefined: nothing, or nothing that can be believed. */
export function readReport(dataDir: string): WatchdogReport | undefined {
  const found = look(dataDir);
  return found === 'damaged' ? undefined : found;
}

/** There is a report, and it is not as it was written: what the watchdog did is not known. */
export function hasDamagedReport(dataDir: string): boolean {
  return look(dataDir) === 'damaged';
}

function look(dataDir: string): WatchdogReport | 'damaged' | undefined {
  let text: string | undefined;
  try {
    text = readPlainText(join(dataDir, FILE), MAX_BYTES);
  } catch {
    return 'damaged';
  }
  if (text === undefined) return undefined;
  const opened = open(text);
  if (opened.state === 'damaged') return 'damaged';
  return watchdogReport.safeParse(opened.value).data ?? 'damaged';
}

/** It was told, and that is durable. */
export function dropReport(dataDir: string): void {
  rmSync(join(dataDir, FILE), { force: true });
}
