import { statSync } from 'node:fs';
import { attachDemoExchange } from '../../assembly/demo-exchange.ts';
import { databaseNonces } from '../../assembly/key-nonces.ts';
import { chainFolder } from '../../assembly/local-chain.ts';
import { keyEntry, loadKey, parseKey, saveKey } from '../../assembly/stored-key.ts';
import { accessOf } from '../../assembly/venues.ts';
import { UserError } from '../../domain/errors.ts';
import { invocation } from '../../lib/invocation.ts';
import { plainText } from '../../lib/regular-file.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import { openDatabase } from '../../storage/database.ts';
import { CCXT_PREFIX } from '../../venues/ccxt/ids.ts';
import { TRADED_IDS } from '../../venues/ccxt/process/traded-ids.ts';
import { ADAPTERS, DEFAULT_VENUE, venueAdapter } from '../../venues/registry.ts';
import { SystemNetwork } from '../../venues/system-network.ts';
import type { AccountCheck, AccountVenue, Credential, CredentialSchema } from '../../venues/venue-account.ts';
import type { VenueAdapter } from '../../venues/venue-adapter.ts';
import {
  badUsage,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  type Output,
  textOption,
} from '../command.ts';
import { demandPrivate, MAX_INPUT, readStandardInput } from '../standard-input.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

/** The first of these pairs that the venue lists is the one whose fee stands for the account's level. */
const FEE_PAIRS = ['BTC/USD', 'BTC/USDT', 'BTCUSDT', 'BTCUSD', 'BTC-USD', 'BTC-USDT'] as const;
const TRADED = [
  ...ADAPTERS.filter(({ account }) => account !== undefined).map(({ id }) => id),
  ...TRADED_IDS.map((id) => CCXT_PREFIX + id),
];

export const key: Command = {
  name: 'key',
  options: {
    set: {
      words: 'stores the key and the secret that are typed, once the venue finds them fit',
      not: ['delete'],
    },
    file: {
      value: 'FILE',
      words:
        'reads the key from this file in place of standard input, as the venue gave it out or on two lines',
      example: 'cdp_api_key.json',
      needs: ['set'],
    },
    delete: { words: 'deletes the stored key' },
    venue: {
      value: 'VENUE',
      words: 'of which venue',
      choices: TRADED,
      usual: DEFAULT_VENUE.id,
    },
    exchange: {
      value: 'URL',
      words: 'asks a local exchange in place of the venue',
      example: 'http://127.0.0.1:4780',
    },
    ...DATA_DIR_OPTION,
  },
  examples: ['key', 'key --set'],
  async run(args, output) {
    const exchange = textOption(args, 'exchange');
    const adapter = venueAdapter(textOption(args, 'venue') ?? DEFAULT_VENUE.id, '--venue');
    const isLocal = exchange !== undefined || adapter.localChain !== undefined;
    if (exchange !== undefined && adapter.localChain !== undefined)
      throw badUsage(
        '--exchange',
        exchange,
        'stands for no chain',
        'Leave it out: a wallet is asked about at the local chain that endpoint --local has named.',
      );
    const { credentials } = accessOf(adapter, isLocal);
    const entry = keyEntry(adapter.id, isLocal);
    const store = openSecrets();
    if (flagOption(args, 'delete')) {
      const wasThere = await store.delete(entry);
      output.result({ deleted: wasThere }, wasThere ? 'deleted from the keychain' : 'no key was stored');
      return EXIT_DONE;
    }
    const check = (candidate: Credential): Promise<AccountCheck> =>
      checkKey(args, adapter, exchange, candidate);
    if (flagOption(args, 'set')) {
      const file = textOption(args, 'file');
      const text =
        file === undefined ? await readStandardInput(output, promptOf(credentials)) : await keyFile(file);
      const given = parseKey(text, credentials);
      show(await saveKey(store, entry, given, check), `stored in ${secretsPlace()}`, output);
      if (file !== undefined)
        output.note(
          `${file} still has the key: delete the file, or keep it where no other user can read it.`,
        );
      return EXIT_DONE;
    }
    const stored = await loadKey(store, entry);
    if (stored === undefined) {
      throw new UserError({
        code: 'no-key',
        field: 'key',
        message: 'is not stored',
        remedy: `Set it with: ${invocation()} key --set${adapter === DEFAULT_VENUE ? '' : ` --venue ${adapter.id}`}`,
      });
    }
    show(await check(stored), 'stored, and fit for trading', output);
    return EXIT_DONE;
  },
};

/** @throws UserError, without a word of what is in it, for a file that cannot be read. */
async function keyFile(path: string): Promise<string> {
  let text: string | undefined;
  let reason = 'there is no such file';
  try {
    text = await plainText(path, MAX_INPUT);
  } catch (error) {
    reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  }
  if (text !== undefined) {
    demandPrivate(statSync(path), '--file', path);
    return text;
  }
  throw new UserError({
    code: 'key-file-unreadable',
    field: '--file',
    value: path,
    message: `cannot be read (${reason})`,
    remedy: `Name the file that holds the key, of at most ${MAX_INPUT} bytes.`,
  });
}

/** Asks the venue what the key may do. Orders nothing. In place of a venue only what shows that it is simulated gets the key. */
export async function checkKey(
  args: CommandArgs,
  adapter: VenueAdapter,
  exchange: string | undefined,
  credential: Credential,
): Promise<AccountCheck> {
  if (exchange !== undefined) await attachDemoExchange(exchange);
  const database = await openDatabase({ dataDir: dataDirOf(args) });
  let account: AccountVenue | undefined;
  try {
    const folder = chainFolder(adapter, dataDirOf(args));
    const place = exchange ?? folder;
    account = accessOf(adapter, place !== undefined).open({
      nonces: databaseNonces(database, adapter.id, credential.key),
      clock: new SystemClock(),
      network: new SystemNetwork(),
      random: Math.random,
      credential,
      urls: place === undefined ? undefined : adapter.localUrls(place),
    });
    return await account.checkAccount(FEE_PAIRS);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError({
      code: 'key-not-checked',
      field: 'key',
      message: `could not be checked (${error instanceof Error ? error.message : String(error)})`,
      remedy:
        'Correct what the venue reports, or try again when it can be reached: a key is only stored once it passed the check.',
    });
  } finally {
    // Some accounts are a process, which would hold this one.
    await account?.stop();
    await database.close();
  }
}

function show(check: AccountCheck, outcome: string, output: Output): void {
  const { permissions, fees, skewUs, notes } = check;
  const pair = FEE_PAIRS.find((symbol) => fees.takers.has(symbol)) ?? FEE_PAIRS[0];
  const takerFee = fees.takers.get(pair)?.toFixed() ?? null;
  const text = [
    `key         ${outcome}`,
    `may         ${permissions.join(', ') || 'not known'}`,
    `taker fee   ${takerFee ?? 'not reported'} on ${pair}`,
    `clock       ${(skewUs / 1_000_000).toFixed(1)} s from the venue's`,
    ...notes.map((note) => `note        ${note}`),
  ];
  output.result({ outcome, permissions, takerFee, skewUs, notes }, text.join('\n'));
}

function promptOf({ titles }: CredentialSchema): string {
  const third = titles.passphrase === undefined ? '' : `, ${titles.passphrase} on the third`;
  return `${titles.key} on one line, ${titles.secret} on the next${third}, then Ctrl+D:`;
}
