/** `POST /api/<operation>` for every entry of the operations table, with a token or a key. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type OperationName, operations } from '../contract/operations.ts';
import type { Problem } from '../domain/errors.ts';
import { type ApiClients, httpStatus, UNAUTHORIZED, whenOver } from './api-clients.ts';
import { callOperation } from './call.ts';
import { tooOften } from './client-pace.ts';
import type { GatewayHost } from './host.ts';

/** `GET /api/model/version`: for scripts that ask which model is in use. */
function registerModelVersion(app: FastifyInstance, host: GatewayHost, clients: ApiClients): void {
  app.get('/api/model/version', async (request, reply) => {
    if (clients.accessOf(request) === undefined)
      return reply.code(401).send({ ok: false, error: UNAUTHORIZED });
    const retryMs = clients.retryMsOf('getModelVersion', request);
    if (retryMs > 0) return refuse(reply, tooOften(retryMs));
    const result = await callOperation(host, clients.callerOf(request), 'getModelVersion', {});
    return result.ok ? reply.send(result) : refuse(reply, result.error);
  });
}

export function registerRest(app: FastifyInstance, host: GatewayHost, clients: ApiClients): void {
  registerModelVersion(app, host, clients);
  for (const name of Object.keys(operations) as OperationName[]) {
    app.route({
      method: 'POST',
      url: `/api/${name}`,
      // A client that floods the server must not be able to block the kill switch.
      config: name === 'kill' ? { rateLimit: false } : {},
      // After the rate limit, and before the body is read: a stranger's body is not worth parsing.
      preParsing: async (request, reply) => {
        if (clients.accessOf(request) === undefined)
          await reply.code(401).send({ ok: false, error: UNAUTHORIZED });
      },
      handler: async (request, reply) => {
        const retryMs = clients.retryMsOf(name, request);
        if (retryMs > 0) return refuse(reply, tooOften(retryMs));
        const result = await callOperation(host, clients.callerOf(request), name, request.body ?? {});
        if (!result.ok) return refuse(reply, result.error);
        if (!('answer' in result)) return reply.send(result);
        const { answer } = result;
        whenOver(request, reply, () => answer.release());
        return reply.type('application/json; charset=utf-8').send(answer.whole);
      },
    });
  }
}

function refuse(reply: FastifyReply, error: Problem): FastifyReply {
  if (error.retryMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryMs / 1_000));
  return reply.code(httpStatus(error)).send({ ok: false, error });
}
