import { expect, it } from 'vitest';
import { startTestPostgres } from './postgres.ts';

it('test files share one PostgreSQL server, and each database is another', async ({ skip }) => {
  const [one, other] = [await startTestPostgres(), await startTestPostgres()];
  if ('missing' in one || 'missing' in other) return skip('there is no PostgreSQL');
  const urls = [await one.createDatabase(), await one.createDatabase(), await other.createDatabase()];
  expect(new Set(urls.map((url) => new URL(url).host)).size).toBe(1);
  expect(new Set(urls).size).toBe(3);
});
