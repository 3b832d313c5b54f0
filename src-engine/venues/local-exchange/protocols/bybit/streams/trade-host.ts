/** Bybit's connection for order entry (Bybit v5, "WebSocket Trade Guideline"). */
import type { Account } from '../../../core/accounts/accounts.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import { badParameter, BybitProblem } from '../bybit-problem.ts';
import { mayDo } from '../calls/account-calls.ts';
import type { PrivateCall } from '../calls/call.ts';
import { inBybitWords, ORDER_CALLS, requireTrading } from '../calls/order-calls.ts';
import { objectParams } from '../params.ts';
import { checkTime, sessionAccount } from '../signatures.ts';
import { Connection, type Message, messageOf } from './connection.ts';

const PATH = '/v5/trade';
const CALLS: Readonly<Record<string, PrivateCall>> = {
  'order.create': ORDER_CALLS.create,
  'order.cancel': ORDER_CALLS.cancel,
};
/** Longest id of a request. */
const MAX_ID = 36;
/** Ids of a connection that are remembered: one that was used is refused. */
const MAX_IDS = 10_000;

export class TradeHost implements SessionOpener {
  readonly #exchange: BybitExchange;
  readonly #connections = new Set<Connection>();

  constructor(exchange: BybitExchange) {
    this.#exchange = exchange;
  }

  accepts(path: string): boolean {
    return path === PATH;
  }

  open(wire: Wire): HostedSession {
    const connection = new Connection(wire, this.#exchange);
    this.#connections.add(connection);
    const used = new Set<string>();
    return {
      receive: (text) => this.#receive(connection, used, text),
      closed: () => {
        connection.wire.close();
        this.#connections.delete(connection);
      },
    };
  }

  stop(): void {
    for (const { wire } of this.#connections) wire.close();
  }

  #receive(connection: Connection, used: Set<string>, text: string): void {
    const message = messageOf(text);
    if (message === undefined) return this.#say(connection, undefined, 10_001, 'Request parameter error.');
    const { op, args } = message;
    if (op === 'ping') {
      const now = String(Math.floor(this.#exchange.clock.nowUs() / 1_000));
      return connection.answer({ retCode: 0, retMsg: 'OK', op: 'pong', data: [now], connId: connection.id });
    }
    try {
      if (op === 'auth') {
        const { accounts, clock } = this.#exchange;
        connection.account = sessionAccount(accounts, args, clock.nowUs());
        return connection.answer({ retCode: 0, retMsg: 'OK', op, connId: connection.id });
      }
      this.#trade(connection, used, message);
    } catch (error) {
      if (!(error instanceof BybitProblem)) throw error;
      this.#say(connection, message, error.code, error.message);
    }
  }

  #trade(connection: Connection, used: Set<string>, message: Message): void {
    const { op, id, args, header } = message;
    const exchange = this.#exchange;
    const { account } = connection;
    if (account === undefined) throw new BybitProblem(10_004, 'The connection has not shown a key.');
    const call = CALLS[op];
    if (call === undefined) throw new BybitProblem(10_404, 'op type is not found');
    if (id !== undefined) {
      if (id.length > MAX_ID) throw badParameter('reqId invalid');
      if (used.has(id)) throw new BybitProblem(20_006, 'Duplicate reqId');
      if (used.size < MAX_IDS) used.add(id);
    }
    const nowUs = exchange.clock.nowUs();
    const textOf = (value: unknown): string =>
      typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    checkTime(textOf(header['X-BAPI-TIMESTAMP']), textOf(header['X-BAPI-RECV-WINDOW']), nowUs);
    requireTrading(mayDo(account, 'SpotTrade'));
    const limits = exchange.limits;
    try {
      limits.account(account.name, call.limit, nowUs);
      const data = this.#run(call, args, account);
      this.#say(connection, message, 0, 'OK', data, limits.headers(account.name, call.limit, nowUs));
    } catch (error) {
      if (!(error instanceof BybitProblem)) throw error;
      const headers = limits.headers(account.name, call.limit, nowUs);
      this.#say(connection, message, error.code, error.message, {}, headers);
    }
  }

  #run(call: PrivateCall, args: readonly unknown[], account: Account): unknown {
    if (args.length !== 1) throw badParameter('args must have one order');
    const params = objectParams(args[0]);
    return inBybitWords(() => call.run({ exchange: this.#exchange, params, account }));
  }

  #say(
    connection: Connection,
    message: Message | undefined,
    retCode: number,
    retMsg: string,
    data: unknown = {},
    limits: Readonly<Record<string, string>> = {},
  ): void {
    const asked = message?.id === undefined ? {} : { reqId: message.id };
    const Timenow = String(Math.floor(this.#exchange.clock.nowUs() / 1_000));
    connection.answer({
      ...asked,
      retCode,
      retMsg,
      op: message?.op ?? '',
      data,
      header: { ...limits, Traceid: '', Timenow },
      connId: connection.id,
    });
  }
}
