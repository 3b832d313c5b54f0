/** The local chain of rehearsals: where its node is, and which contracts the trader deployed there. No secret: the node is on this machine. */
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { invocation } from '../../lib/invocation.ts';
import { plainText } from '../../lib/regular-file.ts';
import { isObject } from '../toolkit/json.ts';
import type { Deployment } from './deployments.ts';
import { readEndpoint } from './endpoint.ts';
import { readDeployment } from './wallet/deployment-file.ts';

export type LocalChain = { readonly endpoint: string; readonly deployment: Deployment };

/** Within the data folder. */
export const CHAIN_FOLDER = 'chain';
const FILE = 'local-chain.json';
const MAX_BYTES = 100_000;
/** Of each order: one before the swap, and one that takes back what is left or what stood before. */
const APPROVALS = 2;

export function localChainFile(folder: string): string {
  return join(folder, FILE);
}

/** The text that is kept, of what a trader gave. @throws UserError for a node that is not on this machine, and for contracts that cannot be used. */
export function localChainText(address: string, contracts: string, file: string): string {
  const { endpoint } = chainOf(address, contracts, file);
  return JSON.stringify({ endpoint, contracts: JSON.parse(contracts) as unknown });
}

/** @throws UserError where none is set, or what is kept cannot be used. */
export async function readLocalChain(folder: string): Promise<LocalChain> {
  const file = localChainFile(folder);
  const text = await plainText(file, MAX_BYTES).catch(() => {
    throw refused('is kept in a file that cannot be read');
  });
  if (text === undefined) throw refused('is not set: its pools cannot be rehearsed');
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    kept = undefined;
  }
  const { endpoint, contracts } = isObject(kept) ? kept : {};
  if (typeof endpoint !== 'string') throw refused('is kept in a form that cannot be read');
  return chainOf(endpoint, JSON.stringify(contracts ?? null), file);
}

function chainOf(address: string, contracts: string, file: string): LocalChain {
  const endpoint = readEndpoint(address);
  if (!endpoint.startsWith('http:')) throw refused('is not on this machine');
  return { endpoint, deployment: { ...readDeployment(contracts, file), approvals: APPROVALS } };
}

function refused(message: string): UserError {
  return new UserError({
    code: 'no-local-chain',
    field: 'local chain',
    message,
    remedy: `Start a node (hardhat, anvil), deploy Uniswap there, and name both: ${invocation()} endpoint --local http://127.0.0.1:8545 --contracts contracts.json`,
  });
}
