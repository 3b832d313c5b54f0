/** Contracts of a local chain, as the trader deployed them there: a file of JSON in the form of `Deployment`. */
import { UserError } from '../../../domain/errors.ts';
import { isObject } from '../../toolkit/json.ts';
import { type Deployment, DEPLOYMENTS, NATIVE, type Token } from '../deployments.ts';
import { isAddressText } from '../own-tokens.ts';
import { demandRehearsal } from './permit.ts';

const MOST_TOKENS = 20;
const NATIVE_DECIMALS = 18;

/** @throws UserError that names the field, or the chain where it is a public one. */
export function readDeployment(text: string, file: string): Deployment {
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'bad-contracts',
      field: '--contracts',
      value: file,
      message,
      remedy:
        'Give JSON with chainId, v2Factory, v3Factory, multicall, routers (v2, v3) and tokens (asset, decimals, address): see docs/pools.md.',
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse('is not JSON');
  }
  if (!isObject(json)) throw refuse('is no object');
  const { chainId, v2Factory, v3Factory, multicall, routers, tokens } = json;
  if (typeof chainId !== 'number' || !Number.isSafeInteger(chainId) || chainId <= 0)
    throw refuse('has no chainId');
  const title = DEPLOYMENTS.find((one) => one.chainId === chainId)?.title ?? 'chain';
  demandRehearsal({ chainId, title });
  const addresses = { v2Factory, v3Factory, multicall };
  for (const [name, value] of Object.entries(addresses))
    if (!isAddress(value)) throw refuse(`has no address as ${name}`);
  if (!isObject(routers) || !Object.values(routers).every(isAddress))
    throw refuse('has no addresses as routers');
  if (!Array.isArray(tokens) || tokens.length === 0 || tokens.length > MOST_TOKENS)
    throw refuse(`does not have 1 to ${MOST_TOKENS} tokens`);
  const bad = (tokens as unknown[]).findIndex((one) => !isToken(one));
  if (bad >= 0) throw refuse(`has a token that cannot be read, number ${bad + 1}`);
  for (const name of ['asset', 'address'] as const) {
    const all = (tokens as Token[]).map((token) => token[name].toLowerCase());
    const twice = all.find((one, at) => all.indexOf(one) !== at);
    if (twice !== undefined) throw refuse(`has two tokens with the ${name} ${twice}`);
  }
  return {
    chainId,
    title: 'a local chain',
    ...(addresses as Pick<Deployment, 'v2Factory' | 'v3Factory' | 'multicall'>),
    tokens: tokens as readonly Token[],
    blockS: 0,
    routers: {
      ...(isAddress(routers['v2']) ? { v2: routers['v2'] } : {}),
      ...(isAddress(routers['v3']) ? { v3: routers['v3'] } : {}),
    },
  };
}

const isAddress = (value: unknown): value is string => typeof value === 'string' && isAddressText(value);

function isToken(token: unknown): token is Token {
  if (!isObject(token)) return false;
  const { asset, decimals, address } = token;
  const isCount =
    typeof decimals === 'number' && Number.isInteger(decimals) && decimals >= 0 && decimals <= 36;
  // The coin of the chain and its token are one asset, in units of one size.
  if (asset === NATIVE && decimals !== NATIVE_DECIMALS) return false;
  return isCount && isAddress(address) && typeof asset === 'string' && /^[A-Z0-9.]{2,16}$/.test(asset);
}
