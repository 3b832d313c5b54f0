/** Where swaps may be signed, and through which contracts: nothing else is ever approved to take a token. */
import { UserError } from '../../../domain/errors.ts';
import { type Deployment, DEPLOYMENTS } from '../deployments.ts';

/** Chain of a local node (hardhat, anvil): its coins are worth nothing, and its keys are public. */
export const LOCAL_CHAIN = 31_337;

/** @throws UserError for every chain on which something is worth anything. */
export function demandRehearsal({ chainId, title }: Pick<Deployment, 'chainId' | 'title'>): void {
  if (chainId === LOCAL_CHAIN) return;
  const isPublic = DEPLOYMENTS.some((one) => one.chainId === chainId);
  throw new UserError({
    code: 'chain-not-traded',
    field: 'chain',
    value: `${title} (${chainId})`,
    message: `is ${isPublic ? 'a public chain' : 'another chain'}: swaps are signed on a local chain (${LOCAL_CHAIN}) alone`,
    remedy: `Trade its pools on paper, or rehearse on a local chain (${LOCAL_CHAIN}).`,
  });
}

/** The contract that swaps go through. Undefined: none is on the list for this version of Uniswap there. */
export function routerOf({ routers }: Pick<Deployment, 'routers'>, version: 'v2' | 'v3'): string | undefined {
  return routers?.[version];
}

/** A private key: 64 hexadecimal digits. @throws UserError, without it, for anything else. */
export function readPrivateKey(text: string): `0x${string}` {
  const [, digits] = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text.trim()) ?? [];
  if (digits !== undefined && !/^0+$/.test(digits)) return `0x${digits}`;
  throw new UserError({
    code: 'bad-wallet-key',
    field: 'private key',
    message: 'is none',
    remedy: 'Give the 64 hexadecimal digits of a key that is used for nothing else.',
  });
}
