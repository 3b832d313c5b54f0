/** OKX's REST API of the local exchange; over HTTP, or called in the same process. */
import type { Account } from '../../core/accounts/accounts.ts';
import type { ExchangeRequest, ExchangeResponse } from '../../hosting/http-host.ts';
import type { OkxExchange } from './okx-exchange.ts';
import { badParameter, inOkxWords, OkxProblem } from './okx-problem.ts';
import {
  type Answer,
  type Args,
  BATCHES,
  cancelAllAfter,
  COMMANDS,
  each,
  QUESTIONS,
} from './private-calls.ts';
import { PUBLIC_CALLS } from './public-calls.ts';
import { signedAccount } from './signatures.ts';

const COUNTDOWN = 'POST /api/v5/trade/cancel-all-after';

export class OkxRestServer {
  readonly #exchange: OkxExchange;

  constructor(exchange: OkxExchange) {
    this.#exchange = exchange;
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    try {
      return this.#answer(request);
    } catch (error) {
      if (!(error instanceof OkxProblem)) return said({ code: '50000', msg: 'Body error', data: [] }, 500);
      return said({ code: error.code, msg: error.message, data: [] }, error.status);
    }
  }

  #answer(request: ExchangeRequest): ExchangeResponse {
    const exchange = this.#exchange;
    const { method, url, body } = request;
    const at = url.indexOf('?');
    const call = `${method} ${at < 0 ? url : url.slice(0, at)}`;
    const params = new Map(new URLSearchParams(at < 0 ? '' : url.slice(at + 1)));
    exchange.requireOpen();
    const open = PUBLIC_CALLS[call];
    if (open !== undefined)
      return said({ code: '0', msg: '', data: inOkxWords(() => open(exchange, params)) as object[] });
    const [question, command, batch] = [QUESTIONS[call], COMMANDS[call], BATCHES[call]];
    if (question === undefined && command === undefined && batch === undefined && call !== COUNTDOWN) {
      throw new OkxProblem('50404', `There is no ${call} at the local exchange.`, 404);
    }
    const account = this.#authenticate(request);
    const context = { exchange, account };
    const failure = exchange.faults.takeRestFailure();
    if (failure !== undefined && !failure.afterAccepting) return { status: failure.status, body: '' };
    const run = (): Answer => {
      if (question !== undefined) {
        return { code: '0', msg: '', data: inOkxWords(() => question(context, params)) as object[] };
      }
      this.#requireInTime(request);
      const json = jsonOf(body);
      if (command !== undefined) return each(context, [json], command);
      if (batch !== undefined) return each(context, Array.isArray(json) ? (json as unknown[]) : [], batch);
      return { code: '0', msg: '', data: [cancelAllAfter(context, json as Args)] };
    };
    if (failure === undefined) return said(run());
    try {
      run();
    } catch (error) {
      // The client hears nothing of it: whether it was accepted is what it must not know.
      if (!(error instanceof OkxProblem)) throw error;
    }
    return { status: failure.status, body: '' };
  }

  /** @throws OkxProblem 50036 for a request whose deadline has passed. */
  #requireInTime({ headers }: ExchangeRequest): void {
    requireInTime(headers['exptime'], this.#exchange.clock.nowUs());
  }

  #authenticate({ method, url, headers, body }: ExchangeRequest): Account {
    const header = (name: string): string => {
      const value = headers[`ok-access-${name}`];
      return typeof value === 'string' ? value : '';
    };
    const timestamp = header('timestamp');
    const signed = {
      key: header('key'),
      passphrase: header('passphrase'),
      signature: header('sign'),
      payload: timestamp + method + url + body,
      atMs: Date.parse(timestamp),
    };
    return signedAccount(this.#exchange.accounts, signed, this.#exchange.clock.nowUs());
  }
}

/** @throws OkxProblem 50036. */
export function requireInTime(expTime: unknown, nowUs: number): void {
  if (expTime === undefined) return;
  const expMs = typeof expTime === 'string' && /^\d{13}$/.test(expTime) ? Number(expTime) : Number.NaN;
  if (Number.isNaN(expMs)) throw badParameter('expTime');
  if (expMs * 1_000 < nowUs)
    throw new OkxProblem('50036', 'The expTime can’t be earlier than the current system time.');
}

function jsonOf(body: string): unknown {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // Said below.
  }
  throw new OkxProblem('50002', 'JSON syntax error', 400);
}

function said(answer: Answer, status = 200): ExchangeResponse {
  return { status, body: JSON.stringify(answer), headers: {} };
}
