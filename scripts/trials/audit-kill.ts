/**
 * SIGKILL in the moment in which a change is answered: a real engine that trades the demo market, one or a few changes under way
 * over the WebSocket, REST, the command line's socket and the kill file, and the signal from within the read that brings the
 * answer. Every answered change has its row of the audit trail afterwards, and both chains hold.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../src-engine/gateway/client.ts';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { findingText, verifyChains } from '../../src-engine/storage/chain/verify.ts';
import { openDatabase } from '../../src-engine/storage/database.ts';
import { answeredCalls, type Call, WAYS, type Way } from './answered-calls.ts';
import { cliEntry } from '../../src-engine/testing/cli-entry.ts';
import { asked, type Outcome, type TrialPlan, until } from './numbers.ts';

/** Changes that are under way at once, at most, each by a way of its own. */
const MOST_CALLS = 4;
const MOST_ROUNDS = 10;
const MAX_BREACHES = 20;

export type AuditKillResult = Outcome & {
  /** Changes that were answered before the engine was dead, all of whose rows were looked for. */
  readonly answered: number;
  /** Tries in which the answer that brought the signal came this way. */
  readonly ways: Readonly<Record<Way, number>>;
  /** Starts after a SIGKILL; each read both chains before it traded. */
  readonly restarts: number;
};

type Counts = { made: number; answered: number; restarts: number; readonly ways: Record<Way, number> };

