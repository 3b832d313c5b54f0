/**
 * What was tried on which data: a line a trial in the data folder. The best of many trials looks good by luck, so that each result is judged by
 * how many were tried on the same bars. The same trial again counts once, with its last result.
 */
import { createHash } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { plainText } from '../../lib/regular-file.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../lib/whole-file.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const HEX = /^[0-9a-f]{64}$/;

export type Trial = { readonly data: string; readonly trial: string; readonly sharpe: number };

export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Adds the trial where it is new, or has another result. @returns Sharpe ratios of all trials on the same data, this one among them. */
export async function countTrial(dataDir: string, trial: Trial): Promise<readonly number[]> {
  const path = ledgerPath(dataDir, trial.data);
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  const text = await readLedger(path);
  const known = readTrials(text);
  // One that was counted as it began has its result now.
  if (known.get(trial.trial) !== (Number.isFinite(trial.sharpe) ? trial.sharpe : 0)) {
    known.set(trial.trial, trial.sharpe);
    // A line that a crash broke off stays a trial of its own.
    const end = text === '' || text.endsWith('\n') ? '' : '\n';
    await appendFile(path, `${end}${JSON.stringify({ trial: trial.trial, sharpe: trial.sharpe })}\n`, {
      mode: PRIVATE_FILE,
    });
  }
  return [...known.values()];
}

/** @param data hash of what was tried on. */
export function ledgerPath(dataDir: string, data: string): string {
  return join(dataDir, 'strategy-trials', `${data}.jsonl`);
}

/** What was tried on these data so far, with its last result. A damaged line is a trial that no other ledger has. */
export async function trialsOn(dataDir: string, data: string): Promise<ReadonlyMap<string, number>> {
  const trials = readTrials(await readLedger(ledgerPath(dataDir, data)));
  return new Map(
    [...trials].map(([trial, sharpe]) => [HEX.test(trial) ? trial : `${data} ${trial}`, sharpe]),
  );
}

export async function hasTrial(dataDir: string, data: string, trial: string): Promise<boolean> {
  return readTrials(await readLedger(ledgerPath(dataDir, data))).has(trial);
}

/** Its text; empty where there is none. @throws UserError */
export async function readLedger(path: string): Promise<string> {
  try {
    return (await plainText(path, MAX_BYTES)) ?? '';
  } catch (error) {
    throw new UserError({
      code: 'file-unreadable',
      field: path,
      message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'Move it away; trials are counted from 0 then.',
    });
  }
}

/** A line that is cut or altered is still a trial: nothing that was tried is forgotten. */
function readTrials(text: string): Map<string, number> {
  const trials = new Map<string, number>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    let found: { readonly trial?: unknown; readonly sharpe?: unknown } = {};
    try {
      found = JSON.parse(line) as typeof found;
    } catch {
      // Counted below.
    }
    const name = typeof found?.trial === 'string' && HEX.test(found.trial) ? found.trial : `line ${at}`;
    trials.set(name, typeof found?.sharpe === 'number' && Number.isFinite(found.sharpe) ? found.sharpe : 0);
  }
  return trials;
}
