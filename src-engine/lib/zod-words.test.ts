import { expect, it } from 'vitest';
import { z } from 'zod';
import { issueWords } from './zod-words.ts';

const kinds = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('a') }),
  z.object({ kind: z.literal('b') }),
]);

it.each<[z.ZodType, unknown, string]>([
  [z.number(), 'x', 'must be a number'],
  [z.string(), undefined, 'must be a text'],
  [z.number().int(), 1.5, 'must be a whole number'],
  [z.number().max(100), 101, 'must be at most 100'],
  [z.number().positive(), 0, 'must be more than 0'],
  [z.number().lt(5), 5, 'must be less than 5'],
  [z.string().max(3), 'four', 'must have at most 3 characters'],
  [z.array(z.string()).min(1), [], 'must have at least 1 item'],
  [z.number().multipleOf(2), 3, 'must be a multiple of 2'],
  [z.enum(['sharpe', 'return']), 'x', 'must be one of sharpe, return'],
  [z.literal('REARM'), 'x', 'must be REARM'],
  [z.strictObject({ a: z.string() }), { a: '', b: 1 }, 'has names that are not known: b'],
  [z.boolean(), 1, 'must be true or false'],
  [z.union([z.string(), z.number()]), null, 'is none of the forms that it may have'],
  [kinds, { kind: 'c' }, 'is none of the forms that it may have'],
  [z.string().regex(/^a/), 'b', 'is not written as it must be'],
  [z.string().regex(/^a/, 'must begin with a'), 'b', 'must begin with a'],
])('%# is said in words of the field', (schema, value, words) => {
  expect(issueWords(schema.safeParse(value).error?.issues[0])).toBe(words);
});
