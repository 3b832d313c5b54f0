/** Bybit's REST API of the local exchange; over HTTP, or called in the same process. */
import type { Account } from '../../core/accounts/accounts.ts';
import type { ExchangeRequest, ExchangeResponse } from '../../hosting/http-host.ts';
import type { BybitExchange } from './bybit-exchange.ts';
import { BybitProblem } from './bybit-problem.ts';
import { ACCOUNT_CALLS, mayDo } from './calls/account-calls.ts';
import type { PrivateCall } from './calls/call.ts';
import { inBybitWords, ORDER_CALLS, requireTrading } from './calls/order-calls.ts';
import { PUBLIC_CALLS } from './calls/public-calls.ts';
import { bodyParams, queryParams } from './params.ts';
import { signedAccount } from './signatures.ts';

const PUBLIC = new Map(PUBLIC_CALLS.map((call) => [call.rest, call]));
const PRIVATE = new Map<string, PrivateCall>(
  [...ACCOUNT_CALLS, ...Object.values(ORDER_CALLS)].map((call) => [call.rest, call]),
);

export class BybitRestServer {
  readonly #exchange: BybitExchange;

  constructor(exchange: BybitExchange) {
    this.#exchange = exchange;
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    const headers: Record<string, string> = {};
    try {
      return this.#answer(request, headers);
    } catch (error) {
      if (!(error instanceof BybitProblem)) return this.#said(500, 10_016, 'System error.', {}, headers);
      return this.#said(error.status, error.code, error.message, {}, headers);
    }
  }

  #answer(request: ExchangeRequest, headers: Record<string, string>): ExchangeResponse {
    const exchange = this.#exchange;
    const { method, url } = request;
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const query = at < 0 ? '' : url.slice(at + 1);
    exchange.limits.request(exchange.clock.nowUs());
    const open = PUBLIC.get(`${method} ${path}`);
    if (open !== undefined) {
      const params = queryParams(query);
      return this.#said(
        200,
        0,
        'OK',
        inBybitWords(() => open.run({ exchange, params })),
        headers,
      );
    }
    const call = PRIVATE.get(`${method} ${path}`);
    if (call === undefined) {
      throw new BybitProblem(10_017, `There is no ${method} ${path} at the local exchange.`, 404);
    }
    return this.#signed(request, call, query, headers);
  }

  #signed(
    request: ExchangeRequest,
    call: PrivateCall,
    query: string,
    headers: Record<string, string>,
  ): ExchangeResponse {
    const exchange = this.#exchange;
    const isPost = request.method === 'POST';
    const account = this.#authenticate(request, isPost ? request.body : query);
    const nowUs = exchange.clock.nowUs();
    requireTrading(call.trades !== true || mayDo(account, 'SpotTrade'));
    try {
      exchange.limits.account(account.name, call.limit, nowUs);
    } finally {
      for (const [name, value] of Object.entries(exchange.limits.headers(account.name, call.limit, nowUs))) {
        headers[name.toLowerCase()] = value;
      }
    }
    const failure = exchange.faults.takeRestFailure();
    if (failure !== undefined && !failure.afterAccepting) return { status: failure.status, body: '' };
    const params = isPost ? bodyParams(request.body) : queryParams(query);
    const run = (): unknown => inBybitWords(() => call.run({ exchange, params, account }));
    if (failure === undefined) return this.#said(200, 0, 'OK', run(), headers);
    try {
      run();
    } catch (error) {
      // The client hears nothing of it: whether it was accepted is what it must not know.
      if (!(error instanceof BybitProblem)) throw error;
    }
    return { status: failure.status, body: '' };
  }

  #authenticate({ headers }: ExchangeRequest, text: string): Account {
    const { accounts, clock } = this.#exchange;
    const header = (name: string): string => {
      const value = headers[`x-bapi-${name}`];
      return typeof value === 'string' ? value : '';
    };
    const signed = {
      key: header('api-key'),
      timestamp: header('timestamp'),
      window: header('recv-window'),
      signature: header('sign'),
    };
    return signedAccount(accounts, signed, text, clock.nowUs());
  }

  #said(
    status: number,
    retCode: number,
    retMsg: string,
    result: unknown,
    headers: Readonly<Record<string, string>>,
  ): ExchangeResponse {
    const time = Math.floor(this.#exchange.clock.nowUs() / 1_000);
    return { status, body: JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time }), headers };
  }
}
