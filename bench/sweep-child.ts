/**
 * Runs trials in a process of its own, so that its memory is theirs: `ours TAPE THREADS TRIALS`, each thread on the
 * shared tape; or `peer LOG THREADS TRIALS`, each thread reading the log anew. What a thread does once, starting and
 * compiling, is over before the clock starts. Prints one JSON object.
 */
import { Worker } from 'node:worker_threads';
import { taskOf } from '../src-engine/backtest/sweep/sweep-runner.ts';
import { planSweep, type Trial } from '../src-engine/backtest/sweep/sweep-plan.ts';
import { parseSweepSpec } from '../src-engine/backtest/sweep/sweep-spec.ts';
import { TrialThread } from '../src-engine/backtest/sweep/trial-thread.ts';
import { readTape } from '../src-engine/storage/tape/tape-file.ts';

export type SweepReading = { readonly seconds: number; readonly peakMb: number };

const MB = 1e6;
const SAMPLE_MS = 20;
/** The compiler is at work for so many trials of a thread, on whatever core is free. */
const WARM_UP = { ours: 4, peer: 1 } as const;
const [mode = '', path = '', threadsText = '1', trialsText = '1'] = process.argv.slice(2);
const [threads, trials] = [Number(threadsText), Number(trialsText)];

/** A worker that runs the k-th trial. */
type Runner = { readonly run: (trial: number) => Promise<void>; readonly stop: () => Promise<unknown> };

async function ourRunners(): Promise<Runner[]> {
  const tape = await readTape(path);
  const spec = parseSweepSpec({
    logs: ['made'],
    base: { 'capital.USD': 1_000, 'latency.minUs': 1_000, 'latency.tailUs': 0 },
    parameters: { 'detection.minNetBps': { from: 0.5, to: 10, step: 0.01 } },
    search: { method: 'random', trials: trials + threads * WARM_UP.ours },
    blocks: 4,
    split: { kind: 'walk-forward', folds: 2 },
  });
  const { firstUs: fromUs, lastUs: toUs } = tape.head;
  const plan = planSweep(spec, { digests: ['made'], fromUs, toUs }, 'bench');
  return Array.from({ length: threads }, () => {
    const thread = new TrialThread(taskOf({ plan, tape }));
    const run = async (trial: number): Promise<void> => {
      const answer = await thread.run(plan.trials[trial] as Trial);
      if ('died' in answer || answer.result.outcome === 'failed') throw new Error(JSON.stringify(answer));
    };
    return { run, stop: () => thread.stop() };
  });
}

function peerRunners(): Runner[] {
  return Array.from({ length: threads }, () => {
    const worker = new Worker(new URL('sweep-peer.ts', import.meta.url), { workerData: path, execArgv: [] });
    const run = (trial: number): Promise<void> =>
      new Promise((resolve, reject) => {
        worker.once('message', () => resolve());
        worker.once('error', reject);
        worker.postMessage(trial);
      });
    return { run, stop: () => worker.terminate() };
  });
}

const runners = mode === 'ours' ? await ourRunners() : peerRunners();
let peak = 0;
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, SAMPLE_MS);
const warmUp = mode === 'ours' ? WARM_UP.ours : WARM_UP.peer;
await Promise.all(
  runners.map(async ({ run }, thread) => {
    for (let k = 0; k < warmUp; k++) await run(trials + thread * warmUp + k);
  }),
);
const began = performance.now();
let next = 0;
await Promise.all(
  runners.map(async ({ run }) => {
    while (next < trials) await run(next++);
  }),
);
const seconds = (performance.now() - began) / 1_000;
clearInterval(timer);
await Promise.all(runners.map(({ stop }) => stop()));
process.stdout.write(`${JSON.stringify({ seconds, peakMb: peak / MB } satisfies SweepReading)}\n`);
