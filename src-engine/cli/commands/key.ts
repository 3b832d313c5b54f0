import { databaseNonces, krakenAccount } from '../../assembly/kraken-account.ts';
import {
  type KeyEntry,
  type KrakenKey,
  loadKrakenKey,
  parseKrakenKey,
  saveKrakenKey,
} from '../../assembly/kraken-key.ts';
import { UserError } from '../../domain/errors.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { openKeychain } from '../../secrets/keychain.ts';
import { openDatabase } from '../../storage/database.ts';
import type { AccountCheck } from '../../venues/kraken/private/account.ts';
import { SystemNetwork } from '../../venues/system-network.ts';
import { type Command, type CommandArgs, EXIT_DONE, type Output, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';

/** The pair whose fee stands for the account's tier. */
const FEE_PAIR = 'BTC/USD';
/** Longest input: two lines of a few hundred characters. */
const MAX_INPUT = 4_096;

export const key: Command = {
  name: 'key',
  summary: 'Checks, sets or deletes the API key of your account at Kraken.',
  usage: '[--set | --delete] [--exchange URL] [--data-dir D] [--json]',
  options: {
    set: { type: 'boolean' },
    delete: { type: 'boolean' },
    exchange: { type: 'string' },
    'data-dir': { type: 'string' },
  },
  async run(args, output) {
    const exchange = textOption(args, 'exchange');
    const entry: KeyEntry = exchange === undefined ? 'kraken-api-key' : 'local-exchange-api-key';
    const store = openKeychain();
    if (args.values['set'] === true && args.values['delete'] === true) throw contradiction();
    if (args.values['delete'] === true) {
      const wasThere = await store.delete(entry);
      output.result({ deleted: wasThere }, wasThere ? 'deleted from the keychain' : 'no key was stored');
      return EXIT_DONE;
    }
    const check = (candidate: KrakenKey): Promise<AccountCheck> => ask(args, exchange, candidate);
    if (args.values['set'] === true) {
      const given = parseKrakenKey(await readInput(output));
      tell(await saveKrakenKey(store, entry, given, check), 'stored in the keychain', output);
      return EXIT_DONE;
    }
    const stored = await loadKrakenKey(store, entry);
    if (stored === undefined) {
      throw new UserError({
        code: 'no-key',
        field: 'key',
        message: 'is not stored',
        remedy: 'Set it with: npm run -s parallax -- key --set',
      });
    }
    tell(await check(stored), 'stored, and fit for trading', output);
    return EXIT_DONE;
  },
};

/** Asks the venue what the key may do. Orders nothing, and connects no socket. */
async function ask(
  args: CommandArgs,
  exchange: string | undefined,
  candidate: KrakenKey,
): Promise<AccountCheck> {
  const database = await openDatabase({ dataDir: dataDirOf(args) });
  try {
    const account = krakenAccount({
      venue: 'kraken',
      nonces: databaseNonces(database, candidate.key),
      clock: new SystemClock(),
      network: new SystemNetwork(),
      random: Math.random,
      ...candidate,
      urls:
        exchange === undefined
          ? undefined
          : { rest: exchange, ws: `${exchange.replace(/^http/, 'ws')}/v2/auth` },
    });
    return await account.checkAccount([FEE_PAIR]);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'key-not-checked',
      field: 'key',
      message: `could not be checked (${error instanceof Error ? error.message : String(error)})`,
      remedy:
        'Correct what the venue says, or try again when it can be reached: a key is only kept when it passed.',
    });
  } finally {
    await database.close();
  }
}

function tell(check: AccountCheck, outcome: string, output: Output): void {
  const takerFee = check.takerFees.get(FEE_PAIR)?.toFixed() ?? null;
  const { permissions, skewUs } = check;
  const text = [
    `key         ${outcome}`,
    `may         ${permissions.join(', ')}`,
    `taker fee   ${takerFee ?? 'not told'} on ${FEE_PAIR}`,
    `clock       ${(skewUs / 1_000_000).toFixed(1)} s from the venue's`,
  ];
  output.result({ outcome, permissions, takerFee, skewUs }, text.join('\n'));
}

/** Two lines from stdin, never from arguments: those are seen by every program of this machine. */
async function readInput(output: Output): Promise<string> {
  if (process.stdin.isTTY) output.note('API key on one line, private key on the next, then Ctrl+D:');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > MAX_INPUT) break;
  }
  return text;
}

function contradiction(): UserError {
  return new UserError({
    code: 'bad-usage',
    field: '--set',
    message: 'and --delete are opposites',
    remedy: 'Give one of them, or none to check the stored key.',
  });
}
