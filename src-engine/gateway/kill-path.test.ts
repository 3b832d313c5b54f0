/** The command line's ways to a kill, when the port is of no use. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openGateway } from '../assembly/gateway.ts';
import { until } from '../testing/until.ts';
import { connectEngine } from './client.ts';
import { controlPath } from './control-socket.ts';
import { lockDataDir, readRuntimeFile } from './runtime-file.ts';
import { FakeHost } from './testing/fake-host.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-kill-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

async function start(host: FakeHost) {
  const lock = lockDataDir(dataDir);
  const { server, tokens } = await openGateway({
    dataDir,
    host,
    lock,
    port: undefined,
    tokens: undefined,
    windowDir: undefined,
  });
  const publish = (port: number) =>
    lock.publish({ pid: process.pid, host: server.address, port, token: tokens.operator, startedUs: 1 });
  publish(server.port);
  return {
    publish,
    stop: async () => {
      await server.close();
      lock.release();
    },
  };
}

const killer = (cancelsSent: number) => vi.fn(() => ({ killed: true as const, cancelsSent }));

it('goes by the socket in the data folder, which this user alone may open, whatever the port does', async () => {
  const kill = killer(2);
  const { publish, stop } = await start(new FakeHost({ kill }));
  // Nothing listens there.
  publish(1);
  expect(await connectEngine(dataDir, 'test').call('kill', { reason: 'drill' })).toEqual({
    killed: true,
    cancelsSent: 2,
  });
  expect(kill).toHaveBeenCalledWith({ reason: 'drill' }, { role: 'operator', via: 'test' });
  if (process.platform !== 'win32') expect(statSync(controlPath(dataDir) ?? '').mode & 0o777).toBe(0o600);
  await stop();
});

it('and any other call by that socket is answered while a program asks too often by the port, with the same token', async () => {
  const { stop } = await start(new FakeHost({ listFills: () => ({ fills: [] }) }));
  const { host, port, token } = readRuntimeFile(dataDir) ?? { host: '', port: 0, token: '' };
  const ask = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://${host}:${port}/api/listFills`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    await answer.text();
    return answer.status;
  };
  let last = 200;
  for (let n = 0; n < 80 && last !== 429; n++)
    last = Math.max(...(await Promise.all(Array.from({ length: 10 }, ask))));
  expect(last).toBe(429);
  expect(await connectEngine(dataDir, 'test').call('listFills', {})).toEqual({ fills: [] });
  await stop();
});

it('goes by the port where there is no socket, and by a file where there is neither', async () => {
  const kill = killer(1);
  const { publish, stop } = await start(new FakeHost({ kill }));
  rmSync(controlPath(dataDir) ?? '');
  const client = connectEngine(dataDir, 'test');
  expect(await client.call('kill', {})).toEqual({ killed: true, cancelsSent: 1 });
  publish(1);
  expect(await connectEngine(dataDir, 'test').call('kill', {})).toEqual({ killed: true, cancelsSent: 1 });
  expect(kill.mock.lastCall).toEqual([{ reason: 'kill file' }, { role: 'operator', via: 'kill-file' }]);
  expect(existsSync(join(dataDir, 'kill.request'))).toBe(false);
  await stop();
});

it('a request that was not answered in time kills the next engine', async () => {
  writeFileSync(join(dataDir, 'kill.request'), 'kill\n');
  const kill = killer(0);
  const { stop } = await start(new FakeHost({ kill }));
  await until(() => kill.mock.calls.length === 1);
  await stop();
});

it('a socket that asks without the token is refused', async () => {
  const { publish, stop } = await start(new FakeHost({ kill: killer(0) }));
  publish(1);
  chmodSync(join(dataDir, 'runtime.json'), 0o600);
  const lock = JSON.stringify({ pid: process.pid, host: '127.0.0.1', port: 1, token: 'guess', startedUs: 1 });
  writeFileSync(join(dataDir, 'runtime.json'), lock);
  await expect(connectEngine(dataDir, 'test').call('getStatus', {})).rejects.toThrow(/token: is missing/);
  await stop();
});

it.skipIf(process.platform === 'win32')('reaches an engine whose every descriptor is taken', async () => {
  const script = new URL('./testing/exhausted-gateway.ts', import.meta.url).pathname;
  const child = spawn(
    'sh',
    ['-c', `ulimit -n 96 && exec "$0" "$1" "$2"`, process.execPath, script, dataDir],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const closed = once(child, 'close');
  try {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until(() => said.includes('exhausted'));
    const answer = await connectEngine(dataDir, 'test').call('kill', { reason: 'drill' });
    expect(answer).toEqual({ killed: true, cancelsSent: 7 });
    await until(() => said.includes('killed by kill file'));
  } finally {
    child.kill('SIGKILL');
    await closed;
  }
});
