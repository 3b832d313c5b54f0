/**
 * What an operator does by hand. Nothing here makes an order: an opportunity goes through the desk, whose gates and whose review of
 * risk stand as they do for the engine, and what is flattened goes home as a sweep does, each order of it judged by risk.
 */
import type { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import type { Asset, ExecutionId } from '../domain/ids.ts';
import { assetName, isSameStrategy, strategyOf, venueOfAsset } from '../domain/venue-asset.ts';
import type { TimeUs } from '../domain/time.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import type { Blockers } from './blockers.ts';
import type { Halts } from './halts.ts';
import type { HandCommand } from './hand-command.ts';
import type { Verdict } from './route-trader.ts';
import type { TradingDesk } from './trading-desk.ts';

/** What became of a command, for whoever gave it. */
export type HandResult =
  /** `verdict` undefined: the opportunity had closed. */
  | {
      readonly type: 'taken';
      readonly verdict: Verdict | undefined;
      readonly executionId: ExecutionId | undefined;
    }
  | { readonly type: 'flattened'; readonly sold: readonly Flattened[]; readonly left: readonly NotSold[] }
  | { readonly type: 'canceled'; readonly count: number };

export type Flattened = {
  readonly coin: Asset;
  readonly amount: Decimal;
  readonly executionId: ExecutionId;
};
export type NotSold = { readonly coin: Asset; readonly amount: Decimal; readonly reason: string };

export type ByHandParts = {
  readonly desk: TradingDesk;
  readonly orders: OrderManager;
  readonly portfolio: Portfolio;
  readonly risk: RiskMonitor;
  readonly halts: Halts;
  readonly blockers: Blockers;
  readonly outbox: Outbox;
};

export class ByHand {
  readonly #parts: ByHandParts;
  readonly #results = new WeakMap<HandCommand, HandResult>();

  constructor(parts: ByHandParts) {
    this.#parts = parts;
  }

  /** What became of this very command; undefined: it has not been carried out, or has no answer. */
  resultOf(command: HandCommand): HandResult | undefined {
    return this.#results.get(command);
  }

  /** What the session calls a cycle or route; undefined: it has no such one. @param strategy may begin with another asset of a cycle. */
  nameOf(strategy: string): string | undefined {
    const { desk } = this.#parts;
    if (desk.routes.has(strategy)) return strategy;
    for (const { venue, path } of desk.index.cycles) {
      const name = strategyOf(venue, path);
      if (isSameStrategy(name, strategy)) return name;
    }
    return undefined;
  }

  take(command: HandCommand, actor: Actor, nowUs: TimeUs): void {
    switch (command.type) {
      case 'takeOpportunity':
        this.#results.set(command, this.#take(command, nowUs));
        return;
      case 'flatten':
        this.#results.set(command, this.#flatten(command, nowUs));
        return;
      case 'cancelOrders':
        this.#results.set(command, { type: 'canceled', count: this.#cancel(command, nowUs) });
        return;
      case 'disableStrategy':
        this.#parts.risk.stop(command.strategy, actor, nowUs);
        return;
      case 'pauseVenue':
        this.#parts.halts.pauseVenue(command.venue, nowUs);
    }
  }

  #take(
    { opportunityId, minNetBps }: Extract<HandCommand, { type: 'takeOpportunity' }>,
    nowUs: TimeUs,
  ): HandResult {
    const { desk, outbox } = this.#parts;
    const verdict = desk.takeByHand(opportunityId, minNetBps, nowUs);
    const started = outbox.events.findLast((event) => event.type === 'executionStarted');
    const executionId = verdict?.code === 'taken' ? started?.executionId : undefined;
    return { type: 'taken', verdict, executionId };
  }

  /** A pause or a halt does not keep a position from being brought down; what keeps any order back does. */
  #flatten({ venue, coin }: Extract<HandCommand, { type: 'flatten' }>, nowUs: TimeUs): HandResult {
    const { desk, blockers, portfolio, outbox } = this.#parts;
    const { balances, universe } = portfolio;
    const sold: Flattened[] = [];
    const left: NotSold[] = [];
    if (!universe.venues.includes(venue)) return { type: 'flattened', sold, left };
    const shut = blockers.shut(venue);
    for (const asset of balances.assets()) {
      const isThere = (venueOfAsset(asset) ?? universe.venues[0]) === venue;
      if (!isThere || universe.isCash(asset) || (coin !== undefined && assetName(asset) !== coin)) continue;
      const amount = balances.free(asset);
      if (amount.lte(0)) continue;
      const reason = shut ?? desk.sequencer.sweeper.obstacle(asset, amount, nowUs);
      if (reason === undefined) {
        desk.sequencer.sweep({ asset, amount, venue }, nowUs);
        const started = outbox.events.findLast((event) => event.type === 'sweepStarted');
        sold.push({ coin: assetName(asset), amount, executionId: started?.executionId ?? '' });
      } else left.push({ coin: assetName(asset), amount, reason });
    }
    return { type: 'flattened', sold, left };
  }

  #cancel({ venue, symbol }: Extract<HandCommand, { type: 'cancelOrders' }>, nowUs: TimeUs): number {
    const { orders, outbox, desk } = this.#parts;
    let count = 0;
    for (const order of orders.open()) {
      if (venue !== undefined && order.venue !== venue) continue;
      if (symbol !== undefined && order.symbol !== symbol) continue;
      outbox.perform({ type: 'cancel', venue: order.venue, orderId: order.orderId });
      desk.maker.onCancelSent(order.orderId, nowUs);
      count++;
    }
    return count;
  }
}
