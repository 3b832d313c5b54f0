/**
 * Trials in which something around a trading engine goes wrong for ten seconds: its network, what the venue says, callers, the database,
 * memory, or the disk; or one of these, and the engine itself dies in it. Each begins in the middle of an order. Afterwards a kill must be verified, both ledgers must agree to the last
 * digit, and no order may have been sent twice.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { CALL_TIMEOUT_MS } from '../../src-engine/gateway/client.ts';
import { readRuntimeFile } from '../../src-engine/gateway/runtime-file.ts';
import { DATABASE_FILE } from '../../src-engine/storage/sqlite.ts';
import { fullDisk } from './full-disk.ts';
import {
  asked,
  eachSeed,
  type Outcome,
  pause,
  quantiles,
  type Quantiles,
  type TrialEnd,
  type TrialPlan,
  until,
} from './numbers.ts';
import { type Rig, WATCHDOG_SECONDS, withRig } from './rig.ts';

export const CHAOS_KINDS = ['network', 'upstream', 'load', 'database', 'memory', 'disk', 'engine'] as const;
export type ChaosKind = (typeof CHAOS_KINDS)[number];

const DISASTER_MS = 10_000;
const ASK_MS = 250;
/** Calls at a time of a storm. */
const CALLERS = 40;
const SYMBOLS = ['BTC/USD', 'ETH/USD', 'ETH/BTC'];

/** What was measured of one kind. */
export type ChaosFigures = {
  readonly trials: number;
  /** Orders of the engine that reached the venue while it lasted. */
  readonly orders: number;
  /** Ended by the disaster, or killed in it; its watchdog then canceled, and it was started again. */
  readonly died: number;
  /** Trading was halted behind it. */
  readonly halted: number;
  /** Of a call for the status, while it lasted: one without an answer counts as its time-out. */
  readonly statusMs: Quantiles;
  /** Calls for the status that got no answer. */
  readonly unanswered: number;
  /** Faults of the venue that met a frame, an order or a request; none is a violation. */
  readonly faults?: number;
  /** Most address space that the engine took on during a storm, in MB: what `load` needs and `memory` refuses. */
  readonly grewMb?: number;
  /** From its end until the account had been compared and agreed. */
  readonly agreedMs: Quantiles;
  /** From a kill afterwards until the venue showed that nothing is open; of a death, from it until its watchdog had canceled. */
  readonly killMs: Quantiles;
  /** Most resident memory of the engine, in MB. */
  readonly mostMb: number;
  /** Refused or failed calls of the storm, and all of them. */
  readonly calls?: { readonly answered: number; readonly refused: number };
  readonly skipped?: string;
};

export type ChaosResult = Outcome & { readonly kinds: Partial<Record<ChaosKind, ChaosFigures>> };

type Measured = {
  trials: number;
  orders: number;
  died: number;
  halted: number;
  mostMb: number;
  unanswered: number;
  faults: number;
  grewMb: number;
  readonly statusMs: number[];
  readonly agreedMs: number[];
  readonly killMs: number[];
  answered: number;
  refused: number;
  skipped: string;
};

/** Begins a disaster; the answer ends it. */
type Disaster = (rig: Rig, measured: Measured) => () => Promise<void> | void;

/** @param plan its trials are rounds of all kinds. */
export async function chaos(plan: TrialPlan): Promise<ChaosResult> {
  const all = new Map<ChaosKind, Measured>(CHAOS_KINDS.map((kind) => [kind, nothing()]));
  const kindOf = (seed: number): ChaosKind =>
    CHAOS_KINDS[(seed - plan.firstSeed) % CHAOS_KINDS.length] as ChaosKind;
  const outcome = await eachSeed({ ...plan, trials: plan.trials * CHAOS_KINDS.length }, async (seed) => {
    const kind = kindOf(seed);
    const measured = all.get(kind) as Measured;
    const end = await (kind === 'disk' ? onFullDisk(seed, measured) : underDisaster(kind, seed, measured));
    measured.trials += end.made;
    const named = (lines: readonly string[]): string[] => lines.map((line) => `${kind}: ${line}`);
    const notMade = end.notMade && `${kind}: ${end.notMade}`;
    return { ...end, violations: named(end.violations), late: named(end.late), notMade };
  });
  const kinds = Object.fromEntries([...all].map(([kind, measured]) => [kind, figuresOf(measured)]));
  return { ...outcome, kinds };
}

/** Of what it dies in there is one a seed. */
const DEADLY = ['network', 'upstream', 'database'] as const;

