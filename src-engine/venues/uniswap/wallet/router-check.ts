/** A router trades the pools of its own factory: the pools that are reckoned with must be these. */
import { UserError } from '../../../domain/errors.ts';
import type { Deployment } from '../deployments.ts';
import type { Head } from '../process/heads.ts';
import type { Rpc } from '../process/rpc.ts';
import { wordAt } from './receipts.ts';

/** Selector of `factory()`, which Router02 of v2 and SwapRouter of v3 both have. */
const FACTORY = '0xc45a0155';

/** @throws UserError for a router of another factory; RpcError. */
export async function demandOwnFactories(
  rpc: Rpc,
  { routers = {}, v2Factory, v3Factory }: Pick<Deployment, 'routers' | 'v2Factory' | 'v3Factory'>,
  { number }: Pick<Head, 'number'>,
): Promise<void> {
  for (const [version, factory] of [
    ['v2', v2Factory],
    ['v3', v3Factory],
  ] as const) {
    const router = routers[version];
    if (router === undefined || (await wordAt(rpc, router, FACTORY, number)) === BigInt(factory)) continue;
    throw new UserError({
      code: 'router-of-another-factory',
      field: `routers.${version}`,
      value: router,
      message: `does not trade the pools of ${version}Factory`,
      remedy: 'Name the router and the factory that were deployed together.',
    });
  }
}
