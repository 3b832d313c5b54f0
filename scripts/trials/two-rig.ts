/**
 * The product's own engine as a process, trading accounts at two venues at once, each a local exchange that runs here behind
 * its own protocol. The exchanges look into the engine's database whenever an order arrives.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { decimal } from '../../src-engine/domain/decimal.ts';
import { connectEngine, type EngineClient } from '../../src-engine/testing/patient-client.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { SystemClock } from '../../src-engine/lib/system-clock.ts';
import { DATABASE_FILE } from '../../src-engine/storage/sqlite.ts';
import { writePaperRecord } from '../../src-engine/testing/paper-record.ts';
import { DEMO_ACCOUNT } from '../../src-engine/venues/local-exchange/core/accounts/accounts.ts';
import type { OrderLogEntry } from '../../src-engine/venues/local-exchange/core/orders/order-log.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../../src-engine/venues/local-exchange/local-exchange.ts';
import { madeOn } from './made-on.ts';
import { keptOrder, levelOf } from './kept-intents.ts';
import { asked, pause, type TrialEnd } from './numbers.ts';
import { EngineProcess, PAPER_CYCLES, PATIENT_WATCHDOG_SECONDS } from './rig.ts';

const TRADED_MS = 180_000;
export type TwoRigOptions = {
  /** Mean seconds between two opportunities of each market; 1 when left out. */
  readonly edgeSeconds?: number;
  /** Silence that a watchdog takes for a frozen engine; `PATIENT_WATCHDOG_SECONDS` when left out. */
  readonly watchdogSeconds?: number;
};
/** How often, and how far apart, ledgers are held against each other that do not agree yet. */
const LEDGER_TRIES = 50;
const LEDGER_MS = 100;
/** A pair that both exchanges list, far below any price of it: such an order rests. */
const RESTING = { side: 'buy', type: 'limit', price: '1000.0', qty: '0.01' } as const;

export class Place {
  readonly venue: string;
  /** What rests there is placed on it. */
  readonly pair: string;
  readonly exchange: RunningExchange;

  constructor(venue: string, pair: string, exchange: RunningExchange) {
    this.venue = venue;
    this.pair = pair;
    this.exchange = exchange;
  }

  get account() {
    const account = this.exchange.accounts.byKey(DEMO_ACCOUNT.key);
    if (account === undefined) throw new Error(`${this.venue} has no account`);
    return account;
  }

  /** Our orders that the exchange took. */
  placed(): OrderLogEntry[] {
    return this.exchange.log.entries.filter(({ kind, clOrdId }) => kind === 'placed' && clOrdId !== '');
  }

  /** An order that rests on the account, as another program would leave it: what a cancel can be seen by. */
  placeElsewhere(): void {
    const { core } = this.exchange;
    core.desk.place(this.account, core.market(this.pair), RESTING);
  }
}

export class TwoRig {
  readonly clock = new SystemClock();
  readonly random: SeededRandom;
  readonly places: readonly Place[];
  readonly violations: string[] = [];
  readonly late: string[] = [];
  /** Orders were traded: what follows is the trial. */
  isUnderWay = false;
  /** Hears what an exchange notes, within the step in which it does. */
  onEntry: (place: Place, entry: OrderLogEntry) => void = () => undefined;
  readonly dataDir: string;
  readonly #startEngine: () => EngineProcess;
  #engine: EngineProcess;
  #database: Sqlite.Database | undefined;

  private constructor(seed: number, dataDir: string, places: readonly Place[], start: () => EngineProcess) {
    this.random = new SeededRandom(seed, 3);
    this.dataDir = dataDir;
    this.places = places;
    for (const place of places) {
      const { log } = place.exchange;
      const note = log.note.bind(log);
      log.note = (...what) => {
        note(...what);
        const entry = log.entries.at(-1);
        if (entry === undefined || entry.clOrdId === '') return;
        if (entry.kind === 'placed') this.#demandDurable(place, entry);
        this.onEntry(place, entry);
      };
    }
    this.#startEngine = start;
    this.#engine = start();
  }

