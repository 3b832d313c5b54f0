/**
 * Every trial on the same market and time, of either kind and on whichever file: runs of strategies and trainings. A list of data says what each file holds, so that one
 * which is an hour longer, trimmed or renamed does not begin anew.
 */
import { appendFile, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../domain/errors.ts';
import { z } from 'zod';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../lib/whole-file.ts';
import { LEAST_OVERLAP, type SeenData, sharesData } from '../overfit/seen-data.ts';
import { countTrial, hashOf, hasTrial, ledgerPath, readLedger, trialsOn } from './trial-ledger.ts';

/** Descriptions of one file: it may be read in bars of several lengths. */
const MOST_OF_ONE = 4;
/** The list has parts of this size at most and one line more, so that none takes long to read. */
const PART_BYTES = 1024 * 1024;
const MOST_PARTS = 128;
/** Lines that are read, or held against others, before whatever else waits for the thread has its turn. */
const AT_ONCE = 64;
const SEEN = z.object({
  data: z.string().regex(/^[0-9a-f]{64}$/),
  markets: z.array(z.string().max(200)).max(10),
  fromUs: z.number(),
  toUs: z.number(),
  prices: z
    .array(z.object({ cellSeconds: z.number().positive(), first: z.number(), marks: z.string().max(4_000) }))
    .max(10),
});
type Described = z.infer<typeof SEEN>;

export type TrialKind = 'run' | 'training';
/** How many were tried on the same market and time. */
export type TrialCount = {
  readonly trials: number;
  readonly runs: number;
  readonly trainings: number;
  /** Of all: on other files alone. */
  readonly elsewhere: number;
};
/** @see TrialCount; with the Sharpe ratios of one kind: those of the other kind are of other returns. */
export type Tried = TrialCount & { readonly sharpes: readonly number[] };

export const NOTHING_TRIED: Tried = { trials: 1, runs: 0, trainings: 0, elsewhere: 0, sharpes: [] };

/** The ledger whose trials are counted, and the one that has their Sharpe ratios. */
const LEDGERS = {
  run: (data: string) => ({ counted: data, sharpes: data }),
  training: (data: string) => ({ counted: hashOf('train', data), sharpes: hashOf('train-net', data) }),
} as const satisfies Record<TrialKind, (data: string) => unknown>;

export class TriedData {
  readonly #dataDir: string;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** The parts of the list of data, whose content the answers of `alike` follow from. The last one is written to; one at least. */
  async listPaths(): Promise<readonly string[]> {
    const paths = [this.#partPath(1)];
    while (paths.length < MOST_PARTS && (await sizeOf(this.#partPath(paths.length + 1))) !== undefined)
      paths.push(this.#partPath(paths.length + 1));
    return paths;
  }

  #partPath(part: number): string {
    return join(this.#dataDir, 'strategy-trials', part === 1 ? 'data.jsonl' : `data-${part}.jsonl`);
  }

  /** Counts a trial on these data; the same one again has its last result. @param t of a training against chance. */
  async count(
    kind: TrialKind,
    data: string,
    seen: SeenData,
    { trial, sharpe, t = sharpe }: { readonly trial: string; readonly sharpe: number; readonly t?: number },
  ): Promise<Tried> {
    await this.#describe(data, seen);
    const { counted, sharpes } = LEDGERS[kind](data);
    await countTrial(this.#dataDir, { data: counted, trial, sharpe: t });
    if (sharpes !== counted) await countTrial(this.#dataDir, { data: sharpes, trial, sharpe });
    return this.on(kind, data, await this.alike(data));
  }

  /** Counts a training that begins, with no result yet: one that is canceled was tried as well. */
  async begin(data: string, seen: SeenData, trial: string): Promise<void> {
    await this.#describe(data, seen);
    for (const ledger of Object.values(LEDGERS.training(data)))
      if (!(await hasTrial(this.#dataDir, ledger, trial)))
        await countTrial(this.#dataDir, { data: ledger, trial, sharpe: 0 });
  }

  /** Hashes of other files that share market and time with this one. */
  async alike(data: string): Promise<readonly string[]> {
    return alikeIn(await this.list(), data);
  }

  /** What each file holds. */
  async list(): Promise<readonly Described[]> {
    const described: Described[] = [];
    for (const path of await this.listPaths()) {
      for (const [at, line] of (await readLedger(path)).split('\n').entries()) {
        if (at % AT_ONCE === 0) await setImmediate();
        if (line === '') continue;
        try {
          const found = SEEN.safeParse(JSON.parse(line)).data;
          if (found !== undefined) described.push(found);
        } catch {
          // Its trials count on its own file; the next trial there describes it again.
        }
      }
    }
    return described;
  }

  /** @param kind whose Sharpe ratios are asked for. @param others as `alike` has them. */
  async on(kind: TrialKind, data: string, others: readonly string[]): Promise<Tried> {
    const own = { run: new Set<string>(), training: new Set<string>() };
    const all = { run: new Set<string>(), training: new Set<string>() };
    const sharpes = new Map<string, number>();
    for (const each of [data, ...others]) {
      for (const [of, ledgers] of Object.entries(LEDGERS) as [TrialKind, (typeof LEDGERS)[TrialKind]][]) {
        const { counted, sharpes: ratios } = ledgers(each);
        for (const trial of (await trialsOn(this.#dataDir, counted)).keys()) {
          all[of].add(trial);
          if (each === data) own[of].add(trial);
        }
        if (of !== kind) continue;
        // The result on the file that is judged goes first.
        for (const [trial, sharpe] of await trialsOn(this.#dataDir, ratios))
          if (!sharpes.has(trial)) sharpes.set(trial, sharpe);
      }
    }
    const [runs, trainings] = [all.run.size, all.training.size];
    return {
      trials: Math.max(1, runs + trainings),
      runs,
      trainings,
      elsewhere: runs + trainings - own.run.size - own.training.size,
      sharpes: [...sharpes.values()],
    };
  }

  /** Files that `on` reads. */
  pathsOf(data: string, others: readonly string[]): readonly string[] {
    return [data, ...others].flatMap((each) =>
      [each, ...Object.values(LEDGERS.training(each))].map((ledger) => ledgerPath(this.#dataDir, ledger)),
    );
  }

  async #describe(data: string, { markets, fromUs, toUs, prices }: SeenData): Promise<void> {
    const paths = await this.listPaths();
    await mkdir(dirname(paths[0] as string), { recursive: true, mode: PRIVATE_FOLDER });
    const line = JSON.stringify({ data, markets, fromUs, toUs, prices });
    let known = 0;
    let text = '';
    for (const path of paths) {
      text = await readLedger(path);
      const lines = text.split('\n');
      known += lines.filter((each) => each.includes(data)).length;
      if (known >= MOST_OF_ONE || lines.includes(line)) return;
    }
    const isFull = text.length >= PART_BYTES;
    if (isFull && paths.length >= MOST_PARTS) {
      throw new UserError({
        code: 'trials-full',
        field: dirname(paths[0] as string),
        message: `describes as many files as it may: it has ${MOST_PARTS} parts`,
        remedy: 'Move its files away; trials are counted from 0 then.',
      });
    }
    const path = isFull ? this.#partPath(paths.length + 1) : (paths.at(-1) as string);
    // A line that a crash broke off does not swallow this one.
    const end = isFull || text === '' || text.endsWith('\n') ? '' : '\n';
    await appendFile(path, `${end}${line}\n`, { mode: PRIVATE_FILE });
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

/** @param list of all data that are described. */
export async function alikeIn(list: readonly Described[], data: string): Promise<readonly string[]> {
  const own = list.filter((each) => each.data === data);
  const others = new Set<string>();
  let compared = 0;
  for (const each of list) {
    if (each.data === data || others.has(each.data)) continue;
    if (++compared % AT_ONCE === 0) await setImmediate();
    if (own.some((described) => sharesData(described, each))) others.add(each.data);
  }
  return [...others];
}

/** Such as "14 trials on this market and time (11 runs, 3 trainings; 5 on other files that share 10 % of the time or more)". */
export function trialWords({ trials, runs, trainings, elsewhere }: TrialCount): string {
  const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
  const kinds = runs > 0 && trainings > 0 ? [`${many(runs, 'run')}, ${many(trainings, 'training')}`] : [];
  const files =
    elsewhere > 0
      ? [`${elsewhere} on other files that share ${LEAST_OVERLAP * 100} % of the time or more`]
      : [];
  const parts = [...kinds, ...files];
  return `${many(trials, 'trial')} on ${elsewhere > 0 ? 'this market and time' : 'these data'}${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`;
}
