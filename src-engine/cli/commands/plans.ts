import { PlanBook } from '../../assembly/plan-book.ts';
import { planName, type PlanVenue, planHome, type RunPlan } from '../../contract/plan-records.ts';
import { profileName, type ProfileName } from '../../contract/records.ts';
import { UserError } from '../../domain/errors.ts';
import { type PlanControls, PROFILE_SETTING } from '../../engine/controls.ts';
import { connectEngine } from '../../gateway/client.ts';
import { lockDataDir, readRuntimeFile } from '../../gateway/runtime-file.ts';
import { openDatabase } from '../../storage/database.ts';
import { getSetting } from '../../storage/settings.ts';
import { VENUES, venueList } from '../../venues/registry.ts';
import { type Command, type CommandArgs, EXIT_DONE, type Output, textOption } from '../command.ts';
import { dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, DATABASE_USAGE, databaseOf } from './database-option.ts';

const MARKETS = ['live', 'local'] as const;
const ORDERS = ['simulated', 'account'] as const;

export const plans: Command = {
  name: 'plans',
  summary:
    'Lists run plans; stores, copies, renames and removes plans of your own, of which `serve --plan NAME` starts one.',
  usage: `[list | add NAME --venues A,B [--market live|local] [--orders simulated|account] [--home CODE] | copy PLAN NAME | rename PLAN NAME | remove PLAN] [--data-dir D] ${DATABASE_USAGE} [--json]`,
  options: {
    venues: { type: 'string' },
    market: { type: 'string' },
    orders: { type: 'string' },
    home: { type: 'string' },
    'data-dir': { type: 'string' },
    ...DATABASE_OPTIONS,
  },
  async run(args, output) {
    const [action = 'list', ...names] = args.positionals;
    await withPlans(args, (book, inUse) => act(action, names, args, book, inUse, output));
    return EXIT_DONE;
  },
};

async function act(
  action: string,
  names: readonly string[],
  args: CommandArgs,
  book: PlanControls,
  inUse: ProfileName | undefined,
  output: Output,
): Promise<void> {
  const [first, second] = names;
  const demand = (count: number, usage: string): void => {
    if (names.length === count) return;
    throw badUsage(
      `${action} ${names.join(' ')}`.trim(),
      'is not complete, or too much',
      `Write plans ${usage}.`,
    );
  };
  const find = async (text: string): Promise<RunPlan> => {
    const all = await book.list();
    const found = all.find(
      ({ profile, name }) => profile === text || name.toLowerCase() === text.toLowerCase(),
    );
    if (found !== undefined) return found;
    throw badUsage(text, 'is not a plan', `Use one of ${all.map(({ name }) => name).join(', ')}.`);
  };
  switch (action) {
    case 'list': {
      demand(0, 'list');
      const all = await book.list();
      output.result({ plans: all }, all.map((plan) => describe(plan, plan.profile === inUse)).join('\n'));
      return;
    }
    case 'add': {
      demand(1, 'add NAME --venues A,B');
      const plan = await book.add({ name: nameOf(first), venues: venuesOf(args), home: homeOf(args) });
      return said(output, plan, 'stored');
    }
    case 'copy': {
      demand(2, 'copy PLAN NAME');
      const { profile } = await find(first ?? '');
      return said(output, await book.copy(profile, nameOf(second)), 'stored');
    }
    case 'rename': {
      demand(2, 'rename PLAN NAME');
      const { profile } = await find(first ?? '');
      return said(output, await book.change(profile, { name: nameOf(second) }, inUse), 'renamed');
    }
    case 'remove': {
      demand(1, 'remove PLAN');
      const plan = await find(first ?? '');
      const left = await book.remove(plan.profile, inUse);
      output.result({ removed: plan, plans: left }, `${plan.name} is removed`);
      return;
    }
    default:
      throw badUsage(
        action,
        'is nothing that can be done with plans',
        'Use list, add, copy, rename or remove.',
      );
  }
}

/** By the engine that runs on the folder; without one in its database, which no engine may take meanwhile. */
async function withPlans(
  args: CommandArgs,
  work: (book: PlanControls, inUse: ProfileName | undefined) => Promise<void>,
): Promise<void> {
  const dataDir = dataDirOf(args);
  if (readRuntimeFile(dataDir) !== undefined) {
    const engine = connectEngine(dataDir, 'command-line');
    const { profile } = await engine.call('getStatus', {});
    const list = async () => (await engine.call('listPlans', {})).plans;
    const book: PlanControls = {
      list,
      find: async (named) => (await list()).find((plan) => plan.profile === named) as RunPlan,
      add: ({ name, venues, home }) => engine.call('addPlan', { name, venues: [...venues], home }),
      copy: (named, name) => engine.call('copyPlan', { profile: named, name }),
      change: (named, { name }) => engine.call('changePlan', { profile: named, name }),
      remove: async (named) => (await engine.call('removePlan', { profile: named })).plans,
    };
    await work(book, profile ?? undefined);
    return;
  }
  const url = await databaseOf(args);
  const lock = lockDataDir(dataDir);
  try {
    const database = await openDatabase(url === undefined ? { dataDir } : { url, dataDir });
    try {
      const chosen = profileName.safeParse(await getSetting(database, PROFILE_SETTING)).data;
      await work(new PlanBook(database), chosen);
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
}

function venuesOf(args: CommandArgs): PlanVenue[] {
  const named = textOption(args, 'venues');
  if (named === undefined)
    throw badUsage('--venues', 'is missing', `Name the venues: --venues ${VENUES.slice(0, 2).join(',')}.`);
  const market = oneOf(args, 'market', MARKETS);
  const execution = oneOf(args, 'orders', ORDERS);
  const ids = named.split(',').map((name) => name.trim());
  return venueList(ids, '--venues').map(({ id }) => ({ venue: id, market, execution }));
}

/** The first when it is not given. */
function oneOf<T extends string>(args: CommandArgs, option: string, allowed: readonly [T, ...T[]]): T {
  const text = textOption(args, option) ?? allowed[0];
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw badUsage(text, `is not a value of --${option}`, `Use one of ${allowed.join(', ')}.`);
}

function nameOf(text: string | undefined): string {
  const parsed = planName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw badUsage(
    text ?? '',
    parsed.error.issues[0]?.message ?? 'is not a name',
    'Choose a name such as "East and west".',
  );
}

function homeOf(args: CommandArgs): string | null {
  const text = textOption(args, 'home');
  const parsed = planHome.safeParse(text ?? null);
  if (parsed.success) return parsed.data;
  throw badUsage(
    text ?? '',
    parsed.error.issues[0]?.message ?? 'is not a code',
    'Write for example --home EUR.',
  );
}

function said(output: Output, plan: RunPlan, done: string): void {
  output.result({ plan }, `${done}: ${describe(plan, false)}`);
}

function describe({ profile, name, mode, home, venues }: RunPlan, isInUse: boolean): string {
  const at = venues.map(({ venue }) => venue).join(', ');
  const details = [
    mode,
    ...(home === null ? [] : [home]),
    ...(profile === name ? [] : [`history ${profile}`]),
  ];
  return `${name} (${details.join(', ')}): ${at}${isInUse ? '; chosen' : ''}`;
}

function badUsage(value: string, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-usage', field: 'plans', value, message, remedy });
}
