import { expect, it } from 'vitest';
import { startTestPostgres } from './postgres.ts';
import { embeddedPostgres } from './postgres-server.ts';

it('test files share one PostgreSQL server, and each database is another', async ({ skip }) => {
  const [one, other] = [await startTestPostgres(), await startTestPostgres()];
  if ('missing' in one || 'missing' in other) return skip('there is no PostgreSQL');
  const urls = [await one.createDatabase(), await one.createDatabase(), await other.createDatabase()];
  expect(new Set(urls.map((url) => new URL(url).host)).size).toBe(1);
  expect(new Set(urls).size).toBe(3);
});

it('leaves the code with which a process ends to what failed in it', async () => {
  const hooks = () => [process.listeners('beforeExit'), process.listeners('exit')];
  const before = hooks();
  await embeddedPostgres();
  expect(hooks()).toEqual(before);
});
