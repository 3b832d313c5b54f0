/** `POST /api/<operation>` for every entry of the operations table, and `GET /metrics`, with a bearer token. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type OperationName, type Role, operations } from '../contract/operations.ts';
import { engineHealth, engineStatus } from '../contract/records.ts';
import type { Problem } from '../domain/errors.ts';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from '../metrics/prometheus.ts';
import { callOperation } from './call.ts';
import { ClientPace, type RolePaces, tooOften } from './client-pace.ts';
import type { GatewayHost } from './host.ts';
import { openApiDocument } from './openapi.ts';
import { CLIENT_HEADER } from './web-guards.ts';

export function registerRest(
  app: FastifyInstance,
  host: GatewayHost,
  roleOf: (request: FastifyRequest) => Role | undefined,
  paces: RolePaces,
): void {
  // The requests of a role are one client beside its windows; those by the socket in the data folder are another.
  const clients = new Map<string, ClientPace>();
  const retryMsOf = (name: OperationName, role: Role, request: FastifyRequest): number => {
    // Stopping trading waits for no rate.
    if (name === 'kill' && role === 'operator') return 0;
    const key = `${role} ${wayOf(request)}`;
    const pace = clients.get(key) ?? new ClientPace(role, paces);
    clients.set(key, pace);
    return pace.admit(name, 0, host.clock.nowUs());
  };
  // Made for who asks first: a start of the engine does not pay for it.
  let openApi: object | undefined;
  app.get('/api/openapi.json', () => (openApi ??= openApiDocument(host.version)));
  app.get('/metrics', async (request, reply) => {
    if (roleOf(request) === undefined) return reply.code(401).send({ ok: false, error: UNAUTHORIZED });
    const status = engineStatus.parse(host.readView('status', {}));
    const health = engineHealth.optional().parse(host.readView('health', {}));
    return reply.type(PROMETHEUS_CONTENT_TYPE).send(prometheusText(status, health));
  });

  for (const name of Object.keys(operations) as OperationName[]) {
    app.route({
      method: 'POST',
      url: `/api/${name}`,
      // A client that floods the server must not be able to block the kill switch.
      config: name === 'kill' ? { rateLimit: false } : {},
      // After the rate limit, and before the body is read: a stranger's body is not worth parsing.
      preParsing: async (request, reply) => {
        if (roleOf(request) === undefined) await reply.code(401).send({ ok: false, error: UNAUTHORIZED });
      },
      handler: async (request, reply) => {
        const role = roleOf(request) ?? 'viewer';
        const retryMs = retryMsOf(name, role, request);
        if (retryMs > 0) return refuse(reply, tooOften(retryMs));
        const result = await callOperation(
          host,
          { role, via: callerName(request) },
          name,
          request.body ?? {},
        );
        if (!result.ok) return refuse(reply, result.error);
        if (!('answer' in result)) return reply.send(result);
        const { answer } = result;
        whenOver(request, reply, () => answer.release());
        return reply.type('application/json; charset=utf-8').send(answer.whole);
      },
    });
  }
}

/** Calls back once, when the response was handed to the system, or its connection has ended. */
function whenOver(request: FastifyRequest, reply: FastifyReply, callback: () => void): void {
  const { socket } = request.raw;
  const over = (): void => {
    reply.raw.off('close', over);
    socket.off('close', over);
    callback();
  };
  reply.raw.once('close', over);
  socket.once('close', over);
  // The client has gone while its answer was made: neither says so again.
  if (socket.destroyed) setImmediate(over);
}

/** By the port, or by the socket in the data folder: a program that floods one does not block the other. */
export function wayOf(request: FastifyRequest): string {
  return `by ${request.raw.socket.remoteAddress === undefined ? 'socket' : 'port'}`;
}

function refuse(reply: FastifyReply, error: Problem): FastifyReply {
  if (error.retryMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryMs / 1_000));
  return reply.code(httpStatus(error)).send({ ok: false, error });
}

export const UNAUTHORIZED: Problem = {
  code: 'unauthorized',
  field: 'token',
  message: 'is missing or wrong',
  remedy: 'Send the token that the engine printed at its start, or that is in runtime.json.',
};

function callerName(request: FastifyRequest): string {
  const claimed = request.headers[CLIENT_HEADER];
  return typeof claimed === 'string' && /^[a-z-]{1,20}$/.test(claimed) ? claimed : 'api';
}

const STATUS: Readonly<Record<string, number>> = {
  'bad-input': 400,
  forbidden: 403,
  internal: 500,
  busy: 429,
};

/** A refusal by the engine itself is 422: well understood, and not done. */
function httpStatus(error: Problem): number {
  return STATUS[error.code] ?? 422;
}
