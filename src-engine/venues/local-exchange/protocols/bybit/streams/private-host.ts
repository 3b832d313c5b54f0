/** Bybit's private stream: what becomes of an account's orders, its fills, its balances (Bybit v5, "Private Topics"). */
import type { ExecutionReport, LedgerEntry, OrderOwner } from '../../../core/orders/client-order.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { BybitProblem } from '../bybit-problem.ts';
import { executionRow, orderRow, walletRow } from '../order-texts.ts';
import { sessionAccount } from '../signatures.ts';
import { Connection, type Message, messageOf } from './connection.ts';

const PATH = '/v5/private';
/** Topics that this exchange has something to say in, and those that it knows. */
const ORDER = ['order', 'order.spot'];
const EXECUTION = ['execution', 'execution.spot'];
const WALLET = ['wallet'];
const KNOWN: ReadonlySet<unknown> = new Set([...ORDER, ...EXECUTION, ...WALLET, 'stopOrder']);

export class PrivateHost implements SessionOpener {
  readonly #exchange: BybitExchange;
  readonly #connections = new Set<Connection>();
  #messages = 0;

  constructor(exchange: BybitExchange) {
    this.#exchange = exchange;
    exchange.listen({
      onExecution: (report) => this.#onExecution(report),
      onLedger: (account, entries) => this.#onLedger(account, entries),
    });
  }

  accepts(path: string): boolean {
    return path === PATH;
  }

  open(wire: Wire): HostedSession {
    const connection = new Connection(wire, this.#exchange);
    this.#connections.add(connection);
    return {
      receive: (text) => this.#receive(connection, text),
      closed: () => {
        connection.wire.close();
        this.#connections.delete(connection);
      },
    };
  }

  stop(): void {
    for (const { wire } of this.#connections) wire.close();
  }

  #receive(connection: Connection, text: string): void {
    const message = messageOf(text);
    if (message === undefined) {
      return connection.answer({ success: false, ret_msg: 'Params Error', conn_id: connection.id, op: '' });
    }
    const { op, id, args } = message;
    if (op === 'ping') {
      const asked = id === undefined ? {} : { req_id: id };
      const now = String(Math.floor(this.#exchange.clock.nowUs() / 1_000));
      return connection.answer({ ...asked, op: 'pong', args: [now], conn_id: connection.id });
    }
    if (op === 'auth') return this.#authenticate(connection, message);
    if (connection.account === undefined) return connection.acknowledge(message, 'Request not authorized');
    if (op === 'subscribe') return this.#subscribe(connection, message);
    if (op !== 'unsubscribe') return connection.acknowledge(message, `error:unknown op ${op}`);
    for (const topic of args) if (typeof topic === 'string') connection.topics.delete(topic);
    connection.acknowledge(message, undefined);
  }

  #authenticate(connection: Connection, message: Message): void {
    const { accounts, clock } = this.#exchange;
    try {
      connection.account = sessionAccount(accounts, message.args, clock.nowUs());
      connection.acknowledge(message, undefined);
    } catch (error) {
      if (!(error instanceof BybitProblem)) throw error;
      connection.acknowledge(message, error.message);
    }
  }

  /** A topic of all categories and one of the spot market alone are not taken in one request. */
  #subscribe(connection: Connection, message: Message): void {
    const { args } = message;
    const wrong = args.find((topic) => !KNOWN.has(topic));
    if (wrong !== undefined || args.length === 0) {
      return connection.acknowledge(message, `error:handler not found,topic:${String(wrong)}`);
    }
    for (const [all, own] of [ORDER, EXECUTION]) {
      if (args.includes(all) && args.includes(own)) {
        return connection.acknowledge(message, 'error:all-in-one and categorised topics in one request');
      }
    }
    for (const topic of args) if (typeof topic === 'string') connection.topics.add(topic);
    connection.acknowledge(message, undefined);
  }

  #onExecution({ kind, order, trade }: ExecutionReport): void {
    if (kind === 'pending_new') return;
    const { terms, account } = order;
    if (trade !== undefined) {
      this.#send(account, EXECUTION, 'execution', () => ({ category: 'spot', ...executionRow(trade) }));
    }
    // An order that does not rest is reported once it has traded or ended; the last fill says that it is filled.
    const isPassing = kind === 'new' && (terms.type === 'market' || terms.timeInForce !== 'gtc');
    if (isPassing || (kind === 'trade' && order.filled === order.qty)) return;
    this.#send(account, ORDER, 'order', () => ({ category: 'spot', ...orderRow(this.#exchange, order) }));
    // What is locked changes when an order begins and ends; what is owned is reported by the ledger.
    if (kind !== 'trade') this.#sendWallet(account, [order.heldAsset]);
  }

  #onLedger(account: OrderOwner, entries: readonly LedgerEntry[]): void {
    this.#sendWallet(account, new Set(entries.map(({ asset }) => asset)));
  }

  #sendWallet(account: OrderOwner, assets: Iterable<string>): void {
    this.#send(account, WALLET, 'wallet', () => walletRow(account, assets));
  }

  #send(account: OrderOwner, topics: readonly string[], channel: string, rowOf: () => object): void {
    for (const connection of this.#connections) {
      if (connection.account !== account) continue;
      for (const topic of topics) {
        if (!connection.topics.has(topic)) continue;
        const creationTime = Math.floor(this.#exchange.clock.nowUs() / 1_000);
        const id = `${connection.id}-${++this.#messages}`;
        connection.deliver({ id, topic, creationTime, data: [rowOf()] }, channel);
      }
    }
  }
}
