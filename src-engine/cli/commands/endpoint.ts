import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../domain/errors.ts';
import { PRIVATE_FOLDER, writeWhole } from '../../lib/whole-file.ts';
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
import {
  type EndpointCheck,
  readToken,
  tryEndpoint,
  tryLocalChain,
} from '../../venues/uniswap/endpoint-check.ts';
import type { Token } from '../../venues/uniswap/deployments.ts';
import { readDeployment } from '../../venues/uniswap/wallet/deployment-file.ts';
import { demandChecksums } from '../../venues/uniswap/wallet/checksums.ts';
import { CHAIN_FOLDER, localChainFile, localChainText } from '../../venues/uniswap/local-chain.ts';
import { isSameAddress } from '../../venues/uniswap/own-tokens.ts';
import { type Command, EXIT_DONE, flagOption, type Output, textOption } from '../command.ts';
import { namedFile } from '../named-file.ts';
import { readStandardInput } from '../standard-input.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

/** They concern the endpoint as a whole: no token is added or taken away with them. */
const OF_ENDPOINT = ['set', 'delete', 'local'] as const;

export const endpoint: Command = {
  name: 'endpoint',
  options: {
    set: {
      words: 'stores the address that is typed, once it is of a known chain and up to date',
      not: ['delete', 'token', 'remove-token'],
    },
    delete: { words: 'deletes it', not: ['token', 'remove-token', 'local'] },
    local: {
      words: 'names the local chain of rehearsals, on this machine; no secret, kept in the data folder',
      value: 'URL',
      example: 'http://127.0.0.1:8545',
      needs: ['contracts'],
      not: ['set'],
    },
    contracts: {
      words: 'contracts and tokens of the local chain, as JSON',
      value: 'FILE',
      example: 'contracts.json',
      needs: ['local'],
    },
    ...DATA_DIR_OPTION,
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
    'Pools of Uniswap are read through a JSON-RPC endpoint of your own. Its address may hold a key: it is kept with the keys of venues, and shown nowhere. A running engine asks another endpoint of the same chain within 30 seconds; tokens that were added are listed from the next start of a session on. --local names a node of this machine instead, on which a rehearsal trades.',
  examples: [
    'endpoint --local http://127.0.0.1:8545 --contracts contracts.json',
    'endpoint --set',
    'endpoint',
    'endpoint --token 0x514910771AF9Ca656af840dff83E8264EcF986CA',
  ],
  async run(args, output) {
    const local = textOption(args, 'local');
    if (local !== undefined)
      return await keepLocalChain(local, textOption(args, 'contracts') ?? '', dataDirOf(args), output);
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

/** The local chain is asked first: a node that does not answer, or is of another chain, is not kept. @throws UserError. */
async function keepLocalChain(
  url: string,
  contracts: string,
  dataDir: string,
  output: Output,
): Promise<number> {
  const given = await namedFile('--contracts', contracts);
  const text = localChainText(url, given, contracts);
  await demandChecksums(readDeployment(given, contracts), contracts);
  const block = await tryLocalChain(url, globalThis.fetch);
  const folder = join(dataDir, CHAIN_FOLDER);
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  await writeWhole(localChainFile(folder), text);
  output.result(
    { local: url, block },
    `kept in ${localChainFile(folder)}: its newest block is ${block}. Next, a wallet for each venue: key --set --venue uniswap-v3`,
  );
  return EXIT_DONE;
}

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