const DISASTERS: Readonly<Record<Exclude<ChaosKind, 'disk'>, Disaster>> = {
  network: ({ exchange: { faults } }) => {
    faults.delayFrames(1_500_000);
    const cutting = setInterval(() => faults.dropConnections(), 700);
    return () => {
      clearInterval(cutting);
      faults.delayFrames(0);
    };
  },
  /** It lies, repeats itself, leaves out, refuses, and fails behind what it took. */
  upstream: (rig, measured) => {
    const { faults } = rig.exchange;
    const { random } = rig;
    const before = faults.taken;
    let turn = 0;
    const lies: readonly (() => void)[] = [
      () => faults.corruptNextChecksum(SYMBOLS[random.integer(0, SYMBOLS.length - 1)] ?? 'BTC/USD'),
      () => faults.duplicateNextFrame(),
      () => faults.loseNextFrame('executions'),
      () => faults.rejectNextOrder('EOrder:Insufficient funds'),
      () => faults.partialFillNextOrder(0.3),
      () => faults.failNextRest(503, true),
    ];
    const lying = setInterval(() => lies[turn++ % lies.length]?.(), 150);
    return () => {
      clearInterval(lying);
      const taken = faults.taken - before;
      measured.faults += taken;
      if (taken === 0) rig.breach('no fault of the venue was met by anything: nothing was tried');
    };
  },
  load: (rig, measured) => storm(rig, measured),
  /** Another program holds the database: every commit waits, and is refused. */
  database: ({ dataDir }) => {
    const holder = new Sqlite(join(dataDir, DATABASE_FILE), { timeout: 20_000 });
    holder.exec('begin immediate');
    return () => {
      holder.exec('rollback');
      holder.close();
    };
  },
  /** The system gives it no more: it may live on with what it has, or end. */
  memory: (rig, measured) => {
    // Not a page more than it has: whatever it asks for is refused.
    if (!boundTo(rig, String(addressBytes(rig)))) rig.breach('its memory was not bounded: nothing was tried');
    const ended = storm(rig, measured);
    return async () => {
      await ended();
      boundTo(rig, 'unlimited');
    };
  },
  /** SIGKILL in the middle of another disaster, which lasts on while its watchdog cancels. */
  engine: (rig, measured) => {
    const around = DEADLY[rig.random.integer(0, DEADLY.length - 1)] ?? 'network';
    const end = DISASTERS[around](rig, measured);
    const dying = setTimeout(() => rig.engine.signal('SIGKILL'), DISASTER_MS / 2);
    return async () => {
      clearTimeout(dying);
      await end();
      if (!rig.engine.isOver) rig.breach('the engine lived on: nothing was tried');
    };
  },
};

/** @returns whether the system took the bound of its address space, in bytes. */
function boundTo({ engine }: Rig, bytes: string): boolean {
  const args = ['--pid', String(engine.child.pid), `--as=${bytes}:unlimited`];
  return spawnSync('prlimit', args, { stdio: 'ignore' }).status === 0;
}

async function underDisaster(
  kind: Exclude<ChaosKind, 'disk'>,
  seed: number,
  measured: Measured,
): Promise<TrialEnd> {
  if (kind === 'memory' && spawnSync('prlimit', ['--version']).error !== undefined) {
    measured.skipped = 'prlimit is not there';
    return { made: 0, violations: [], late: [], notMade: measured.skipped };
  }
  const disaster = async (rig: Rig): Promise<void> => {
    if (kind === 'memory' && !boundTo(rig, 'unlimited')) throw new Error('prlimit may not bound the engine');
    await rig.arm();
    await rig.placeElsewhere();
    let end: () => Promise<void> | void = () => undefined;
    let fromUs = 0;
    await rig.midOrder(() => {
      fromUs = rig.clock.nowUs();
      end = DISASTERS[kind](rig, measured);
    });
    const endMs = performance.now() + DISASTER_MS;
    await lastsUntil(endMs, rig, measured);
    const diedUs = rig.clock.nowUs();
    // Its watchdog has to cancel while the disaster goes on.
    if (kind === 'engine') await pause(Math.max(0, endMs - performance.now()));
    const untilUs = rig.clock.nowUs();
    await end();
    measured.orders += rig.placed().filter(({ atUs }) => atUs >= fromUs && atUs <= untilUs).length;
    await (rig.engine.isOver ? afterDeath(rig, measured, diedUs) : afterwards(rig, measured, untilUs));
  };
  return withRig(seed, disaster, { watchdogSeconds: WATCHDOG_SECONDS });
}

/** Asks as an operator would, and notes how long each answer took. */
async function lastsUntil(endMs: number, rig: Rig, measured: Measured): Promise<void> {
  while (performance.now() < endMs && !rig.engine.isOver) {
    const askedMs = performance.now();
    await rig.client.call('getStatus', {}).then(
      () => measured.statusMs.push(performance.now() - askedMs),
      () => {
        // What ended is counted as that.
        if (rig.engine.isOver) return;
        measured.unanswered++;
        measured.statusMs.push(Math.max(performance.now() - askedMs, CALL_TIMEOUT_MS));
      },
    );
    measured.mostMb = Math.max(measured.mostMb, residentMb(rig));
    await pause(ASK_MS);
  }
}

