/** A run as it is kept: a folder of its own with what a review asks for, each part in a file. */
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import * as lab from '../contract/lab-records.ts';
import * as values from '../domain/value-schemas.ts';
import { UserError } from '../domain/errors.ts';
import type { EquitySample } from '../domain/event.ts';
import { open, seal } from '../lib/sealed.ts';
import { makeFolder } from '../lib/folders.ts';
import { plainText } from '../lib/regular-file.ts';
import { partOf, PRIVATE_FILE, writeWhole } from '../lib/whole-file.ts';
import type { PricePoint, PriceTrack } from './price-tracks.ts';

/** Of one part: JSON text that the engine can still take in. */
const MAX_PART_BYTES = 400 * 1024 * 1024;
const NEW_FILE = { flag: 'wx', mode: PRIVATE_FILE } as const;

export type StoredBook = lab.RunTrade['books'][number];
export type StoredTrade = lab.RunTrade;

export type StoredRun = {
  readonly review: lab.RunReview;
  readonly trades: readonly StoredTrade[];
  /** Trades beyond those that are kept whole. */
  readonly dropped: number;
  readonly samples: readonly EquitySample[];
  readonly prices: readonly PriceTrack[];
};

const price = z.number().nullable();
/** The parts by their file names; what is read is checked like what a stranger sends. */
const PARTS = {
  review: lab.runReview,
  trades: z.object({ dropped: z.number().int(), trades: z.array(lab.runTrade) }),
  equity: z.object({ samples: z.array(values.equitySample) }),
} as const;
/** Prices have a file for each instrument, numbered as the review lists them. */
const priceTrack = z.object({ symbol: z.string(), points: z.array(z.tuple([z.number(), price, price])) });
export type RunPart = keyof typeof PARTS;

/** Keeps a run; one of the same id is the same run and is replaced. */
export async function keepRun(runsDir: string, run: StoredRun): Promise<void> {
  const { review, trades, dropped, samples, prices } = run;
  const folder = join(runsDir, review.runId);
  const made = partOf(folder);
  makeFolder(made);
  const parts: Record<RunPart, unknown> = {
    review,
    trades: { dropped, trades },
    equity: { samples },
  };
  for (const [name, part] of Object.entries(parts)) {
    await writeFile(join(made, `${name}.json`), seal(part as object), NEW_FILE);
  }
  for (const [at, track] of prices.entries()) {
    await writeFile(join(made, pricesFile(at)), seal(track), NEW_FILE);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
}

/** @throws UserError when there is no such run, or its file is damaged. */
export async function readPart<P extends RunPart>(
  runsDir: string,
  runId: string,
  part: P,
): Promise<z.output<(typeof PARTS)[P]>> {
  const text = await textOf(join(runsDir, runId, `${part}.json`));
  if (text === undefined) {
    throw new UserError({
      code: 'unknown-run',
      field: 'runId',
      value: runId,
      message: 'is not a stored run',
      remedy: 'Choose one of the list of runs.',
    });
  }
  return checked(PARTS[part], text, `${runId}/${part}.json`) as z.output<(typeof PARTS)[P]>;
}

/** Prices of the instrument that the review lists there. @throws UserError when its file is damaged. */
export async function readPrices(
  runsDir: string,
  runId: string,
  at: number,
): Promise<{ symbol: string; points: PricePoint[] }> {
  const text = (await textOf(join(runsDir, runId, pricesFile(at)))) ?? '';
  return checked(priceTrack, text, `${runId}/${pricesFile(at)}`);
}

const RUN_FOLDER = /^run-[0-9a-f]+$/;
const SWEEP_FILE = /^sweep-[0-9a-f]+\.json$/;
const pricesFile = (at: number): string => `prices-${at}.json`;

/** What lies in a folder: headlines, newest first, and the names of those that cannot be read or are damaged. */
type Listed<H> = { readonly heads: readonly H[]; readonly damaged: readonly string[] };

export function listRuns(runsDir: string): Promise<Listed<lab.RunHead>> {
  return listed(runsDir, RUN_FOLDER, lab.runHead, (runId) => join(runsDir, runId, 'review.json'));
}

export function listSweeps(sweepsDir: string): Promise<Listed<z.output<typeof lab.sweepHead>>> {
  return listed(sweepsDir, SWEEP_FILE, lab.sweepHead, (file) => join(sweepsDir, file));
}

async function listed<S extends z.ZodType<{ readonly createdUs: number }>>(
  folder: string,
  pattern: RegExp,
  schema: S,
  fileOf: (name: string) => string,
): Promise<Listed<z.output<S>>> {
  const heads: z.output<S>[] = [];
  const damaged: string[] = [];
  for (const name of await idsIn(folder, pattern)) {
    const text = (await textOf(fileOf(name))) ?? '';
    const parsed = text === '' ? undefined : schema.safeParse(contentOf(text));
    if (parsed?.success === true) heads.push(parsed.data);
    else damaged.push(name);
  }
  return { heads: heads.sort((a, b) => b.createdUs - a.createdUs), damaged: damaged.sort() };
}

export async function keepSweep(sweepsDir: string, review: lab.SweepReview): Promise<void> {
  makeFolder(sweepsDir);
  const path = join(sweepsDir, `${review.sweepId}.json`);
  await writeWhole(path, seal(review));
}

/** @throws UserError when there is no such sweep, or its file is damaged. */
export async function readSweep(sweepsDir: string, sweepId: string): Promise<lab.SweepReview> {
  const text = await textOf(join(sweepsDir, `${sweepId}.json`));
  if (text !== undefined) return checked(lab.sweepReview, text, `${sweepId}.json`);
  throw new UserError({
    code: 'unknown-sweep',
    field: 'sweepId',
    value: sweepId,
    message: 'is not a stored sweep',
    remedy: 'Choose one of the list of sweeps.',
  });
}

/** Undefined where there is no plain file that can be read: neither a pipe nor a file without end blocks the engine. */
function textOf(path: string): Promise<string | undefined> {
  return plainText(path, MAX_PART_BYTES).catch(() => undefined);
}

async function idsIn(folder: string, pattern: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => pattern.test(name));
}

function checked<S extends z.ZodType>(schema: S, text: string, file: string): z.output<S> {
  const parsed = schema.safeParse(contentOf(text));
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new UserError({
    code: 'damaged-file',
    field: where,
    value: file,
    message: 'is damaged, or of another version',
    remedy: 'Run it again.',
  });
}

/** What a file says; undefined when it is not as it was written. Files of older versions have no hash. */
function contentOf(text: string): unknown {
  const opened = open(text);
  return opened.state === 'damaged' ? undefined : opened.value;
}
