/** Coinbase's REST API of the local exchange; over HTTP, or called in the same process. */
import type { ExchangeRequest, ExchangeResponse } from '../../hosting/http-host.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CoinbaseExchange } from './coinbase-exchange.ts';
import { badArgument, CoinbaseProblem, notAuthenticated } from './coinbase-problem.ts';
import {
  accounts,
  type Asked,
  batchCancel,
  createOrder,
  fills,
  order,
  orders,
  permissions,
  rightsOf,
  transactionSummary,
} from './private-calls.ts';
import { productBook, products, productText, productTicker, time } from './public-calls.ts';
import { REQUESTS_A_SECOND } from './request-limit.ts';

const ROOT = '/api/v3/brokerage';

type Call = {
  readonly right: 'can_view' | 'can_trade';
  readonly run: (asked: Asked) => object;
};

const PRIVATE: ReadonlyMap<string, Call> = new Map([
  ['GET /key_permissions', { right: 'can_view', run: permissions }],
  ['GET /accounts', { right: 'can_view', run: accounts }],
  ['GET /transaction_summary', { right: 'can_view', run: transactionSummary }],
  ['GET /orders/historical/batch', { right: 'can_view', run: orders }],
  ['GET /orders/historical/fills', { right: 'can_view', run: fills }],
  ['POST /orders', { right: 'can_trade', run: createOrder }],
  ['POST /orders/batch_cancel', { right: 'can_trade', run: batchCancel }],
]);
const ONE_ORDER = /^GET \/orders\/historical\/([\w-]{1,64})$/;
const ONE_PRODUCT = /^GET \/market\/products\/([A-Z0-9-]{1,40})(\/ticker)?$/;

export class CoinbaseRestServer {
  readonly #exchange: CoinbaseExchange;

  constructor(exchange: CoinbaseExchange) {
    this.#exchange = exchange;
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    const { method, url } = request;
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
    const call = `${method} ${path.startsWith(ROOT) ? path.slice(ROOT.length) : ''}`;
    let account: Account | undefined;
    try {
      const open = this.#public(call, query);
      if (open !== undefined) return answered(open);
      const known = this.#private(call);
      if (known === undefined) throw new CoinbaseProblem('NOT_FOUND', `no ${method} ${path} here`, 404);
      account = this.#authenticate(request, path);
      return { ...this.#run(known, account, query, request.body), headers: this.#left(account) };
    } catch (error) {
      return { ...problem(error), headers: account === undefined ? {} : this.#left(account) };
    }
  }

  #public(call: string, query: URLSearchParams): object | undefined {
    const exchange = this.#exchange;
    if (call === 'GET /time') return time(exchange);
    if (call === 'GET /market/products') return products(exchange, query);
    if (call === 'GET /market/product_book') return productBook(exchange, query);
    const [, id, ticker] = ONE_PRODUCT.exec(call) ?? [];
    if (id === undefined) return undefined;
    return ticker === undefined ? productText(exchange.product(id)) : productTicker(exchange, id, query);
  }

  #private(call: string): Call | undefined {
    const named = PRIVATE.get(call);
    if (named !== undefined) return named;
    const [, id] = ONE_ORDER.exec(call) ?? [];
    return id === undefined ? undefined : { right: 'can_view', run: (asked) => order(asked, id) };
  }

  #authenticate({ method, headers }: ExchangeRequest, path: string): Account {
    const { authorization, host } = headers;
    const [, token] = /^Bearer (\S+)$/.exec(typeof authorization === 'string' ? authorization : '') ?? [];
    if (token === undefined) throw notAuthenticated();
    return this.#exchange.tokens.accountOf(token, {
      method,
      host: typeof host === 'string' ? host : undefined,
      path,
    });
  }

  #run(call: Call, account: Account, query: URLSearchParams, text = ''): ExchangeResponse {
    const exchange = this.#exchange;
    const { faults, limit, clock } = exchange;
    limit.add(account.name, clock.nowUs());
    if (!rightsOf(account).includes(call.right))
      throw new CoinbaseProblem('PERMISSION_DENIED', 'Missing required scopes', 403);
    const failure = faults.takeRestFailure();
    if (failure !== undefined && !failure.afterAccepting) throw new CoinbaseProblem('', '', failure.status);
    const asked: Asked = { exchange, account, query, body: bodyOf(text) };
    if (failure === undefined) return answered(call.run(asked));
    try {
      call.run(asked);
    } catch (error) {
      // The client hears nothing of it: whether it was accepted is what it must not know.
      if (!(error instanceof CoinbaseProblem || error instanceof Refusal)) throw error;
    }
    throw new CoinbaseProblem('', '', failure.status);
  }

  #left({ name }: Account): Readonly<Record<string, string>> {
    const { limit, clock } = this.#exchange;
    return {
      'x-ratelimit-limit': String(REQUESTS_A_SECOND),
      'x-ratelimit-remaining': String(limit.left(name, clock.nowUs())),
    };
  }
}

const answered = (result: object): ExchangeResponse => ({
  status: 200,
  body: JSON.stringify(result),
  headers: {},
});

function problem(error: unknown): ExchangeResponse {
  if (error instanceof CoinbaseProblem) return { status: error.status, body: error.body };
  return { status: 500, body: JSON.stringify({ error: 'INTERNAL', message: 'internal server error' }) };
}

/** @throws CoinbaseProblem for a text that is no JSON object. */
function bodyOf(text: string): Asked['body'] {
  if (text === '') return {};
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Asked['body'];
  } catch {
    // Said below.
  }
  throw badArgument('the body is not a JSON object');
}
