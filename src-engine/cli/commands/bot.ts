import { BOT_KINDS, type BotPerson, botSettings } from '../../contract/bot-operations.ts';
import type { OperationInput, OperationOutput } from '../../contract/operations.ts';
import { connectEngine, type EngineClient } from '../../gateway/client.ts';
import { botEntry, botToken, TOKEN_FORMS } from '../../ops-bot/bot-secret.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  type Output,
  textOption,
} from '../command.ts';
import { readStandardInput } from '../standard-input.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const bot: Command = {
  name: 'bot',
  words: [
    {
      name: 'ACTION',
      words: 'lists bots, adds or changes one, sets its token, removes it',
      count: 'optional',
      choices: ['list', 'add', 'set', 'remove'],
    },
    { name: 'NAME', words: 'of the bot', count: 'optional' },
  ],
  options: {
    kind: { value: 'KIND', words: 'the chat', choices: BOT_KINDS, actions: ['add'] },
    people: {
      value: 'ID=NAME,…',
      words:
        'who may speak to it, in place of the people before: ids of the chat, with a name each for the audit trail',
      example: '123456789=Ann,987654321=Bo',
      actions: ['add'],
    },
    command: {
      value: '/COMMAND',
      words: 'Slack: the slash command of the app that is the bot’s; of a new bot /parallax',
      example: '/desk',
      actions: ['add'],
    },
    on: { words: 'turns a bot on that was off', not: ['off'], actions: ['add'] },
    off: { words: 'keeps the bot and gives no answer', actions: ['add'] },
    ...DATA_DIR_OPTION,
  },
  details:
    'Listed people may ask for status, exposure, position and alerts, and may acknowledge alerts, pause, and kill; each of it is in the audit trail with their name and id. A bot cannot resume, re-arm, arm, or change a limit. Its token is typed into `set` and goes into the keychain of this user.',
  examples: ['bot add desk --kind telegram --people 123456789=Ann', 'bot set desk', 'bot list'],
  async run(args, output) {
    const [action = 'list', name = ''] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'list') return show(await engine.call('listBots', {}), output);
    if (name === '') throw badUsage('NAME', '', 'is missing', `Name the bot: parallax bot ${action} desk.`);
    if (action === 'add')
      return show(await engine.call('saveBot', await settingsOf(args, name, engine)), output);
    if (action === 'remove') return show(await engine.call('removeBot', { name }), output);
    return setToken(name, engine, output);
  },
};

/** What is not given stays as it is. */
async function settingsOf(
  args: CommandArgs,
  name: string,
  engine: EngineClient,
): Promise<OperationInput<'saveBot'>> {
  const { bots } = await engine.call('listBots', {});
  const before = bots.find((one) => one.name === name);
  const kind = choiceOption(args, 'kind', BOT_KINDS) ?? before?.kind;
  if (kind === undefined)
    throw badUsage('--kind', '', 'is missing', `Choose one of ${BOT_KINDS.join(', ')}.`);
  const given = textOption(args, 'people');
  const people = given === undefined ? (before?.people ?? []) : peopleOf(given);
  const isOn = flagOption(args, 'on') || (!flagOption(args, 'off') && (before?.isOn ?? true));
  const newCommand = textOption(args, 'command');
  if (newCommand !== undefined && kind !== 'slack')
    throw badUsage(
      '--command',
      newCommand,
      'is of Slack alone',
      'Leave it out: Telegram’s bots have fixed commands.',
    );
  const command = newCommand ?? before?.command;
  const settings = botSettings.safeParse({ name, kind, isOn, people, command });
  if (settings.success) return settings.data;
  const [issue] = settings.error.issues;
  const value = { people: given, command }[String(issue?.path[0])];
  const field = value === undefined ? 'NAME' : `--${String(issue?.path[0])}`;
  throw badUsage(field, value ?? name, issue?.message ?? 'does not fit', 'See parallax bot --help.');
}

function peopleOf(text: string): BotPerson[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [id = '', ...name] = part.split('=');
      return { id: id.trim(), name: name.join('=').trim() };
    });
}

async function setToken(name: string, engine: EngineClient, output: Output): Promise<number> {
  const { bots } = await engine.call('listBots', {});
  const found = bots.find((one) => one.name === name);
  if (found === undefined)
    throw badUsage('NAME', name, 'is no bot', `Add it first: parallax bot add ${name} --kind telegram.`);
  const { title } = TOKEN_FORMS[found.kind];
  const token = botToken(found.kind, await readStandardInput(output, `${title}, then Ctrl+D:`));
  if (token === undefined) throw badUsage('token', '', 'is none of that kind', `Type the ${title}.`);
  await openSecrets().set(botEntry(name), token);
  const { bots: now } = await engine.call('listBots', {});
  const isSeen = now.some((one) => one.name === name && one.secret === 'present');
  output.result(
    { name, stored: true },
    `stored in ${secretsPlace()}${isSeen ? '; the bot uses it within half a minute' : ''}`,
  );
  return EXIT_DONE;
}

function show({ bots }: OperationOutput<'listBots'>, output: Output): number {
  const lines = bots.map((one) => {
    const state = one.secret === 'present' ? '' : `; its token is ${one.secret}: ${one.setWith}`;
    const last = one.lastError === '' ? '' : `; last error: ${one.lastError}`;
    const people = one.people.map(({ id, name }) => `${name} (${id})`).join(', ') || 'no people';
    const way = one.isOn ? (one.isConnected ? 'connected' : 'not connected') : 'off';
    return `${one.name}  ${one.kind}  ${way}; ${people}; ${one.commands} commands, ${one.ignored} ignored${last}${state}`;
  });
  output.result({ bots }, lines.length === 0 ? 'no bots' : lines.join('\n'));
  return EXIT_DONE;
}
