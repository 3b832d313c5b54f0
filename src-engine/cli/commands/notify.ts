import { CHANNEL_KINDS, channelSettings } from '../../contract/channel-operations.ts';
import type { OperationInput, OperationOutput } from '../../contract/operations.ts';
import { connectEngine, type EngineClient } from '../../gateway/client.ts';
import { readSecret, SECRET_PARTS, secretEntry } from '../../notifying/channel-secret.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_CHECK_FAILED,
  EXIT_DONE,
  flagOption,
  type Output,
  textOption,
} from '../command.ts';
import { readStandardInput } from '../standard-input.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

const SEVERITIES = ['critical', 'warning', 'info'] as const;

export const notify: Command = {
  name: 'notify',
  words: [
    {
      name: 'ACTION',
      words: 'lists channels, adds or changes one, sets its address and token, tests or removes it',
      count: 'optional',
      choices: ['list', 'add', 'set', 'test', 'remove'],
    },
    { name: 'NAME', words: 'of the channel', count: 'optional' },
  ],
  options: {
    kind: {
      value: 'KIND',
      words: 'where it leads',
      choices: CHANNEL_KINDS,
      actions: ['add'],
    },
    severity: {
      value: 'SEVERITY',
      words: 'alerts of this severity and worse',
      choices: SEVERITIES,
      usual: 'warning',
      actions: ['add'],
    },
    quiet: {
      value: 'FROM-TO',
      words: 'times of the day in UTC between which only critical alerts are sent',
      example: '22:00-06:30',
      actions: ['add'],
    },
    off: { words: 'keeps the channel and sends nothing', actions: ['add'] },
    'allow-private': {
      words: 'may call addresses of this machine and its network, without TLS too',
      actions: ['add'],
    },
    ...DATA_DIR_OPTION,
  },
  details:
    'The address and token of a channel are typed into `set`, go into the keychain of this user, and are never arguments, in the window or in a log.',
  examples: ['notify add desk --kind slack', 'notify set desk', 'notify test desk'],
  async run(args, output) {
    const [action = 'list', name = ''] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'list') return show(await engine.call('listChannels', {}), output);
    if (name === '')
      throw badUsage('NAME', '', 'is missing', `Name the channel: parallax notify ${action} desk.`);
    if (action === 'add')
      return show(await engine.call('saveChannel', await settingsOf(args, name, engine)), output);
    if (action === 'remove') return show(await engine.call('removeChannel', { name }), output);
    if (action === 'set') return setSecret(name, engine, output);
    const { delivered, detail } = await engine.call('testChannel', { name });
    output.result({ delivered, detail }, delivered ? 'delivered' : `not delivered: ${detail}`);
    return delivered ? EXIT_DONE : EXIT_CHECK_FAILED;
  },
};

/** What is not given stays as it is. */
async function settingsOf(
  args: CommandArgs,
  name: string,
  engine: EngineClient,
): Promise<OperationInput<'saveChannel'>> {
  const { channels } = await engine.call('listChannels', {});
  const before = channels.find((one) => one.name === name);
  const kind = choiceOption(args, 'kind', CHANNEL_KINDS) ?? before?.kind;
  if (kind === undefined)
    throw badUsage('--kind', '', 'is missing', `Choose one of ${CHANNEL_KINDS.join(', ')}.`);
  const given = textOption(args, 'quiet');
  const [, from, to] = /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(given ?? '') ?? [];
  if (given !== undefined && (from === undefined || to === undefined))
    throw badUsage('--quiet', given, 'is no span of the day', 'Write it as 22:00-06:30.');
  const settings = channelSettings.safeParse({
    name,
    kind,
    isOn: !flagOption(args, 'off'),
    severity: choiceOption(args, 'severity', SEVERITIES) ?? before?.severity,
    quiet: given === undefined ? (before?.quiet ?? null) : { from, to },
    allowsPrivate: flagOption(args, 'allow-private') || (before?.allowsPrivate ?? false),
  });
  if (settings.success) return settings.data;
  const [issue] = settings.error.issues;
  throw badUsage(
    String(issue?.path[0] ?? 'NAME'),
    name,
    issue?.message ?? 'does not fit',
    'See parallax notify --help.',
  );
}

async function setSecret(name: string, engine: EngineClient, output: Output): Promise<number> {
  const { channels } = await engine.call('listChannels', {});
  const channel = channels.find((one) => one.name === name);
  if (channel === undefined)
    throw badUsage('NAME', name, 'is no channel', `Add it first: parallax notify add ${name} --kind slack.`);
  const parts = SECRET_PARTS[channel.kind].map(({ title }) => title);
  const text = await readStandardInput(output, `${parts.join(' on one line, ')}, then Ctrl+D:`);
  const secret = readSecret(channel.kind, text);
  if ('problem' in secret) throw badUsage('secret', '', secret.problem, 'Type it again.');
  await openSecrets().set(secretEntry(name), secret.values.join('\n'));
  output.result({ name, stored: true }, `stored in ${secretsPlace()}; try it: parallax notify test ${name}`);
  return EXIT_DONE;
}

function show({ channels }: OperationOutput<'listChannels'>, output: Output): number {
  const lines = channels.map((one) => {
    const quiet = one.quiet === null ? '' : `, quiet ${one.quiet.from} to ${one.quiet.to} UTC`;
    const state =
      one.secret === 'present' ? '' : `; ${one.problem || 'its address is not set'}: ${one.setWith}`;
    const last = one.lastError === '' ? '' : `; last error: ${one.lastError}`;
    return `${one.name}  ${one.kind}  ${one.isOn ? `${one.severity} and worse` : 'off'}${quiet}; ${one.sent} sent, ${one.failed} failed, ${one.waiting} waiting${last}${state}`;
  });
  output.result({ channels }, lines.length === 0 ? 'no channels' : lines.join('\n'));
  return EXIT_DONE;
}
