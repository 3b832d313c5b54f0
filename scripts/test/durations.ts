/**
 * What tests take. The parts of the last run, kept beside the installed packages, are for the estimate of the next run alone.
 * What parts and files take usually is for a first run: its estimate, and long files before short ones.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Known, PartSeconds } from './progress.ts';
import { USUAL_FILES, USUAL_PARTS } from './usual-seconds.ts';

/** What a file takes that is not worth a line of its own, in seconds. */
const SHORT = 0.6;

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

/** For the estimate of a run: what its last one took, or what parts take usually. */
export function knownDurations(root: string): Known {
  const seconds = keptDurations(root);
  const isOurs = Object.keys(seconds).length > 0;
  return { seconds: isOurs ? seconds : USUAL_PARTS, isOurs };
}

/** How long a file of tests takes beside others. @param file its path from the project's root, with slashes. */
export function weightOf(file: string): number {
  return USUAL_FILES[file] ?? SHORT;
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
