import {
  ANSWER_FORMS,
  INTELLIGENCE_CODES,
  type IntelligenceCode,
  intelligenceSettings,
  type IntelligenceStanding,
  settingsOf,
  subjectText,
  TOKEN_FIELDS,
} from '../../contract/intelligence-operations.ts';
import { formatTimeUs } from '../../domain/time.ts';
import { connectEngine, type EngineClient } from '../../gateway/client.ts';
import { KEY_ENTRY, keyText } from '../../intelligence/key-entry.ts';
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

const ACTIONS = ['show', 'set', 'feed', 'unfeed', 'key', 'ask'] as const;

export const intelligence: Command = {
  name: 'intelligence',
  words: [
    {
      name: 'ACTION',
      words: 'shows how it stands, sets it, adds or removes a feed, stores the key, asks now',
      count: 'optional',
      choices: ACTIONS,
    },
    { name: 'URL', words: 'of a feed', count: 'optional' },
  ],
  options: {
    endpoint: {
      value: 'URL',
      words: 'base address of an OpenAI-compatible service',
      example: 'https://api.example.com/v1',
      actions: ['set'],
    },
    model: { value: 'NAME', words: 'of the service', example: 'small-model', actions: ['set'] },
    every: { value: 'MINUTES', words: 'between two rounds, 5 to 1440', example: '60', actions: ['set'] },
    calls: { value: 'N', words: 'calls a day at most (UTC)', example: '48', actions: ['set'] },
    tokens: { value: 'N', words: 'tokens a day at most (UTC)', example: '500000', actions: ['set'] },
    form: {
      value: 'FORM',
      words: 'how an answer is asked for; json_object where the service knows no schemas',
      choices: ANSWER_FORMS,
      actions: ['set'],
    },
    'token-field': {
      value: 'FIELD',
      words: 'by which the service bounds an answer',
      choices: TOKEN_FIELDS,
      actions: ['set'],
    },
    on: { words: 'turns it on', not: ['off'], actions: ['set'] },
    off: { words: 'turns it off: what was read has no vote any more', actions: ['set'] },
    about: {
      value: 'COIN',
      words: 'what the feed is about; left out: the market as a whole',
      example: 'BTC',
      actions: ['feed'],
    },
    ...DATA_DIR_OPTION,
  },
  details:
    'A model of your choice reads feeds of your choice and answers three numbers: sentiment from -1 to 1, confidence, and for how many hours. They are a feature of the ensemble’s agent sentiment and can make no order. The key is typed into `key`, goes into the keychain of this user, and is sent to the endpoint alone that it was stored for.',
  examples: [
    'intelligence set --endpoint https://api.example.com/v1 --model small-model',
    'intelligence feed https://news.example.com/bitcoin.rss --about BTC',
    'intelligence key',
    'intelligence set --on',
  ],
  async run(args, output) {
    const [action = 'show', url = ''] = args.positionals;
    const engine = connectEngine(dataDirOf(args), 'command-line');
    const before = await engine.call('getIntelligence', {});
    if (action === 'show') return show(before, output);
    if (action === 'ask') return show(await engine.call('askIntelligence', {}), output);
    if (action === 'key') return setKey(before, engine, output);
    const settings = settingsOf(before);
    if (action === 'set') return save(args, { ...settings, ...changes(args) }, engine, output);
    if (url === '')
      throw badUsage('URL', '', 'is missing', `Name the feed: parallax intelligence ${action} URL.`);
    const others = settings.feeds.filter((feed) => feed.url !== url);
    if (action === 'unfeed' && others.length === settings.feeds.length)
      throw badUsage('URL', url, 'is no feed', 'List them with: parallax intelligence show.');
    const feeds =
      action === 'feed'
        ? [...others, { url, about: (textOption(args, 'about') ?? '').toUpperCase() }]
        : others;
    return save(args, { ...settings, feeds }, engine, output);
  },
};

/** Option of each setting that is typed as text. */
const TYPED = {
  endpoint: 'endpoint',
  model: 'model',
  everyMinutes: 'every',
  callsADay: 'calls',
  tokensADay: 'tokens',
} as const;

