/**
 * The product's own engine as a process, trading the account of a local exchange that runs here: `parallax serve` with the
 * rehearsal profile. The exchange looks into the engine's database whenever an order arrives.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { cliEntry } from '../../src-engine/testing/cli-entry.ts';
import { connectEngine, type EngineClient } from '../../src-engine/testing/patient-client.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { SystemClock } from '../../src-engine/lib/system-clock.ts';
import { DATABASE_FILE } from '../../src-engine/storage/sqlite.ts';
import { writePaperRecord } from '../../src-engine/testing/paper-record.ts';
import { KrakenCredentials } from '../../src-engine/venues/kraken/private/credentials.ts';
import {
  type AccountOptions,
  DEMO_ACCOUNT,
} from '../../src-engine/venues/local-exchange/core/accounts/accounts.ts';
import {
  type LocalExchange,
  startLocalExchange,
} from '../../src-engine/venues/local-exchange/local-exchange.ts';
import type { OrderLogEntry } from '../../src-engine/venues/local-exchange/core/orders/order-log.ts';
import { readReport } from '../../src-engine/watchdog/report-file.ts';
import type { ArmingStatus } from '../../src-engine/contract/live-records.ts';
import type { WatchdogReport } from '../../src-engine/watchdog/messages.ts';
import { keptOrder, levelOf } from './kept-intents.ts';
import { madeOn } from './made-on.ts';
import { asked, pause, type TrialEnd, until } from './numbers.ts';

const VENUE_TITLE = 'Local exchange (simulated)';
/** Twenty would do; the simulated twin's own cycles count as well, and may lose a little. */
export const PAPER_CYCLES = 300;
/** Large enough that a hundredth of it is still worth an order. */
const NOTIONAL = '20000';
const START_NOTIONAL = '12000';
/** Silence that a watchdog takes for a frozen engine, in seconds, where a trial freezes it. */
export const WATCHDOG_SECONDS = 5;
/** And where none does: a machine that does other things can keep an engine silent for some seconds, which is not what is tried. */
export const PATIENT_WATCHDOG_SECONDS = 30;
/** The way of an order over loopback to an exchange that is busy, and of a signal to a process. */
const IN_FLIGHT_MS = 250;
/** How often, and how far apart, ledgers are held against each other that do not agree yet. */
const LEDGER_TRIES = 50;
const LEDGER_MS = 100;

/** What is kept of a process's output, in characters. */
const MAX_OUTPUT = 200_000;

export type RigOptions = {
  /** Data folder instead of a fresh one. */
  readonly place?: string;
  /** Whose key the engine finds in the keychain; without a keychain, the demo account's. */
  readonly account?: AccountOptions;
  /** What stands between the engine and the exchange: the address to give it. */
  readonly front?: (exchangeUrl: string) => Promise<string>;
  readonly env?: NodeJS.ProcessEnv;
  /** Mean seconds between two opportunities of its market; as the exchange has them when left out. */
  readonly edgeSeconds?: number;
  /** Most opportunities at a time; as the exchange has them when left out. */
  readonly edgesAtOnce?: number;
  /** Silence that its watchdog takes for a frozen engine; `PATIENT_WATCHDOG_SECONDS` when left out. */
  readonly watchdogSeconds?: number;
};

/** Where a process of the engine stands, by its start number. */
export class EngineProcess {
  readonly child: ChildProcess;
  output = '';

