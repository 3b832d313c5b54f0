/**
 * Random and hostile inputs while an armed engine trades. Spans with them and spans without take turns in one run, every second
 * pair the other way round, so that both have the same market and the same machine. The attacker is a process of its own with the
 * lowest priority: what is measured is whether the engine is slowed by what reaches it, and not that two programs share a core.
 * The engine stays up, answers its operator by both of its ways, trades on, and its memory is bounded.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { giveWay } from '../../src-engine/lib/give-way.ts';
import { type EngineSide, readFigures, Span as FigureSpan } from './engine-figures.ts';
import type { Attack, Inputs } from './hostile-client.ts';
import { eachSeed, type Outcome, pause, quantiles, type Quantiles, type TrialPlan } from './numbers.ts';
import { type Pace, paceOf, type Side, type Span } from './pace.ts';
import { type Rig, WATCHDOG_SECONDS, withRig } from './rig.ts';
import { type ThreadMemory, threadsOf, withProbe } from './thread-memory.ts';

/** Length of one span, and of one beside inputs in a long run. Between two of them nothing is measured: what one has begun is over then. */
const SPAN_MS = 2_500;
const LONG_SPAN_MS = 5_000;
const SETTLE_MS = 300;
/** What an operator's call may take beside it all. */
const MAX_ANSWER_MS = 5_000;
const ASK_MS = 250;
/** What the engine may hold more than before, in MB. */
const MAX_GROWTH_MB = 400;
/** The least that the pace beside hostile inputs may be of the pace without. */
const LEAST_PACE = 0.9;
/** A run of as many inputs goes on until its orders say something about the pace, but no longer than this. */
const LONG_RUN = 50_000;
const TELLING_ORDERS = 5_000;
const MOST_MS = 720_000;
/** Cycles a day. */
const MANY = 100_000;
/** Opportunities of the market, and messages a second: in a long run as many orders in little time as the claim needs. */
const MARKET = { long: { edgeSeconds: 0.1, edgesAtOnce: 12 }, short: { edgeSeconds: 0.2 } } as const;
const MESSAGES_A_SECOND = { long: 1_000, short: 20 } as const;
/** Priority of the attacker, as `os.setPriority` counts: the lowest; a short run, as in CI, must end on a busy machine too. */
const PRIORITY = { long: 19, short: 5 } as const;

export type HostileResult = Outcome & {
  readonly inputs: number;
  readonly inputsByKind: Inputs;
  readonly inputsASecond: number;
  /**
   * Orders against the messages of books that arrived at the engine: this is judged. By the second, an exchange that gets its turn late, as
   * it runs on the same cores, would be the engine's slowness. By the opportunity, an engine that looks late would be flattered: it
   * sees fewer short ones, and trades the long ones as often. What it did not look at by itself is counted in `conflatedPct`.
   */
  readonly pace: Pace & {
    /** `shown`: at least nine tenths, for 95 of 100 resamplings; `slower`: at most; else more orders are needed. */
    readonly verdict: 'shown' | 'slower' | 'undecided';
    readonly perOpportunity: Pace;
    readonly perMs: Pace;
  };
  /** The engine's own figures, beside the inputs and without them. */
  readonly engine: { readonly beside: EngineSide; readonly without: EngineSide };
  /** How long an operator waited: by the socket in the data folder, and by the port. */
  readonly answers: { readonly count: number; readonly bySocketMs: Quantiles; readonly byPortMs: Quantiles };
  /** Of the process; and heap and buffers of each of its threads. */
  readonly memoryMb: Memory & { readonly threads: Readonly<Record<string, Memory>> };
};

type Memory = { readonly before: number; readonly highest: number; readonly after: number };

type Records = {
  readonly inputs: Inputs;
  attackedMs: number;
  readonly spans: Span[];
  readonly figures: { readonly beside: FigureSpan; readonly without: FigureSpan };
  readonly bySocketMs: number[];
  readonly byPortMs: number[];
  memoryMb: Memory;
  threadsBefore: Readonly<Record<string, ThreadMemory>>;
  threadsAfter: Readonly<Record<string, ThreadMemory>>;
  readonly memoryFolder: string;
};

const lengthOf = (inputs: number): 'long' | 'short' => (inputs < LONG_RUN ? 'short' : 'long');