function changes(args: CommandArgs): Record<string, unknown> {
  const typed = Object.entries(TYPED).flatMap(([field, option]) => {
    const text = textOption(args, option);
    if (text === undefined) return [];
    const isNumber = field !== 'endpoint' && field !== 'model';
    return [[field, isNumber && /^\d+$/.test(text) ? Number(text) : text]];
  });
  const answerForm = choiceOption(args, 'form', ANSWER_FORMS);
  const tokenField = choiceOption(args, 'token-field', TOKEN_FIELDS);
  return {
    ...Object.fromEntries(typed),
    ...(answerForm === undefined ? {} : { answerForm }),
    ...(tokenField === undefined ? {} : { tokenField }),
    ...(flagOption(args, 'on') ? { isOn: true } : flagOption(args, 'off') ? { isOn: false } : {}),
  };
}

async function save(
  args: CommandArgs,
  settings: Record<string, unknown>,
  engine: EngineClient,
  output: Output,
): Promise<number> {
  const read = intelligenceSettings.safeParse(settings);
  if (read.success) return show(await engine.call('saveIntelligence', read.data), output);
  const [issue] = read.error.issues;
  const field = String(issue?.path[0]);
  const option = Object.entries(TYPED).find(([name]) => name === field)?.[1];
  const value = option === undefined ? undefined : textOption(args, option);
  throw badUsage(
    option === undefined ? field : `--${option}`,
    value ?? (field === 'feeds' ? (args.positionals[1] ?? '') : String(settings[field])),
    issue?.message ?? 'does not fit',
    'See parallax intelligence --help.',
  );
}

async function setKey(
  { endpoint }: IntelligenceStanding,
  engine: EngineClient,
  output: Output,
): Promise<number> {
  if (endpoint === '')
    throw badUsage('endpoint', '', 'is not set', 'Set it first: parallax intelligence set --endpoint URL.');
  const { origin } = new URL(endpoint);
  const text = keyText(endpoint, await readStandardInput(output, `the API key for ${origin}, then Ctrl+D:`));
  if (text === undefined) throw badUsage('key', '', 'is no key', 'Type it in one line, without spaces.');
  await openSecrets().set(KEY_ENTRY, text);
  const { secret } = await engine.call('getIntelligence', {});
  const isSeen = secret === 'present';
  output.result(
    { endpoint: origin, stored: true },
    `stored in ${secretsPlace()} for ${origin} alone${isSeen ? '' : '; the engine looks for it within half a minute'}`,
  );
  return EXIT_DONE;
}

const KEYS: Readonly<Record<IntelligenceStanding['secret'], string>> = {
  present: 'stored',
  absent: 'not stored',
  unreadable: 'cannot be read',
  'other-endpoint': 'stored for another endpoint, and not sent to this one',
  'not-needed': 'not needed on this machine',
};

function show(standing: IntelligenceStanding, output: Output): number {
  const { isOn, endpoint, model, secret, setWith, today, callsADay, tokensADay, nextUs } = standing;
  const isKeyed = secret === 'present' || secret === 'not-needed';
  const lines = [
    `${isOn ? 'on' : 'off'}; ${endpoint === '' ? 'no endpoint' : endpoint}, ${model === '' ? 'no model' : model}; key ${KEYS[secret]}${isKeyed ? '' : `: ${setWith}`}`,
    `today: ${today.calls} of ${callsADay} calls, ${today.tokens} of ${tokensADay} tokens${nextUs === null ? '' : `; next round at ${formatTimeUs(nextUs)}`}`,
    ...(standing.isAsking ? ['asking now: see again with intelligence show'] : []),
    ...standing.feeds.map(({ url, about }) => {
      const state = standing.feedStates.find((one) => one.url === url);
      const read = state === undefined ? 'not read yet' : (state.code ?? `${state.texts} texts`);
      return `feed ${url} about ${subjectText(about)}: ${read}`;
    }),
    ...standing.rounds.map(
      ({ about, atUs, code, titles, answer, tokens }) =>
        `${formatTimeUs(atUs)} about ${subjectText(about)}: ${code} (${INTELLIGENCE_CODES[code]}) ${titles.length} texts, ${tokens ?? 'unknown'} tokens${answer === null ? '' : `, answered ${answer}`}`,
    ),
    ...standing.readings.map(
      ({ about, score, confidence, validUntilUs }) =>
        `sentiment of ${subjectText(about)}: ${score}, confidence ${confidence}, until ${formatTimeUs(validUntilUs)}`,
    ),
    ...Object.entries(standing.counts).map(([code, count]) => `${code as IntelligenceCode}: ${count}`),
  ];
  output.result(standing, lines.join('\n'));
  return EXIT_DONE;
}
