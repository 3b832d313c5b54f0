/** The local exchange as Binance, or a venue that speaks its protocol: the core with its names, ids, fees, limits, and what its market data counts. */
import { Decimal, fromUnits } from '../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { LevelChange, Market } from '../../core/market.ts';
import { NumberIds } from '../../core/number-ids.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import { AggregateTrades } from './aggregate-trades.ts';
import { Bars } from './bars.ts';
import { BinanceProblem } from './binance-problem.ts';
import { BINANCE_FACE, type FaceDialect } from './face-dialect.ts';
import { ListenKeys } from './listen-keys.ts';
import { type BinancePair, COST_DECIMALS } from './pairs.ts';
import { RequestLimits } from './request-limits.ts';

export type BinanceExchangeOptions = {
  readonly pairs: readonly BinancePair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
  /** Binance's own when left out. */
  readonly dialect?: FaceDialect;
};

/** Coin in which fees are cheaper, and what multiplies them then. */
export const FEE_COIN = 'BNB';
export const FEE_DISCOUNT = '0.75';

/** What the face keeps of an order beyond what the core does. */
export type OrderNote = {
  /** Asked for by its amount in quote. */
  readonly quoteOrderQty?: string;
  /** Client order id of the request that canceled it. */
  cancelId?: string;
  updatedUs?: TimeUs;
};

export class BinanceExchange extends ExchangeCore {
  readonly dialect: FaceDialect;
  readonly limits: RequestLimits;
  readonly listenKeys: ListenKeys;
  readonly #updateIds = new Map<Market, number>();
  readonly #bars = new Map<Market, Bars>();
  readonly #aggregates = new Map<Market, AggregateTrades>();
  readonly #notes = new WeakMap<ClientOrder, OrderNote>();
  #generated: number;

  constructor(options: BinanceExchangeOptions) {
    const { pairs, fees, accounts, clock, dialect = BINANCE_FACE } = options;
    super({
      pairs,
      fees,
      accounts,
      clock,
      assets: new Set(dialect.pairs.flatMap(({ base, quote }) => [base, quote])),
      ids: new NumberIds(clock.nowUs()),
      feeRule: {
        chargedIn: 'received',
        bookedDecimals: COST_DECIMALS,
        native: { asset: FEE_COIN, rate: FEE_DISCOUNT, price: (asset) => this.#coinPrice(asset) },
      },
      namesOf: (pair: Pair) => [(pair as BinancePair).name, pair.symbol],
    });
    this.dialect = dialect;
    this.limits = new RequestLimits(dialect);
    this.listenKeys = new ListenKeys(clock);
    this.faults.onBan = (forUs) => {
      if (forUs > 0) this.limits.ban(forUs, this.clock.nowUs());
      else this.limits.liftBan();
      this.faults.dropConnections();
    };
    this.#generated = clock.nowUs();
    const firstId = Math.trunc(clock.nowUs() / 1_000_000);
    for (const market of this.markets) {
      this.#updateIds.set(market, firstId);
      this.#bars.set(market, new Bars());
      this.#aggregates.set(market, new AggregateTrades());
    }
    // Receives every change before it is sent on: ids and times are those of the change that is sent.
    this.listen({
      onBook: (market, changes) => {
        if (shownChanges(market, changes).length === 0) return;
        this.#updateIds.set(market, this.updateId(market) + 1);
      },
      onTrades: (market, trades) => {
        this.aggregates(market).add(trades);
        for (const trade of trades) this.bars(market).add(trade);
      },
      onExecution: ({ order, atUs }) => {
        this.note(order).updatedUs = atUs;
      },
    });
  }

  /** @throws BinanceProblem -1121. */
  byName(name: string): Market {
    const market = this.find(name);
    // The core's own symbol has a slash, which no name of Binance has.
    if (market === undefined || name.includes('/')) throw new BinanceProblem(-1121, 'Invalid symbol.');
    return market;
  }

  /** Id of the newest change of a book. */
  updateId(market: Market): number {
    return this.#updateIds.get(market) ?? 0;
  }

  bars(market: Market): Bars {
    return this.#bars.get(market) as Bars;
  }

  aggregates(market: Market): AggregateTrades {
    return this.#aggregates.get(market) as AggregateTrades;
  }

  note(order: ClientOrder): OrderNote {
    let note = this.#notes.get(order);
    if (note === undefined) {
      note = order.terms.note ?? {};
      this.#notes.set(order, note);
    }
    return note;
  }

  /** A client order id for a request that names none: 22 letters and digits. */
  generateId(): string {
    return `local${(this.#generated++).toString(36).padStart(17, '0')}`;
  }

  /** What one coin of the fees costs in an asset, at the middle of the books; by way of USDT where they have no pair. */
  #coinPrice(asset: string): Decimal | undefined {
    if (asset === FEE_COIN) return new Decimal(1);
    const direct = this.#mid(`${FEE_COIN}/${asset}`);
    if (direct !== undefined) return direct;
    const coin = this.#mid(`${FEE_COIN}/USDT`);
    const other = this.#mid(`${asset}/USDT`);
    return coin === undefined || other === undefined ? undefined : coin.div(other);
  }

  #mid(symbol: string): Decimal | undefined {
    const market = this.find(symbol);
    const mid = market?.mid() ?? 0;
    if (market === undefined || mid === 0) return undefined;
    return fromUnits(Math.round(mid * 2), market.pair.priceDecimals).div(2);
  }
}

/** What of a command's changes a book shows: levels whose quantity is another than before. */
export function shownChanges(market: Market, changes: readonly LevelChange[]): readonly LevelChange[] {
  return changes.filter(
    ({ side, price, qtyBefore }) => market.engine.sideOf(side).qtyAt(price) !== qtyBefore,
  );
}
