import { UserError } from '../../domain/errors.ts';
import type { SecretStore } from '../../secrets/keychain.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import {
  deploymentOf,
  ENDPOINT_ENTRY,
  type Endpoint,
  noEndpoint,
  readEndpoint,
  storedEndpoint,
  withToken,
  writtenEndpoint,
} from '../../venues/uniswap/endpoint.ts';
import { type EndpointCheck, readToken, tryEndpoint } from '../../venues/uniswap/endpoint-check.ts';
import type { Token } from '../../venues/uniswap/deployments.ts';
import { isSameAddress } from '../../venues/uniswap/own-tokens.ts';
import { type Command, EXIT_DONE, flagOption, type Output, textOption } from '../command.ts';
import { readStandardInput } from '../standard-input.ts';

/** They concern the endpoint as a whole: no token is added or taken away with them. */
const OF_ENDPOINT = ['set', 'delete'] as const;

export const endpoint: Command = {
  name: 'endpoint',
  options: {
    set: {
      words: 'stores the address that is typed, once it is of a known chain and up to date',
      not: ['delete', 'token', 'remove-token'],
    },
    delete: { words: 'deletes it', not: ['token', 'remove-token'] },
    token: {
      words: 'adds a token to those whose pools are read, by the address of its contract',
      value: 'ADDRESS',
      example: '0x514910771AF9Ca656af840dff83E8264EcF986CA',
      not: OF_ENDPOINT,
    },
    'remove-token': {
      words: 'takes such a token away',
      value: 'ADDRESS',
      example: '0x514910771AF9Ca656af840dff83E8264EcF986CA',
      not: OF_ENDPOINT,
    },
  },
  details:
    'Pools of Uniswap are read through a JSON-RPC endpoint of your own. Its address may hold a key: it is kept with the keys of venues, and shown nowhere. A running engine asks another endpoint of the same chain within 30 seconds; tokens that were added are listed from the next start of a session on.',
  examples: ['endpoint --set', 'endpoint', 'endpoint --token 0x514910771AF9Ca656af840dff83E8264EcF986CA'],
  async run(args, output) {
    const store = openSecrets();
    if (flagOption(args, 'delete')) {
      const wasThere = await store.delete(ENDPOINT_ENTRY);
      output.result(
        { deleted: wasThere },
        wasThere ? `deleted from ${secretsPlace()}` : 'no endpoint was stored',
      );
      return EXIT_DONE;
    }
    if (flagOption(args, 'set')) {
      const text = await readStandardInput(output, 'The address of the endpoint on one line, then Ctrl+D:');
      const address = readEndpoint(text);
      const check = await tryEndpoint(address, globalThis.fetch, Date.now());
      const before = await storedTokens(store, check.chainId);
      const next = { endpoint: address, chainId: check.chainId, ...before };
      await store.set(ENDPOINT_ENTRY, writtenEndpoint(next));
      show(check, `stored in ${secretsPlace()}`, before, output);
      return EXIT_DONE;
    }
    const stored: Endpoint | undefined = storedEndpoint(await store.get(ENDPOINT_ENTRY));
    if (stored === undefined) throw noEndpoint();
    const [added, removed] = [textOption(args, 'token'), textOption(args, 'remove-token')];
    let { tokens = [], names = {} } = stored;
    if (added !== undefined) {
      tokens = withToken(tokens, added, deploymentOf(stored.chainId).tokens);
      const token = await readToken(stored, globalThis.fetch, added);
      names = { ...names, [added.toLowerCase()]: token.asset };
      output.note(tokenWords(token));
    }
    if (removed !== undefined) tokens = tokens.filter((one) => !isSameAddress(one, removed));
    const check = await tryEndpoint(stored.endpoint, globalThis.fetch, Date.now(), stored.chainId);
    if (added !== undefined || removed !== undefined)
      await store.set(ENDPOINT_ENTRY, writtenEndpoint({ ...stored, tokens, names }));
    show(check, 'stored, and answers', { tokens, names }, output);
    return EXIT_DONE;
  },
};

/** Of an endpoint of the same chain: they stay. */
async function storedTokens(
  store: SecretStore,
  chainId: number,
): Promise<Pick<Endpoint, 'tokens' | 'names'>> {
  try {
    const before = storedEndpoint(await store.get(ENDPOINT_ENTRY));
    return before?.chainId === chainId ? { tokens: before.tokens, names: before.names } : {};
  } catch (error) {
    // What cannot be read is replaced: that is what it is set for.
    if (error instanceof UserError) return {};
    throw error;
  }
}

function tokenWords({ address, asset, decimals }: Token): string {
  return [
    `${address} is called ${asset} here, and counts ${decimals} decimals.`,
    'A token that takes a part of each transfer, or changes balances by itself, gives less than its pools show: do not add one.',
  ].join('\n');
}

function show(
  { chainId, title, block, ageS, ageBlocks }: EndpointCheck,
  outcome: string,
  { tokens = [], names = {} }: Pick<Endpoint, 'tokens' | 'names'>,
  output: Output,
): void {
  const text = [
    `endpoint    ${outcome}`,
    `chain       ${title} (${chainId})`,
    `block       ${block}, ${ageS} s old (${ageBlocks} ${ageBlocks === 1 ? 'block' : 'blocks'})`,
    ...tokens.map((address) => `token       ${(names[address.toLowerCase()] ?? '').padEnd(6)} ${address}`),
  ];
  output.result({ outcome, chainId, title, block, ageS, ageBlocks, tokens }, text.join('\n'));
}
