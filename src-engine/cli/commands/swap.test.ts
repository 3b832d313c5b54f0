/** The command with the process that it starts, beside a scripted chain. */
import { existsSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, it, vi } from 'vitest';
import { withFileLock } from '../../lib/file-lock.ts';
import { thisMachine } from '../../lib/process-identity.ts';
import { LOCAL, ScriptedMempool } from '../../venues/uniswap/testing/scripted-mempool.ts';
import { KEY, signer } from '../../venues/uniswap/testing/wallet-rig.ts';
import { parallaxHere } from '../testing/in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-swap-'));
const chain = new ScriptedMempool(signer.address);
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
      readonly id: number;
      readonly method: string;
      readonly params: readonly unknown[];
    };
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: await chain.call(method, params) }));
  })();
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const [contracts, record] = [join(folder, 'contracts.json'), join(folder, 'wallet.json')];
writeFileSync(contracts, JSON.stringify(LOCAL));
writeFileSync(record, '{"version":1,"chainId":31337,"address":"0x1","nextNonce":0,"orders":[]}');
const rpc = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const node = ['--rpc', rpc, '--contracts', contracts];
const sale = ['--pool', 'ETH/USDC', '--side', 'sell', '--qty', '1', '--price', '2900'];

async function withKey(...args: string[]) {
  const input = vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([KEY]) as never);
  try {
    return await parallaxHere('swap', ...node, ...args);
  } finally {
    input.mockRestore();
  }
}

const swap = (...args: string[]) => withKey('--record', record, ...args);
const resumedAt = (at: string) => withKey('--record', at, '--resume');

it('says why the process that signs does not begin, and lets the record go', async () => {
  const { code, stdout, stderr } = await swap(...sale);
  expect(code).toBe(1);
  expect(stdout).toContain(
    'nothing of it was signed: ended code 1, the record is of another wallet or chain',
  );
  expect(stderr + stdout).not.toContain('5a5a');
  expect(existsSync(`${record}.lock`)).toBe(false);
});

it('refuses a record that another command has, by whatever link it is named, and an order beside --resume', async () => {
  const link = join(folder, 'link.json');
  symlinkSync(record, link);
  const held = await withFileLock(
    `${record}.lock`,
    () => new Error('is held'),
    async () => [await swap('--resume'), await resumedAt(link)],
  );
  for (const { code, stderr } of held) {
    expect(code).toBe(2);
    expect(stderr).toContain('is in use by another command');
  }
  expect((await swap('--resume', ...sale)).stderr).toContain('--resume');
  expect((await swap(...sale.slice(2))).stderr).toContain('Give --pool');
});

it('keeps a lock of a process that cannot be seen from here, however old, and takes that of one that has ended', async () => {
  const lock = `${record}.lock`;
  writeFileSync(lock, JSON.stringify([1, 'identity', 'another machine', 'id']));
  utimesSync(lock, 1, 1);
  expect((await swap('--resume')).stderr).toContain(`delete ${lock}`);
  const mine = thisMachine();
  writeFileSync(
    lock,
    JSON.stringify([999_999_999, 'before', `${mine.host} ${mine.id} ${mine.processes}`, 'id']),
  );
  expect((await swap('--resume')).stderr).not.toContain('is in use');
  expect(existsSync(lock)).toBe(false);
});

it('refuses a record in a folder that is not there', async () => {
  expect((await resumedAt(join(folder, 'none', 'wallet.json'))).stderr).toContain('cannot be used (ENOENT)');
});
