/** What the parts of the last run took, kept beside the installed packages: for the estimate of the next run alone. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { PartSeconds } from './progress.ts';

const kept = z.record(z.string(), z.number().positive().max(86_400));

const pathIn = (root: string): string =>
  join(root, 'node_modules', '.cache', 'parallax', 'test-durations.json');

/** Empty when there was no run, or its file says nothing that can be read. */
export function keptDurations(root: string): PartSeconds {
  try {
    return kept.safeParse(JSON.parse(readFileSync(pathIn(root), 'utf8'))).data ?? {};
  } catch {
    return {};
  }
}

/** Parts that did not run keep what they took before. A disk that takes nothing costs the next run its estimate. */
export function keepDurations(root: string, seconds: PartSeconds): void {
  try {
    mkdirSync(dirname(pathIn(root)), { recursive: true });
    writeFileSync(pathIn(root), `${JSON.stringify({ ...keptDurations(root), ...seconds }, null, 2)}\n`);
  } catch {
    // An estimate is no reason to fail.
  }
}