  constructor(dataDir: string, exchangeUrl: string, env: NodeJS.ProcessEnv, more: readonly string[] = []) {
    const options = ['--profile', 'rehearsal', '--data-dir', dataDir, '--exchange', exchangeUrl];
    this.child = spawn(process.execPath, [cliEntry(), 'serve', ...options, ...more, '--no-open'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on('data', (text: string) => (this.output = (this.output + text).slice(-MAX_OUTPUT)));
    }
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGUSR2'): void {
    this.child.kill(name);
  }

  async ended(): Promise<void> {
    await until('the end of the engine', () => this.isOver, Boolean);
  }
}

/** A busy machine can keep the engine silent for so long that its watchdog acts: the rig checks before it arms, and resumes. */
function lacksResume(venues: ArmingStatus['venues']): boolean {
  return venues.some(({ checklist }) => checklist.some(({ id, ok }) => id === 'not-halted' && !ok));
}

export class Rig {
  readonly clock = new SystemClock();
  readonly exchange: LocalExchange;
  readonly dataDir: string;
  readonly violations: string[] = [];
  /** What came later than it should on a machine that is not busy. */
  readonly late: string[] = [];
  /** Orders were traded: what follows is the trial. */
  isUnderWay = false;
  readonly random: SeededRandom;
  #engine: EngineProcess;
  #database: Sqlite.Statement<[string]> | undefined;
  readonly #connections: Sqlite.Database[] = [];
  /** Called within the step in which the exchange notes something. */
  onEntry: (entry: OrderLogEntry) => void = () => undefined;

  readonly #account: AccountOptions;
  readonly #startEngine: () => EngineProcess;

  private constructor(
    exchange: LocalExchange,
    account: AccountOptions,
    dataDir: string,
    seed: number,
    start: () => EngineProcess,
  ) {
    this.exchange = exchange;
    this.dataDir = dataDir;
    this.random = new SeededRandom(seed, 3);
    this.#account = account;
    this.#startEngine = start;
    this.#engine = start();
    const { log } = exchange;
    const note = log.note.bind(log);
    log.note = (...what) => {
      note(...what);
      const entry = log.entries.at(-1);
      if (entry === undefined) return;
      if (entry.kind === 'placed') this.#demandDurable(entry);
      this.onEntry(entry);
    };
  }

  static async start(seed: number, options: RigOptions = {}): Promise<Rig> {
    const { account = DEMO_ACCOUNT, env = process.env, edgeSeconds, edgesAtOnce } = options;
    const { watchdogSeconds = PATIENT_WATCHDOG_SECONDS } = options;
    const more = ['--durability', levelOf(seed), '--watchdog-seconds', String(watchdogSeconds)];
    const dataDir = options.place ?? mkdtempSync(join(tmpdir(), 'parallax-trial-'));
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    await writePaperRecord(dataDir, PAPER_CYCLES);
    const exchange = await startLocalExchange({
      seed,
      updatesPerSecond: 600,
      accounts: [account],
      edgeSeconds,
      edgesAtOnce,
    });
    const url = (await options.front?.(exchange.url)) ?? exchange.url;
    return new Rig(exchange, account, dataDir, seed, () => new EngineProcess(dataDir, url, env, more));
  }

  get engine(): EngineProcess {
    return this.#engine;
  }

  get client(): EngineClient {
    return connectEngine(this.dataDir, 'trials');
  }

  get report(): WatchdogReport | undefined {
    return readReport(this.dataDir, 'simulated');
  }

