import type { Decimal } from '../../../domain/decimal.ts';
import type { InstrumentStatus } from '../../../domain/instrument.ts';
import type { Side } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { EngineOrder } from './matching/book-side.ts';
import { type MatchListener, MatchingEngine } from './matching/matching-engine.ts';
import type { Pair } from './pair.ts';

/** A level whose quantity may have changed since the last publication, with what it was then. */
export type LevelChange = { readonly side: Side; readonly price: number; readonly qtyBefore: number };

/** One match as the public sees it. `side` is the taker's. */
export type PublicTrade = {
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly side: Side;
  readonly isMarket: boolean;
  readonly atUs: TimeUs;
};

/** Most public trades that a market remembers. */
const MAX_TRADES = 1_000;

/** Books of a market's trades since the exchange started. Prices and quantities in integer units. */
export type MarketStats = {
  open: number;
  high: number;
  low: number;
  last: number;
  lastQty: number;
  /** Sum of quantities, and of price × quantity: floating point, for display only. */
  volume: number;
  turnover: number;
  trades: number;
};

/**
 * One pair: its matching engine, its fees, and what happened since the last publication. The caller of a command
 * the engine publishes afterwards, so that one command makes one message.
 */
export class Market implements MatchListener {
  /** Replaced as a whole when the venue renames it. */
  pair: Pair;
  /** Of every fill from now on. */
  takerFee: Decimal;
  makerFee: Decimal;
  readonly engine: MatchingEngine;
  readonly trades: PublicTrade[] = [];
  readonly stats: MarketStats = {
    open: 0,
    high: 0,
    low: 0,
    last: 0,
    lastQty: 0,
    volume: 0,
    turnover: 0,
    trades: 0,
  };
  status: InstrumentStatus = 'online';
  /** On the venue's list: clients of another one cannot name it, and hear nothing of it. */
  isListed = true;
  /** True while the arriving order is a market order; what it trades is marked so. */
  takerIsMarket = false;
  readonly #onFill: (taker: EngineOrder, maker: EngineOrder, trade: PublicTrade) => void;
  readonly #nowUs: () => TimeUs;
  #changes: LevelChange[] = [];
  #freshTrades: PublicTrade[] = [];

  constructor(
    pair: Pair,
    fees: { readonly taker: Decimal; readonly maker: Decimal },
    nowUs: () => TimeUs,
    onFill: (taker: EngineOrder, maker: EngineOrder, trade: PublicTrade) => void,
  ) {
    this.pair = pair;
    this.takerFee = fees.taker;
    this.makerFee = fees.maker;
    this.#nowUs = nowUs;
    this.#onFill = onFill;
    this.engine = new MatchingEngine(this);
  }

  /** Middle of the best prices in units, the last trade where a side is empty, 0 before any. */
  mid(): number {
    const bid = this.engine.bids.best()?.price;
    const ask = this.engine.asks.best()?.price;
    return bid === undefined || ask === undefined ? this.stats.last : (bid + ask) / 2;
  }

  onLevelChange(side: Side, price: number, qtyBefore: number): void {
    for (const change of this.#changes) if (change.price === price && change.side === side) return;
    this.#changes.push({ side, price, qtyBefore });
  }

  onFill(taker: EngineOrder, maker: EngineOrder, price: number, qty: number): void {
    const trade: PublicTrade = {
      tradeId: ++this.stats.trades,
      price,
      qty,
      side: taker.side,
      isMarket: this.takerIsMarket,
      atUs: this.#nowUs(),
    };
    this.#freshTrades.push(trade);
    this.trades.push(trade);
    if (this.trades.length > MAX_TRADES) this.trades.shift();
    this.#count(price, qty);
    this.#onFill(taker, maker, trade);
  }

  /** Hands over what changed since the last call. */
  takeChanges(): { readonly changes: readonly LevelChange[]; readonly trades: readonly PublicTrade[] } {
    const taken = { changes: this.#changes, trades: this.#freshTrades };
    this.#changes = [];
    this.#freshTrades = [];
    return taken;
  }

  #count(price: number, qty: number): void {
    const { stats } = this;
    if (stats.trades === 1) {
      stats.open = price;
      stats.high = price;
      stats.low = price;
    }
    stats.high = Math.max(stats.high, price);
    stats.low = Math.min(stats.low, price);
    stats.last = price;
    stats.lastQty = qty;
    stats.volume += qty;
    stats.turnover += price * qty;
  }
}
