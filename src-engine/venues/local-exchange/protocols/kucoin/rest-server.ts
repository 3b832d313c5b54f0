/** KuCoin's REST API of the local exchange; over HTTP, or called in the same process. */
import type { ExchangeRequest, ExchangeResponse } from '../../hosting/http-host.ts';
import type { KucoinExchange } from './kucoin-exchange.ts';
import { badParameter, inKucoinWords, KucoinProblem } from './kucoin-problem.ts';
import { type Args, PRIVATE_CALLS, type PrivateCall } from './private-calls.ts';
import { PUBLIC_CALLS } from './public-calls.ts';
import { signedAccount } from './signatures.ts';

const SUCCESS = '200000';

export class KucoinRestServer {
  readonly #exchange: KucoinExchange;

  constructor(exchange: KucoinExchange) {
    this.#exchange = exchange;
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof KucoinProblem))
        return said({ code: '500000', msg: 'Internal Server Error' }, 500);
      return said({ code: error.code, msg: error.message }, error.status, error.headers);
    }
  }

  #answer(request: ExchangeRequest): ExchangeResponse {
    const exchange = this.#exchange;
    const { method, url, headers, body } = request;
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const params = new Map(new URLSearchParams(at < 0 ? '' : url.slice(at + 1)));
    const { host } = headers;
    const endpoint = `ws://${typeof host === 'string' ? host : 'local'}/endpoint`;
    exchange.requireOpen();
    const open = PUBLIC_CALLS[`${method} ${path}`];
    if (open !== undefined) {
      const data = inKucoinWords(() => open({ exchange, params, endpoint }));
      return said({ code: SUCCESS, data });
    }
    const { call, id } = callOf(method, path);
    const account = signedAccount(exchange.accounts, request, exchange.clock.nowUs());
    if (exchange.faults.systemStatus === 'maintenance')
      throw new KucoinProblem('400200', 'The trading system is under maintenance.');
    const left = exchange.count(account.name, call.weight);
    const failure = exchange.faults.takeRestFailure();
    if (failure !== undefined && !failure.afterAccepting) return { status: failure.status, body: '' };
    const stampMs = Number(headers['kc-api-timestamp']);
    const run = (): unknown =>
      inKucoinWords(() => call.run({ exchange, account, params, id, body: argsOf(body), stampMs, endpoint }));
    if (failure === undefined) return said({ code: SUCCESS, data: run() }, 200, left);
    try {
      run();
    } catch (error) {
      // The client hears nothing of it: whether it was accepted is what it must not know.
      if (!(error instanceof KucoinProblem)) throw error;
    }
    return { status: failure.status, body: '' };
  }
}

/** A call by its whole path, or by the one before its last part, which is an id. @throws KucoinProblem 404. */
function callOf(method: string, path: string): { readonly call: PrivateCall; readonly id: string } {
  const whole = PRIVATE_CALLS[`${method} ${path}`];
  if (whole !== undefined) return { call: whole, id: '' };
  const cut = path.lastIndexOf('/');
  const call = PRIVATE_CALLS[`${method} ${path.slice(0, cut)}/{id}`];
  if (call !== undefined) return { call, id: decodeURIComponent(path.slice(cut + 1)) };
  throw new KucoinProblem('404', `There is no ${method} ${path} at the local exchange.`, 404);
}

/** @throws KucoinProblem 400100. */
function argsOf(body: string): Args {
  if (body === '') return {};
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null) return json as Args;
  } catch {
    // Said below.
  }
  throw badParameter('the body is not JSON');
}

function said(
  answer: { readonly code: string; readonly data?: unknown; readonly msg?: string },
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): ExchangeResponse {
  return { status, body: JSON.stringify(answer), headers };
}
