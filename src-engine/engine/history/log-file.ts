/**
 * The engine's log on the disk: a line of JSON each, kept over restarts, in files of a bounded size of which the last few stay. Lines
 * are gathered and written by the system's threads, so that a disk that hangs costs lines and never a moment of trading.
 */
import { appendFile, lstat, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { LogLevel } from '../../contract/log-operations.ts';
import type { Clock } from '../../lib/clock.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../lib/whole-file.ts';

export const LOG_FILE = 'engine.jsonl';
/** Of one file, in bytes; with those before it 60 MB at most. */
const MAX_BYTES = 10 * 1024 * 1024;
/** `engine.1.jsonl` is the one before, `engine.5.jsonl` the oldest. */
const KEPT = 5;
const GATHER_US = 500_000;
/** Lines that wait for the disk; what is more is counted and left out. */
const MAX_WAITING = 5_000;
/** Lines whose text is made in one turn of the loop: a market that moves waits for no more of them. */
const LINES_A_TURN = 50;

export type FileLine = {
  readonly atUs: number;
  readonly level: LogLevel;
  readonly room: string;
  readonly text: string;
  /** What the line is about, by the names under which facts, orders, fills and the audit trail have it. */
  readonly ids?: Readonly<Record<string, string>> | undefined;
};

export class LogFile {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  #waiting: (() => FileLine)[] = [];
  #left = 0;
  #cancel: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Of the present file; undefined before it was looked at. */
  #bytes: number | undefined;

  constructor(folder: string, clock: Clock, maxBytes: number = MAX_BYTES) {
    this.#folder = folder;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  /** Takes what makes a line, whose text holds no secret. Waits for nothing. */
  add(line: () => FileLine): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#left += 1;
      return;
    }
    this.#waiting.push(line);
    this.#cancel ??= this.#clock.schedule(this.#clock.nowUs() + GATHER_US, () => void this.flush());
  }

  /** Writes what waits. Never rejects: what the disk does not take is counted in a later line. */
  flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const gathered = this.#waiting;
    if (gathered.length === 0) return;
    this.#waiting = [];
    const lines: string[] = [];
    for (const line of gathered) {
      if (lines.length > 0 && lines.length % LINES_A_TURN === 0) await setImmediate();
      lines.push(textOf(line()));
    }
    const left = this.#left;
    if (left > 0) {
      const text = `${left} lines before this one were left out`;
      lines.push(textOf({ atUs: this.#clock.nowUs(), level: 'warn', room: 'log', text }));
    }
    const path = join(this.#folder, LOG_FILE);
    const text = lines.join('');
    try {
      await mkdir(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
      this.#bytes ??= await sizeOf(path);
      if (this.#bytes > 0 && this.#bytes + text.length > this.#maxBytes) {
        await this.#rotate(path);
        this.#bytes = 0;
      }
      await appendFile(path, text, { mode: PRIVATE_FILE });
      this.#bytes += Buffer.byteLength(text);
      this.#left -= left;
    } catch {
      this.#left += gathered.length;
      this.#bytes = undefined;
    }
  }

  async #rotate(path: string): Promise<void> {
    const named = (n: number): string => join(this.#folder, `engine.${n}.jsonl`);
    for (let n = KEPT - 1; n >= 1; n--) await rename(named(n), named(n + 1)).catch(ignoreMissing);
    await rename(path, named(1));
  }
}

function textOf({ atUs, level, room, text, ids }: FileLine): string {
  const at = new Date(atUs / 1_000).toISOString();
  return `${JSON.stringify({ at, atUs, level, room, ...ids, text })}\n`;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await lstat(path);
    // A pipe would wait for its reader, and a link may lead anywhere.
    if (!found.isFile()) throw new Error('is no plain file');
    return found.size;
  } catch (error) {
    ignoreMissing(error);
    return 0;
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