/** @param plan its trials are the inputs of one run. */
export async function hostile({ trials, firstSeed }: TrialPlan): Promise<HostileResult> {
  const records: Records = {
    inputs: { messages: 0, raw: 0, rest: 0, files: 0 },
    attackedMs: 0,
    spans: [],
    figures: { beside: new FigureSpan(), without: new FigureSpan() },
    bySocketMs: [],
    byPortMs: [],
    memoryMb: { before: 0, highest: 0, after: 0 },
    threadsBefore: {},
    threadsAfter: {},
    memoryFolder: mkdtempSync(join(tmpdir(), 'parallax-memory-')),
  };
  const env = withProbe(records.memoryFolder);
  const outcome = await eachSeed({ trials: 1, firstSeed, jobs: 1 }, (seed) =>
    withRig(seed, (rig) => run(rig, trials, seed, records), {
      ...MARKET[lengthOf(trials)],
      env,
      watchdogSeconds: WATCHDOG_SECONDS,
    }),
  );
  rmSync(records.memoryFolder, { recursive: true, force: true });
  const [pace, perOpportunity, perMs] = (['bookUpdates', 'opportunities', 'ms'] as const).map((offer) =>
    paceOf(records.spans, offer, firstSeed),
  ) as [Pace, Pace, Pace];
  const verdict = pace.low >= LEAST_PACE ? 'shown' : pace.high < LEAST_PACE ? 'slower' : 'undecided';
  // Slower than it may be only where chance does not explain it.
  const slow =
    verdict === 'slower'
      ? [`orders a book update are ${pace.ratio} of those without, at most ${pace.high}`]
      : [];
  const { inputs, figures, bySocketMs, byPortMs, memoryMb } = records;
  return {
    ...outcome,
    late: [...outcome.late, ...slow],
    inputs: sumOf(inputs),
    inputsByKind: inputs,
    inputsASecond: Math.round((sumOf(inputs) / Math.max(1, records.attackedMs)) * 1_000),
    pace: { ...pace, verdict, perOpportunity, perMs },
    engine: { beside: figures.beside.figures, without: figures.without.figures },
    answers: {
      count: bySocketMs.length + byPortMs.length,
      bySocketMs: quantiles(bySocketMs),
      byPortMs: quantiles(byPortMs),
    },
    memoryMb: { ...memoryMb, threads: threadMemory(records) },
  };
}

/** By thread; one that was started meanwhile had nothing before. */
function threadMemory({ threadsBefore, threadsAfter }: Records): Readonly<Record<string, Memory>> {
  return Object.fromEntries(
    Object.entries(threadsAfter).map(([thread, { highestMb, nowMb }]) => [
      thread,
      { before: threadsBefore[thread]?.nowMb ?? 0, highest: highestMb, after: nowMb },
    ]),
  );
}

async function run(rig: Rig, trials: number, seed: number, records: Records): Promise<void> {
  await rig.arm();
  await rig.client.call('updateDetection', { cooldownMs: 0 });
  await rig.client.call('updateLimits', {
    maxRepeats: 1_000,
    repeatWindowS: 1,
    maxTradesPerDay: MANY,
    maxOrdersPerSecond: MESSAGES_A_SECOND[lengthOf(trials)],
    // The record of so many cycles would cap their stakes.
    kellyFraction: 1,
    minKellyTrades: 200,
  });
  await rig.midOrder(() => undefined);
  const attacker = await startAttacker(rig, seed, PRIORITY[lengthOf(trials)]);
  const beganMs = performance.now();
  const before = memoryMb(rig);
  records.memoryMb = { before, highest: before, after: before };
  const threads = () => threadsOf(records.memoryFolder, rig.engine.child.pid ?? 0);
  records.threadsBefore = threads();
  const asking = { isOver: false };
  const operator = ask(rig, asking, records);
  const isEnough = (): boolean => {
    if (performance.now() - beganMs > MOST_MS) return true;
    if (sumOf(records.inputs) < trials) return false;
    const { beside, without } = paceOf(records.spans, 'ms', seed).orders;
    return lengthOf(trials) === 'short' || Math.min(beside, without) >= TELLING_ORDERS;
  };
  // With, without; without, with: what grows or fades over the run counts for both sides alike.
  for (let isFirst = true; !isEnough() && !rig.engine.isOver; isFirst = !isFirst) {
    const sides: Partial<Record<'beside' | 'without', Side | undefined>> = {};
    for (const side of isFirst ? (['beside', 'without'] as const) : (['without', 'beside'] as const)) {
      const beganSideMs = performance.now();
      if (side === 'beside') attacker.send(true);
      const spanMs = side === 'beside' && lengthOf(trials) === 'long' ? LONG_SPAN_MS : SPAN_MS;
      sides[side] = await measured(rig, records.figures[side], spanMs);
      if (side === 'beside') {
        add(records.inputs, await ended(attacker));
        records.attackedMs += performance.now() - beganSideMs;
      }
      await pause(SETTLE_MS);
    }
    const { beside, without } = sides;
    if (beside !== undefined && without !== undefined) records.spans.push({ beside, without });
  }
  asking.isOver = true;
  await operator;
  attacker.disconnect();
  records.memoryMb = { ...records.memoryMb, after: memoryMb(rig) };
  records.threadsAfter = threads();
  const inputs = sumOf(records.inputs);
  if (inputs < trials && !rig.engine.isOver)
    rig.late.push(`only ${inputs} inputs were taken in ${MOST_MS / 1_000} s`);
  await demandUnharmed(rig, records.memoryMb);
}

