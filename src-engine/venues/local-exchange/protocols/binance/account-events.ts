/** Events of accounts as they happen, for whoever hears them: subscribers of the WebSocket API, or listeners under a key. */
import type { ExecutionReport, LedgerEntry, OrderOwner } from '../../core/orders/client-order.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import type { TimeOf } from './order-texts.ts';
import { accountPosition, assetsOf, balanceUpdate, executionReport } from './user-data.ts';

export type AccountHearer = {
  /** A time in the unit of its connection. */
  readonly time: TimeOf;
  /** @param channel by which faults name the event. */
  send(event: object, channel: string): void;
};

export class AccountEvents {
  readonly #exchange: BinanceExchange;
  readonly #hearers: (account: OrderOwner) => readonly AccountHearer[];
  #executions = 0;

  /** @param hearers who hears of an account at the moment. */
  constructor(exchange: BinanceExchange, hearers: (account: OrderOwner) => readonly AccountHearer[]) {
    this.#exchange = exchange;
    this.#hearers = hearers;
    exchange.listen({
      onExecution: (report) => this.#onExecution(report),
      onLedger: (account, entries) => this.#onLedger(account, entries),
    });
  }

  #onExecution(report: ExecutionReport): void {
    const executionId = ++this.#executions;
    const { order } = report;
    for (const hearer of this.#hearers(order.account)) {
      const event = executionReport(this.#exchange, report, executionId, hearer.time);
      if (event === undefined) continue;
      hearer.send(event, 'executionReport');
      // What is locked changes when an order begins and ends; what is owned is reported by the ledger.
      if (report.kind !== 'trade') this.#reportPosition(hearer, order.account, assetsOf(order));
    }
  }

  #onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void {
    const nowUs = this.#exchange.clock.nowUs();
    for (const hearer of this.#hearers(account)) {
      for (const entry of entries) {
        if (entry.kind === 'transfer') hearer.send(balanceUpdate(entry, nowUs, hearer.time), 'balanceUpdate');
      }
      this.#reportPosition(hearer, account, new Set(entries.map(({ asset }) => asset)));
    }
  }

  #reportPosition(hearer: AccountHearer, account: OrderOwner, assets: Iterable<string>): void {
    const event = accountPosition(account, assets, this.#exchange.clock.nowUs(), hearer.time);
    hearer.send(event, 'outboundAccountPosition');
  }
}
