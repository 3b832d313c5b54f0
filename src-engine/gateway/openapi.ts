/** The OpenAPI page, generated from the operations table. */
import { z } from 'zod';
import { operations } from '../contract/operations.ts';
import { engineEvent } from '../domain/event-schemas.ts';

const problem = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  value: z.string().optional(),
  remedy: z.string().optional(),
  retryMs: z.number().optional(),
});

const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const result = (data: object): object => ({
  type: 'object',
  required: ['ok', 'data'],
  properties: { ok: { const: true }, data },
});

/** An OpenAPI 3.1 document with one path per operation: `POST /api/<operation>`. */
export function openApiDocument(version: string): object {
  const paths = Object.entries(operations).map(([name, spec]) => [
    `/api/${name}`,
    {
      post: {
        operationId: name,
        summary: spec.summary,
        description: `Role: ${spec.role}. ${spec.changes ? 'Changes something; audited.' : 'Changes nothing.'}`,
        requestBody: json(z.toJSONSchema(spec.input, { io: 'input' })),
        responses: {
          200: { description: 'Done', ...json(result(z.toJSONSchema(spec.output, { io: 'output' }))) },
          default: { description: 'Refused', ...json({ $ref: '#/components/schemas/Refusal' }) },
        },
      },
    },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: 'Parallax', version },
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        // What the stream of facts carries, one a message's entry, over the WebSocket and in the journal.
        EngineEvent: z.toJSONSchema(engineEvent),
        Refusal: {
          type: 'object',
          required: ['ok', 'error'],
          properties: { ok: { const: false }, error: z.toJSONSchema(problem) },
        },
      },
    },
    paths: Object.fromEntries(paths),
  };
}
