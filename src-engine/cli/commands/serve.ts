import { createEngine } from '../../assemble.ts';
import { builtInProfile } from '../../contract/records.ts';
import { DURABILITIES, DURABILITY_WORDS } from '../../domain/durability.ts';
import { holdLittleGarbage } from '../../lib/little-garbage.ts';
import { readTokenFile } from '../../secrets/token-file.ts';
import { EDGE_SECONDS } from '../../venues/local-exchange/core/flow/dislocations.ts';
import { ADAPTERS, venueList, VENUES } from '../../venues/registry.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  flagOption,
  numberOption,
  type OptionRows,
  textOption,
} from '../command.ts';
import { openBrowser } from '../open-browser.ts';
import { untilStopped } from '../until-stopped.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';

/** Venues that tie their limits to the level of an account, with the option that says which it is. */
const TIERED = ADAPTERS.flatMap(({ id, title, account }) =>
  account === undefined || account.tiers.length === 0
    ? []
    : [{ id, title, tiers: account.tiers, option: `${id}-tier` }],
);

const TIER_OPTIONS: OptionRows = Object.fromEntries(
  TIERED.map(({ title, tiers, option }) => [
    option,
    { value: 'TIER', words: `the verification level that ${title} shows of your account`, choices: tiers },
  ]),
);

const LEGS: Readonly<Record<string, 3 | 4>> = { 3: 3, 4: 4 };

/** More pairs than any venue we know lists. */
const MAX_INSTRUMENTS = 5_000;

export const serve: Command = {
  name: 'serve',
  options: {
    profile: {
      value: '',
      words: 'a plan that is built in',
      choices: builtInProfile.options,
      usual: 'the one chosen last, or in the window',
      not: ['plan'],
    },
    plan: { value: 'NAME', words: 'a plan of your own, as plans lists it', example: 'both' },
    venues: {
      value: 'A,B',
      words: 'the venues that the plan trades from now on',
      example: VENUES.slice(0, 2).join(','),
      needs: ['profile', 'plan'],
    },
    port: {
      value: 'N',
      words: 'its port on loopback; 0 takes a free one',
      range: { min: 0, max: 65_535, integer: true },
      usual: 'a free one',
      example: '4777',
    },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
    exchange: {
      value: 'URL',
      words: 'a local exchange that runs already, for the demo and the rehearsal',
      example: 'http://127.0.0.1:4780',
      not: ['edge-seconds'],
    },
    'edge-seconds': {
      value: 'S',
      words: 'mean seconds between two opportunities of the demo market',
      range: EDGE_SECONDS,
      usual: 7,
    },
    seed: {
      value: 'N',
      words: 'seed of the demo market and of simulated fills',
      range: { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true },
      usual: 'another one each time',
      example: '7',
    },
    legs: { value: '', words: 'longest cycle', choices: ['3', '4'], usual: 3 },
    instruments: {
      value: 'N',
      words: 'most pairs that are followed',
      range: { min: 3, max: MAX_INSTRUMENTS, integer: true },
      example: '500',
    },
    ...TIER_OPTIONS,
    'fee-volume': {
      value: 'USD',
      words: 'your volume of 30 days in USD, which chooses the tier of each venue’s fees on paper',
      range: { min: 0, max: 1e12 },
      usual: 0,
      example: '50000',
    },
    'watchdog-seconds': {
      value: 'S',
      words: 'seconds of silence after which the watchdog cancels every order',
      range: { min: 2, max: 60, integer: true },
      usual: 5,
    },
    durability: {
      value: '',
      words: `what an order’s intent survives before the order is sent: ${DURABILITIES.map((one) => `${one} is ${DURABILITY_WORDS[one]}`).join('; ')}`,
      choices: DURABILITIES,
      usual: 'disk',
    },
    'session-log': { words: 'records every input of the session, for the divergence command' },
    'token-file': {
      value: 'FILE',
      words:
        'a file of mode 600 with the token of this engine and, on a second line, one for read-only access',
      usual: 'new tokens at each start',
      example: './tokens',
    },
    'no-open': { words: 'opens no browser' },
  },
  examples: [
    'serve --profile demo',
    'serve --profile demo-3',
    `serve --profile paper --venues ${VENUES.slice(0, 2).join(',')} --no-open`,
  ],
  async run(args, output) {
    const profile = choiceOption(args, 'profile', builtInProfile.options);
    const plan = textOption(args, 'plan');
    const seconds = numberOption(args, 'watchdog-seconds');
    const tokenFile = textOption(args, 'token-file');
    holdLittleGarbage();
    const engine = await createEngine({
      tokens: tokenFile === undefined ? undefined : readTokenFile(tokenFile),
      dataDir: dataDirOf(args),
      databaseUrl: await databaseOf(args),
      exchangeUrl: textOption(args, 'exchange'),
      edgeSeconds: numberOption(args, 'edge-seconds'),
      profile,
      plan,
      venues: venuesOf(args),
      port: numberOption(args, 'port'),
      seed: numberOption(args, 'seed'),
      maxLegs: LEGS[textOption(args, 'legs') ?? ''],
      maxInstruments: numberOption(args, 'instruments'),
      accountTiers: accountTiers(args),
      feeVolumeUsd: numberOption(args, 'fee-volume'),
      watchdogMs: seconds === undefined ? undefined : seconds * 1_000,
      durability: choiceOption(args, 'durability', DURABILITIES),
      sessionLog: flagOption(args, 'session-log'),
      note: output.note,
    });
    output.result(
      { url: engine.url, window: engine.windowAddress, viewer: engine.viewerAddress },
      engine.hasWindow ? `Parallax is at ${engine.windowAddress}` : `Parallax’s API is at ${engine.url}`,
    );
    if (!engine.hasWindow) output.note('The window is not built. Run: npm ci && npm run build');
    if (engine.viewerAddress !== '') output.note(`Read-only: ${engine.viewerAddress}`);
    output.note(
      'Keep the first address secret: its token lets any user of this machine trade. Stop with Ctrl+C.',
    );
    if (engine.hasWindow && !flagOption(args, 'no-open')) openBrowser(engine.openingAddress());
    await untilStopped();
    output.note('stopping');
    await engine.stop();
    return EXIT_DONE;
  },
};

/** The venues of the plan that is named. @throws UserError where it is not a list of venues. */
function venuesOf(args: CommandArgs): string[] | undefined {
  const named = textOption(args, 'venues');
  if (named === undefined) return undefined;
  const names = named.split(',').map((name) => name.trim());
  return venueList(names, '--venues').map(({ id }) => id);
}

/** The levels that the venues' account pages show. */
function accountTiers(args: CommandArgs): Record<string, string> {
  return Object.fromEntries(
    TIERED.flatMap(({ id, option }) => {
      const named = textOption(args, option);
      return named === undefined ? [] : [[id, named] as const];
    }),
  );
}
