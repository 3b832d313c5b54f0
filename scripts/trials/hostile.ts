/**
 * Random and hostile inputs while an armed engine trades: spans with them and spans without take turns, and every second pair the
 * other way round, so that both have the same market and the same machine. The engine stays up, answers its operator, trades on, and its memory is bounded.
 */
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import type { Attack } from './hostile-client.ts';
import { eachSeed, type Outcome, pause, quantiles, type Quantiles, type TrialPlan } from './numbers.ts';
import { type Pace, paceOf, type Side, type Span } from './pace.ts';
import { type Rig, withRig } from './rig.ts';

/** Inputs of one span; a span without lasts as long as the one before it. */
const INPUTS_A_SPAN = 1_000;
/** What an operator's call may take beside it all. */
const MAX_ANSWER_MS = 5_000;
const ASK_MS = 250;
/** What the engine may hold more than before, in MB. */
const MAX_GROWTH_MB = 400;
/** The least that the pace beside hostile inputs may be of the pace without. */
const LEAST_PACE = 0.9;
/** A run of as many inputs goes on until its orders say something about the pace: so many on each side. */
const LONG_RUN = 50_000;
const TELLING_ORDERS = 2_000;
const MOST_INPUTS_TIMES = 4;
/** Cycles a day. */
const MANY = 100_000;
/** Mean seconds between two opportunities of the market: many orders in little time. */
const EDGE_SECONDS = 0.2;

export type HostileResult = Outcome & {
  readonly inputs: number;
  readonly pace: Pace;
  readonly answerMs: Quantiles;
  readonly growthMb: number;
};

type Counts = { inputs: number; readonly spans: Span[] };

/** @param plan its trials are the inputs of one run. */
export async function hostile({ trials, firstSeed }: TrialPlan): Promise<HostileResult> {
  const counts: Counts = { inputs: 0, spans: [] };
  const answerMs: number[] = [];
  let growthMb = 0;
  const outcome = await eachSeed({ trials: 1, firstSeed, jobs: 1 }, (seed) =>
    withRig(
      seed,
      async (rig) => {
        growthMb = await run(rig, { trials, seed, counts, answerMs });
      },
      { edgeSeconds: EDGE_SECONDS },
    ),
  );
  const pace = paceOf(counts.spans, firstSeed);
  // Slower than it may be only where chance does not explain it.
  const slow = pace.high < LEAST_PACE ? [`trades at ${pace.ratio} of its pace, at most ${pace.high}`] : [];
  return {
    ...outcome,
    late: [...outcome.late, ...slow],
    inputs: counts.inputs,
    pace,
    answerMs: quantiles(answerMs),
    growthMb,
  };
}

type Run = {
  readonly trials: number;
  readonly seed: number;
  readonly counts: Counts;
  readonly answerMs: number[];
};

/** Answers how many MB the engine grew by. */
async function run(rig: Rig, { trials, seed, counts, answerMs }: Run): Promise<number> {
  await rig.arm();
  await rig.client.call('updateDetection', { cooldownMs: 0 });
  await rig.client.call('updateLimits', {
    maxRepeats: 1_000,
    repeatWindowS: 1,
    maxTradesPerDay: MANY,
    // The record of so many cycles would cap their stakes.
    kellyFraction: 1,
    minKellyTrades: 200,
  });
  await rig.midOrder(() => undefined);
  const client = startClient(rig, seed);
  const before = memoryMb(rig);
  let highest = before;
  const attack = { isOver: false };
  const asking = (async () => {
    while (!attack.isOver) {
      answerMs.push(await answered(rig));
      highest = Math.max(highest, memoryMb(rig));
      await pause(ASK_MS);
    }
  })();
  const isEnough = (): boolean => {
    if (counts.inputs < trials) return false;
    const { beside, without } = paceOf(counts.spans, seed).orders;
    const isTelling = Math.min(beside, without) >= TELLING_ORDERS;
    return trials < LONG_RUN || isTelling || counts.inputs >= trials * MOST_INPUTS_TIMES;
  };
  const side = async (work: () => Promise<unknown>): Promise<Side> => {
    const began = { ms: performance.now(), orders: rig.placed().length };
    await work();
    return { orders: rig.placed().length - began.orders, ms: performance.now() - began.ms };
  };
  const hostileSide = (): Promise<Side> =>
    side(async () => {
      const left = trials - counts.inputs;
      client.postMessage(left > 0 ? Math.min(INPUTS_A_SPAN, left) : INPUTS_A_SPAN);
      const [sent] = (await once(client, 'message')) as [number];
      counts.inputs += sent;
    });
  // With, without; without, with: what grows or fades over the run counts for both sides alike.
  let [isFirst, lastMs] = [true, 0];
  while (!isEnough() && !rig.engine.isOver) {
    const before = isFirst ? undefined : await side(() => pause(lastMs));
    const beside = await hostileSide();
    lastMs = beside.ms;
    const without = before ?? (await side(() => pause(lastMs)));
    counts.spans.push({ beside, without });
    isFirst = !isFirst;
  }
  attack.isOver = true;
  await asking;
  await client.terminate();
  if (rig.engine.isOver) rig.breach('the engine ended');
  const growthMb = highest - before;
  if (growthMb > MAX_GROWTH_MB) rig.breach(`the engine grew by ${growthMb} MB`);
  const { venues } = await rig.client.call('getArming', {});
  if (venues.some(({ state }) => state === 'disarmed')) rig.breach('the engine is disarmed');
  const { paused, haltReason } = await rig.client.call('getStatus', {});
  if (paused) rig.breach(`trading has stopped: ${haltReason}`);
  if (rig.report !== undefined) rig.breach('the watchdog acted on an engine that lives');
  await rig.disarm();
  await rig.demandLedger();
  return growthMb;
}

function startClient(rig: Rig, seed: number): Worker {
  const info = readRuntimeFile(rig.dataDir);
  if (info?.viewer === undefined) throw new Error('the engine has published no token');
  mkdirSync(join(rig.dataDir, 'recordings'), { recursive: true });
  const { port, token: operator, viewer } = info;
  const attack: Attack = { port, operator, viewer, dataDir: rig.dataDir, seed };
  return new Worker(new URL('./hostile-client.ts', import.meta.url), { workerData: attack });
}

/** How long an operator waits for an answer, in ms. */
async function answered(rig: Rig): Promise<number> {
  const beganMs = performance.now();
  try {
    await rig.client.call('getStatus', {});
  } catch (error) {
    rig.breach(`an operator got no answer: ${String(error)}`);
  }
  const tookMs = performance.now() - beganMs;
  if (tookMs > MAX_ANSWER_MS) rig.late.push(`an operator waited ${Math.round(tookMs)} ms for an answer`);
  return tookMs;
}

/** Resident memory of the engine's process; 0 where nobody says. */
function memoryMb(rig: Rig): number {
  try {
    const status = readFileSync(`/proc/${rig.engine.child.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  } catch {
    return 0;
  }
}