  get openAtVenue(): number {
    return this.exchange.accounts.byKey(this.#account.key)?.openOrders.size ?? -1;
  }

  /** Our orders that the exchange took. */
  placed(): OrderLogEntry[] {
    return this.exchange.log.entries.filter(({ kind, clOrdId }) => kind === 'placed' && clOrdId !== '');
  }

  breach(what: string): void {
    if (this.violations.length < 20) this.violations.push(what);
  }

  /** Lets it trade, as an operator would: limits, the checklist, the venue's name. */
  async arm(): Promise<void> {
    await asked(
      'the engine to answer',
      () => this.client.call('getStatus', {}),
      ({ profile }) => profile !== null,
    );
    // After a restart, and after what a watchdog did, trading waits for an operator to check.
    await asked('the word to go on', async () => this.client.call('resumeTrading', {}), Boolean);
    const limits = { maxOrderNotional: NOTIONAL, maxOpenNotional: NOTIONAL };
    await asked('the limits', async () => this.client.call('updateLimits', limits), Boolean);
    await this.client.call('updateDetection', { maxStartNotional: START_NOTIONAL });
    const left = async (): Promise<string[]> => {
      const { isNeeded, venues } = await this.client.call('getArming', {});
      const lacking = venues.flatMap(({ checklist }) => checklist.filter(({ ok }) => !ok));
      if (lacksResume(venues)) await this.client.call('resumeTrading', {});
      return isNeeded ? lacking.map(({ id, detail }) => `${id}: ${detail}`) : ['no account yet'];
    };
    await asked('the checklist', left, (items) => items.length === 0);
    // What held may have changed again by the time it is armed.
    const arm = async () => {
      const { venues } = await this.client.call('getArming', {});
      if (venues.every(({ state }) => state !== 'disarmed')) return venues;
      if (lacksResume(venues)) await this.client.call('resumeTrading', {});
      return (await this.client.call('armLive', { venue: 'simulated', title: VENUE_TITLE })).venues;
    };
    await asked('the arming', arm, (venues) => venues.every(({ state }) => state === 'canary'));
  }

  /** An order that rests on the account, placed by another program: what a cancel can be seen by. */
  async placeElsewhere(): Promise<void> {
    const { key, secret } = this.#account;
    const path = '/0/private/AddOrder';
    const nonce = String(this.clock.nowUs());
    const order = { pair: 'XXBTZUSD', type: 'buy', ordertype: 'limit', volume: '0.01', price: '1000.0' };
    const body = new URLSearchParams({ nonce, ...order }).toString();
    const headers = new KrakenCredentials(key, secret).headers(path, nonce, body);
    const answer = await fetch(this.exchange.url + path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    const text = await answer.text();
    if (this.openAtVenue < 1) throw new Error(`the other program's order does not rest: ${text}`);
  }

  /** Resolves within the step in which one of the next orders of ours is placed, filled or over. */
  midOrder(act: () => void): Promise<void> {
    let skip = this.random.integer(0, 6);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no order came; the engine says: ${this.#engine.output}`)),
        180_000,
      );
      this.onEntry = ({ clOrdId }) => {
        if (clOrdId === '' || skip-- > 0) return;
        this.onEntry = () => undefined;
        clearTimeout(timer);
        this.isUnderWay = true;
        act();
        resolve();
      };
    });
  }

  /** Nothing of ours may reach the exchange after that moment at all. */
  demandSilenceAfter(momentUs: number, why: string): void {
    for (const { atUs, clOrdId } of this.placed())
      if (atUs > momentUs) this.breach(`order ${clOrdId} came after ${why}`);
  }

  /** Nothing of ours may reach the exchange after that moment, but for what was on its way: that arrives soon. */
  demandNothingAfter(momentUs: number, why: string): void {
    for (const { atUs, clOrdId } of this.placed()) {
      const lateMs = (atUs - momentUs) / 1_000;
      if (lateMs > IN_FLIGHT_MS) this.late.push(`order ${clOrdId} came ${lateMs.toFixed(1)} ms after ${why}`);
    }
  }

  /** Another process on the same folder. */
  startAgain(): void {
    this.#engine = this.#startEngine();
  }

  /** Starts the engine again on the same folder; it must come up halted and disarmed, and agree with the venue. */
  async restart(): Promise<void> {
    this.startAgain();
    const status = await asked(
      'the engine to come up again',
      () => this.client.call('getStatus', {}),
      ({ profile, mode }) => profile === 'rehearsal' && mode !== null,
    );
    if (!status.paused) this.breach('the engine came up again and trading was not halted');
    await this.demandLedger();
  }

