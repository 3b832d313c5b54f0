/** HTTP of the local exchange: reading requests, checking signatures, answering as Kraken does. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExchangeCore } from '../exchange-core.ts';
import { INVALID_ARGUMENTS, UNAVAILABLE, VenueError } from '../venue-error.ts';
import { authenticate } from './authentication.ts';
import { PRIVATE_ENDPOINTS } from './private-endpoints.ts';
import { PUBLIC_ENDPOINTS, type Query } from './public-endpoints.ts';

/** Largest request body. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Header of every answer, by which a client knows that this is no real venue. */
export const SIMULATED_HEADER = 'x-parallax-simulated';

export class RestServer {
  readonly #core: ExchangeCore;

  constructor(core: ExchangeCore) {
    this.#core = core;
  }

  /** Answers a request. Never throws: whatever goes wrong becomes an answer. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://local');
      const body = await readBody(request);
      this.#answer(request, response, url, body);
    } catch (error) {
      const code = error instanceof VenueError ? error.message : 'EGeneral:Internal error';
      send(response, 200, { error: [code] });
    }
  }

  #answer(request: IncomingMessage, response: ServerResponse, url: URL, body: string): void {
    const [, version, area, name = ''] = url.pathname.split('/');
    if (version !== '0') throw new VenueError('EGeneral:Unknown method');
    if (area === 'public' && Object.hasOwn(PUBLIC_ENDPOINTS, name)) {
      const query = { ...formFields(url.searchParams), ...formFields(new URLSearchParams(body)) };
      send(response, 200, { error: [], result: PUBLIC_ENDPOINTS[name]?.(this.#core, query) });
    } else if (area === 'private' && Object.hasOwn(PRIVATE_ENDPOINTS, name)) {
      if (request.method !== 'POST') throw new VenueError('EGeneral:Unknown method');
      this.#answerPrivate(request, response, url, body, name);
    } else throw new VenueError('EGeneral:Unknown method');
  }

  #answerPrivate(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: string,
    name: string,
  ): void {
    const { faults } = this.#core;
    const query = bodyFields(body, request.headers['content-type'] ?? '');
    const account = authenticate(this.#core.accounts, {
      path: url.pathname,
      body,
      nonce: query['nonce'] ?? '',
      apiKey: header(request, 'api-key'),
      signature: header(request, 'api-sign'),
    });
    this.#core.limits?.call(account, name, this.#core.clock.nowUs());
    const failure = faults.takeRestFailure();
    if (failure !== undefined && !failure.afterAccepting) return sendFailure(response, failure.status);
    if (faults.systemStatus === 'maintenance') throw new VenueError(UNAVAILABLE);
    let answer: unknown;
    try {
      answer = { error: [], result: PRIVATE_ENDPOINTS[name]?.(this.#core, account, query) };
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      answer = { error: [error.message] };
    }
    if (failure !== undefined) sendFailure(response, failure.status);
    else send(response, 200, answer);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new VenueError(`${INVALID_ARGUMENTS}:body`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function send(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', [SIMULATED_HEADER]: 'true' });
  response.end(JSON.stringify(answer));
}

function sendFailure(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/plain', [SIMULATED_HEADER]: 'true' });
  response.end();
}
