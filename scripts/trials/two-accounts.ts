/**
 * SIGKILL of an engine that trades accounts at two venues at once, each a local exchange that runs here behind its own protocol:
 * a watchdog a venue empties it and reports by itself, and a restart agrees with both exchanges to the last digit.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { decimal } from '../../src-engine/domain/decimal.ts';
import { connectEngine } from '../../src-engine/gateway/client.ts';
import { SeededRandom } from '../../src-engine/lib/random.ts';
import { DATABASE_FILE } from '../../src-engine/storage/sqlite.ts';
import { writePaperRecord } from '../../src-engine/testing/paper-record.ts';
import { DEMO_ACCOUNT } from '../../src-engine/venues/local-exchange/core/accounts/accounts.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../../src-engine/venues/local-exchange/local-exchange.ts';
import { readReport } from '../../src-engine/watchdog/report-file.ts';
import { asked, eachSeed, type Outcome, pause, type TrialEnd, type TrialPlan, until } from './numbers.ts';
import { EngineProcess, PAPER_CYCLES } from './rig.ts';

const TRADED_MS = 180_000;
const LEDGER_TRIES = 10;
const LEDGER_MS = 500;

type Place = { readonly venue: string; readonly exchange: RunningExchange };
type Result = Outcome & {
  /** Trials in which orders of ours had reached each of the two by the time of the SIGKILL. */
  readonly bothTraded: number;
};

export async function sigkillTwo(plan: TrialPlan): Promise<Result> {
  let bothTraded = 0;
  const outcome = await eachSeed(plan, async (seed) => {
    const trial = new Trial(seed);
    const end = await trial.run();
    if (trial.hasTradedAtBoth) bothTraded++;
    return end;
  });
  return { ...outcome, bothTraded };
}

