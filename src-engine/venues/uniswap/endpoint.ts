/** The JSON-RPC endpoint of a trader: an address that may hold a key, and the chain that it is of. Kept where keys are kept. */
import { UserError } from '../../domain/errors.ts';
import { invocation } from '../../lib/invocation.ts';
import { serverUrl } from '../../lib/server-address.ts';
import { isObject } from '../toolkit/json.ts';
import { type Deployment, DEPLOYMENTS, type Token } from './deployments.ts';
import { isAddressText, isOwnName, isSameAddress, MOST_OWN_TOKENS, type OwnNames } from './own-tokens.ts';

/** Its entry in the store of secrets. One for both versions. */
export const ENDPOINT_ENTRY = 'chain-endpoint';

export type Endpoint = {
  readonly endpoint: string;
  readonly chainId: number;
  /** Addresses of tokens of the trader’s own on that chain; none when left out. */
  readonly tokens?: readonly string[] | undefined;
  /** What each was called when it was added. One that has none is called as its contract says. */
  readonly names?: OwnNames | undefined;
};

const LONGEST = 2_000;

/**
 * The address as a trader typed it.
 * @throws UserError, without the address, for one that is none, that is not encrypted beyond this machine, or that carries a password in front.
 */
export function readEndpoint(text: string): string {
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'bad-endpoint',
      field: 'endpoint',
      message,
      remedy: 'Type the HTTPS address of a JSON-RPC endpoint, as its provider shows it, on one line.',
    });
  const typed = text.trim();
  if (typed === '' || typed.length > LONGEST || /\s/.test(typed))
    throw refuse('is not one address on one line');
  let url: URL;
  try {
    url = new URL(typed);
  } catch {
    throw refuse('is not an address');
  }
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere))
    throw refuse(
      /^wss?:$/.test(url.protocol)
        ? 'is a WebSocket address: blocks are read over HTTPS'
        : 'is not an HTTPS address',
    );
  if (serverUrl(typed, [url.protocol]) === undefined) throw refuse('is not an address');
  if (url.username !== '' || url.password !== '')
    throw refuse('has a user name or password in front of its host');
  return url.href;
}

/** @throws UserError for a chain on which no Uniswap is known. */
export function deploymentOf(chainId: number): Deployment {
  const found = DEPLOYMENTS.find((one) => one.chainId === chainId);
  if (found !== undefined) return found;
  throw new UserError({
    code: 'unknown-chain',
    field: 'endpoint',
    value: String(chainId),
    message: 'is of a chain whose pools are not known',
    remedy: `Use an endpoint of ${DEPLOYMENTS.map(({ title, chainId: id }) => `${title} (${id})`).join(', ')}.`,
  });
}

/** Names of tokens that are none of it any longer are left out. */
export function writtenEndpoint({ endpoint, chainId, tokens = [], names = {} }: Endpoint): string {
  const kept = Object.entries(names).filter(([address]) => tokens.some((one) => isSameAddress(one, address)));
  return JSON.stringify({
    endpoint,
    chainId,
    ...(tokens.length > 0 ? { tokens } : {}),
    ...(kept.length > 0 ? { names: Object.fromEntries(kept) } : {}),
  });
}

/** What is stored; undefined: nothing is. @throws UserError, without the address, where it cannot be read. */
export function storedEndpoint(text: string | undefined): Endpoint | undefined {
  if (text === undefined) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const { endpoint, chainId, tokens, names } = isObject(json) ? json : {};
  const isWhole = typeof endpoint === 'string' && Number.isSafeInteger(chainId);
  if (isWhole && areTokens(tokens) && areNames(names)) {
    const known = { endpoint: readEndpoint(endpoint), chainId: chainId as number };
    deploymentOf(known.chainId);
    return {
      ...known,
      ...(tokens === undefined ? {} : { tokens }),
      ...(names === undefined ? {} : { names }),
    };
  }
  throw new UserError({
    code: 'bad-endpoint',
    field: 'endpoint',
    message: 'is stored in a form that cannot be read',
    remedy: `Set it again: ${invocation()} endpoint --set`,
  });
}

function areTokens(tokens: unknown): tokens is readonly string[] | undefined {
  return (
    tokens === undefined ||
    (Array.isArray(tokens) && tokens.length <= MOST_OWN_TOKENS && tokens.every(isAddressText))
  );
}

function areNames(names: unknown): names is OwnNames | undefined {
  if (names === undefined) return true;
  if (!isObject(names)) return false;
  return Object.entries(names).every(
    ([address, name]) => isAddressText(address) && address === address.toLowerCase() && isOwnName(name),
  );
}

/** The tokens of an endpoint with one more. @throws UserError for one that is listed, or that is one too many. */
export function withToken(
  own: readonly string[],
  address: string,
  listed: readonly Token[],
): readonly string[] {
  const refuse = (message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-token', field: 'token', value: address, message, remedy });
  if (!isAddressText(address))
    throw refuse(
      'is not an address',
      'Write the address of the token’s contract: 0x and 40 hexadecimal digits.',
    );
  const known = listed.find((one) => isSameAddress(one.address, address));
  if (known !== undefined)
    throw refuse(`is listed already, as ${known.asset}`, 'Its pools are read without being added.');
  if (own.some((one) => isSameAddress(one, address))) return own;
  if (own.length >= MOST_OWN_TOKENS)
    throw refuse(
      `would be one more than ${MOST_OWN_TOKENS}`,
      'Remove one first: endpoint --remove-token ADDRESS.',
    );
  return [...own, address];
}

export function noEndpoint(): UserError {
  return new UserError({
    code: 'no-endpoint',
    field: 'endpoint',
    message: 'is not set: pools are read through a JSON-RPC endpoint of your own',
    remedy: `Set it with: ${invocation()} endpoint --set`,
  });
}
