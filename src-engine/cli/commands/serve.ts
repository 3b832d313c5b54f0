import { createEngine } from '../../assemble.ts';
import { planMode } from '../../contract/records.ts';
import { DURABILITIES, type Durability, DURABILITY_WORDS } from '../../domain/durability.ts';
import { UserError } from '../../domain/errors.ts';
import { readTokenFile } from '../../secrets/token-file.ts';
import { EDGE_SECONDS } from '../../venues/local-exchange/core/flow/dislocations.ts';
import { ADAPTERS, venueList } from '../../venues/registry.ts';
import { type Command, type CommandArgs, EXIT_DONE, numberOption, textOption } from '../command.ts';
import { openBrowser } from '../open-browser.ts';
import { untilStopped } from '../until-stopped.ts';
import { dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, databaseOf } from './database-option.ts';

/** Venues that tie their limits to the level of an account, with the option that says which it is. */
const TIERED = ADAPTERS.flatMap(({ id, title, account }) =>
  account === undefined || account.tiers.length === 0
    ? []
    : [{ id, title, tiers: account.tiers, option: `${id}-tier` }],
);

/** More pairs than any venue we know lists. */
const MAX_INSTRUMENTS = 5_000;

export const serve: Command = {
  name: 'serve',
  summary: 'Runs the engine without a desktop and serves its window to a browser on loopback.',
  usage: `[--profile demo|paper|rehearsal|live | --plan NAME] [--venues A,B] [--port N] [--data-dir D] ${DATABASE_USAGE} [--exchange URL | --edge-seconds S] [--seed S] [--legs 3|4] [--instruments N] ${TIERED.map(({ option, tiers }) => `[--${option} ${tiers.join('|')}] `).join('')}[--fee-volume USD] [--watchdog-seconds S] [--durability ${DURABILITIES.join('|')}] [--session-log] [--token-file FILE] [--no-open] [--json]`,
  options: {
    profile: { type: 'string' },
    plan: { type: 'string' },
    venues: { type: 'string' },
    port: { type: 'string' },
    'data-dir': { type: 'string' },
    ...DATABASE_OPTIONS,
    exchange: { type: 'string' },
    'edge-seconds': { type: 'string' },
    seed: { type: 'string' },
    legs: { type: 'string' },
    instruments: { type: 'string' },
    ...Object.fromEntries(TIERED.map(({ option }) => [option, { type: 'string' }])),
    'fee-volume': { type: 'string' },
    'watchdog-seconds': { type: 'string' },
    durability: { type: 'string' },
    'session-log': { type: 'boolean' },
    'token-file': { type: 'string' },
    'no-open': { type: 'boolean' },
  },
  async run(args, output) {
    const named = textOption(args, 'profile');
    const profile = named === undefined ? undefined : planMode.safeParse(named).data;
    if (named !== undefined && profile === undefined) {
      throw new UserError({
        code: 'bad-option',
        field: '--profile',
        value: named,
        message: 'is not a profile',
        remedy: `Use one of ${planMode.options.join(', ')}.`,
      });
    }
    const plan = textOption(args, 'plan');
    if (plan !== undefined && profile !== undefined) {
      throw new UserError({
        code: 'bad-option',
        field: '--plan',
        value: plan,
        message: 'is given together with --profile',
        remedy: 'Leave one of them out: a profile is a plan that is built in.',
      });
    }
    const legs = numberOption(args, 'legs', { min: 3, max: 4, integer: true });
    const seconds = numberOption(args, 'watchdog-seconds', { min: 2, max: 60, integer: true });
    const durability = durabilityOf(args);
    const tokenFile = textOption(args, 'token-file');
    const engine = await createEngine({
      tokens: tokenFile === undefined ? undefined : readTokenFile(tokenFile),
      dataDir: dataDirOf(args),
      databaseUrl: await databaseOf(args),
      exchangeUrl: textOption(args, 'exchange'),
      edgeSeconds: numberOption(args, 'edge-seconds', EDGE_SECONDS),
      profile,
      plan,
      venues: venuesOf(args, profile ?? plan),
      port: numberOption(args, 'port', { min: 0, max: 65_535, integer: true }),
      seed: numberOption(args, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }),
      maxLegs: legs === 3 || legs === 4 ? legs : undefined,
      maxInstruments: numberOption(args, 'instruments', { min: 3, max: MAX_INSTRUMENTS, integer: true }),
      accountTiers: accountTiers(args),
      feeVolumeUsd: numberOption(args, 'fee-volume', { min: 0, max: 1e12 }),
      watchdogMs: seconds === undefined ? undefined : seconds * 1_000,
      durability,
      sessionLog: args.values['session-log'] === true,
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
    if (engine.hasWindow && args.values['no-open'] !== true) openBrowser(engine.openingAddress());
    await untilStopped();
    output.note('stopping');
    await engine.stop();
    return EXIT_DONE;
  },
};

/** Venues of the profile that is named. @throws UserError when no profile is, or it is not a list of venues. */
function venuesOf(args: CommandArgs, profile: string | undefined): string[] | undefined {
  const named = textOption(args, 'venues');
  if (named === undefined) return undefined;
  if (profile !== undefined) {
    const names = named.split(',').map((name) => name.trim());
    return venueList(names, '--venues').map(({ id }) => id);
  }
  throw new UserError({
    code: 'bad-option',
    field: '--venues',
    value: named,
    message: 'needs a profile',
    remedy: 'Add --profile paper, or another profile.',
  });
}

/** @throws UserError when it is no level. */
function durabilityOf(args: CommandArgs): Durability | undefined {
  const named = textOption(args, 'durability');
  const level = DURABILITIES.find((one) => one === named);
  if (named === undefined || level !== undefined) return level;
  throw new UserError({
    code: 'bad-option',
    field: '--durability',
    value: named,
    message: 'is not a level of durability',
    remedy: `Use one of ${DURABILITIES.join(', ')}: ${DURABILITIES.map((one) => `${one} is ${DURABILITY_WORDS[one]}`).join('; ')}.`,
  });
}

/** The levels that the venues' account pages show. @throws UserError when there is none of that name. */
function accountTiers(args: CommandArgs): Record<string, string> {
  const chosen = TIERED.flatMap(({ id, title, tiers, option }) => {
    const named = textOption(args, option);
    if (named === undefined) return [];
    if (tiers.includes(named)) return [[id, named] as const];
    throw new UserError({
      code: 'bad-option',
      field: `--${option}`,
      value: named,
      message: `is not a verification level of ${title}`,
      remedy: `Use one of ${tiers.join(', ')}.`,
    });
  });
  return Object.fromEntries(chosen);
}
