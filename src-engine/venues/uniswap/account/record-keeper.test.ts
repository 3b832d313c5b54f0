import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { localChainAddress, readChainAddress } from '../address.ts';
import { localChainFile, localChainText, readLocalChain } from '../local-chain.ts';
import { LOCAL } from '../testing/scripted-mempool.ts';
import { RecordKeeper, walletFile } from './record-keeper.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-wallet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ADDRESS = `0x${'Ab'.repeat(20)}`;

it('one process at a time has what a wallet signed, and the next one reads what was kept', async () => {
  const first = new RecordKeeper(folder, 'v2');
  await expect(first.keep('{}')).rejects.toThrow('no wallet is open');
  const begun = await first.open(ADDRESS);
  expect(begun.record).toBeUndefined();
  await first.keep('{"nextNonce":3}');
  const second = new RecordKeeper(folder, 'v3', 2);
  await expect(second.open(ADDRESS.toLowerCase())).rejects.toMatchObject({
    problem: { code: 'wallet-in-use', value: walletFile(folder, ADDRESS) },
  });
  // Another wallet is none of it.
  expect((await second.open(`0x${'1'.repeat(40)}`)).record).toBeUndefined();
  first.release();
  await expect(first.keep('{"nextNonce":4}')).rejects.toThrow();
  const third = new RecordKeeper(folder, 'v2');
  expect(await third.open(ADDRESS)).toEqual({ record: { nextNonce: 3 }, sinceMs: begun.sinceMs });
  third.release();
  // Of what a venue signed with another wallet nothing is known.
  const other = new RecordKeeper(folder, 'v3');
  expect((await other.open(ADDRESS)).sinceMs).toBeGreaterThanOrEqual(begun.sinceMs);
  expect(readFileSync(join(folder, 'signs-v3.json'), 'utf8')).toContain(ADDRESS.toLowerCase());
  other.release();
  writeFileSync(walletFile(folder, ADDRESS), '{"nextNonce":');
  const fourth = new RecordKeeper(folder, 'v2');
  await expect(fourth.open(ADDRESS)).rejects.toThrow(/may be signed/);
  fourth.release();
  second.release();
});

it('what is being kept when the process ends is there before another one reads, and nothing comes after it', async () => {
  const address = `0x${'2'.repeat(40)}`;
  const [first, second] = [new RecordKeeper(folder, 'v2'), new RecordKeeper(folder, 'v2')];
  await first.open(address);
  const [kept, late] = [
    first.keep(`{"nextNonce":3,"of":"${'x'.repeat(1_000_000)}"}`),
    first.keep('{"nextNonce":4}'),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  first.release();
  const [{ record }] = await Promise.all([
    second.open(address),
    kept,
    expect(late).rejects.toThrow('no wallet'),
  ]);
  expect(record).toMatchObject({ nextNonce: 3 });
  second.release();
});

it('the local chain is a node of this machine with contracts of its own: any other is refused by name', async () => {
  const own = join(folder, 'a folder: of its own');
  expect(readChainAddress(`${localChainAddress('v2', own)}/markets`)).toEqual({
    version: 'v2',
    call: 'markets',
    folder: own,
    isAccount: false,
  });
  expect(readChainAddress('chain://v3')).toMatchObject({ version: 'v3', call: '', folder: undefined });
  expect(URL.canParse(localChainAddress('v3', own))).toBe(true);
  await expect(readLocalChain(folder)).rejects.toThrow(/is not set/);
  const contracts = JSON.stringify(LOCAL);
  writeFileSync(localChainFile(folder), localChainText('http://127.0.0.1:8545', contracts, 'c.json'));
  const { endpoint, deployment } = await readLocalChain(folder);
  expect([endpoint, deployment.chainId, deployment.tokens]).toEqual([
    'http://127.0.0.1:8545/',
    31_337,
    LOCAL.tokens,
  ]);
  const mainnet = JSON.stringify({ ...LOCAL, chainId: 1 });
  expect(() => localChainText('http://127.0.0.1:8545', mainnet, 'c.json')).toThrow(/is a public chain/);
  expect(() => localChainText('https://node.example', contracts, 'c.json')).toThrow(/is not on this machine/);
  writeFileSync(
    localChainFile(folder),
    localChainText('http://localhost:1', contracts, 'c.json').replace('31337', '1'),
  );
  await expect(readLocalChain(folder)).rejects.toMatchObject({ problem: { code: 'chain-not-traded' } });
});