  static async start(
    seed: number,
    { edgeSeconds = 1, watchdogSeconds = PATIENT_WATCHDOG_SECONDS }: TwoRigOptions = {},
  ): Promise<TwoRig> {
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-two-'));
    await writePaperRecord(dataDir, PAPER_CYCLES);
    const market = { seed, updatesPerSecond: 200, edgeSeconds, market: { seed } };
    const west = { ...DEMO_ACCOUNT, balances: { USDT: '50000', BTC: '0.5', ETH: '5' } };
    const east = await startLocalExchange({ ...market, accounts: [DEMO_ACCOUNT] });
    const western = await startBinanceExchange({ ...market, accounts: [west] });
    const more = ['--venues', 'kraken,binance', '--durability', levelOf(seed)];
    more.push('--watchdog-seconds', String(watchdogSeconds));
    const urls = `kraken=${east.url},binance=${western.url}`;
    const places = [new Place('simulated', 'BTC/USD', east), new Place('sim-binance', 'BTC/USDT', western)];
    return new TwoRig(seed, dataDir, places, () => new EngineProcess(dataDir, urls, process.env, more));
  }

  get engine(): EngineProcess {
    return this.#engine;
  }

  get client(): EngineClient {
    return connectEngine(this.dataDir, 'trials');
  }

  breach(what: string): void {
    if (this.violations.length < 20) this.violations.push(what);
  }

  /** Another process on the same folder. */
  startAgain(): void {
    this.#engine = this.#startEngine();
  }

