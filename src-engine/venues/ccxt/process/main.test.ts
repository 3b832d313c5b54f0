/** The process of an account itself, with a class that says its key wherever it can. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { launchWith } from '../launch.ts';

const KEY = { key: 'the-key-of-a-test', secret: 'the-secret-of-a-test', passphrase: 'a phrase' };
const root = mkdtempSync(join(tmpdir(), 'parallax-ccxt-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const CLASS = `export default class {
  has = {}; options = {}; urls = { api: 'http://127.0.0.1:1' }; rateLimit = 1;
  loadHttpProxyAgent() { return Promise.resolve(); }
  fetch() {} fetch2() {} handleErrors() {} parseTrades() {} parseOrders() {}
  loadMarkets() {
    console.error('with', this.apiKey, new Error(this.secret));
    Promise.reject(new Error('as ' + this.password));
    setImmediate(() => { throw new Error('ends with ' + encodeURIComponent(this.password) + this.secret); });
    return new Promise(() => {});
  }
}`;

it('what it writes to standard error has no part of its key, down to the error that ends it, and no signal ends it', async () => {
  mkdirSync(join(root, 'js', 'src'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(join(root, 'js', 'src', 'okx.js'), CLASS);
  const child = spawn(process.execPath, [
    '--no-warnings',
    fileURLToPath(new URL('main.ts', import.meta.url)),
  ]);
  let heard = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.write(
    `${JSON.stringify({ root, id: 'okx', isAccount: true, origin: 'http://127.0.0.1:1' })}\n`,
  );
  await new Promise((resolve) => child.stdout.once('data', resolve));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) child.kill(signal);
  child.stdin.write(`${JSON.stringify({ do: 'key', key: KEY, rights: 'trade' })}\n`);
  expect(await ended).toBe(1);
  expect(heard.trim().split('\n')).toEqual(['with … Error …', 'Error as …', 'Error ends with ……']);
});

it.each([
  [true, []],
  [undefined, ['gives way']],
])('a process of an account (%s) gives way to nothing, and one of books does', (isAccount, expected) => {
  const did: string[] = [];
  const start = (): unknown => ({
    on: (event: string) => event === 'spawn' && did.push('gives way'),
    stdin: { on: () => undefined, writable: false },
    stdout: { on: () => undefined },
    stderr: { setEncoding: () => ({ on: () => undefined }) },
  });
  const ears = { said: () => undefined, ended: () => undefined };
  launchWith(start as typeof spawn, { id: 'okx', origin: undefined, isAccount }, ears);
  expect(did).toEqual(expected);
});
