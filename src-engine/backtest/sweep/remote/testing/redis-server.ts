/** A real redis-server on loopback, for tests: nothing on the disk, gone with the test. */
import { PATIENCE_MS } from '../../../../testing/until.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

export type RedisServer = {
  readonly port: number;
  readonly url: string;
  /** All keys that are there, sorted. */
  keys(): Promise<string[]>;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

/** @param options of the server, such as `--requirepass word`; @param port of a server that was there before. */
export async function startRedis(options: readonly string[] = [], port?: number): Promise<RedisServer> {
  const own = port ?? (await freePort());
  const args = ['--port', String(own), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...options];
  const server = spawn('redis-server', args, { cwd: tmpdir(), stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    server.once('error', () =>
      reject(new Error('redis-server is not installed: apt-get install redis-server')),
    );
    server.once('exit', (code) => reject(new Error(`redis-server ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  const password = options[options.indexOf('--requirepass') + 1];
  const url = `redis://127.0.0.1:${own}/0`;
  const client = new Redis(own, '127.0.0.1', {
    ...(options.includes('--requirepass') ? { password: password ?? '' } : {}),
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  client.on('error', () => undefined);
  await Promise.race([client.ping(), failed]);
  return {
    port: own,
    url,
    keys: async () => (await client.keys('*')).sort(),
    stop: (signal = 'SIGKILL') => {
      client.disconnect();
      return ended(server, signal);
    },
  };
}

async function ended(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill(signal);
  await exit;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Waits until it holds. @throws once the patience of tests is over. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${PATIENCE_MS / 1_000} s for ${what}`);
    await sleep(50);
  }
}
