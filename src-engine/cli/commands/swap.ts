import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { isDecimalText } from '../../domain/decimal.ts';
import { writeWhole } from '../../lib/whole-file.ts';
import { readEndpoint } from '../../venues/uniswap/endpoint.ts';
import { latestHead } from '../../venues/uniswap/process/heads.ts';
import { httpRpc, RpcError } from '../../venues/uniswap/process/rpc.ts';
import { readDeployment } from '../../venues/uniswap/wallet/deployment-file.ts';
import { sendOrder } from '../../venues/uniswap/wallet/one-order.ts';
import { readPrivateKey } from '../../venues/uniswap/wallet/permit.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  numberOption,
  textOption,
} from '../command.ts';
import { namedFile } from '../named-file.ts';
import { readStandardInput } from '../standard-input.ts';

const WAIT_S = 60;
const MAX_GAS_GWEI = 100;

export const swap: Command = {
  name: 'swap',
  options: {
    rpc: {
      words: 'JSON-RPC address of the local chain, on this machine',
      value: 'URL',
      example: 'http://127.0.0.1:8545',
      usual: 'http://127.0.0.1:8545',
    },
    contracts: {
      words: 'contracts and tokens of the chain, as JSON',
      value: 'FILE',
      example: 'contracts.json',
    },
    record: {
      words: 'keeps what was signed, before it is sent; the same one for each swap of a key',
      value: 'FILE',
      example: 'wallet.json',
    },
    pool: { words: 'pool, as a session names it', value: 'SYMBOL', example: 'ETH/USDC-5bps' },
    side: { words: 'what is done with the base', value: 'SIDE', choices: ['buy', 'sell'] },
    qty: { words: 'quantity of the base, exactly', value: 'N', example: '0.5' },
    price: { words: 'limit: quote for one base', value: 'N', example: '2980' },
    'wait-s': {
      words: 'seconds of the chain after which it is canceled',
      value: 'N',
      range: { min: 1, max: 600, integer: true },
      usual: WAIT_S,
    },
    'max-gas-gwei': {
      words: 'gwei for a unit of gas, at most; a cancel may pay twice as much',
      value: 'N',
      range: { min: 1, max: 10_000, integer: true },
      usual: MAX_GAS_GWEI,
    },
  },
  details:
    'Rehearses trading on a chain: an exact approval, a swap with a limit, and what is left of the approval taken back, by a process that alone has the key. The key is read from standard input. Every chain but a local one (31337) is refused.',
  examples: [
    'swap --contracts contracts.json --record wallet.json --pool ETH/USDC --side sell --qty 0.5 --price 2980',
  ],
  async run(args, output) {
    const contracts = needed(args, 'contracts');
    const record = needed(args, 'record');
    const side = choiceOption(args, 'side', ['buy', 'sell'] as const);
    if (side === undefined) throw badUsage('--side', '', 'is missing', 'Give --side buy or --side sell.');
    const [qty, price] = [amount(args, 'qty'), amount(args, 'price')];
    const endpoint = readEndpoint(textOption(args, 'rpc') ?? 'http://127.0.0.1:8545');
    if (!endpoint.startsWith('http:'))
      throw badUsage(
        '--rpc',
        '',
        'is not of this machine',
        'Give the address of a local node: http://127.0.0.1:8545',
      );
    const deployment = readDeployment(await namedFile('--contracts', contracts), contracts);
    const kept = existsSync(record) ? recordIn(await namedFile('--record', record), record) : undefined;
    const key = readPrivateKey(await readStandardInput(output, 'The private key on one line, then Ctrl+D:'));
    const { timeS } = await latestHead(httpRpc({ endpoint, fetch: globalThis.fetch })).catch(
      (error: unknown) => {
        if (!(error instanceof RpcError)) throw error;
        throw badUsage('--rpc', '', `gives no answer (${error.message})`, 'Start the local chain first.');
      },
    );
    const orderId = `swap-${randomUUID()}`;
    const end = await sendOrder({
      start: spawn,
      opening: {
        key,
        endpoint,
        deployment,
        maxGasPrice: String(BigInt(numberOption(args, 'max-gas-gwei') ?? MAX_GAS_GWEI) * 10n ** 9n),
        ...(kept === undefined ? {} : { record: kept }),
      },
      order: {
        orderId,
        symbol: needed(args, 'pool'),
        side,
        qty,
        price,
        deadlineS: timeS + (numberOption(args, 'wait-s') ?? WAIT_S),
      },
      keep: (next) => writeWhole(record, JSON.stringify(next)),
      onReport: ({ event, kind, reason, venueOrderId }) =>
        output.note(
          [event, kind, venueOrderId, reason]
            .filter((word) => typeof word === 'string' && word !== '')
            .join(' '),
        ),
    });
    const words =
      end === undefined
        ? 'the process ended'
        : `${String(end['kind'])} ${JSON.stringify(end['fill'] ?? end['reason'] ?? '')}`;
    output.result({ orderId, ...end }, words);
    return end?.['kind'] === 'fill' ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

function needed(args: CommandArgs, name: string): string {
  const given = textOption(args, name);
  if (given !== undefined && given !== '') return given;
  throw badUsage(`--${name}`, '', 'is missing', `Give --${name}: see swap --help.`);
}

function amount(args: CommandArgs, name: string): string {
  const text = needed(args, name);
  if (isDecimalText(text) && !text.startsWith('-')) return text;
  throw badUsage(`--${name}`, text, 'is no plain decimal number', 'Write digits and a point, such as 0.5.');
}

function recordIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badUsage(
      '--record',
      file,
      'cannot be read: what it holds may be signed',
      'Look what became of it on the chain, and name another file.',
    );
  }
}
