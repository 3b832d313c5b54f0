import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import {
  ENDPOINT_ENTRY,
  type Endpoint,
  noEndpoint,
  readEndpoint,
  storedEndpoint,
  writtenEndpoint,
} from '../../venues/uniswap/endpoint.ts';
import { type EndpointCheck, tryEndpoint } from '../../venues/uniswap/endpoint-check.ts';
import { type Command, EXIT_DONE, flagOption, type Output } from '../command.ts';
import { readStandardInput } from '../standard-input.ts';

export const endpoint: Command = {
  name: 'endpoint',
  options: {
    set: {
      words: 'stores the address that is typed, once it is of a known chain and up to date',
      not: ['delete'],
    },
    delete: { words: 'deletes it' },
  },
  details:
    'Pools of Uniswap are read through a JSON-RPC endpoint of your own. Its address may hold a key: it is kept with the keys of venues, and shown nowhere.',
  examples: ['endpoint --set', 'endpoint'],
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
      await store.set(ENDPOINT_ENTRY, writtenEndpoint({ endpoint: address, chainId: check.chainId }));
      show(check, `stored in ${secretsPlace()}`, output);
      return EXIT_DONE;
    }
    const stored: Endpoint | undefined = storedEndpoint(await store.get(ENDPOINT_ENTRY));
    if (stored === undefined) throw noEndpoint();
    show(
      await tryEndpoint(stored.endpoint, globalThis.fetch, Date.now(), stored.chainId),
      'stored, and answers',
      output,
    );
    return EXIT_DONE;
  },
};

function show({ chainId, title, block, ageS }: EndpointCheck, outcome: string, output: Output): void {
  const text = [
    `endpoint    ${outcome}`,
    `chain       ${title} (${chainId})`,
    `block       ${block}, ${ageS} s old`,
  ];
  output.result({ outcome, chainId, title, block, ageS }, text.join('\n'));
}
