import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockDataDir } from '../gateway/runtime-file.ts';
import { FakeHost } from '../gateway/testing/fake-host.ts';
import { openGateway } from './gateway.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-gateway-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** One start of an engine on the folder, up to where it has published itself. */
async function start(pid: number = process.pid, port?: number) {
  const lock = lockDataDir(dataDir, pid);
  const { server, tokens } = await openGateway({
    dataDir,
    host: new FakeHost({}),
    lock,
    port,
    tokens: undefined,
    windowDir: undefined,
  });
  const { operator: token, viewer } = tokens;
  lock.publish({ pid, host: server.address, port: server.port, token, viewer, startedUs: 1 });
  return { lock, server, tokens };
}

it('a start in peace keeps the address and makes new tokens', async () => {
  const first = await start();
  await first.server.close();
  first.lock.release();
  const second = await start();
  expect(second.server.port).toBe(first.server.port);
  expect(second.tokens.operator).not.toBe(first.tokens.operator);
  expect(second.tokens.viewer).not.toBe(first.tokens.viewer);
  await second.server.close();
  second.lock.release();
});

it('after a crash windows that were open come back: address and tokens are the same', async () => {
  const crashed = await start(spawnSync(process.execPath, ['-e', '']).pid);
  await crashed.server.close();
  const next = await start();
  expect(next.server.port).toBe(crashed.server.port);
  expect(next.tokens).toEqual(crashed.tokens);
  await next.server.close();
  next.lock.release();
});

it('a default port that is in use does not stop the start; a requested one does', async () => {
  const first = await start();
  const { port } = first.server;
  await first.server.close();
  first.lock.release();
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  const second = await start();
  expect(second.server.port).not.toBe(port);
  await second.server.close();
  second.lock.release();
  await expect(start(process.pid, port)).rejects.toMatchObject({ problem: { code: 'port-in-use' } });
  await new Promise((resolve) => squatter.close(resolve));
});
