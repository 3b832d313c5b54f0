import { describe, expect, it } from 'vitest';
import { UserError } from '../../domain/errors.ts';
import { INVENTORY_SETTINGS } from '../../domain/inventory-settings.ts';
import { getAddress } from 'viem';
import { DEPLOYMENTS } from './deployments.ts';
import { readEndpoint, storedEndpoint, withToken, writtenEndpoint } from './endpoint.ts';
import { readToken, tryEndpoint } from './endpoint-check.ts';
import { namedTokens } from './own-tokens.ts';
import type { Post } from './process/rpc.ts';
import { ScriptedChain } from './testing/scripted-chain.ts';

const ADDRESS = 'https://rpc.example/v3/CANARY-key';

function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    const said = JSON.stringify((error as UserError).problem);
    expect(said).not.toContain('CANARY');
    return said;
  }
  throw new Error('was taken');
}

describe('the address of an endpoint', () => {
  it('is an HTTPS address, or one of this machine, on one line', () => {
    expect(readEndpoint(` ${ADDRESS}\n`)).toBe(ADDRESS);
    expect(readEndpoint('http://127.0.0.1:8545')).toBe('http://127.0.0.1:8545/');
    for (const [text, reason] of [
      ['', 'one address'],
      ['CANARY one\nCANARY two', 'one address'],
      ['CANARY', 'not an address'],
      ['http://rpc.example/CANARY', 'not an HTTPS'],
      ['http://localhost.CANARY.example', 'not an HTTPS'],
      ['https://rpc.example:0/CANARY', 'not an address'],
      ['https://rpc..example/CANARY', 'not an address'],
      ['wss://rpc.example/CANARY', 'WebSocket'],
      ['https://user:CANARY@rpc.example', 'password'],
      [`https://rpc.example/${'CANARY'.repeat(400)}`, 'one address'],
    ] as const)
      expect(problemOf(() => readEndpoint(text))).toContain(reason);
  });

  it('is stored with its chain, and what cannot be read is refused without it', () => {
    const stored = { endpoint: ADDRESS, chainId: 1 };
    expect(storedEndpoint(writtenEndpoint(stored))).toEqual(stored);
    expect(storedEndpoint(undefined)).toBeUndefined();
    expect(problemOf(() => storedEndpoint('CANARY'))).toContain('cannot be read');
    expect(problemOf(() => storedEndpoint(writtenEndpoint({ ...stored, chainId: 137 })))).toContain(
      'Arbitrum One',
    );
  });
});

describe('tokens of the trader’s own', () => {
  const own = (digit: string): string => `0x${digit.repeat(40)}`;

  it('are kept with the endpoint, ten at most, none twice and none that is listed', () => {
    const stored = { endpoint: ADDRESS, chainId: 1, tokens: [own('5')], names: { [own('5')]: 'LINK' } };
    expect(storedEndpoint(writtenEndpoint(stored))).toEqual(stored);
    expect(storedEndpoint(writtenEndpoint({ ...stored, tokens: [] }))).toEqual({
      endpoint: ADDRESS,
      chainId: 1,
    });
    expect(
      problemOf(() => storedEndpoint(writtenEndpoint({ ...stored, names: { [own('5')]: 'a b' } }))),
    ).toContain('cannot be read');
    expect(
      problemOf(() => storedEndpoint('{"endpoint":"https://a.example","chainId":1,"tokens":["x"]}')),
    ).toContain('cannot be read');
    const listed = DEPLOYMENTS[0]?.tokens ?? [];
    expect(withToken([own('5')], own('6'), listed)).toEqual([own('5'), own('6')]);
    expect(withToken([own('a')], own('A').replace('0X', '0x'), listed)).toEqual([own('a')]);
    const refused = (address: string, before: readonly string[] = []): string =>
      problemOf(() => withToken(before, address, listed));
    expect(refused('0x12')).toContain('is not an address');
    expect(refused(listed[0]?.address.toLowerCase() ?? '')).toContain('is listed already, as USDC');
    expect(refused(own('b'), '0123456789'.split('').map(own))).toContain('one more than 10');
  });

  it('are called as their contracts say, and after their addresses too where that name is taken, or says nothing', () => {
    const named = (...symbols: readonly (string | undefined)[]) =>
      namedTokens(
        symbols.map((symbol, at) => ({ address: own(String(at)), symbol, decimals: 18 })),
      ).tokens.map(({ asset }) => asset);
    expect(named('Link', 'LUSD')).toEqual(['LINK', 'LUSD']);
    expect(named('usdc', 'BTC', 'UNI', 'uni')).toEqual([
      'USDC.000000',
      'BTC.111111',
      'UNI.222222',
      'UNI.333333',
    ]);
    expect(named('', undefined, 'a@b', 'WAY TOO LONG A NAME', 'USD₮0')).toEqual([
      'TOKEN.000000',
      'TOKEN.111111',
      'TOKEN.222222',
      'TOKEN.333333',
      'TOKEN.444444',
    ]);
    // No token of that name is worth a dollar, or a euro, for having it.
    for (const coin of Object.keys(INVENTORY_SETTINGS.pegBands.default))
      expect(named(coin)).toEqual([`${coin}.000000`]);
    // No longer than what operations take for an asset.
    expect(named('TWELVESIGNSX', 'TWELVESIGNSX')).toEqual(['TWELVESIG.000000', 'TWELVESIG.111111']);
    const counted = (decimals: number | undefined) =>
      namedTokens([{ address: own('1'), symbol: 'ODD', decimals }]).leftOut;
    expect(counted(36)).toEqual([]);
    expect(counted(37)).toEqual([{ name: own('1'), reason: 'its contract counts 37 decimals' }]);
    expect(counted(undefined)).toEqual([{ name: own('1'), reason: 'there is no token there' }]);
  });
});

