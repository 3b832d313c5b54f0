import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityOf, thisMachine } from '../lib/process-identity.ts';
import { connectEngine } from './client.ts';
import { lockDataDir, readRuntimeFile } from './runtime-file.ts';
import { FakeHost } from './testing/fake-host.ts';
import { startWebServer } from './web-server.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-data-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const info = (port: number) => ({
  pid: process.pid,
  host: '127.0.0.1',
  port,
  token: 'secret-token',
  startedUs: 1,
});

/** The process id of one that has ended. */
function deadPid(): number {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return pid;
}

it('publishes where the engine listens for this user alone, and takes it back', () => {
  const lock = lockDataDir(dataDir);
  lock.publish(info(4777));
  expect(readRuntimeFile(dataDir)).toEqual(info(4777));
  expect(statSync(join(dataDir, 'runtime.json')).mode & 0o777).toBe(0o600);
  lock.release();
  expect(readdirSync(dataDir)).toEqual([]);
});

it('hands on what an engine that crashed had published, and the port of any that ran before', () => {
  const crashed = lockDataDir(dataDir, deadPid());
  expect(crashed).toMatchObject({ left: undefined, lastPort: undefined });
  crashed.publish({ ...info(4777), viewer: 'viewer-token' });
  crashed.rememberPort(4777);

  const next = lockDataDir(dataDir);
  expect(next.left).toEqual({ ...info(4777), viewer: 'viewer-token' });
  expect(next.lastPort).toBe(4777);
  next.release();

  const afterPeace = lockDataDir(dataDir);
  expect(afterPeace).toMatchObject({ left: undefined, lastPort: 4777 });
  afterPeace.release();
  for (const content of ['', '0', '70000', 'x']) {
    writeFileSync(join(dataDir, 'gateway.port'), content);
    const lock = lockDataDir(dataDir);
    expect(lock.lastPort).toBeUndefined();
    lock.release();
  }
});

it('makes a folder that is not there', () => {
  const nested = join(dataDir, 'a', 'b');
  lockDataDir(nested).release();
  expect(existsSync(nested)).toBe(true);
});

it('keeps a second engine out, naming the first and what to do', () => {
  const lock = lockDataDir(dataDir);
  const second = () => lockDataDir(dataDir, process.ppid);
  expect(second).toThrow(`data-dir: "${dataDir}" is in use by the engine with process id ${process.pid}`);
  expect(second).toThrow('--data-dir');
  expect(() => lockDataDir(dataDir)).toThrow('is in use');
  lock.release();
  lockDataDir(dataDir, process.ppid).release();
});