/** Each job has a folder of its own, on which its engines follow one another. */
export async function auditKill({ trials, firstSeed, jobs }: TrialPlan): Promise<AuditKillResult> {
  const counts: Counts = {
    made: 0,
    answered: 0,
    restarts: 0,
    ways: { websocket: 0, rest: 0, socket: 0, file: 0 },
  };
  const violations: string[] = [];
  const notMade: string[] = [];
  const count = Math.min(jobs, trials);
  const run = async (job: number): Promise<void> => {
    const mine = Math.floor(trials / count) + (job < trials % count ? 1 : 0);
    const folder = new KilledFolder(firstSeed + job, counts);
    try {
      for (let n = 0; n < mine; n++) await folder.once(n);
    } catch (error) {
      notMade.push(`job ${job}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      folder.remove();
    }
    violations.push(...folder.breaches.map((what) => `job ${job}: ${what}`));
  };
  await Promise.all(Array.from({ length: count }, (_, job) => run(job)));
  if (notMade.length > 0) violations.push(...notMade);
  const { made, answered, restarts, ways } = counts;
  return { trials: made, violations, late: [], notMade, answered, ways, restarts };
}

class KilledFolder {
  readonly breaches: string[] = [];
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'parallax-audit-kill-'));
  readonly #random: SeededRandom;
  readonly #counts: Counts;
  /** How often each row must be there at least, by what it says. */
  readonly #owed = new Map<string, number>();
  /** What the last try says of the kill switch; undefined when its calls were of both kinds. */
  #killed: boolean | undefined;
  #engine: ChildProcess | undefined;

  constructor(seed: number, counts: Counts) {
    this.#random = new SeededRandom(seed, 11);
    this.#counts = counts;
  }

  async once(n: number): Promise<void> {
    const engine = this.#start();
    const info = await until(
      'the engine to publish its address',
      () => readRuntimeFile(this.#dataDir),
      (found) => found?.pid === engine.pid,
    );
    if (info === undefined) throw new Error('no address');
    await this.#demandState(n);
    const over = new AbortController();
    engine.once('exit', () => over.abort());
    const killedBy: Call[] = [];
    // Some changes are refused as things stand: then others are asked for.
    for (let round = 0; round < MOST_ROUNDS && killedBy.length === 0; round++) {
      const calls = this.#calls(n);
      // Which answer brings the signal; those that come before the engine is dead count as well.
      let skip = this.#random.integer(0, calls.length - 1);
      const asking = { dataDir: this.#dataDir, info, calls, isOver: over.signal };
      const answered = await answeredCalls(asking, (call) => {
        if (killedBy.length > 0 || skip-- > 0) return;
        killedBy.push(call);
        engine.kill('SIGKILL');
      });
      this.#owe(calls, answered);
    }
    const [call] = killedBy;
    if (call === undefined) throw new Error(`try ${n}: the engine answers no change`);
    await until('the end of the engine', () => engine.signalCode, Boolean);
    await this.#demandRows(n);
    this.#counts.ways[call.way] += 1;
    this.#counts.made += 1;
  }

  remove(): void {
    this.#engine?.kill('SIGKILL');
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #start(): ChildProcess {
    const options = ['--profile', 'demo', '--data-dir', this.#dataDir, '--port', '0', '--no-open'];
    this.#engine = spawn(process.execPath, [cliEntry(), 'serve', ...options], {
      stdio: 'ignore',
    });
    return this.#engine;
  }

  /** It trades, its start found the history whole, and a kill that was answered is still latched. */
  async #demandState(n: number): Promise<void> {
    const client = connectEngine(this.#dataDir, 'trials');
    const { killed, haltReason } = await asked(
      'the engine to trade',
      () => client.call('getStatus', {}),
      ({ mode }) => mode !== null,
    );
    if (n > 0) this.#counts.restarts += 1;
    if (haltReason.includes('audit')) this.#breach(n, `the start after it halted: ${haltReason}`);
    if (this.#killed !== undefined && killed !== this.#killed)
      this.#breach(n, `the kill switch was answered as ${this.#killed} and came up as ${killed}`);
  }

  #calls(n: number): Call[] {
    const ways = WAYS.toSorted(() => this.#random.next() - 0.5);
    return ways.slice(0, this.#random.integer(1, MOST_CALLS)).map((way) => this.#call(way, n));
  }

  #call(way: Way, n: number): Call {
    if (way === 'file') return { way, op: 'kill', input: { reason: 'kill file' } };
    const number = this.#random.integer(1, 1_000_000);
    const changes: readonly Pick<Call, 'op' | 'input'>[] = [
      { op: 'kill', input: { reason: `try ${n}, ${number}` } },
      { op: 'rearm', input: { confirm: 'REARM' } },
      { op: 'pauseTrading', input: {} },
      { op: 'resumeTrading', input: {} },
      { op: 'updateLimits', input: { maxOpenNotional: String(10_000 + number) } },
      { op: 'updateDetection', input: { maxStartNotional: String(1_000 + number) } },
      { op: 'updateExecution', input: { unwindDeadlineMs: 1_000 + (number % 50_000) } },
    ];
    const change = changes[this.#random.integer(0, changes.length - 1)];
    return { way, op: 'pauseTrading', input: {}, ...change };
  }

  #owe(calls: readonly Call[], answered: readonly Call[]): void {
    for (const call of answered) {
      const key = rowOf(call);
      this.#owed.set(key, (this.#owed.get(key) ?? 0) + 1);
    }
    this.#counts.answered += answered.length;
    // Only where all that was asked for was answered, and in one way, is it known what holds.
    const switches = calls.filter(({ op }) => op === 'kill' || op === 'rearm');
    if (switches.length === 0) return;
    const ops = new Set(switches.map(({ op }) => op));
    const areAnswered = switches.every((call) => answered.includes(call));
    this.#killed = ops.size === 1 && areAnswered ? ops.has('kill') : undefined;
  }

  /** As another process reads it, before anything of ours has started again. */
  async #demandRows(n: number): Promise<void> {
    const database = await openDatabase({ dataDir: this.#dataDir });
    try {
      const rows = await database.db
        .selectFrom('audit')
        .select(['action', 'outcome', 'detail', 'actor'])
        .where('outcome', '=', 'ok')
        .execute();
      const there = new Map<string, number>();
      for (const { actor, action, detail } of rows) {
        const key = `${actor} ${action} ${detail}`;
        there.set(key, (there.get(key) ?? 0) + 1);
      }
      for (const [key, owed] of this.#owed) {
        const found = there.get(key) ?? 0;
        if (found < owed) this.#breach(n, `"${key}" was answered ${owed} times and has ${found} rows`);
      }
      const { findings, headFile } = await verifyChains(database.db, database.heads);
      for (const finding of findings) this.#breach(n, findingText(finding));
      if (headFile !== '') this.#breach(n, headFile);
    } finally {
      await database.close();
    }
  }

  #breach(n: number, what: string): void {
    if (this.breaches.length < MAX_BREACHES) this.breaches.push(`try ${n}: ${what}`);
  }
}

/** The row of a call, as the gateway writes it. */
function rowOf({ way, op, input }: Call): string {
  const via = { websocket: 'web', rest: 'trials', socket: 'trials', file: 'kill-file' }[way];
  return `operator via ${via} ${op} ${JSON.stringify(input)}`;
}