  /** Whatever reaches a venue has its intent in the intent journal or the database by then, and was meant for that venue. */
  #demandDurable({ venue }: Place, { clOrdId }: OrderLogEntry): void {
    this.#database ??= new Sqlite(join(this.dataDir, DATABASE_FILE), { readonly: true, timeout: 5_000 });
    const stored = this.#database
      .prepare<[string], { venue: string }>('select venue from orders where order_id = ?')
      .get(clOrdId);
    const found = stored ?? keptOrder(this.dataDir, clOrdId);
    if (found?.venue === venue) return;
    const why = found === undefined ? 'before its intent was durable' : `and was meant for ${found.venue}`;
    this.breach(`order ${clOrdId} arrived at ${venue} ${why}`);
  }

  /** Lets both accounts trade, as an operator would: limits, each checklist, each venue's title. */
  async arm(): Promise<void> {
    await asked(
      'both accounts',
      () => this.client.call('getArming', {}),
      ({ venues }) =>
        venues.length === this.places.length && venues.every(({ watchedFor }) => watchedFor === ''),
    );
    // After a restart, and after what a fault or a watchdog did, trading waits for an operator to check.
    await this.client.call('resumeTrading', {});
    await this.client.call('updateLimits', { maxOrderNotional: '20000', maxOpenNotional: '20000' });
    await this.client.call('updateDetection', { maxStartNotional: '12000' });
    for (const { venue } of this.places) await this.#armAt(venue);
  }

  async #armAt(venue: string): Promise<void> {
    const arm = async (): Promise<string> => {
      await this.#settle();
      const found = (await this.client.call('getArming', {})).venues.find((one) => one.venue === venue);
      if (found === undefined) throw new Error(`${venue} is not there`);
      if (found.state !== 'disarmed') return 'armed';
      // A busy machine can keep the engine silent for so long that its watchdog acts.
      if (found.checklist.some(({ id, ok }) => id === 'not-halted' && !ok))
        await this.client.call('resumeTrading', {});
      const lacking = found.checklist.filter(({ ok }) => !ok).map(({ id, detail }) => `${id}: ${detail}`);
      if (lacking.length > 0) return lacking.join('; ');
      await this.client.call('armLive', { venue, title: found.title });
      return 'asked';
    };
    await asked(`the arming of ${venue}`, arm, (state) => state === 'armed');
  }

  /** What no venue has ever seen is ended by an operator's word. */
  async #settle(): Promise<void> {
    const { unknownOrders } = await this.client.call('getAccountStanding', {});
    for (const { orderId, obstacle } of unknownOrders)
      if (obstacle === '') await this.client.call('settleOrder', { orderId });
  }

  /** Resolves within the step in which `fits` holds of what an exchange noted of an order of ours. */
  when(what: string, fits: (place: Place, entry: OrderLogEntry) => boolean, act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = (): void =>
        reject(new Error(`${what} did not come; the engine wrote: ${this.#engine.output}`));
      const timer = setTimeout(late, TRADED_MS);
      this.onEntry = (place, entry) => {
        if (!fits(place, entry)) return;
        this.onEntry = () => undefined;
        clearTimeout(timer);
        this.isUnderWay = true;
        act();
        resolve();
      };
    });
  }

  /** Acts while one of the next orders of ours is placed, filled or over at either exchange. */
  midOrder(act: () => void): Promise<void> {
    let skip = this.random.integer(0, 8);
    return this.when('an order', () => skip-- <= 0, act);
  }

  /** Each account was compared and agrees, and so do ledgers, to the last digit; no order id was used twice at a venue. */
  async demandLedgers(): Promise<void> {
    const { venues } = await asked(
      'accounts that agree',
      () => this.client.call('getAccountStanding', {}),
      (standing) =>
        standing.venues.length === this.places.length &&
        standing.venues.every(({ agreedUs, refusal }) => agreedUs !== null && refusal === ''),
    );
    for (const { venue, differences } of venues)
      if (differences.length > 0) this.breach(`${venue} differs: ${JSON.stringify(differences)}`);
    let different = await this.#differences();
    // What has just been filled is booked within moments; a ledger that is wrong stays so.
    for (let tries = 0; tries < LEDGER_TRIES && different.length > 0; tries++) {
      await pause(LEDGER_MS);
      different = await this.#differences();
    }
    for (const what of different) this.breach(what);
    for (const place of this.places) {
      const ids = place.placed().map(({ clOrdId }) => clOrdId);
      if (new Set(ids).size < ids.length) this.breach(`an order id was used twice at ${place.venue}`);
    }
  }

  /** Assets of which a venue and the engine have different amounts. */
  async #differences(): Promise<string[]> {
    const { balances } = await this.client.call('getSnapshot', {});
    const ours = new Map(balances.map(({ asset, total }) => [asset, total]));
    return this.places.flatMap(({ venue, account: { ledger } }) =>
      ledger.assets().flatMap((asset) => {
        const [theirs, own] = [ledger.balance(asset).toFixed(), ours.get(`${asset}@${venue}`) ?? '0'];
        return decimal(theirs).eq(decimal(own)) ? [] : [`${asset} at ${venue}: ${theirs} there, ${own} here`];
      }),
    );
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

  async stop(): Promise<void> {
    this.onEntry = () => undefined;
    if (!this.#engine.isOver) {
      this.#engine.signal('SIGCONT');
      this.#engine.signal('SIGTERM');
      try {
        await this.#engine.ended();
      } catch {
        this.breach('the engine did not end when it was asked to');
        this.#engine.signal('SIGKILL');
        await this.#engine.ended();
      }
    }
    this.#database?.close();
    for (const { exchange } of this.places) await exchange.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** Runs trials on a rig of their own, one after the other; the first that breaks off is the last. */
export async function withTwoRig(
  seed: number,
  trials: number,
  trial: (rig: TwoRig, number: number) => Promise<void>,
  options: TwoRigOptions = {},
): Promise<TrialEnd> {
  return madeOn(seed, () => TwoRig.start(seed, options), trial, trials);
}