class Trial {
  readonly #seed: number;
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'parallax-two-'));
  readonly #violations: string[] = [];
  readonly #places: Place[] = [];
  #engine: EngineProcess | undefined;
  #database: Sqlite.Database | undefined;
  hasTradedAtBoth = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async run(): Promise<TrialEnd> {
    let isUnderWay = false;
    let notMade = '';
    try {
      await this.#start();
      await this.#arm();
      await this.#midOrder();
      isUnderWay = true;
      await this.#dead();
      await this.#again();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const text = `${reason}; the engine wrote: ${this.#engine?.output.slice(-600) ?? 'nothing'}`;
      if (isUnderWay) this.#violations.push(text);
      else notMade = `seed ${this.#seed}: ${text}`;
    } finally {
      await this.#stop();
    }
    return { violations: this.#violations.map((what) => `seed ${this.#seed}: ${what}`), late: [], notMade };
  }

  get #client() {
    return connectEngine(this.#dataDir, 'trials');
  }

  async #start(): Promise<void> {
    await writePaperRecord(this.#dataDir, PAPER_CYCLES);
    const market = { seed: this.#seed, updatesPerSecond: 200, edgeSeconds: 1, market: { seed: this.#seed } };
    const west = { ...DEMO_ACCOUNT, balances: { USDT: '50000', BTC: '0.5', ETH: '5' } };
    this.#places.push(
      { venue: 'simulated', exchange: await startLocalExchange({ ...market, accounts: [DEMO_ACCOUNT] }) },
      { venue: 'sim-binance', exchange: await startBinanceExchange({ ...market, accounts: [west] }) },
    );
    // Whatever reaches a venue has its intent in the database by then.
    for (const { venue, exchange } of this.#places) {
      const { log } = exchange;
      const note = log.note.bind(log);
      log.note = (...what) => {
        note(...what);
        const entry = log.entries.at(-1);
        if (entry?.kind === 'placed') this.#demandDurable(venue, entry.clOrdId);
      };
    }
    this.#engine = this.#process();
  }

  #process(): EngineProcess {
    const [east, west] = this.#places.map(({ exchange }) => exchange.url);
    const urls = `kraken=${east},binance=${west}`;
    return new EngineProcess(this.#dataDir, urls, process.env, ['--venues', 'kraken,binance']);
  }

  #demandDurable(venue: string, orderId: string): void {
    this.#database ??= new Sqlite(join(this.#dataDir, DATABASE_FILE), { readonly: true, timeout: 5_000 });
    const found = this.#database
      .prepare<[string], { venue: string }>('select venue from orders where order_id = ?')
      .get(orderId);
    if (found?.venue === venue) return;
    const why = found === undefined ? 'before its intent was durable' : `and was meant for ${found.venue}`;
    this.#violations.push(`order ${orderId} arrived at ${venue} ${why}`);
  }

  async #arm(): Promise<void> {
    await asked(
      'both accounts',
      () => this.#client.call('getArming', {}),
      ({ venues }) =>
        venues.length === this.#places.length && venues.every(({ watchedFor }) => watchedFor === ''),
    );
    const limits = { maxOrderNotional: '20000', maxOpenNotional: '20000' };
    await this.#client.call('updateLimits', limits);
    await this.#client.call('updateDetection', { maxStartNotional: '12000' });
    for (const { venue } of this.#places) {
      const arm = async () => {
        const found = (await this.#client.call('getArming', {})).venues.find((one) => one.venue === venue);
        if (found === undefined) throw new Error(`${venue} is not there`);
        if (found.state === 'canary') return found.state;
        await this.#client.call('armLive', { venue, title: found.title });
        return 'asked';
      };
      await asked(`the arming of ${venue}`, arm, (state) => state === 'canary');
    }
  }

  #placedAt({ exchange }: Place): number {
    return exchange.log.entries.filter(({ kind }) => kind === 'placed').length;
  }

  /** SIGKILL within the step in which an order of ours is placed, filled or over at either exchange. */
  async #midOrder(): Promise<void> {
    let skip = new SeededRandom(this.#seed, 3).integer(0, 8);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no order came')), TRADED_MS);
      for (const { exchange } of this.#places) {
        const { log } = exchange;
        const note = log.note.bind(log);
        log.note = (...what) => {
          note(...what);
          if ((log.entries.at(-1)?.clOrdId ?? '') === '' || skip-- > 0) return;
          if (skip < -1) return;
          clearTimeout(timer);
          this.#engine?.signal('SIGKILL');
          resolve();
        };
      }
    });
    this.hasTradedAtBoth = this.#places.every((place) => this.#placedAt(place) > 0);
  }

  /** Each venue's watchdog reports by itself that it is empty. */
  async #dead(): Promise<void> {
    await this.#engine?.ended();
    for (const { venue, exchange } of this.#places) {
      const report = await until(
        `the report of ${venue}`,
        () => readReport(this.#dataDir, venue),
        (found) => found?.verified === true,
      );
      if (report?.cause !== 'dead')
        this.#violations.push(`the watchdog of ${venue} reports ${report?.cause}`);
      const open = exchange.accounts.byKey(DEMO_ACCOUNT.key)?.openOrders.size;
      if (open !== 0) this.#violations.push(`${venue} has ${open} orders open after its watchdog`);
    }
  }

  async #again(): Promise<void> {
    const before = this.#places.map((place) => this.#placedAt(place));
    this.#engine = this.#process();
    const status = await asked(
      'the engine to come up again',
      () => this.#client.call('getStatus', {}),
      ({ mode, feeds }) => mode !== null && feeds.length === this.#places.length,
    );
    if (!status.paused || status.arming?.state !== 'disarmed')
      this.#violations.push('the engine came up again neither halted nor disarmed');
    const { venues } = await asked(
      'accounts that agree',
      () => this.#client.call('getAccountStanding', {}),
      (standing) => standing.venues.every(({ agreedUs, refusal }) => agreedUs !== null && refusal === ''),
    );
    for (const { venue, differences } of venues)
      if (differences.length > 0) this.#violations.push(`${venue} differs: ${JSON.stringify(differences)}`);
    let different = await this.#differences();
    for (let tries = 0; tries < LEDGER_TRIES && different.length > 0; tries++) {
      await pause(LEDGER_MS);
      different = await this.#differences();
    }
    this.#violations.push(...different);
    for (const [at, place] of this.#places.entries()) {
      const ids = place.exchange.log.entries.flatMap(({ kind, clOrdId }) =>
        kind === 'placed' ? [clOrdId] : [],
      );
      if (new Set(ids).size < ids.length)
        this.#violations.push(`an order id was used twice at ${place.venue}`);
      if (ids.length !== before[at])
        this.#violations.push(`orders came to ${place.venue} that was not armed again`);
    }
    const { entries } = await this.#client.call('listAudit', { limit: 500 });
    const acts = entries.filter(({ action }) => action === 'cancel everything').length;
    if (acts < this.#places.length)
      this.#violations.push(`the audit trail has ${acts} acts of watchdogs, not one a venue`);
  }

  /** Assets of which a venue and the engine have different amounts. */
  async #differences(): Promise<string[]> {
    const { balances } = await this.#client.call('getSnapshot', {});
    const ours = new Map(balances.map(({ asset, total }) => [asset, total]));
    return this.#places.flatMap(({ venue, exchange }) => {
      const ledger = exchange.accounts.byKey(DEMO_ACCOUNT.key)?.ledger;
      return (ledger?.assets() ?? []).flatMap((asset) => {
        const [theirs, own] = [ledger?.balance(asset).toFixed() ?? '0', ours.get(`${asset}@${venue}`) ?? '0'];
        return decimal(theirs).eq(decimal(own)) ? [] : [`${asset} at ${venue}: ${theirs} there, ${own} here`];
      });
    });
  }

  async #stop(): Promise<void> {
    if (this.#engine?.isOver === false) {
      this.#engine.signal('SIGTERM');
      await this.#engine.ended().catch(() => this.#engine?.signal('SIGKILL'));
    }
    this.#database?.close();
    for (const { exchange } of this.#places) await exchange.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
