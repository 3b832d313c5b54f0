/** A round on a thread of its own, which is ended with it. */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';
import type { RoundOrder, RoundResult } from './round.ts';

const STOP_US = 2_000_000;

export type RunningRound = {
  /** Undefined: the thread ended, or was ended, before it had an answer. */
  readonly result: Promise<RoundResult | undefined>;
  stop(): Promise<void>;
};
export type StartRound = (order: RoundOrder, limitUs: number) => RunningRound;

export function roundThread(clock: Clock): StartRound {
  return (order, limitUs) => {
    const file = import.meta.url.endsWith('.ts') ? './round-worker.ts' : './round-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: 128 },
    });
    worker.unref();
    const answered = new Promise<RoundResult | undefined>((resolve) => {
      worker.once('message', resolve);
      worker.once('error', () => resolve(undefined));
      worker.once('exit', () => resolve(undefined));
    });
    const stop = async (): Promise<void> => {
      await within(clock, STOP_US, worker.terminate(), undefined);
    };
    const end = async (): Promise<RoundResult | undefined> => {
      const result = await within(clock, limitUs, answered, undefined);
      await stop();
      return result;
    };
    return { result: end(), stop };
  };
}
