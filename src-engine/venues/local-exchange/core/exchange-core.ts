import { type DecimalText, decimal, ZERO } from '../../../domain/decimal.ts';
import type { InstrumentStatus } from '../../../domain/instrument.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Account, type AccountOptions, Accounts } from './accounts/accounts.ts';
import { Faults } from './faults.ts';
import type { IdSource } from './id-source.ts';
import { type LevelChange, Market, type PublicTrade } from './market.ts';
import type { ExecutionReport, LedgerEntry, OrderOwner } from './orders/client-order.ts';
import { OrderDesk, type OrderLimits } from './orders/order-desk.ts';
import { OrderLog } from './orders/order-log.ts';
import type { FeeRule } from './orders/settlement.ts';
import { type FeeSchedule, feeOf, type Pair } from './pair.ts';
import { Refusal } from './refusal.ts';

/** Hears everything that the exchange publishes, in order. */
export type ExchangeListener = {
  onBook(market: Market, changes: readonly LevelChange[], atUs: TimeUs): void;
  onTrades(market: Market, trades: readonly PublicTrade[]): void;
  onExecution(report: ExecutionReport): void;
  onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void;
  onStatus(market: Market): void;
  /** A row that did not come through the order desk. */
  onRow(account: Account, channel: PrivateChannel, row: unknown): void;
};

export type PrivateChannel = 'executions' | 'balances';

export type CoreOptions = {
  readonly pairs: readonly Pair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
  /** Assets that an account may own, each once. */
  readonly assets: Iterable<string>;
  readonly ids: IdSource;
  readonly feeRule: FeeRule;
  readonly limits?: OrderLimits | undefined;
  /** All names of a pair by which a client may ask for it; its symbol when left out. */
  readonly namesOf?: (pair: Pair) => readonly string[];
};

/** The exchange without its protocols: markets, accounts, the order desk, the log, the faults. */
export class ExchangeCore {
  readonly clock: Clock;
  readonly #all: readonly Market[];
  /** Those that are listed. */
  #listed: readonly Market[];
  readonly accounts: Accounts;
  readonly faults = new Faults();
  readonly log = new OrderLog();
  readonly desk: OrderDesk;
  readonly #ids: IdSource;
  readonly #namesOf: (pair: Pair) => readonly string[];
  readonly #byName = new Map<string, Market>();
  readonly #listeners: Partial<ExchangeListener>[] = [];

  constructor(options: CoreOptions) {
    this.clock = options.clock;
    this.accounts = new Accounts(options.accounts, new Set(options.assets));
    this.#namesOf = options.namesOf ?? (({ symbol }) => [symbol]);
    const nowUs = (): TimeUs => this.clock.nowUs();
    this.#all = options.pairs.map(
      (pair) =>
        new Market(pair, feeOf(pair, options.fees), nowUs, (taker, maker, trade) =>
          this.desk.onFill(taker, maker, trade),
        ),
    );
    this.#listed = this.#all;
    for (const market of this.#all) {
      for (const name of this.#namesOf(market.pair)) this.#byName.set(name, market);
    }
    this.#ids = options.ids;
    const { clock, faults, log } = this;
    const { ids, feeRule, limits } = options;
    this.desk = new OrderDesk(
      { clock, ids, faults, log, limits, feeRule },
      {
        onExecution: (report) => this.#each((listener) => listener.onExecution?.(report)),
        onLedger: (account, entries) => this.#each((listener) => listener.onLedger?.(account, entries)),
        onMarketChanged: (market) => this.publish(market),
      },
    );
  }

  /** @param listener hears what it has methods for. */
  listen(listener: Partial<ExchangeListener>): void {
    this.#listeners.push(listener);
  }

  /** Markets that are listed, in the order of the venue's table. */
  get markets(): readonly Market[] {
    return this.#listed;
  }

  /** A listed market by any of its names. */
  find(name: string): Market | undefined {
    const market = this.#byName.get(name);
    return market?.isListed === true ? market : undefined;
  }

  /** A pair of the venue's table by any of its names, listed or not. */
  pairOf(name: string): Pair | undefined {
    return this.#byName.get(name)?.pair;
  }

  /** @throws Refusal when no listed market has that name. */
  market(name: string): Market {
    const market = this.find(name);
    if (market === undefined) throw new Refusal('unknown-pair');
    return market;
  }

  /** Reports to the listeners what one command, or one step of the crowd, did to a market. */
  publish(market: Market): void {
    const { changes, trades } = market.takeChanges();
    if (!market.isListed) return;
    if (changes.length > 0) {
      const nowUs = this.clock.nowUs();
      for (const listener of this.#listeners) listener.onBook?.(market, changes, nowUs);
    }
    if (trades.length > 0) for (const listener of this.#listeners) listener.onTrades?.(market, trades);
  }

  /** Id of an amendment. */
  nextAmendId(): string {
    return this.#ids.next('trade');
  }

  /** Changes what a pair allows, and publishes it. */
  setPairStatus(symbol: string, status: InstrumentStatus): void {
    const market = this.market(symbol);
    market.status = status;
    this.#each((listener) => listener.onStatus?.(market));
  }

  /**
   * Takes a pair off the venue's list, or puts one of the venue's table on it again. Open orders of a pair that leaves are
   * canceled; its crowd goes on unseen, so that a pair that joins has a book.
   * @throws Refusal when the table has no such pair.
   */
  setPairListed(symbol: string, isListed: boolean): void {
    const market = this.#byName.get(symbol);
    if (market === undefined) throw new Refusal('unknown-pair');
    if (market.isListed === isListed) return;
    if (!isListed) {
      for (const account of this.accounts.all()) this.desk.cancelAt(account, market);
      this.setPairStatus(symbol, 'delisted');
    }
    market.isListed = isListed;
    this.#listed = this.#all.filter((one) => one.isListed);
    if (isListed) this.setPairStatus(symbol, 'online');
  }

  /** Charges every fill from now on by another schedule, as a venue does that changes its fees or a trader's tier. */
  setFees(schedule: FeeSchedule): void {
    for (const market of this.#all) {
      const { taker, maker } = feeOf(market.pair, schedule);
      market.takerFee = taker;
      market.makerFee = maker;
    }
  }

  /** Replaces what is known of a pair, its names included; clients that remember the old ones hear nothing of it. */
  replacePair(pair: Pair): void {
    const market = this.market(pair.symbol);
    for (const name of this.#namesOf(market.pair)) this.#byName.delete(name);
    market.pair = pair;
    for (const name of this.#namesOf(pair)) this.#byName.set(name, market);
  }

  /** Pays something into an account: a reward of staking, an airdrop. The asset may be on no pair. */
  credit(account: Account, asset: string, amount: DecimalText): void {
    const atUs = this.clock.nowUs();
    const balance = account.ledger.book(asset, decimal(amount));
    const ids = { ledgerId: this.#ids.next('ledger'), refId: this.#ids.next('trade') };
    const entry: LedgerEntry = {
      kind: 'transfer',
      ...ids,
      asset,
      amount: decimal(amount),
      fee: ZERO,
      balance,
      atUs,
    };
    this.#each((listener) => listener.onLedger?.(account, [entry]));
  }

  /** Sends an account's subscribers of a private channel one row in the protocol's own form, whatever it holds. */
  report(account: Account, channel: PrivateChannel, row: unknown): void {
    this.#each((listener) => listener.onRow?.(account, channel, row));
  }

  #each(visit: (listener: Partial<ExchangeListener>) => void): void {
    for (const listener of this.#listeners) visit(listener);
  }
}
