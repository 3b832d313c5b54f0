import type { PublicTrade } from '../../core/market.ts';

/** What one taker order traded at one price. */
export type AggregateTrade = {
  readonly id: number;
  readonly price: number;
  readonly qty: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly atUs: number;
  readonly isBuyerMaker: boolean;
};

/** Most of them that a market remembers. */
const MAX_KEPT = 1_000;

/** The newest aggregate trades of one market. */
export class AggregateTrades {
  readonly kept: AggregateTrade[] = [];
  /** Those of the last command. */
  latest: readonly AggregateTrade[] = [];
  #lastId = 0;

  /** Takes the trades of one command. */
  add(trades: readonly PublicTrade[]): void {
    const fresh: AggregateTrade[] = [];
    for (const trade of trades) {
      const last = fresh.at(-1);
      const isBuyerMaker = trade.side === 'sell';
      if (last !== undefined && last.price === trade.price && last.isBuyerMaker === isBuyerMaker) {
        fresh[fresh.length - 1] = { ...last, qty: last.qty + trade.qty, lastId: trade.tradeId };
        continue;
      }
      const { price, qty, tradeId, atUs } = trade;
      fresh.push({ id: ++this.#lastId, price, qty, firstId: tradeId, lastId: tradeId, atUs, isBuyerMaker });
    }
    this.kept.push(...fresh);
    if (this.kept.length > MAX_KEPT) this.kept.splice(0, this.kept.length - MAX_KEPT);
    this.latest = fresh;
  }
}