async function afterwards(rig: Rig, measured: Measured, untilUs: number): Promise<void> {
  const { venues } = await asked(
    'an account that agrees',
    () => rig.client.call('getAccountStanding', {}),
    (standing) =>
      standing.venues.every(({ agreedUs, refusal }) => (agreedUs ?? 0) > untilUs && refusal === ''),
  );
  measured.agreedMs.push(((venues[0]?.agreedUs ?? untilUs) - untilUs) / 1_000);
  const { haltReason } = await rig.client.call('getStatus', {});
  if (haltReason !== '') measured.halted++;
  const killedMs = performance.now();
  await rig.client.call('kill', {});
  await asked(
    'a kill that is verified',
    () => rig.client.call('getStatus', {}),
    ({ killVerifiedOpenOrders }) => killVerifiedOpenOrders === 0,
  );
  measured.killMs.push(performance.now() - killedMs);
  if (rig.openAtVenue !== 0) rig.breach(`the kill is verified, and ${rig.openAtVenue} orders are open`);
  await rig.demandLedger();
}

/** Its watchdog cancels everything; another engine begins halted, and agrees with the venue. */
async function afterDeath(rig: Rig, measured: Measured, diedUs: number): Promise<void> {
  measured.died++;
  await until(
    'an empty venue',
    () => rig.openAtVenue,
    (open) => open === 0,
  );
  const canceled = rig.exchange.log.entries.findLast(({ kind }) => kind === 'canceled');
  measured.killMs.push(Math.max(0, ((canceled?.atUs ?? diedUs) - diedUs) / 1_000));
  await until(
    'the report',
    () => rig.report,
    (report) => report?.verified === true,
  );
  const restartedUs = rig.clock.nowUs();
  await rig.restart();
  measured.agreedMs.push((rig.clock.nowUs() - restartedUs) / 1_000);
  rig.demandSilenceAfter(restartedUs, 'a death, of an engine that was not armed again');
}

/** Operators, viewers and strangers, as fast as they are answered. */
function storm(rig: Rig, measured: Measured): () => Promise<void> {
  const { port = 0, token = '' } = readRuntimeFile(rig.dataDir) ?? {};
  const storming = { isOn: true };
  const fromBytes = addressBytes(rig);
  const looking = setInterval(() => {
    const grewMb = Math.round((addressBytes(rig) - fromBytes) / 1_048_576);
    measured.grewMb = Math.max(measured.grewMb, grewMb);
  }, ASK_MS);
  const names = ['getStatus', 'getSnapshot', 'listOrders', 'listEvents', 'getRisk'];
  const call = async (n: number): Promise<void> => {
    for (let turn = n; storming.isOn && !rig.engine.isOver; turn++) {
      const authorization = `Bearer ${turn % 3 === 0 ? 'a stranger' : token}`;
      const url = `http://127.0.0.1:${port}/api/${names[turn % names.length]}`;
      const headers = { authorization, 'content-type': 'application/json' };
      const signal = AbortSignal.timeout(5_000);
      const isAnswered = await fetch(url, { method: 'POST', headers, body: '{}', signal }).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.ok;
        },
        () => false,
      );
      if (isAnswered) measured.answered++;
      else measured.refused++;
    }
  };
  const calls = Array.from({ length: CALLERS }, (_, n) => call(n));
  return async () => {
    clearInterval(looking);
    storming.isOn = false;
    await Promise.all(calls);
  };
}

async function onFullDisk(seed: number, measured: Measured): Promise<TrialEnd> {
  const { trials, violations, late, notMade, skipped, emptyMs, halted } = await fullDisk({
    trials: 1,
    firstSeed: seed,
    jobs: 1,
  });
  measured.skipped = skipped;
  measured.halted += halted;
  if (emptyMs.max > 0) measured.killMs.push(emptyMs.max);
  return { made: trials, violations, late, notMade: notMade[0] ?? '' };
}

const residentMb = (rig: Rig): number => Math.round(memoryBytes(rig, 1) / 1_048_576);
const addressBytes = (rig: Rig): number => memoryBytes(rig, 0);

/** @param field of proc_pid_statm(5): pages of 4 KB. @returns 0 where there is no such process. */
function memoryBytes({ engine }: Rig, field: number): number {
  try {
    return Number(readFileSync(`/proc/${engine.child.pid}/statm`, 'utf8').split(' ')[field]) * 4_096;
  } catch {
    return 0;
  }
}

function nothing(): Measured {
  const counts = { trials: 0, orders: 0, died: 0, halted: 0, mostMb: 0, answered: 0, refused: 0 };
  const bites = { unanswered: 0, faults: 0, grewMb: 0 };
  return { ...counts, ...bites, statusMs: [], agreedMs: [], killMs: [], skipped: '' };
}

function figuresOf(measured: Measured): ChaosFigures {
  const { trials, orders, died, halted, mostMb, answered, refused, skipped } = measured;
  return {
    trials,
    orders,
    died,
    halted,
    mostMb,
    statusMs: quantiles(measured.statusMs),
    unanswered: measured.unanswered,
    ...(measured.faults > 0 && { faults: measured.faults }),
    agreedMs: quantiles(measured.agreedMs),
    killMs: quantiles(measured.killMs),
    ...(answered + refused > 0 && { calls: { answered, refused }, grewMb: measured.grewMb }),
    ...(skipped !== '' && { skipped }),
  };
}