describe('the name of a token of the trader’s own', () => {
  const [a, b] = ['a', 'b'].map((digit) => `0x${digit.repeat(40)}`) as [string, string];
  const token = (address: string, symbol: string) => ({ address, symbol, decimals: 18 });
  const assets = (...of: Parameters<typeof namedTokens>) =>
    namedTokens(...of).tokens.map(({ asset }) => asset);

  it('stays as it was when it was added, whatever comes beside it and whatever its contract says since', () => {
    const names = { [a]: 'LINK' };
    expect(assets([token(a, 'LINK'), token(b, 'Link')], names)).toEqual(['LINK', 'LINK.BBBBBB']);
    expect(assets([token(a, 'USDC')], names)).toEqual(['LINK']);
    // A name that is listed since is not kept.
    expect(assets([token(a, 'Fake')], { [a]: 'USDT' })).toEqual(['FAKE']);
  });

  it('is of one token alone: another one of that name, and of those first digits, is left out', () => {
    const twin = `${a.slice(0, -1)}0`;
    const both = namedTokens([token(a, 'USDC'), token(twin, 'USDC')]);
    expect(both.tokens.map(({ asset }) => asset)).toEqual(['USDC.AAAAAA']);
    const reason = `the name USDC.AAAAAA belongs to the token ${a}, which was added before`;
    expect(both.leftOut).toEqual([{ name: twin, reason }]);
    expect(namedTokens([token(twin, 'USDC')], { [a]: 'USDC.AAAAAA' }).leftOut).toEqual([
      { name: twin, reason },
    ]);
  });
});

describe('a token is looked at before it is added', () => {
  const looked = async (address: string, names: Readonly<Record<string, string>> = {}): Promise<string> => {
    const chain = new ScriptedChain();
    chain.decimals = { [`0x${'5'.repeat(40)}`]: 9 };
    chain.symbols = { [`0x${'5'.repeat(40)}`]: 'Own' };
    const fetch: Post = async (_url, { body }) => {
      const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
      return new Response(JSON.stringify({ id, result: await chain.call(method, params) }));
    };
    try {
      const { asset, decimals } = await readToken({ endpoint: ADDRESS, chainId: 1, names }, fetch, address);
      return `${asset} ${decimals}`;
    } catch (error) {
      return problemOf(() => {
        throw error;
      });
    }
  };

  it('with its name and decimals as its contract says; what is none is refused', async () => {
    expect(await looked(`0x${'5'.repeat(40)}`)).toBe('OWN 9');
    // As a session calls it beside another one of that name.
    expect(await looked(`0x${'5'.repeat(40)}`, { [`0x${'7'.repeat(40)}`]: 'OWN' })).toBe('OWN.555555 9');
    expect(await looked(`0x${'6'.repeat(40)}`)).toContain('there is no token there');
    // One letter of another case than its checksum: it was not copied whole.
    expect(await looked('0x514910771AF9Ca656af840dff83E8264EcF986cA')).toContain(
      'another case than its checksum',
    );
  });
});

describe('an endpoint is tried before it is used', () => {
  const nowMs = 1_700_000_012_000;
  const answers = {
    eth_chainId: '0x1' as unknown,
    eth_getBlockByNumber: {
      number: '0x64',
      hash: `0x${'1'.repeat(64)}`,
      parentHash: `0x${'2'.repeat(64)}`,
      timestamp: '0x6553f100',
      baseFeePerGas: '0x4a817c800',
    } as unknown,
    eth_getCode: '0x60' as unknown,
  };
  const tried = (change: Partial<typeof answers>, expected?: number) => {
    const fetch: Post = (_url, { body }) => {
      const { id, method } = JSON.parse(body) as { id: number; method: keyof typeof answers };
      return Promise.resolve(new Response(JSON.stringify({ id, result: { ...answers, ...change }[method] })));
    };
    return tryEndpoint(ADDRESS, fetch, nowMs, expected);
  };

  it('and its chain, its newest block and its age are shown', async () => {
    expect(await tried({})).toEqual({ chainId: 1, title: 'Ethereum', block: 100, ageS: 12, ageBlocks: 1 });
  });

  it.each([
    [{ eth_chainId: '0x89' }, undefined, /whose pools are not known/],
    [{ eth_chainId: '0x1' }, 8_453, /is of chain 1 now, and was of 8453/],
    [{ eth_getBlockByNumber: null }, undefined, /no block/],
    [
      { eth_getBlockByNumber: { ...(answers.eth_getBlockByNumber as object), baseFeePerGas: undefined } },
      undefined,
      /block 100 has no base fee/,
    ],
    [{ eth_getCode: '0x' }, undefined, /has no Uniswap/],
    [
      { eth_getBlockByNumber: { ...(answers.eth_getBlockByNumber as object), timestamp: '0x6553f000' } },
      undefined,
      /lags: its newest block 100 is 268 s old, some 22 blocks/,
    ],
  ])('%j', async (change, expected, reason) => {
    await expect(tried(change, expected)).rejects.toThrow(reason);
  });
});

it('addresses of contracts and tokens have the checksums of their letters, and none stands twice on a chain', () => {
  for (const { v2Factory, v3Factory, multicall, tokens } of DEPLOYMENTS) {
    const all = [v2Factory, v3Factory, ...tokens.map(({ address }) => address)];
    for (const address of all) expect(getAddress(address)).toBe(address);
    expect(new Set([...all, multicall].map((address) => address.toLowerCase())).size).toBe(all.length + 1);
    expect(tokens.filter(({ asset }) => asset === 'ETH')).toHaveLength(1);
  }
});
