/** Tries mutants: in one process all that can be switched while it lives, each other one in a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout } from 'node:timers/promises';
import { type Mutant, mutantsOf, withMutants } from './mutate.ts';
import { type Line, type Plan, PLAN_VARIABLE } from './plan.ts';

/** A process that says nothing for so long hangs where no loop is counted; its mutant counts as noticed. */
const SILENCE_MS = 120_000;
const LOOK_MS = 100;

export type Trial = {
  readonly mutant: Mutant;
  readonly outcome: 'noticed' | 'survived' | 'unreached';
  /** The test that noticed it first. */
  readonly by: string;
};

export type Trials = {
  readonly trials: readonly Trial[];
  /** Tests that ran, and those that fail when they run again: they notice nothing. */
  readonly tests: number;
  readonly unsteady: readonly string[];
};

type Chosen = { readonly id: number; readonly mutant: Mutant };

/**
 * @param root folder that files and tests are relative to. @param choose which of all mutants are tried.
 * @param progress is called after each.
 */
export async function tryMutants(
  root: string,
  files: readonly string[],
  tests: readonly string[],
  choose: (all: readonly Mutant[]) => readonly Mutant[],
  progress: (done: number, of: number) => void = () => undefined,
): Promise<Trials> {
  const sources = files.map((file) => readFileSync(join(root, file), 'utf8'));
  const lists = files.map((file, k) => mutantsOf(file, sources[k] ?? ''));
  const all = lists.flat();
  const ids = new Map(all.map((mutant, id) => [mutant, id]));
  const chosen = choose(all).map((mutant) => ({ mutant, id: ids.get(mutant) ?? -1 }));
  const code: Record<string, string> = {};
  let firstId = 0;
  for (const [k, file] of files.entries()) {
    const from = firstId;
    firstId += lists[k]?.length ?? 0;
    const own = chosen.filter(({ id }) => id >= from && id < firstId).map(({ id }) => id - from);
    if (own.length > 0) code[file] = withMutants(file, sources[k] ?? '', own, from);
  }
  const folder = mkdtempSync(join(tmpdir(), 'parallax-mutants-'));
  try {
    return await new Run(folder, { root, tests, code }, chosen, progress).all();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly #folder: string;
  readonly #base: Pick<Plan, 'root' | 'tests' | 'code'>;
  readonly #chosen: readonly Chosen[];
  readonly #progress: (done: number, of: number) => void;
  readonly #trials = new Map<number, Omit<Trial, 'mutant'>>();
  #tests = 0;
  #unsteady: readonly string[] = [];
  #plans = 0;

  constructor(
    folder: string,
    base: Pick<Plan, 'root' | 'tests' | 'code'>,
    chosen: readonly Chosen[],
    progress: (done: number, of: number) => void,
  ) {
    this.#folder = folder;
    this.#base = base;
    this.#chosen = chosen;
    this.#progress = progress;
  }

  async all(): Promise<Trials> {
    const once: number[] = [];
    let left = this.#chosen.map(({ id }) => id);
    while (left.length > 0) {
      const { lines, hung } = await this.#process({ ids: left, from: undefined });
      if (!lines.some(({ what }) => what === 'ready')) throw new Error('the tests did not get to their end');
      for (const line of lines) if (line.what === 'once') once.push(line.id);
      if (hung !== undefined) this.#settle(hung, { outcome: 'noticed', by: 'hangs' });
      const before = left.length;
      left = left.filter((id) => !this.#trials.has(id) && !once.includes(id));
      if (left.length === before) throw new Error('a process ended without saying anything of a mutant');
    }
    for (const id of once) {
      const { code } = await this.#process({ ids: [], from: id, tests: this.#nearestFirst(id) });
      this.#settle(
        id,
        code === 0 ? { outcome: 'survived', by: '' } : { outcome: 'noticed', by: 'at import' },
      );
    }
    return {
      trials: this.#chosen.map(({ id, mutant }) => ({
        mutant,
        ...(this.#trials.get(id) ?? { outcome: 'survived', by: '' }),
      })),
      tests: this.#tests,
      unsteady: this.#unsteady,
    };
  }

  #settle(id: number, trial: Omit<Trial, 'mutant'>): void {
    this.#trials.set(id, trial);
    this.#progress(this.#trials.size, this.#chosen.length);
  }

  /** Tests of the mutant's own folder are likeliest to notice it. */
  #nearestFirst(id: number): string[] {
    const folder = dirname(this.#chosen.find((one) => one.id === id)?.mutant.file ?? '');
    const isNear = (test: string): boolean => dirname(test) === folder;
    const { tests } = this.#base;
    return [...tests.filter(isNear), ...tests.filter((test) => !isNear(test))];
  }

  /** Runs one plan to its end, or ends it when it is silent: `hung` is the mutant that was in force then. */
  async #process(
    part: Pick<Plan, 'ids' | 'from'> & Partial<Pick<Plan, 'tests'>>,
  ): Promise<{ lines: readonly Line[]; code: number; hung: number | undefined }> {
    const name = join(this.#folder, `plan-${++this.#plans}`);
    const out = `${name}.lines`;
    writeFileSync(out, '');
    writeFileSync(`${name}.json`, JSON.stringify({ ...this.#base, ...part, out } satisfies Plan));
    const script = fileURLToPath(new URL('session.ts', import.meta.url));
    const child = spawn(process.execPath, [script], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, [PLAN_VARIABLE]: `${name}.json` },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4_000)));
    const ended = new Promise<number>((done) => {
      child.once('exit', (status) => done(status ?? 1));
    });
    const lines: Line[] = [];
    let taken = 0;
    let heardMs = performance.now();
    const read = (): void => {
      const text = readFileSync(out, 'utf8');
      const whole = text.slice(taken, text.lastIndexOf('\n') + 1);
      if (whole === '') return;
      taken += whole.length;
      heardMs = performance.now();
      for (const line of whole.trimEnd().split('\n')) lines.push(this.#take(JSON.parse(line) as Line));
    };
    let killed = false;
    for (;;) {
      const isOver = await Promise.race([ended.then(() => true), setTimeout(LOOK_MS, false)]);
      read();
      if (isOver) break;
      if (killed || performance.now() - heardMs < SILENCE_MS) continue;
      killed = true;
      child.kill('SIGKILL');
    }
    // Every test that passes is a sign of life: only one that never ends is silent for so long.
    const begun = lines.findLast((line) => line.what === 'begun');
    if (part.from === undefined && lines.length === 0)
      throw new Error(`the tests could not be run:\n${errors}`);
    return {
      lines,
      code: await ended,
      hung: killed && begun !== undefined && !this.#trials.has(begun.id) ? begun.id : undefined,
    };
  }

  #take(line: Line): Line {
    if (line.what === 'ready') {
      this.#tests = line.tests;
      this.#unsteady = line.unsteady;
    } else if (line.what === 'noticed') this.#settle(line.id, { outcome: 'noticed', by: line.by });
    else if (line.what === 'survived') this.#settle(line.id, { outcome: 'survived', by: '' });
    else if (line.what === 'unreached') this.#settle(line.id, { outcome: 'unreached', by: '' });
    return line;
  }
}