  /** The account was compared and agrees, and so do both ledgers, to the last digit; no order id was used twice. */
  async demandLedger(): Promise<void> {
    const { venues } = await asked(
      'an account that agrees',
      () => this.client.call('getAccountStanding', {}),
      (standing) => standing.venues.every(({ agreedUs, refusal }) => agreedUs !== null && refusal === ''),
    );
    for (const { differences } of venues) {
      if (differences.length > 0) this.breach(`balances differ: ${JSON.stringify(differences)}`);
    }
    let different = await this.#differences();
    // A fill is reported within moments; a wrong ledger stays wrong.
    for (let tries = 0; tries < LEDGER_TRIES && different.length > 0; tries++) {
      await pause(LEDGER_MS);
      different = await this.#differences();
    }
    for (const what of different) this.breach(what);
    const ids = this.placed().map(({ clOrdId }) => clOrdId);
    if (new Set(ids).size !== ids.length) this.breach('a client order id was used twice at the venue');
  }

  /** Nothing new begins, and what is under way comes to its end, except unknown orders. */
  async disarm(): Promise<void> {
    await this.client.call('disarm', {});
    const open = async (): Promise<number> => {
      const { ordersInFlight } = await this.client.call('getStatus', {});
      const { unknownOrders } = await this.client.call('getAccountStanding', {});
      return ordersInFlight - unknownOrders.length;
    };
    await asked('the end of what is under way', open, (count) => count === 0);
  }

  /** Assets of which the venue and the engine report different amounts. */
  async #differences(): Promise<string[]> {
    const { balances } = await this.client.call('getSnapshot', {});
    const ours = new Map(balances.map(({ asset, total }) => [asset, total]));
    const ledger = this.exchange.accounts.byKey(this.#account.key)?.ledger;
    return (ledger?.assets() ?? []).flatMap((asset) => {
      const [theirs, own] = [ledger?.balance(asset).toFixed() ?? '0', ours.get(asset) ?? '0'];
      return theirs === own ? [] : [`${asset}: the venue has ${theirs}, our ledger ${own}`];
    });
  }

  /** What became of a session is in the audit trail, so many times at least. */
  async demandAudit(action: string, times = 1): Promise<void> {
    const { entries } = await this.client.call('listAudit', { limit: 500 });
    const found = entries.filter((entry) => entry.action === action).length;
    if (found < times) this.breach(`"${action}" is ${found} times in the audit trail, not ${times}`);
  }

  async stop(): Promise<void> {
    this.onEntry = () => undefined;
    await this.#endEngine();
    for (const connection of this.#connections.splice(0)) connection.close();
    await this.exchange.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  /** As an operator does it; an engine that does not go has its watchdog act, which is waited for. */
  async #endEngine(): Promise<void> {
    if (this.#engine.isOver) return;
    this.#engine.signal('SIGCONT');
    this.#engine.signal('SIGTERM');
    try {
      await this.#engine.ended();
      if (this.report !== undefined) this.breach('a watchdog acted on an engine that ended as it should');
    } catch {
      this.breach('the engine did not end when it was asked to');
      this.#engine.signal('SIGKILL');
      await this.#engine.ended();
      await until(
        'the watchdog',
        () => this.report,
        (report) => report?.verified === true,
      );
    }
  }

  /** Whatever reaches the venue has its intent in the intent journal or the database by then: read as a restart would. */
  #demandDurable({ clOrdId }: OrderLogEntry): void {
    if (clOrdId === '' || keptOrder(this.dataDir, clOrdId) !== undefined) return;
    if (this.#database === undefined) {
      const connection = new Sqlite(join(this.dataDir, DATABASE_FILE), { readonly: true, timeout: 5_000 });
      this.#connections.push(connection);
      this.#database = connection.prepare<[string]>('select 1 from orders where order_id = ?');
    }
    if (this.#database.get(clOrdId) === undefined)
      this.breach(`order ${clOrdId} arrived before its intent was durable`);
  }
}

/** Runs trials on a rig of their own, one after the other; the first that breaks off is the last. */
export async function withRig(
  seed: number,
  trial: (rig: Rig, number: number) => Promise<void>,
  options: RigOptions = {},
  trials = 1,
): Promise<TrialEnd> {
  return madeOn(seed, () => Rig.start(seed, options), trial, trials);
}
