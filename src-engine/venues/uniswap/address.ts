/** Where pools are reached: `chain://v3/markets`. The endpoint is no part of it: it may hold a key. */

const SCHEME = 'chain:';

export const isChainUrl = (url: string): boolean => url.startsWith(SCHEME);

export function chainAddress(version: 'v2' | 'v3'): string {
  return `${SCHEME}//${version}`;
}

/** @returns the call behind it: `markets`; empty for a connection. */
export function readChainAddress(url: string): { readonly version: 'v2' | 'v3'; readonly call: string } {
  const [version, call = ''] = url.slice(SCHEME.length + 2).split('/');
  return { version: version === 'v2' ? 'v2' : 'v3', call };
}
