/** A real RabbitMQ on loopback, for tests: a node of its own in a folder that is gone with the test. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../testing/until.ts';

/** Debian's own script changes to a user of the system; this is what it runs. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
export const hasRabbit = (): boolean => existsSync(SERVER) && spawnSync('erl', ['-version']).status === 0;

export type RabbitServer = { readonly port: number; readonly url: string; stop(): Promise<void> };

export async function startRabbit(): Promise<RabbitServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-rabbit-'));
  const [port, dist] = [await freePort(), await freePort()];
  const plugins = join(folder, 'plugins');
  writeFileSync(plugins, '[].');
  const config = join(folder, 'rabbitmq.conf');
  writeFileSync(config, `listeners.tcp.default = 127.0.0.1:${port}\nlog.console = false\nlog.file = false\n`);
  const child: ChildProcess = spawn(SERVER, [], {
    stdio: 'ignore',
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      RABBITMQ_NODENAME: `parallax${port}@localhost`,
      RABBITMQ_DIST_PORT: String(dist),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: folder,
      RABBITMQ_PID_FILE: join(folder, 'pid'),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_CONFIG_FILE: config,
      // One scheduler: no more of the machine than a test needs.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none',
      ERL_EPMD_PORT: String(await freePort()),
    },
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`rabbitmq-server ended with ${code}`)));
  });
  failed.catch(() => undefined);
  await Promise.race([until(() => isOpen(port)), failed]);
  return {
    port,
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    stop: async () => {
      const isOver = once(child, 'exit');
      // With the processes that it started, epmd among them.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await isOver;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A way to a port that can be closed and opened again: a broker that is away, as its clients see it. */
export async function startDoor(
  to: number,
): Promise<{ readonly port: number; shut(): void; open(): void; close(): void }> {
  const ways = new Set<ReturnType<typeof connect>>();
  let isShut = false;
  const server = createServer((inner) => {
    const outer = connect(to, '127.0.0.1');
    for (const one of [inner, outer]) {
      ways.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => ways.delete(one));
    }
    if (isShut) inner.destroy();
    inner.pipe(outer).pipe(inner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const one of ways) one.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      isShut = true;
      cut();
    },
    open: () => {
      isShut = false;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
