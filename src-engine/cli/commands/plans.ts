import { PlanBook } from '../../assembly/plan-book.ts';
import { planName, type PlanVenue, planHome, type RunPlan } from '../../contract/plan-records.ts';
import { profileName, type ProfileName } from '../../contract/records.ts';
import { UserError } from '../../domain/errors.ts';
import { type PlanControls, PROFILE_SETTING } from '../../engine/controls.ts';
import { connectEngine } from '../../gateway/client.ts';
import { invocation } from '../../lib/invocation.ts';
import { lockDataDir, readRuntimeFile } from '../../gateway/runtime-file.ts';
import { openDatabase } from '../../storage/database.ts';
import { getSetting } from '../../storage/settings.ts';
import { VENUES, venueList } from '../../venues/registry.ts';
import {
  choiceOption,
  type Command,
  type CommandArgs,
  EXIT_DONE,
  type Output,
  textOption,
} from '../command.ts';
import { DATA_DIR_OPTION, dataDirOf } from './data-dir-option.ts';
import { DATABASE_OPTIONS, databaseOf } from './database-option.ts';

const ACTIONS = ['list', 'add', 'copy', 'rename', 'remove'] as const;
const MARKETS = ['live', 'local'] as const;
const ORDERS = ['simulated', 'account'] as const;

export const plans: Command = {
  name: 'plans',
  words: [
    { name: 'ACTION', words: 'what to do; list where it is left out', count: 'optional', choices: ACTIONS },
    {
      name: 'NAME',
      words: 'the plan: of add a new name; of copy and rename the plan and its new name; of remove the plan',
      count: 'any',
    },
  ],
  options: {
    venues: {
      value: 'A,B',
      words: 'the venues that it trades',
      example: VENUES.slice(0, 2).join(','),
      actions: ['add'],
    },
    market: {
      value: '',
      words: 'the market: the venues’, or one on this machine',
      choices: MARKETS,
      usual: MARKETS[0],
      actions: ['add'],
    },
    orders: {
      value: '',
      words: 'how orders are filled',
      choices: ORDERS,
      usual: ORDERS[0],
      actions: ['add'],
    },
    home: {
      value: 'CODE',
      words: 'the currency that profits are counted in',
      usual: 'the cash of the venue',
      example: 'EUR',
      actions: ['add'],
    },
    ...DATA_DIR_OPTION,
    ...DATABASE_OPTIONS,
  },
  examples: ['plans', `plans add both --venues ${VENUES.slice(0, 2).join(',')}`, 'plans remove both'],
  async run(args, output) {
    const [named = 'list', ...names] = args.positionals;
    const action = ACTIONS.find((each) => each === named) ?? 'list';
    await withPlans(args, (book, inUse) => act(action, names, args, book, inUse, output));
    return EXIT_DONE;
  },
};

async function act(
  action: (typeof ACTIONS)[number],
  names: readonly string[],
  args: CommandArgs,
  book: PlanControls,
  inUse: ProfileName | undefined,
  output: Output,
): Promise<void> {
  const [first, second] = names;
  const demand = (count: number, usage: string): void => {
    if (names.length === count) return;
    const message = names.length < count ? 'is not complete' : 'has a word too much';
    throw badUsage(`${action} ${names.join(' ')}`.trim(), message, `Write ${invocation()} plans ${usage}.`);
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
    }
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
  const market = choiceOption(args, 'market', MARKETS) ?? MARKETS[0];
  const execution = choiceOption(args, 'orders', ORDERS) ?? ORDERS[0];
  const ids = named.split(',').map((name) => name.trim());
  return venueList(ids, '--venues').map(({ id }) => ({ venue: id, market, execution }));
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