it('takes over from an engine that died, or a lock that says nothing', () => {
  for (const content of [String(deadPid()), String(process.pid), '', 'garbage']) {
    writeFileSync(join(dataDir, 'engine.lock'), content);
    const lock = lockDataDir(dataDir);
    expect(readFileSync(join(dataDir, 'engine.lock'), 'utf8')).toMatch(new RegExp(`^${process.pid}( |$)`));
    lock.release();
  }
  expect(readdirSync(dataDir)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')(
  'a lock whose process id means another process by now holds nothing',
  () => {
    const other = spawn('sleep', ['600'], { stdio: 'ignore' });
    const pid = other.pid ?? 0;
    try {
      const real = identityOf(pid) ?? '';
      const earlier = real.replace(/\d+$/, '1');
      for (const content of [`${pid} ${earlier}`, `${pid} another-boot:7`, String(pid)]) {
        writeFileSync(join(dataDir, 'engine.lock'), content);
        lockDataDir(dataDir).release();
      }
      writeFileSync(join(dataDir, 'engine.lock'), `${pid} ${real}`);
      expect(() => lockDataDir(dataDir)).toThrow(`with process id ${pid}.`);
      writeFileSync(join(dataDir, 'runtime.json'), JSON.stringify({ ...info(4777), pid }));
      expect(readRuntimeFile(dataDir)).toMatchObject({ pid });
      writeFileSync(join(dataDir, 'engine.lock'), `${pid} ${earlier}`);
      expect(readRuntimeFile(dataDir)).toBeUndefined();
    } finally {
      other.kill('SIGKILL');
    }
  },
);

describe.skipIf(process.platform !== 'linux')('a lock that was left', () => {
  const take = (content: string): void => {
    writeFileSync(join(dataDir, 'engine.lock'), content);
    lockDataDir(dataDir).release();
  };
  it('by an engine on another machine is not taken over, and the machine is named', () => {
    const { host, id, processes } = thisMachine();
    for (const pid of [1, process.ppid, 999_999]) {
      expect(() => take(`${pid} other-boot:7 other-host 0123456789abcdef`)).toThrow(
        /was taken by process \d+ on the machine "other-host".*delete engine\.lock/,
      );
      expect(() => take(`${pid} other-boot:7 other-host`)).toThrow(/on the machine "other-host"/);
      // This machine was started again, or got another name since.
      take(`${pid} other-boot:7 ${host} ${id}`);
      if (id !== '-') take(`${pid} other-boot:7 another-name ${id}`);
      // Many machines have one name.
      const namesake = (): void => take(`${pid} other-boot:7 ${host} 0123456789abcdef`);
      if (id === '-') namesake();
      else expect(namesake).toThrow(`on the machine "${host}"`);
      // A container of this machine, and a process of its own that got another name.
      const own = (identityOf(process.pid) ?? '').replace(/:.*/, ':1');
      expect(() => take(`${pid} ${own} container - 12345`)).toThrow(/on the machine "container"/);
      take(`${pid} ${own} another-name ${id} ${processes}`);
    }
  });

  it('with the number of a thread, or of the first process, holds nothing', () => {
    const threads = readdirSync('/proc/self/task').map(Number);
    expect(threads.length).toBeGreaterThan(1);
    for (const tid of threads.filter((each) => each !== process.pid)) take(String(tid));
    take(`1 ${(identityOf(1) ?? '').replace(/\d+$/, '')}`);
  });

  it('is found by another way to the same folder', () => {
    const lock = lockDataDir(dataDir);
    const other = `${dataDir}-link`;
    symlinkSync(dataDir, other);
    try {
      expect(() => lockDataDir(other)).toThrow(`is in use by the engine with process id ${process.pid}`);
    } finally {
      rmSync(other);
      lock.release();
    }
  });
});

it('refuses a folder that cannot be written, naming it', () => {
  const file = join(dataDir, 'a-file');
  writeFileSync(file, '');
  expect(() => lockDataDir(join(file, 'data'))).toThrow(
    /^data-dir: ".*a-file\/data" cannot be written \(ENOTDIR\)/,
  );
});

it('ignores what a dead engine published, and what is broken', () => {
  writeFileSync(join(dataDir, 'runtime.json'), JSON.stringify({ ...info(4777), pid: deadPid() }));
  expect(readRuntimeFile(dataDir)).toBeUndefined();
  writeFileSync(join(dataDir, 'runtime.json'), '{"pid":');
  expect(readRuntimeFile(dataDir)).toBeUndefined();
});

it('leads the command line to the running engine', async () => {
  const host = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 3 }) });
  const server = await startWebServer({ host, port: 0, tokens: { operator: 'secret-token' } });
  const lock = lockDataDir(dataDir);
  lock.publish(info(server.port));
  try {
    const engine = connectEngine(dataDir, 'command-line');
    expect(engine).toMatchObject({ pid: process.pid, url: server.url });
    expect(await engine.call('kill', { reason: 'drill' })).toEqual({ killed: true, cancelsSent: 3 });
    expect(host.audited).toMatchObject([{ actor: 'operator via command-line' }]);
    await expect(engine.call('listFills', { limit: -1 })).rejects.toMatchObject({
      problem: { code: 'bad-input', field: 'limit', value: '-1' },
    });
  } finally {
    await server.close();
  }
  const gone = connectEngine(dataDir, 'command-line');
  await expect(gone.call('kill', {})).rejects.toMatchObject({ problem: { code: 'engine-not-running' } });
  lock.release();
  expect(() => connectEngine(dataDir, 'command-line')).toThrow(
    /has no running engine.*Start one with .*parallax.* serve/,
  );
});
