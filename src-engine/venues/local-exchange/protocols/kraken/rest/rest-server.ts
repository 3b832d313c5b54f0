/** REST of the local exchange: checking signatures, answering as Kraken does; over HTTP, or called in the same process. */
import type { KrakenExchange } from '../kraken-exchange.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { ExchangeRequest, ExchangeResponse } from '../../../hosting/http-host.ts';
import { INVALID_ARGUMENTS, krakenError, UNAVAILABLE, VenueError } from '../venue-error.ts';
import { authenticate } from './authentication.ts';
import { PRIVATE_ENDPOINTS } from './private-endpoints.ts';
import { PUBLIC_ENDPOINTS, type Query } from './public-endpoints.ts';

export class RestServer {
  readonly #core: KrakenExchange;

  constructor(core: KrakenExchange) {
    this.#core = core;
  }

  /** Answers one call. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse {
    try {
      const url = new URL(request.url, 'http://local');
      const [, version, area, name = ''] = url.pathname.split('/');
      if (version !== '0') throw new VenueError('EGeneral:Unknown method');
      if (area === 'public' && Object.hasOwn(PUBLIC_ENDPOINTS, name)) {
        const query = { ...formFields(url.searchParams), ...formFields(new URLSearchParams(request.body)) };
        return json({ error: [], result: PUBLIC_ENDPOINTS[name]?.(this.#core, query) });
      }
      if (area !== 'private' || !Object.hasOwn(PRIVATE_ENDPOINTS, name) || request.method !== 'POST') {
        throw new VenueError('EGeneral:Unknown method');
      }
      return this.#answerPrivate(request, url.pathname, name);
    } catch (error) {
      return problem(error);
    }
  }

  #answerPrivate({ headers, body }: ExchangeRequest, path: string, name: string): ExchangeResponse {
    const { faults } = this.#core;
    const query = bodyFields(body, header(headers, 'content-type') ?? '');
    const account = authenticate(this.#core.accounts, {
      path,
      body,
      nonce: query['nonce'] ?? '',
      apiKey: header(headers, 'api-key'),
      signature: header(headers, 'api-sign'),
    });
    this.#core.requireUnlocked(account);
    this.#core.limits?.call(account, name, this.#core.clock.nowUs());
    const failure = faults.takeRestFailure(name);
    if (failure !== undefined && !failure.afterAccepting) return { status: failure.status, body: '' };
    if (faults.systemStatus === 'maintenance') throw new VenueError(UNAVAILABLE);
    let answer: ExchangeResponse;
    try {
      answer = json({ error: [], result: PRIVATE_ENDPOINTS[name]?.(this.#core, account, query) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = problem(error);
    }
    return failure === undefined ? answer : { status: failure.status, body: '' };
  }
}

function formFields(form: URLSearchParams): Query {
  return Object.fromEntries(form);
}

/** Kraken takes form fields and JSON alike. */
function bodyFields(body: string, contentType: string): Query {
  if (!contentType.includes('application/json')) return formFields(new URLSearchParams(body));
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new VenueError(INVALID_ARGUMENTS);
  }
  if (typeof value !== 'object' || value === null) throw new VenueError(INVALID_ARGUMENTS);
  const scalars = Object.entries(value).filter(([, field]) => typeof field !== 'object');
  return Object.fromEntries(scalars.map(([key, field]) => [key, String(field)]));
}

function header(headers: ExchangeRequest['headers'], name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function json(answer: unknown): ExchangeResponse {
  return { status: 200, body: JSON.stringify(answer) };
}

/** Kraken answers errors of a call with status 200 and a list of codes. */
function problem(error: unknown): ExchangeResponse {
  return json({ error: [error instanceof Refusal ? krakenError(error) : 'EGeneral:Internal error'] });
}
