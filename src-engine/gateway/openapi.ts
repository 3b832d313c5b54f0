/** The OpenAPI document, generated from the tables of operations and resources. */
import { z } from 'zod';
import { type OperationName, operations } from '../contract/operations.ts';
import { MAX_PAGE, type Resource, resources, USUAL_PAGE } from '../contract/resources.ts';
import { SCOPES, scopeOf } from '../contract/scopes.ts';
import { topics } from '../contract/topics.ts';
import { engineEvent } from '../domain/event-schemas.ts';
import { KEY_HEADER } from './web-guards.ts';

const problem = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  value: z.string().optional(),
  remedy: z.string().optional(),
  retryMs: z.number().optional(),
});

/** RFC 9457, with the fields of a problem of the engine. */
const problemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  ...problem.omit({ message: true }).shape,
});

type Json = Readonly<Record<string, unknown>>;

const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const result = (data: object): object => ({
  type: 'object',
  required: ['ok', 'data'],
  properties: { ok: { const: true }, data },
});
const refused = {
  description: 'Refused',
  content: { 'application/problem+json': { schema: ref('ProblemDetails') } },
};

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const made = z.toJSONSchema(schema, { io });
  return Object.fromEntries(Object.entries(made).filter(([name]) => name !== '$schema'));
}

/** @param version of the engine. Each operation as `POST /api/<operation>` and below `/api/v1`, and each resource. */
export function openApiDocument(version: string): object {
  const names = Object.keys(operations) as OperationName[];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parallax',
      version,
      description:
        'One contract in several forms: resources by GET, operations by POST, the journal as server-sent events. Decimals are text, times are microseconds since 1970.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { key: [] }],
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        key: { type: 'apiKey', in: 'header', name: KEY_HEADER.toUpperCase() },
      },
      schemas: {
        // What the stream of facts carries, one a message's entry, over the WebSocket and in the journal.
        EngineEvent: schemaOf(engineEvent, 'output'),
        Refusal: {
          type: 'object',
          required: ['ok', 'error'],
          properties: { ok: { const: false }, error: schemaOf(problem, 'output') },
        },
        ProblemDetails: schemaOf(problemDetails, 'output'),
        ...Object.fromEntries(names.flatMap(operationSchemas)),
        PositionsView: schemaOf(topics.positions.view, 'output'),
        PortfolioView: schemaOf(topics.portfolio.view, 'output'),
      },
    },
    paths: Object.fromEntries([
      ...Object.entries(resources).map(([path, resource]) => [
        `/api/v1/${path}`,
        { get: resourceOf(path, resource) },
      ]),
      ['/api/v1/events', { get: STREAM }],
      ['/api/model/version', { get: MODEL_VERSION }],
      ['/api/v1/token', { post: TOKEN }],
      ...names.map((name) => [`/api/v1/operations/${name}`, { post: v1Operation(name) }]),
      ...names.map((name) => [`/api/${name}`, { post: plainOperation(name) }]),
    ]),
  };
}

/** The document as text, made once, for who asks first: a start of the engine does not pay for it. */
export function openApiText(version: string): () => string {
  let made: string | undefined;
  return () => (made ??= JSON.stringify(openApiDocument(version)));
}

function operationSchemas(name: OperationName): [string, Json][] {
  const { input, output } = operations[name];
  return [
    [`${name}Input`, schemaOf(input, 'input')],
    [`${name}Output`, schemaOf(output, 'output')],
  ];
}

function wordsOf(name: OperationName): string {
  const { role, changes } = operations[name];
  const scope = scopeOf(name);
  const needs = scope === 'token' ? 'the engine’s own token' : `the scope ${scope}`;
  return `Role: ${role}; needs ${needs}. ${changes ? 'Changes something; audited.' : 'Changes nothing.'}`;
}

function v1Operation(name: OperationName): object {
  return {
    operationId: `v1_${name}`,
    summary: operations[name].summary,
    description: wordsOf(name),
    requestBody: json(ref(`${name}Input`)),
    responses: { 200: { description: 'Done', ...json(ref(`${name}Output`)) }, default: refused },
  };
}

