/** Binance's REST API of the local exchange; over HTTP, or called in the same process. */
import type { ExchangeRequest, ExchangeResponse } from '../../hosting/http-host.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { BinanceExchange } from './binance-exchange.ts';
import { BinanceProblem } from './binance-problem.ts';
import type { Call, Security } from './calls/call.ts';
import { callsOf, runCall } from './calls/run-call.ts';
import { formParams, type Params, required } from './params.ts';
import { accountOf, checkSignature, checkTime, restPayload } from './signatures.ts';

export class BinanceRestServer {
  readonly #exchange: BinanceExchange;
  readonly #calls: ReadonlyMap<string, Call>;

  constructor(exchange: BinanceExchange) {
    this.#exchange = exchange;
    this.#calls = new Map(
      callsOf(exchange.dialect).flatMap((call) =>
        call.rest === undefined ? [] : [[call.rest, call] as const],
      ),
    );
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    const exchange = this.#exchange;
    const nowUs = exchange.clock.nowUs();
    let account: Account | undefined;
    let response: ExchangeResponse;
    try {
      const result = this.#call(request, (signed) => {
        account = signed;
      });
      response = { status: 200, body: JSON.stringify(result), headers: {} };
    } catch (error) {
      response = problemResponse(error, nowUs);
    }
    const headers: Record<string, string> = {
      ...response.headers,
      'x-mbx-used-weight': String(exchange.limits.weightUsed(nowUs)),
      'x-mbx-used-weight-1m': String(exchange.limits.weightUsed(nowUs)),
    };
    if (account !== undefined && request.url.includes('/order')) {
      for (const [index, { count }] of exchange.limits.orderRows(account.name, nowUs).entries()) {
        headers[`x-mbx-order-count-${exchange.dialect.orderLimits[index]?.header.toLowerCase() ?? ''}`] =
          String(count);
      }
    }
    return { ...response, headers };
  }

  #call(request: ExchangeRequest, onSigned: (account: Account) => void): unknown {
    const exchange = this.#exchange;
    const { method, url, headers, body } = request;
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const query = at < 0 ? '' : url.slice(at + 1);
    const call = this.#calls.get(`${method} ${path}`);
    if (call === undefined) {
      exchange.limits.requireNotBanned(exchange.clock.nowUs());
      throw new BinanceProblem(-1000, `There is no ${method} ${path} at the local exchange.`, 404);
    }
    const params = formParams(query, body);
    return runCall({
      exchange,
      call,
      params,
      time: timeUnit(headers['x-mbx-time-unit']),
      authenticate: (security) => {
        const apiKey = headers['x-mbx-apikey'];
        const account = this.#authenticate(security, params, apiKey, restPayload(query, body));
        onSigned(account);
        return account;
      },
    }).result;
  }

  #authenticate(security: Security, params: Params, apiKey: unknown, payload: string): Account {
    const { accounts, clock } = this.#exchange;
    const account = accountOf(accounts, typeof apiKey === 'string' ? apiKey : undefined);
    if (security === 'USER_STREAM') return account;
    const signature = required(params, 'signature');
    checkTime(params, clock.nowUs());
    checkSignature(account, payload, signature);
    return account;
  }
}

/** Milliseconds unless the client asks for microseconds. @throws BinanceProblem -1194 for any other unit. */
export function timeUnit(unit: unknown): (us: number) => number {
  if (unit === undefined || (typeof unit === 'string' && /^millisecond$/i.test(unit))) {
    return (us) => Math.floor(us / 1_000);
  }
  if (typeof unit === 'string' && /^microsecond$/i.test(unit)) return (us) => Math.trunc(us);
  throw new BinanceProblem(-1194, 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.');
}

function problemResponse(error: unknown, nowUs: number): ExchangeResponse {
  if (!(error instanceof BinanceProblem)) {
    const body = JSON.stringify({
      code: -1000,
      msg: 'An unknown error occurred while processing the request.',
    });
    return { status: 500, body, headers: {} };
  }
  const { code, message, status, data, retryAtUs } = error;
  const body = JSON.stringify({ code, msg: message, ...(data === undefined ? {} : { data }) });
  if (retryAtUs === undefined) return { status, body, headers: {} };
  return {
    status,
    body,
    headers: { 'retry-after': String(Math.max(1, Math.ceil((retryAtUs - nowUs) / 1_000_000))) },
  };
}