/** Orders of one span, and what the engine says of its speed in it; undefined where it did not say. */
async function measured(rig: Rig, figures: FigureSpan, spanMs: number): Promise<Side | undefined> {
  const info = readRuntimeFile(rig.dataDir);
  const pid = rig.engine.child.pid ?? 0;
  const read = () => readFigures(info?.port ?? 0, info?.token ?? '', pid).catch(() => undefined);
  const from = await read();
  const began = { ms: performance.now(), orders: rig.placed().length };
  await pause(spanMs);
  const [orders, ms] = [rig.placed().length - began.orders, performance.now() - began.ms];
  const to = await read();
  if (from === undefined || to === undefined) return undefined;
  figures.add(from, to, ms);
  const bookUpdates = to.counts.bookUpdates - from.counts.bookUpdates;
  return { orders, ms, bookUpdates, opportunities: to.counts.opportunities - from.counts.opportunities };
}

async function ended(attacker: ChildProcess): Promise<Inputs> {
  attacker.send(false);
  return (await said(attacker)) as Inputs;
}

const sumOf = ({ messages, raw, rest, files }: Inputs): number => messages + raw + rest + files;

function add(sum: Inputs, more: Inputs): void {
  for (const kind of Object.keys(sum) as (keyof Inputs)[]) sum[kind] += more[kind];
}

/** The next message of the attacker. @throws Error when that process ends without one. */
async function said(attacker: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const ended = once(attacker, 'exit', { signal: over.signal }).then(
    ([code]) => Promise.reject(new Error(`the attacker has ended with ${String(code)}`)),
    () => new Promise<never>(() => undefined),
  );
  try {
    const [message] = (await Promise.race([once(attacker, 'message', { signal: over.signal }), ended])) as [
      unknown,
    ];
    return message;
  } finally {
    over.abort();
  }
}

async function demandUnharmed(rig: Rig, { before, highest }: Memory): Promise<void> {
  if (rig.engine.isOver) rig.breach('the engine ended');
  if (highest - before > MAX_GROWTH_MB) rig.breach(`the engine grew by ${highest - before} MB`);
  const { venues } = await rig.client.call('getArming', {});
  if (venues.some(({ state }) => state === 'disarmed')) rig.breach('the engine is disarmed');
  const { paused, haltReason } = await rig.client.call('getStatus', {});
  if (paused) rig.breach(`trading has stopped: ${haltReason}`);
  if (rig.report !== undefined) rig.breach('the watchdog acted on an engine that lives');
  await rig.disarm();
  await rig.demandLedger();
}

async function startAttacker(rig: Rig, seed: number, priority: number): Promise<ChildProcess> {
  const info = readRuntimeFile(rig.dataDir);
  if (info?.viewer === undefined) throw new Error('the engine has published no token');
  mkdirSync(join(rig.dataDir, 'recordings'), { recursive: true });
  const { port, token: operator, viewer } = info;
  const attack: Attack = { port, operator, viewer, dataDir: rig.dataDir, seed };
  const child = fork(new URL('./hostile-client.ts', import.meta.url), { stdio: 'inherit' });
  if (child.pid !== undefined) giveWay(priority, child.pid);
  child.send(attack);
  await said(child);
  return child;
}

/** An operator who goes on asking, by the socket in the data folder and by the port in turn. */
async function ask(rig: Rig, asking: { readonly isOver: boolean }, records: Records): Promise<void> {
  const { bySocketMs, byPortMs } = records;
  for (let n = 0; !asking.isOver && !rig.engine.isOver; n++) {
    const isSocket = n % 2 === 0;
    (isSocket ? bySocketMs : byPortMs).push(await answered(rig, isSocket));
    const { memoryMb: seen } = records;
    records.memoryMb = { ...seen, highest: Math.max(seen.highest, memoryMb(rig)) };
    await pause(ASK_MS);
  }
}

/** How long an operator waits for an answer, in ms. */
async function answered(rig: Rig, isSocket: boolean): Promise<number> {
  const beganMs = performance.now();
  try {
    if (isSocket) await rig.client.call('getStatus', {});
    else await byPort(rig);
  } catch (error) {
    rig.breach(`an operator got no answer ${isSocket ? 'by the socket' : 'by the port'}: ${String(error)}`);
  }
  const tookMs = performance.now() - beganMs;
  if (tookMs > MAX_ANSWER_MS) rig.late.push(`an operator waited ${Math.round(tookMs)} ms for an answer`);
  return tookMs;
}

async function byPort(rig: Rig): Promise<void> {
  const info = readRuntimeFile(rig.dataDir);
  const response = await fetch(`http://127.0.0.1:${info?.port ?? 0}/api/getStatus`, {
    method: 'POST',
    headers: { authorization: `Bearer ${info?.token ?? ''}`, 'content-type': 'application/json' },
    body: '{}',
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
}

/** Resident memory of the engine's process; 0 where the system does not say. */
function memoryMb(rig: Rig): number {
  try {
    const status = readFileSync(`/proc/${rig.engine.child.pid}/status`, 'utf8');
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024);
  } catch {
    return 0;
  }
}
