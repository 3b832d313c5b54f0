/** `/api/v1`: the resources of the contract by GET with cursors and ETags, and every operation by POST; errors are problem details. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type OperationName, operations } from '../../contract/operations.ts';
import { type Resource, resources, USUAL_PAGE } from '../../contract/resources.ts';
import { type ApiClients, UNAUTHORIZED } from '../api-clients.ts';
import { type CallResult, callOperation, toProblem } from '../call.ts';
import { tooOften } from '../client-pace.ts';
import type { GatewayHost } from '../host.ts';
import { openApiText } from '../openapi.ts';
import { EVENTS_PATH, EventStreams } from './event-stream.ts';
import { inputOf, nextOf } from './pages.ts';
import { sendProblem } from './problem-answer.ts';

export const TOKEN_PATH = '/api/v1/token';
const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers its streams of events, which end with the server. */
export function registerV1(app: FastifyInstance, host: GatewayHost, clients: ApiClients): EventStreams {
  const streams = new EventStreams(host, clients);
  const guard = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (clients.accessOf(request) === undefined) await sendProblem(reply, UNAUTHORIZED);
  };
  const openApi = openApiText(host.version);
  for (const path of ['/api/openapi.json', '/api/v1/openapi.json'])
    app.get(path, (_request, reply) => reply.type(JSON_TYPE).send(openApi()));
  app.get(EVENTS_PATH, { exposeHeadRoute: false, preParsing: guard }, (request, reply) =>
    streams.open(request, reply),
  );
  app.post(TOKEN_PATH, { preParsing: guard }, async (request, reply) => {
    const made = await clients.mint(request, request.body);
    return 'code' in made ? sendProblem(reply, made) : reply.type(JSON_TYPE).send(JSON.stringify(made));
  });
  for (const [path, resource] of Object.entries(resources)) {
    app.get(`/api/v1/${path}`, { preParsing: guard }, (request, reply) =>
      'view' in resource
        ? answerView(host, resource, request, reply)
        : answerQuery(host, clients, resource, request, reply),
    );
  }
  for (const name of Object.keys(operations) as OperationName[]) {
    app.route({
      method: 'POST',
      url: `/api/v1/operations/${name}`,
      // A client that floods the server must not be able to block the kill switch.
      config: name === 'kill' ? { rateLimit: false } : {},
      preParsing: guard,
      handler: async (request, reply) => {
        const retryMs = clients.retryMsOf(name, request);
        if (retryMs > 0) return sendProblem(reply, tooOften(retryMs));
        const result = await callOperation(host, clients.callerOf(request), name, request.body ?? {});
        if (!result.ok) return sendProblem(reply, result.error);
        return reply.type(JSON_TYPE).send(textOf(result));
      },
    });
  }
  return streams;
}

async function answerQuery(
  host: GatewayHost,
  clients: ApiClients,
  resource: Exclude<Resource, { readonly view: string }>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { operation, paging } = resource;
  const retryMs = clients.retryMsOf(operation, request);
  if (retryMs > 0) return sendProblem(reply, tooOften(retryMs));
  let input: Record<string, unknown>;
  try {
    input = inputOf(resource, request.query);
  } catch (error) {
    return sendProblem(reply, toProblem(error));
  }
  const result = await callOperation(host, clients.callerOf(request), operation, input);
  if (!result.ok) return sendProblem(reply, result.error);
  if (paging === undefined) return sendTagged(request, reply, textOf(result));
  const answer = JSON.parse(textOf(result)) as object;
  const limit = typeof input['limit'] === 'number' ? input['limit'] : USUAL_PAGE;
  return sendTagged(request, reply, JSON.stringify({ ...answer, next: nextOf(paging, answer, limit) }));
}

function answerView(
  host: GatewayHost,
  { view }: Extract<Resource, { readonly view: string }>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const data = host.readView(view, {});
  if (data !== undefined) return sendTagged(request, reply, JSON.stringify(data));
  const remedy = 'Choose a profile first.';
  return sendProblem(reply, { code: 'no-session', field: 'profile', message: 'is not chosen yet', remedy });
}

/** The data of an answer as JSON text; its bytes are given back. */
function textOf(result: CallResult & { readonly ok: true }): string {
  return 'answer' in result ? result.answer.takeText() : JSON.stringify(result.data);
}

/** The tag is of the content, so that whoever has it already is sent nothing. */
function sendTagged(request: FastifyRequest, reply: FastifyReply, text: string): FastifyReply {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  void reply.header('etag', tag).header('cache-control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  const isKnown = known
    ?.split(',')
    .some((one) => one.trim().replace(/^W\//, '') === tag || one.trim() === '*');
  return isKnown === true ? reply.code(304).send() : reply.type(JSON_TYPE).send(text);
}
