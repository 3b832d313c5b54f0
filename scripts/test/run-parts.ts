/**
 * Runs the parts of `npm test`: those of a lane one after another, lanes side by side. The output of the first part that
 * has not ended is shown as it comes, that of a part further down when its turn comes: it reads as if all ran in turn.
 */
import { spawn } from 'node:child_process';
import { giveWay } from '../../src-engine/lib/give-way.ts';
import { ROOT } from '../start/run.ts';
import type { Counts } from './counts.ts';
import type { Progress } from './progress.ts';
import type { ProgressLine } from './progress-line.ts';
import { countOf } from './progress-reports.ts';

export type Part = {
  /** As in the progress line. */
  readonly name: string;
  readonly heading: string;
  /** Of what the program sends counts; left out: it sends none. */
  readonly unit?: string;
  /** Arguments of Node. */
  readonly script: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Folder that it runs in; left out: the project's. */
  readonly cwd?: string;
  /** Of the program and what it starts, as `os.setPriority` counts it; left out: ours. */
  readonly priority?: number;
  /** From the exit code. */
  readonly counts: (code: number) => Counts;
};

export type Lanes = readonly (readonly Part[])[];

/** Runs a program and answers its exit code. */
export type RunProgram = (
  part: Part,
  onOutput: (text: string) => void,
  onMessage: (message: unknown) => void,
) => Promise<number>;

/** Answers what each part counted, in the order of the parts. */
export async function runLanes(
  lanes: Lanes,
  progress: Progress,
  line: Pick<ProgressLine, 'write'>,
  run: RunProgram = runNode,
): Promise<Counts[]> {
  const output = new OrderedOutput(lanes.flat(), (text) => line.write(text));
  const counts = new Map<Part, Counts>();
  await Promise.all(
    lanes.map(async (lane) => {
      for (const part of lane) {
        progress.started(part.name);
        const onMessage = (message: unknown): void => {
          const count = countOf(message);
          if (count !== undefined) progress.counted(part.name, count.done, count.total, count.share);
        };
        counts.set(part, part.counts(await run(part, (text) => output.take(part, text), onMessage)));
        progress.ended(part.name);
        output.ended(part);
      }
    }),
  );
  return lanes.flat().flatMap((part) => counts.get(part) ?? []);
}

class OrderedOutput {
  readonly #waiting: { readonly part: Part; text: string; hasEnded: boolean }[];
  readonly #write: (text: string) => void;

  constructor(parts: readonly Part[], write: (text: string) => void) {
    this.#waiting = parts.map((part) => ({ part, text: '', hasEnded: false }));
    this.#write = write;
    this.#begin();
  }

  take(part: Part, text: string): void {
    if (this.#waiting[0]?.part === part) this.#write(text);
    else this.#of(part).text += text;
  }

  ended(part: Part): void {
    this.#of(part).hasEnded = true;
    while (this.#waiting[0]?.hasEnded === true) {
      this.#waiting.shift();
      this.#begin();
    }
  }

  /** Shows what the part whose turn it is has said so far. */
  #begin(): void {
    const first = this.#waiting[0];
    if (first === undefined) return;
    this.#write(`\n── ${first.part.heading}\n${first.text}`);
    first.text = '';
  }

  #of(part: Part) {
    const found = this.#waiting.find((each) => each.part === part);
    if (found === undefined) throw new Error(`${part.name} has ended already`);
    return found;
  }
}

/** With this Node. */
function runNode(
  { script, env, cwd = ROOT, priority }: Part,
  onOutput: (text: string) => void,
  onMessage: (message: unknown) => void,
): Promise<number> {
  const colors = process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [...script], {
    cwd,
    stdio: ['inherit', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...colors, ...env },
  });
  // It has started nothing yet: what it will start inherits it.
  if (priority !== undefined && child.pid !== undefined) giveWay(priority, child.pid);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
  child.on('message', onMessage);
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
