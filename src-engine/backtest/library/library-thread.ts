/** Runs a library's work on a thread of its own, so that an engine that trades is not kept waiting. */
import { Worker } from 'node:worker_threads';
import { type Problem, UserError } from '../../domain/errors.ts';
import type { LibraryAnswer, LibraryTask } from './library-tasks.ts';

export type LibraryReply = { readonly answer: unknown } | { readonly problem: Problem };

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./library-worker.ts', import.meta.url)
    : new URL('./library-worker.js', import.meta.url);
}

/** @throws UserError as the task itself. */
export function runOnThread<T extends LibraryTask>(folder: string, task: T): Promise<LibraryAnswer<T>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl(), { workerData: { folder, task }, execArgv: [] });
    worker.once('message', (reply: LibraryReply) => {
      if ('answer' in reply) resolve(reply.answer as LibraryAnswer<T>);
      else reject(new UserError(reply.problem));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the library's thread ended with code ${code}`)));
  });
}