function plainOperation(name: OperationName): object {
  return {
    operationId: name,
    summary: operations[name].summary,
    description: wordsOf(name),
    requestBody: json(ref(`${name}Input`)),
    responses: {
      200: { description: 'Done', ...json(result(ref(`${name}Output`))) },
      default: { description: 'Refused', ...json(ref('Refusal')) },
    },
  };
}

function resourceOf(path: string, resource: Resource): object {
  const tag = { name: 'If-None-Match', in: 'header', schema: { type: 'string' } };
  const isView = 'view' in resource;
  const data = isView
    ? ref(resource.view === 'positions' ? 'PositionsView' : 'PortfolioView')
    : ref(`${resource.operation}Output`);
  const isPaged = !isView && resource.paging !== undefined;
  const schema = isPaged
    ? {
        allOf: [
          data,
          { type: 'object', required: ['next'], properties: { next: { type: ['string', 'null'] } } },
        ],
      }
    : data;
  return {
    operationId: `get_${path.replaceAll('-', '_')}`,
    summary: isView ? resource.summary : operations[resource.operation].summary,
    parameters: [...(isView ? [] : parametersOf(resource)), tag],
    responses: {
      200: {
        description: isPaged
          ? 'A page; `next` is the cursor of the one behind it, or null'
          : 'The state of the moment',
        headers: { ETag: { schema: { type: 'string' } } },
        ...json(schema),
      },
      304: { description: 'As If-None-Match has it already' },
      default: refused,
    },
  };
}

function parametersOf({ operation, paging, params = [] }: Exclude<Resource, { view: string }>): object[] {
  const input = schemaOf(operations[operation].input, 'input')['properties'] as Json;
  const named = params.map((name) => ({ name, in: 'query', schema: input[name] }));
  if (paging === undefined) return named;
  const limit = { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: USUAL_PAGE };
  return [
    ...named,
    { name: 'limit', in: 'query', schema: limit },
    { name: 'cursor', in: 'query', description: '`next` of the page before', schema: { type: 'string' } },
  ];
}

const text = { type: 'string' };
const MODEL_VERSION = {
  operationId: 'model_version',
  summary: operations.getModelVersion.summary,
  responses: {
    200: { description: 'Done', ...json(result(ref('getModelVersionOutput'))) },
    default: { description: 'Refused', ...json(ref('Refusal')) },
  },
};

const STREAM = {
  operationId: 'stream_events',
  summary: 'The journal as server-sent events, each once it is durable, in order and without a gap.',
  description:
    'The id of an event is its profile and number. Last-Event-ID (or `after`) continues behind it, however old it is; without it the stream begins now. Where that cannot be (another profile runs, or the journal is shorter) one event `gap` says so. A comment comes every 15 s.',
  parameters: [
    { name: 'Last-Event-ID', in: 'header', description: 'Such as demo:1234', schema: text },
    {
      name: 'after',
      in: 'query',
      description: 'The same, for clients that cannot set a header',
      schema: text,
    },
    { name: 'types', in: 'query', description: 'Types of events, with commas between them', schema: text },
  ],
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: text } } },
    default: refused,
  },
};

const scope = z.enum(SCOPES);
const TOKEN = {
  operationId: 'v1_token',
  summary: 'A token (JWT, HS256) for a quarter of an hour in place of the key that is presented.',
  description:
    'Needs a key of the API. The token has its scope or a lesser one, and opens nothing once the key is revoked or the engine was started again.',
  requestBody: json(schemaOf(z.strictObject({ scope: scope.optional() }), 'input')),
  responses: {
    200: {
      description: 'The token',
      ...json(
        schemaOf(
          z.object({ token: z.string(), type: z.literal('Bearer'), expiresIn: z.number().int(), scope }),
          'output',
        ),
      ),
    },
    default: refused,
  },
};
