/**
 * Where pools are reached: `chain://v3/markets`, or `chain://v3.local.FOLDER/markets` on the local chain that a folder describes. The endpoint is no
 * part of it: it may hold a key.
 */

const SCHEME = 'chain:';
/** The call that is a connection to an account. */
const ACCOUNT = 'account';

export type ChainAddress = {
  readonly version: 'v2' | 'v3';
  /** `markets`; empty for a connection. */
  readonly call: string;
  /** That describes the local chain, and keeps what wallets signed there; undefined: the chain of the trader’s endpoint. */
  readonly folder: string | undefined;
  readonly isAccount: boolean;
};

export const isChainUrl = (url: string): boolean => url.startsWith(SCHEME);

export function chainAddress(version: 'v2' | 'v3'): string {
  return `${SCHEME}//${version}`;
}

/** Of the local chain. @param folder as `local-chain.ts` reads it. */
export function localChainAddress(version: 'v2' | 'v3', folder: string): string {
  return `${chainAddress(version)}.local.${Buffer.from(folder).toString('base64url')}`;
}

/** A connection to an account there. */
export function accountAddress(base: string): string {
  return `${base}/${ACCOUNT}`;
}

export function readChainAddress(url: string): ChainAddress {
  const [host = '', call = ''] = url.slice(SCHEME.length + 2).split('/');
  const [version, local, folder] = host.split('.');
  return {
    version: version === 'v2' ? 'v2' : 'v3',
    call,
    folder:
      local === 'local' && folder !== undefined
        ? Buffer.from(folder, 'base64url').toString('utf8')
        : undefined,
    isAccount: call === ACCOUNT,
  };
}
