import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey } from '../../contract/api-key-operations.ts';
import { SCOPES } from '../../contract/scopes.ts';
import { UserError } from '../../domain/errors.ts';
import { connectEngine } from '../../gateway/client.ts';
import { API_KEY_PREFIX } from '../../gateway/web-guards.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  numberOption,
  type Output,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const KEY_BYTES = 32;
const US_PER_DAY = 86_400_000_000;
const MAX_DAYS = 3_650;

export const apiKey: Command = {
  name: 'api-key',
  words: [
    {
      name: 'ACTION',
      words: 'lists the keys of the API, adds one, or revokes one',
      count: 'optional',
      choices: ['list', 'add', 'revoke'],
    },
    { name: 'NAME', words: 'of the key, as it stands in the audit trail', count: 'optional' },
  ],
  options: {
    scope: {
      value: 'SCOPE',
      words: 'what it may do: each includes the ones before it',
      choices: SCOPES,
      usual: 'read',
      actions: ['add'],
    },
    days: {
      value: 'N',
      words: 'expires after so many days',
      range: { min: 1, max: MAX_DAYS, integer: true },
      usual: 'never',
      actions: ['add'],
    },
    ...DATA_DIR_OPTION,
  },
  details: [
    'read: every query. trade: kill, pause, resume, disarm, compare and settle, alerts, transfers, recordings, the lab. admin: limits,',
    'settings, plans and arming as well. No key makes or revokes keys. The key is shown once: the engine keeps its SHA-256 alone.',
  ].join('\n'),
  examples: ['api-key list', 'api-key add research --scope read', 'api-key revoke research'],
  async run(args, output) {
    const [action = 'list', name] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'list') {
      if (name !== undefined) throw stray(name);
      const { keys } = await engine.call('listApiKeys', {});
      output.result({ keys }, keys.length === 0 ? 'no keys' : keys.map(lineOf).join('\n'));
      return EXIT_DONE;
    }
    if (name === undefined) throw unnamed();
    if (action === 'add') return add(args, name, engine, output);
    await engine.call('revokeApiKey', { name });
    output.result({ name, revoked: true }, `revoked: ${name} opens nothing from now on`);
    return EXIT_DONE;
  },
};

/** The key is made here and never sent to the engine: only whoever called this has it. */
async function add(
  args: CommandArgs,
  name: string,
  engine: ReturnType<typeof connectEngine>,
  output: Output,
): Promise<number> {
  const scope = choiceOption(args, 'scope', SCOPES) ?? 'read';
  const days = numberOption(args, 'days');
  const key = `${API_KEY_PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}`;
  const digest = createHash('sha256').update(key).digest('hex');
  const expiresUs = days === undefined ? undefined : Date.now() * 1_000 + days * US_PER_DAY;
  await engine.call('addApiKey', { name, scope, digest, expiresUs });
  output.note(`added: ${name} with the scope ${scope}. The key is shown this once:`);
  output.result({ name, scope, key, expiresUs: expiresUs ?? null }, key);
  return EXIT_DONE;
}

function lineOf({ name, scope, createdUs, expiresUs, revokedUs, lastUsedUs }: ApiKey): string {
  const state =
    revokedUs !== null
      ? `revoked ${dayOf(revokedUs)}`
      : expiresUs === null
        ? 'valid'
        : expiresUs / 1_000 < Date.now()
          ? `expired ${dayOf(expiresUs)}`
          : `valid until ${dayOf(expiresUs)}`;
  const used = lastUsedUs === null ? 'not used since the engine started' : `last used ${timeOf(lastUsedUs)}`;
  return `${name}  ${scope}  ${state}, added ${dayOf(createdUs)}, ${used}`;
}

const timeOf = (us: number): string => `${new Date(us / 1_000).toISOString().slice(0, 19)}Z`;
const dayOf = (us: number): string => timeOf(us).slice(0, 10);

function unnamed(): UserError {
  return new UserError({
    code: 'bad-usage',
    field: 'NAME',
    message: 'is missing',
    remedy: 'Name the key: parallax api-key add research.',
  });
}

function stray(value: string): UserError {
  return new UserError({
    code: 'stray-words',
    field: 'list',
    value,
    message: 'is not understood',
    remedy: 'Write parallax api-key list.',
  });
}
