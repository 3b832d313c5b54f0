import { ADDRESS_FORMS, busAddress, busEntry, isBareAcross } from '../../bus/bus-address.ts';
import { BUS_KINDS, busSettings } from '../../contract/bus-operations.ts';
import type { OperationInput, OperationOutput } from '../../contract/operations.ts';
import { connectEngine, type EngineClient } from '../../gateway/client.ts';
import { openSecrets, secretsPlace } from '../../secrets/secret-store.ts';
import {
  badUsage,
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  type Output,
  textOption,
} from '../command.ts';
import { readStandardInput } from '../standard-input.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';

export const bus: Command = {
  name: 'bus',
  words: [
    {
      name: 'ACTION',
      words: 'lists event buses, adds or changes one, sets the address of its broker, removes it',
      count: 'optional',
      choices: ['list', 'add', 'set', 'remove'],
    },
    { name: 'NAME', words: 'of the bus', count: 'optional' },
  ],
  options: {
    kind: { value: 'KIND', words: 'the broker', choices: BUS_KINDS, actions: ['add'] },
    topic: {
      value: 'NAME',
      words: 'the stream of Redis; exchange and queue of RabbitMQ',
      usual: 'parallax.events',
      example: 'desk.events',
      actions: ['add'],
    },
    keep: {
      value: 'N',
      words: 'messages that the broker keeps',
      range: { min: 1_000, max: 100_000_000, integer: true },
      usual: 1_000_000,
      actions: ['add'],
    },
    off: { words: 'keeps the bus and publishes nothing', actions: ['add'] },
    ...DATA_DIR_OPTION,
  },
  details:
    'Every fact of the journal is published once it is durable, at least once, in its order. The address of a broker is typed into `set` and goes into the keychain of this user.',
  examples: ['bus add desk --kind redis', 'bus set desk', 'bus list'],
  async run(args, output) {
    const [action = 'list', name = ''] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    if (action === 'list') return show(await engine.call('listBuses', {}), output);
    if (name === '') throw badUsage('NAME', '', 'is missing', `Name the bus: parallax bus ${action} desk.`);
    if (action === 'add')
      return show(await engine.call('saveBus', await settingsOf(args, name, engine)), output);
    if (action === 'remove') return show(await engine.call('removeBus', { name }), output);
    return setAddress(name, engine, output);
  },
};

/** What is not given stays as it is. */
async function settingsOf(
  args: CommandArgs,
  name: string,
  engine: EngineClient,
): Promise<OperationInput<'saveBus'>> {
  const { buses } = await engine.call('listBuses', {});
  const before = buses.find((one) => one.name === name);
  const kind = choiceOption(args, 'kind', BUS_KINDS) ?? before?.kind;
  if (kind === undefined)
    throw badUsage('--kind', '', 'is missing', `Choose one of ${BUS_KINDS.join(', ')}.`);
  const settings = busSettings.safeParse({
    name,
    kind,
    isOn: !flagOption(args, 'off'),
    topic: textOption(args, 'topic') ?? before?.topic,
    keep: numberOption(args, 'keep') ?? before?.keep,
  });
  if (settings.success) return settings.data;
  const [issue] = settings.error.issues;
  const field = issue?.path[0] === 'topic' ? '--topic' : 'NAME';
  throw badUsage(
    field,
    textOption(args, 'topic') ?? name,
    issue?.message ?? 'does not fit',
    'See parallax bus --help.',
  );
}

async function setAddress(name: string, engine: EngineClient, output: Output): Promise<number> {
  const { buses } = await engine.call('listBuses', {});
  const found = buses.find((one) => one.name === name);
  if (found === undefined)
    throw badUsage('NAME', name, 'is no event bus', `Add it first: parallax bus add ${name} --kind redis.`);
  const form = ADDRESS_FORMS[found.kind];
  const text = (await readStandardInput(output, `address of the broker (${form}), then Ctrl+D:`)).trim();
  if (busAddress(found.kind, text) === undefined)
    throw badUsage('address', '', 'is no address of that kind', `Write it as ${form}.`);
  if (isBareAcross(text))
    output.note(
      'This address has no TLS and is no address of this machine: who is on the way reads password and facts.',
    );
  await openSecrets().set(busEntry(name), text);
  const { buses: now } = await engine.call('listBuses', {});
  const isSeen = now.some((one) => one.name === name && one.secret === 'present');
  output.result(
    { name, stored: true },
    `stored in ${secretsPlace()}${isSeen ? '; the bus uses it within half a minute' : ''}`,
  );
  return EXIT_DONE;
}

function show({ buses }: OperationOutput<'listBuses'>, output: Output): number {
  const lines = buses.map((one) => {
    const state = one.secret === 'present' ? '' : `; its address is ${one.secret}: ${one.setWith}`;
    const last = one.lastError === '' ? '' : `; last error: ${one.lastError}`;
    return `${one.name}  ${one.kind}  ${one.isOn ? one.topic : 'off'}; ${one.published} published, ${one.backlog} behind${last}${state}`;
  });
  output.result({ buses }, lines.length === 0 ? 'no event buses' : lines.join('\n'));
  return EXIT_DONE;
}
