/**
 * Vitest's global set-up: one PostgreSQL server for all test files of a run, started when the first of them asks for it and
 * stopped when the run ends. A run without such a test starts none.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';

/** The URL of a new database, or why this machine has none. */
export type DatabaseAnswer = { readonly url: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** Each request to this address makes a database; the answer is a DatabaseAnswer as JSON. */
    readonly postgresAt: string;
  }
}

export default async function postgresOfRun(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<PostgresServer> | undefined;
  const makeDatabase = async (): Promise<DatabaseAnswer> => {
    try {
      started ??= startPostgresServer();
      const server = await started;
      return { url: await server.createDatabase() };
    } catch (error) {
      return { missing: error instanceof Error ? error.message : 'PostgreSQL ended while starting' };
    }
  };
  const door = createServer((_request, response) => {
    void makeDatabase().then((answer) => response.end(JSON.stringify(answer)));
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  project.provide('postgresAt', `http://127.0.0.1:${port}`);
  return async () => {
    door.close();
    door.closeAllConnections();
    const server = await started?.catch(() => undefined);
    await server?.stop();
  };
}
