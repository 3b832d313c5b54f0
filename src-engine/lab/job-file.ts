/** The list of jobs on the disk: jobs that a restart of the engine ended are listed, and can be resumed. */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { job, type JobRecord } from '../contract/lab-records.ts';
import { readPlainText } from '../lib/regular-file.ts';
import { open, seal } from '../lib/sealed.ts';
import { makeFolder } from '../lib/folders.ts';
import { writeWhole } from '../lib/whole-file.ts';
import type { LabTask } from './lab-task.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export type StoredJob = { readonly record: JobRecord; readonly task: LabTask };

const common = {
  folders: z.object({ recordings: z.string(), lab: z.string() }),
  recordings: z.array(z.string()),
  name: z.string(),
  createdUs: z.number(),
};
const record = z.record(z.string(), z.unknown());
/** The content of the task is checked again when it runs. */
const task = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('backtest'),
    settings: record,
    values: z.record(z.string(), z.string()),
  }),
  z.object({ ...common, kind: z.literal('sweep'), spec: record, workers: z.number(), redis: z.string() }),
  z.object({ ...common, kind: z.literal('import'), asked: record }),
  z.object({
    ...common,
    kind: z.literal('training'),
    place: z.enum(['recordings', 'imports']),
    spec: record,
  }),
]);
const stored = z.object({ jobs: z.array(z.object({ record: job, task })) });

export class JobFile {
  readonly #path: string;
  /** Writing, one after the other; what waits is the latest only. */
  #writing: Promise<void> = Promise.resolve();
  #waiting: readonly StoredJob[] | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * The jobs of the engine before, oldest first. A list that cannot be read is set aside, and `damaged` is where.
   */
  read(): { readonly jobs: readonly StoredJob[]; readonly damaged: string | undefined } {
    let text: string | undefined;
    try {
      text = readPlainText(this.#path, MAX_BYTES);
    } catch {
      text = '';
    }
    if (text === undefined) return { jobs: [], damaged: undefined };
    const opened = open(text);
    const parsed = stored.safeParse(opened.state === 'damaged' ? undefined : opened.value);
    if (parsed.success) return { jobs: parsed.data.jobs, damaged: undefined };
    const aside = `${this.#path}.damaged`;
    try {
      renameSync(this.#path, aside);
      return { jobs: [], damaged: aside };
    } catch {
      // On a disk that takes nothing it stays where it is.
      return { jobs: [], damaged: this.#path };
    }
  }

  /** Soon on the disk. A disk that refuses costs the list of jobs after a restart, and no job. */
  write(jobs: readonly StoredJob[]): void {
    const isIdle = this.#waiting === undefined;
    this.#waiting = jobs;
    if (isIdle) this.#writing = this.#writing.then(() => this.#flush()).catch(() => undefined);
  }

  /** When all that was given is on the disk, or was refused by it. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #flush(): Promise<void> {
    const jobs = this.#waiting;
    this.#waiting = undefined;
    makeFolder(dirname(this.#path));
    await writeWhole(this.#path, seal({ jobs }));
  }
}
