import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLIENT_TYPES, KEPT_DOCUMENT, presentDocument } from './api.ts';
import { clientTypes, typeOf } from './api/client-types.ts';
import { breakingChanges } from './api/differences.ts';

const kept = JSON.parse(readFileSync(KEPT_DOCUMENT, 'utf8')) as Parameters<typeof clientTypes>[0];

test('nothing that a client was made for is gone; a change that is meant is kept with `npm run api`', () => {
  expect(breakingChanges(kept, presentDocument())).toEqual([]);
});

test('the types of the TypeScript client are those of the kept document', () => {
  expect(readFileSync(CLIENT_TYPES, 'utf8')).toBe(clientTypes(kept));
});

test.each([
  [{ paths: { '/a': {} } }, { paths: {} }, ['/paths//a: is gone']],
  [{ a: { type: 'string' } }, { a: { type: 'number' } }, ['/a/type: was "string", is "number"']],
  [{ enum: ['a', 'b'] }, { enum: ['b'] }, ['/enum: "a" is gone']],
  [
    { xInput: { properties: {}, required: [] } },
    { xInput: { properties: { a: {} }, required: ['a'] } },
    ['/xInput/a: must be given now'],
  ],
  // None of these breaks a client.
  [{ enum: ['a'] }, { enum: ['b', 'a'] }, []],
  [{ summary: 'old' }, { summary: 'new' }, []],
  [{ xOutput: { properties: {} } }, { xOutput: { properties: { a: {} } } }, []],
  [{ xInput: { required: ['a'] } }, { xInput: { required: [] } }, []],
])('of %j and %j the breaking changes are %j', (before, after, changes) => {
  expect(breakingChanges(before, after)).toEqual(changes);
});

test.each([
  [{ type: 'array', items: { $ref: '#/components/schemas/order' } }, 'Array<Order>'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ anyOf: [{ const: 'a' }, { type: 'null' }] }, '("a") | (null)'],
  [
    { type: 'object', required: ['a'], properties: { a: {}, 'b-c': { type: 'integer' } } },
    '{ a: unknown; "b-c"?: number }',
  ],
  [{ type: 'object', additionalProperties: { type: 'string' } }, 'Record<string, string>'],
])('the schema %j is the type %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});
