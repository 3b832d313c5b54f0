/**
 * `watchdog-VENUE.json` in the data folder: what the watchdog of that venue's account did, until an engine has recorded it as
 * a fact. Versions before accounts at several venues wrote `watchdog.json`, which names its venue inside.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VenueName } from '../domain/ids.ts';
import { readPlainText } from '../lib/regular-file.ts';
import { open, seal } from '../lib/sealed.ts';
import { type WatchdogReport, watchdogReport } from './messages.ts';

const MAX_BYTES = 64 * 1024;
const EARLIER_FILE = 'watchdog.json';

/** Venues are named by plain words; anything else is kept out of the name of a file. */
const fileOf = (venue: VenueName): string => `watchdog-${venue.replaceAll(/[^a-z0-9-]/gi, '_')}.json`;

/** Appears at once and whole. @throws the operating system's error. */
export function writeReport(dataDir: string, report: WatchdogReport): void {
  const file = fileOf(report.venue);
  const draft = join(dataDir, `${file}.${process.pid}`);
  writeFileSync(draft, `${seal(report)}\n`, { mode: 0o600 });
  renameSync(draft, join(dataDir, file));
}

/** What the watchdog of a venue did that no engine has recorded yet; undefined: nothing, or nothing that can be believed. */
export function readReport(dataDir: string, venue: VenueName): WatchdogReport | undefined {
  const found = look(dataDir, venue);
  return found === 'damaged' ? undefined : found;
}

/** There is a report, and it is not as it was written: what the watchdog did is not known. */
export function hasDamagedReport(dataDir: string, venue: VenueName): boolean {
  return look(dataDir, venue) === 'damaged';
}

function look(dataDir: string, venue: VenueName): WatchdogReport | 'damaged' | undefined {
  const own = lookAt(join(dataDir, fileOf(venue)));
  if (own !== undefined) return own;
  const earlier = lookAt(join(dataDir, EARLIER_FILE));
  return earlier === 'damaged' || earlier?.venue === venue ? earlier : undefined;
}

function lookAt(path: string): WatchdogReport | 'damaged' | undefined {
  let text: string | undefined;
  try {
    text = readPlainText(path, MAX_BYTES);
  } catch {
    return 'damaged';
  }
  if (text === undefined) return undefined;
  const opened = open(text);
  if (opened.state === 'damaged') return 'damaged';
  return watchdogReport.safeParse(opened.value).data ?? 'damaged';
}

/** It was recorded, and that is durable. */
export function dropReport(dataDir: string, venue: VenueName): void {
  const earlier = lookAt(join(dataDir, EARLIER_FILE));
  const isOurs = earlier === 'damaged' || earlier?.venue === venue;
  for (const file of isOurs ? [fileOf(venue), EARLIER_FILE] : [fileOf(venue)])
    rmSync(join(dataDir, file), { force: true });
}
