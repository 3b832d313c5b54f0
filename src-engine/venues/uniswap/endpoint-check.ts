/** What an endpoint must answer before it is used: its chain, a block that is new, and Uniswap’s contracts there. */
import { UserError } from '../../domain/errors.ts';
import { deploymentOf } from './endpoint.ts';
import { latestHead, mostAgeS, numberOf } from './process/heads.ts';
import { httpRpc, type Post, RpcError } from './process/rpc.ts';

export type EndpointCheck = {
  readonly chainId: number;
  readonly title: string;
  readonly block: number;
  /** Of the newest block, in seconds. */
  readonly ageS: number;
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
        `lags: its newest block ${number} is ${ageS} s old`,
        'Use another endpoint, or set this machine’s clock.',
      );
    for (const factory of [v2Factory, v3Factory]) {
      const code = await rpc.call('eth_getCode', [factory, 'latest']);
      if (typeof code !== 'string' || code.length <= 2)
        throw refuse(`has no Uniswap at ${factory}`, `Use an endpoint of ${title} with its whole state.`);
    }
    return { chainId, title, block: number, ageS };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    throw refuse(
      `gives no answer that can be used (${error.message})`,
      'Check the address with its provider, and whether a firewall or proxy keeps it away.',
    );
  }
}
