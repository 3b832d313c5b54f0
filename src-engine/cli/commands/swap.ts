import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { isDecimalText } from '../../domain/decimal.ts';
import type { UserError } from '../../domain/errors.ts';
import { withFileLock } from '../../lib/file-lock.ts';
import { invocation } from '../../lib/invocation.ts';
import { syncFolder, writeWhole } from '../../lib/whole-file.ts';
import { isObject, type Json } from '../../venues/toolkit/json.ts';
import { readEndpoint } from '../../venues/uniswap/endpoint.ts';
import type { SwapOrder } from '../../venues/uniswap/wallet/amounts.ts';
import { demandChecksums } from '../../venues/uniswap/wallet/checksums.ts';
import { readDeployment } from '../../venues/uniswap/wallet/deployment-file.ts';
import type { WalletOpening } from '../../venues/uniswap/wallet/launch.ts';
import { sendOrder } from '../../venues/uniswap/wallet/one-order.ts';
import { readPrivateKey } from '../../venues/uniswap/wallet/permit.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  flagOption,
  numberOption,
  type Output,
  textOption,
} from '../command.ts';
import { namedFile } from '../named-file.ts';
import { readStandardInput } from '../standard-input.ts';

const WAIT_S = 60;
const MAX_GAS_GWEI = 100;
/** What an earlier command left is canceled by two blocks; a local node makes one at least each few seconds, or at once. */
const LEFT_PATIENCE_MS = 60_000;

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
    resume: {
      words: 'lets a halted key trade again, once you have looked what became of its swaps',
      not: ['pool', 'side', 'qty', 'price', 'wait-s'],
    },
    'max-gas-gwei': {
      words: 'gwei for a unit of gas, at most; a cancel may pay twice as much',
      value: 'N',
      range: { min: 1, max: 10_000, integer: true },
      usual: MAX_GAS_GWEI,
    },
  },
  details:
    'Rehearses trading on a chain: an exact approval, a swap with a limit, and what is left of the approval taken back, signed by a process of its own. The key is read from standard input, and is to be one of the local chain alone. Every chain but a local one (31337) is refused. What an earlier command left open is canceled first, unless it was made. A halt is named, and kept with the record: --resume lets the key trade again.',
  examples: [
    'swap --contracts contracts.json --record wallet.json --pool ETH/USDC --side sell --qty 0.5 --price 2980',
    'swap --resume --contracts contracts.json --record wallet.json',
  ],
  async run(args, output) {
    const contracts = needed(args, 'contracts');
    const record = needed(args, 'record');
    const wanted = flagOption(args, 'resume') ? undefined : wantedOf(args);
    const endpoint = readEndpoint(textOption(args, 'rpc') ?? 'http://127.0.0.1:8545');
    if (!endpoint.startsWith('http:'))
      throw badUsage(
        '--rpc',
        '',
        'is not of this machine',
        'Give the address of a local node: http://127.0.0.1:8545',
      );
    const deployment = readDeployment(await namedFile('--contracts', contracts), contracts);
    await demandChecksums(deployment, contracts);
    const key = readPrivateKey(
      await readStandardInput(output, 'The private key, of the local chain alone, on one line, then Ctrl+D:'),
    );
    const maxGasPrice = String(BigInt(numberOption(args, 'max-gas-gwei') ?? MAX_GAS_GWEI) * 10n ** 9n);
    const opening = { key, endpoint, deployment, maxGasPrice };
    const path = placeOf(record);
    // Under the lock no other command changes the record: it is read after that.
    return withFileLock(
      `${path}.lock`,
      (lock) => inUse(record, lock),
      () => sent(output, path, opening, wanted),
      { tries: 2, staleMs: Number.POSITIVE_INFINITY },
    );
  },
};

/** The file itself, whatever link leads to it. @throws UserError where no file can be made beside it. */
function placeOf(record: string): string {
  try {
    const folder = realpathSync.native(dirname(record));
    accessSync(folder, constants.W_OK);
    return existsSync(record) ? realpathSync.native(record) : join(folder, basename(record));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw badUsage(
      '--record',
      record,
      `cannot be used (${code ?? message})`,
      'Name a file in a folder that you can write to.',
    );
  }
}

function inUse(record: string, lock: string): UserError {
  return badUsage(
    '--record',
    record,
    'is in use by another command',
    `Wait until that one has ended. If no command uses it, delete ${lock}.`,
  );
}

type Wanted = Omit<SwapOrder, 'orderId'>;

function wantedOf(args: CommandArgs): Wanted {
  const side = choiceOption(args, 'side', ['buy', 'sell'] as const);
  if (side === undefined) throw badUsage('--side', '', 'is missing', 'Give --side buy or --side sell.');
  const [symbol, qty, price] = [needed(args, 'pool'), amount(args, 'qty'), amount(args, 'price')];
  return { symbol, side, qty, price, waitS: numberOption(args, 'wait-s') ?? WAIT_S };
}

/** @param wanted undefined: a halted key is to trade again. */
async function sent(
  output: Output,
  path: string,
  opening: WalletOpening,
  wanted: Wanted | undefined,
): Promise<number> {
  const orderId = `swap-${randomUUID()}`;
  let record: unknown = existsSync(path) ? recordIn(await namedFile('--record', path), path) : undefined;
  let last = '';
  /** How orders of earlier commands ended. */
  const earlier: Json[] = [];
  const end = await sendOrder({
    start: spawn,
    opening: { ...opening, ...(record === undefined ? {} : { record }) },
    order: wanted === undefined ? undefined : { ...wanted, orderId },
    keep: async (next) => {
      await writeWhole(path, JSON.stringify(next));
      await syncFolder(dirname(path));
      record = next;
    },
    onReport: (report) => {
      if (report['kind'] === 'open-orders') return;
      const words = wordsOf(report);
      if (report['event'] === 'ended') last = words;
      if (report['event'] === 'order' && report['orderId'] !== orderId) earlier.push(report);
      output.note(words);
    },
    leftPatience: AbortSignal.timeout(LEFT_PATIENCE_MS),
  });
  output.result(
    { ...(wanted === undefined ? {} : { orderId }), ...end, ...(earlier.length > 0 ? { earlier } : {}) },
    end === undefined ? `nothing of it was signed: ${last}` : wordsOf(end),
  );
  const isDone = end?.['kind'] === 'fill' || end?.['event'] === 'resumed';
  if (!isDone && isObject(record) && record['halt'] !== undefined)
    output.note(
      `Look on the chain what became of its swaps; then: ${invocation()} swap --resume --contracts FILE --record ${path}`,
    );
  return isDone ? EXIT_DONE : EXIT_CHECK_FAILED;
}

/** A report in one line: what is text of it, and a fill with its amounts. */
function wordsOf({ event, ...report }: Json): string {
  const parts = Object.entries(report).flatMap(([name, value]) => {
    if (name === 'kind' || name === 'reason') return [];
    if (isObject(value)) return [`${name} ${JSON.stringify(value)}`];
    return typeof value === 'string' && value !== '' ? [`${name} ${value}`] : [];
  });
  return [event, report['kind'], ...parts, report['reason']]
    .filter((word) => typeof word === 'string' && word !== '')
    .join(' ');
}

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
