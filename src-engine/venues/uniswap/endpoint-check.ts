/** What an endpoint must answer before it is used: its chain, a block that is new, and Uniswap’s contracts there. */
import { UserError } from '../../domain/errors.ts';
import type { Token } from './deployments.ts';
import { deploymentOf, type Endpoint } from './endpoint.ts';
import { latestHead, mostAgeS, numberOf } from './process/heads.ts';
import { PoolReader } from './process/pools.ts';
import { httpRpc, type Post, RpcError } from './process/rpc.ts';
import { LOCAL_CHAIN } from './wallet/permit.ts';

export type EndpointCheck = {
  readonly chainId: number;
  readonly title: string;
  readonly block: number;
  /** Of the newest block, in seconds. */
  readonly ageS: number;
  /** The same, in blocks that the chain makes in this time. */
  readonly ageBlocks: number;
};

/**
 * @param expected chain that it was stored with. @throws UserError, without the address, that says what is wrong.
 */
export async function tryEndpoint(
  endpoint: string,
  fetch: Post,
  nowMs: number,
  expected?: number,
): Promise<EndpointCheck> {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'endpoint-unfit', field: 'endpoint', message, remedy });
  const rpc = httpRpc({ endpoint, fetch });
  try {
    const chainId = numberOf(await rpc.call('eth_chainId', [])) ?? 0;
    if (expected !== undefined && chainId !== expected)
      throw refuse(
        `is of chain ${chainId} now, and was of ${expected} when it was set`,
        'Set it again: endpoint --set.',
      );
    const { title, blockS, v2Factory, v3Factory } = deploymentOf(chainId);
    const { number, timeS } = await latestHead(rpc);
    const ageS = Math.round(nowMs / 1_000 - timeS);
    if (ageS > mostAgeS(blockS))
      throw refuse(
        `lags: its newest block ${number} is ${ageS} s old, some ${blocksIn(ageS, blockS)} blocks`,
        'Use another endpoint, or set this machine’s clock.',
      );
    for (const factory of [v2Factory, v3Factory]) {
      const code = await rpc.call('eth_getCode', [factory, 'latest']);
      if (typeof code !== 'string' || code.length <= 2)
        throw refuse(`has no Uniswap at ${factory}`, `Use an endpoint of ${title} with its whole state.`);
    }
    return { chainId, title, block: number, ageS, ageBlocks: blocksIn(ageS, blockS) };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw refuse(
      `gives no answer that can be used (${error.message})`,
      'Check the address with its provider, and whether a firewall or proxy keeps it away.',
    );
  }
}

/** @returns the number of its newest block. @throws UserError for a node that does not answer, or is of another chain. */
export async function tryLocalChain(endpoint: string, fetch: Post): Promise<number> {
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'endpoint-unfit',
      field: '--local',
      value: endpoint,
      message,
      remedy: 'Start a local node (npx hardhat node, or anvil), and give its address.',
    });
  const rpc = httpRpc({ endpoint, fetch });
  try {
    const chainId = numberOf(await rpc.call('eth_chainId', []));
    if (chainId !== LOCAL_CHAIN) throw refuse(`is of chain ${chainId ?? 'unknown'}, not of the local one`);
    return (await latestHead(rpc)).number;
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw refuse(`gives no answer that can be used (${error.message})`);
  }
}

/** A token of the trader’s own, read from its contract, and called as it is in a session beside those that were added before. @throws UserError, without the address of the endpoint, where there is none that can be traded. */
export async function readToken(
  { endpoint, chainId, names = {} }: Pick<Endpoint, 'endpoint' | 'chainId' | 'names'>,
  fetch: Post,
  address: string,
): Promise<Token> {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-token', field: 'token', value: address, message, remedy });
  const { loadContracts } = await import('./process/contracts.ts');
  const loaded = await Promise.all([loadContracts(), import('viem')]).catch(() => undefined);
  if (loaded === undefined)
    throw refuse(
      'cannot be looked at, as viem is not installed',
      'Run npm ci, or npm install with optional packages, in the folder of Parallax.',
    );
  const [contracts, { isAddress }] = loaded;
  if (!isAddress(address))
    throw refuse(
      'has letters in another case than its checksum',
      'Copy it again, or write it in small letters.',
    );
  const rpc = httpRpc({ endpoint, fetch });
  const reader = new PoolReader(rpc, contracts, deploymentOf(chainId), 'v3');
  reader.own = [address];
  reader.names = names;
  try {
    const { tokens, leftOut } = await reader.ownTokens(await latestHead(rpc));
    const [token] = tokens;
    if (token !== undefined) return token;
    throw refuse(
      `is no token that can be traded: ${leftOut[0]?.reason ?? 'it does not answer'}`,
      'Check the address, and that it is of the chain of the endpoint.',
    );
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw refuse(
      `cannot be looked at (${error.message})`,
      'Try again: endpoint shows whether the endpoint answers.',
    );
  }
}

/** Blocks that a chain makes in so many seconds; none on one that makes them when it is asked to. */
function blocksIn(seconds: number, blockS: number): number {
  return blockS === 0 ? 0 : Math.max(0, Math.floor(seconds / blockS));
}
