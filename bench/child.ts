/** Starts the engine of engine-child.ts and hears how it stands. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineHealth, EngineStatus } from '../src-engine/contract/records.ts';
import type { ChildOptions } from './engine-child.ts';

export type Reading = {
  readonly status: EngineStatus;
  readonly health?: EngineHealth | undefined;
  /** What the engine's process has computed since it began, all threads. */
  readonly cpuUs: number;
};

const END_MS = 20_000;

export class EngineChild {
  readonly #process: ChildProcess;
  readonly #listeners: ((reading: Reading) => void)[] = [];
  #noise = '';

  constructor(options: ChildOptions) {
    const script = fileURLToPath(new URL('engine-child.ts', import.meta.url));
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.#noise = (this.#noise + chunk.toString('utf8')).slice(-4_000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const reading = JSON.parse(line) as Reading;
      for (const listener of this.#listeners) listener(reading);
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  onReading(listener: (reading: Reading) => void): void {
    this.#listeners.push(listener);
  }

  /** The first reading that fits. @throws Error with what the engine said last when none does in time, or it ends. */
  until(fits: (reading: Reading) => boolean, timeoutMs: number): Promise<Reading> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`the engine ${why}; it said: ${this.#noise}`));
      const timer = setTimeout(() => fail(`was not ready within ${timeoutMs} ms`), timeoutMs);
      this.#process.once('exit', (code) => fail(`ended with ${code}`));
      this.onReading((reading) => {
        if (!fits(reading)) return;
        clearTimeout(timer);
        resolve(reading);
      });
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
      this.#process.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#process.stdin?.end();
    });
  }
}
