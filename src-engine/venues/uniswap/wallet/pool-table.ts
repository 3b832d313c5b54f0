/** Pools that a wallet trades, as the factory names them. */
import type { Deployment } from '../deployments.ts';
import type { loadContracts } from '../process/contracts.ts';
import { latestHead } from '../process/heads.ts';
import { type Pool, PoolReader, type Version } from '../process/pools.ts';
import type { Rpc } from '../process/rpc.ts';
import type { PoolTable } from './plan.ts';
import { demandOwnFactories } from './router-check.ts';

export class FoundPools implements PoolTable {
  readonly #rpc: Rpc;
  readonly #deployment: Deployment;
  readonly #readers: ReadonlyMap<Version, PoolReader>;
  readonly #known = new Map<string, Pool>();

  constructor(
    rpc: Rpc,
    contracts: Awaited<ReturnType<typeof loadContracts>>,
    deployment: Deployment,
    versions: readonly Version[] = ['v2', 'v3'],
  ) {
    this.#rpc = rpc;
    this.#deployment = deployment;
    this.#readers = new Map(
      versions.map((version) => [version, new PoolReader(rpc, contracts, deployment, version)]),
    );
  }

  /** @throws UserError for routers of other factories; RpcError. */
  async discover(): Promise<void> {
    const head = await latestHead(this.#rpc);
    await demandOwnFactories(this.#rpc, this.#deployment, head);
    for (const reader of this.#readers.values()) {
      const { pools } = await reader.discover(head);
      for (const pool of pools) this.#known.set(pool.symbol, pool);
    }
  }

  find(symbol: string): Pool | undefined {
    return this.#known.get(symbol);
  }

  async state(...[pool, head]: Parameters<PoolTable['state']>): ReturnType<PoolTable['state']> {
    return (await this.#readers.get(pool.version)?.states([pool], head))?.states[0];
  }
}
