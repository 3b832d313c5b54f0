import { type DecimalText, decimal, ZERO } from '../../../domain/decimal.ts';
import type { InstrumentStatus } from '../../../domain/instrument.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Account, type AccountOptions, Accounts } from './accounts/accounts.ts';
import { RateLimits, type Tier } from './accounts/rate-limits.ts';
import { Faults } from './faults.ts';
import { type LevelChange, Market, type PublicTrade } from './market.ts';
import type { ExecutionReport, LedgerEntry, OrderOwner } from './orders/client-order.ts';
import { OrderDesk } from './orders/order-desk.ts';
import { OrderLog } from './orders/order-log.ts';
import { type FeeSchedule, feeOf, type Pair } from './pairs.ts';
import { UNKNOWN_PAIR, VenueError } from './venue-error.ts';
import { VenueIds } from './venue-ids.ts';

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
  readonly limits?: Tier | undefined;
  /** AssetPairs lists fees, as Kraken's did until 2026-09-08; else they are an account's to ask for, as now. */
  readonly listsFees?: boolean | undefined;
};

/** The exchange without its protocols: markets, accounts, the order desk, the log, the faults. */
export class ExchangeCore {
  readonly clock: Clock;
  readonly listsFees: boolean;
  readonly markets: readonly Market[];
  readonly accounts: Accounts;
  readonly faults = new Faults();
  readonly log = new OrderLog();
  readonly limits: RateLimits | undefined;
  readonly desk: OrderDesk;
  readonly #ids: VenueIds;
  readonly #byName = new Map<string, Market>();
  readonly #listeners: ExchangeListener[] = [];

  constructor(options: CoreOptions) {
    this.clock = options.clock;
    this.listsFees = options.listsFees ?? true;
    this.accounts = new Accounts(options.accounts);
    this.limits = options.limits === undefined ? undefined : new RateLimits(options.limits);
    const nowUs = (): TimeUs => this.clock.nowUs();
    this.markets = options.pairs.map(
      (pair) =>
        new Market(pair, feeOf(pair, options.fees), nowUs, (taker, maker, trade) =>
          this.desk.onFill(taker, maker, trade),
        ),
    );
    for (const market of this.markets) {
      const { symbol, restName, altName, wsName } = market.pair;
      for (const name of [wsName, altName, restName, symbol]) this.#byName.set(name, market);
    }
    this.#ids = new VenueIds(this.clock.nowUs());
    this.desk = new OrderDesk(this.clock, this.#ids, this.faults, this.log, this.limits, {
      onExecution: (report) => this.#each((listener) => listener.onExecution(report)),
      onLedger: (account, entries) => this.#each((listener) => listener.onLedger(account, entries)),
      onMarketChanged: (market) => this.publish(market),
    });
  }

  listen(listener: ExchangeListener): void {
    this.#listeners.push(listener);
  }

  /** A market by any of its names. */
  find(name: string): Market | undefined {
    return this.#byName.get(name);
  }

  /** @throws VenueError `EQuery:Unknown asset pair`. */
  market(name: string): Market {
    const market = this.#byName.get(name);
    if (market === undefined) throw new VenueError(UNKNOWN_PAIR);
    return market;
  }

  /** Tells the listeners what one command, or one step of the crowd, did to a market. */
  publish(market: Market): void {
    const { changes, trades } = market.takeChanges();
    if (changes.length > 0) {
      const nowUs = this.clock.nowUs();
      for (const listener of this.#listeners) listener.onBook(market, changes, nowUs);
    }
    if (trades.length > 0) for (const listener of this.#listeners) listener.onTrades(market, trades);
  }

  /** Id of an amendment. */
  nextAmendId(): string {
    return this.#ids.next('T');
  }

  /** Changes what a pair allows, and says so on the `instrument` channel. */
  setPairStatus(symbol: string, status: InstrumentStatus): void {
    const market = this.market(symbol);
    market.status = status;
    this.#each((listener) => listener.onStatus(market));
  }

  /** Gives a pair other names in REST; its symbol stays. Clients that remember the old ones are not told. */
  renamePair(symbol: string, restName: string, altName: string): void {
    const market = this.market(symbol);
    for (const name of [market.pair.restName, market.pair.altName]) this.#byName.delete(name);
    market.pair = { ...market.pair, restName, altName };
    for (const name of [restName, altName]) this.#byName.set(name, market);
  }

  /** Pays something into an account: a reward of staking, an airdrop. The asset may be on no pair. */
  credit(account: Account, asset: string, amount: DecimalText): void {
    const atUs = this.clock.nowUs();
    const balance = account.ledger.book(asset, decimal(amount));
    const ids = { ledgerId: this.#ids.next('L'), refId: this.#ids.next('T') };
    const entry = { ...ids, asset, amount: decimal(amount), fee: ZERO, balance, atUs };
    this.#each((listener) => listener.onLedger(account, [entry]));
  }

  /** Tells an account's subscribers of a private channel one row in Kraken's own form, whatever it holds. */
  tell(account: Account, channel: PrivateChannel, row: unknown): void {
    this.#each((listener) => listener.onRow(account, channel, row));
  }

  #each(tell: (listener: ExchangeListener) => void): void {
    for (const listener of this.#listeners) tell(listener);
  }
}
