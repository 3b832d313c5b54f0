/**
 * The control address of a local exchange, on a port of its own that is on loopback whatever the exchange listens on: faults, and
 * the exchange's own books. A client of the venue never meets it. Every program that reaches the port may use it, so it takes only
 * requests that no page of a browser can send by itself.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { UserError } from '../../../domain/errors.ts';
import { endFaults, FAULT_COMMANDS, prepareFault } from '../core/fault-commands.ts';
import type { ExchangeCore } from '../core/exchange-core.ts';
import { answerHttp, type ExchangeRequest, type ExchangeResponse } from '../hosting/http-host.ts';
import { listen } from '../hosting/serve-face.ts';
import { ledgerReport, orderReport, tradeReport } from './ledger-report.ts';

const LOOPBACK = '127.0.0.1';

export type Controlled = { readonly core: ExchangeCore; readonly venue: string; readonly url: string };
export type ControlServer = { readonly url: string; stop(): Promise<void> };

/** @throws UserError when the port cannot be listened on. */
export async function startControl(exchange: Controlled, port = 0): Promise<ControlServer> {
  const server = createServer();
  const bound = await listen(server, LOOPBACK, port);
  const url = `http://${LOOPBACK}:${bound}`;
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answerHttp(request, response, (asked) => answer(exchange, bound, asked));
  });
  return {
    url,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Answers one request. Never throws. */
function answer(exchange: Controlled, port: number, request: ExchangeRequest): ExchangeResponse {
  const { headers, method } = request;
  if (headers['host'] !== `${LOOPBACK}:${port}` && headers['host'] !== `localhost:${port}`) {
    return json(403, { error: 'The control address answers on loopback only.' });
  }
  const isJson = String(headers['content-type'] ?? '').startsWith('application/json');
  if (method === 'POST' && !isJson) {
    return json(415, { error: 'Send the body as application/json.' });
  }
  try {
    const url = new URL(request.url, 'http://control');
    return json(200, route(exchange, `${method} ${url.pathname}`, url.searchParams, request.body));
  } catch (error) {
    if (error instanceof NotFound) return json(404, { error: error.message });
    if (error instanceof UserError) return json(400, { error: error.message, ...error.problem });
    return json(500, { error: 'The exchange could not answer this request.' });
  }
}

class NotFound extends Error {}

function route({ core, venue, url }: Controlled, path: string, query: URLSearchParams, body: string): object {
  switch (path) {
    case 'GET /':
      return {
        simulated: true,
        venue,
        url,
        systemStatus: core.faults.systemStatus,
        nowUs: core.clock.nowUs(),
        paths: ['GET /faults', 'POST /faults', 'DELETE /faults', 'GET /ledger', 'GET /orders', 'GET /trades'],
      };
    case 'GET /faults':
      return {
        faults: Object.fromEntries(
          Object.entries(FAULT_COMMANDS).map(([name, { value, words }]) => [name, { value, words }]),
        ),
      };
    case 'POST /faults':
      return startFault(core, body);
    case 'DELETE /faults':
      endFaults(core);
      return { ended: true };
    case 'GET /ledger':
      return ledgerReport(core);
    case 'GET /orders':
      return orderReport(core, wholeOf(query, 'after'));
    case 'GET /trades': {
      const name = query.get('account') ?? core.accounts.all()[0]?.name;
      const account = core.accounts.all().find((candidate) => candidate.name === name);
      if (account === undefined) throw new NotFound(`There is no account ${String(name).slice(0, 40)}.`);
      return tradeReport(account);
    }
    default:
      throw new NotFound(`There is no ${path.slice(0, 80)}.`);
  }
}

/** `{"fault":"delay","value":"250"}`. */
function startFault(core: ExchangeCore, body: string): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const fault = fields['fault'];
  const setting = fields['value'] ?? '';
  if (typeof fault !== 'string' || (typeof setting !== 'string' && typeof setting !== 'number')) {
    throw new UserError({
      code: 'bad-fault',
      field: 'fault',
      value: body.slice(0, 80),
      message: 'is not a request for a fault',
      remedy: 'Send {"fault":"delay","value":250}.',
    });
  }
  prepareFault(core, fault, String(setting))();
  return { fault, value: String(setting) };
}

function wholeOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '0';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UserError({
    code: 'bad-number',
    field: name,
    value: text.slice(0, 40),
    message: 'is not a whole number',
    remedy: 'Give the number of the last row that you have.',
  });
}

function json(status: number, value: object): ExchangeResponse {
  return { status, body: JSON.stringify(value) };
}
