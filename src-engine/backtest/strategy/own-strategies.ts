/**
 * The trader's own strategies: `strategies/NAME/strategy.ts` (or .js, .mjs) in the data folder: code that its owner trusts. A command runs
 * them in its own process with all of its rights, an engine on a thread of their own (`assembly/own-strategy/`). Only the one that is named is loaded: code that never ends, or ends the process, concerns no other.
 */
import { readdir } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { ownModuleOf, STRATEGY_NAME } from '../../strategies/check-manifest.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import type { StrategyModule } from '../../strategies/strategy-port.ts';

const FILES = ['strategy.ts', 'strategy.mjs', 'strategy.js'] as const;
const MAX_FOLDERS = 500;

export type FoundStrategy = {
  readonly name: string;
  readonly place: 'house' | 'own';
  /** The file of one of the trader's own. */
  readonly file: string | undefined;
  /** Undefined where it cannot be used, and where it was not loaded. */
  readonly module: StrategyModule | undefined;
  readonly fault: string | undefined;
};

/** @param address of a file. @returns what it exports. @throws Error that says why it was not loaded. */
export type LoadFile = (address: string) => Promise<{ readonly default?: unknown }>;

const loadFile: LoadFile = (address) => import(/* @vite-ignore */ address) as ReturnType<LoadFile>;

export function strategiesFolder(dataDir: string): string {
  return join(dataDir, 'strategies');
}

const HOUSE: readonly (FoundStrategy & { readonly module: StrategyModule })[] = HOUSE_STRATEGIES.map(
  (module) => ({ name: module.manifest.name, place: 'house', file: undefined, module, fault: undefined }),
);

/** Those of the house first, then the trader's own by name. @param load whether each of the trader's own is loaded, which runs its code. */
export async function findStrategies(dataDir: string, load: boolean): Promise<readonly FoundStrategy[]> {
  const own: FoundStrategy[] = [];
  for (const name of await ownNames(dataDir)) {
    const seen = lookAt(strategiesFolder(dataDir), name);
    own.push(load ? await loadOwn(seen) : seen);
  }
  return [...HOUSE, ...own];
}

/**
 * Loads no other. @param load of a file of the trader's own; when left out it is loaded as it is.
 * @throws UserError where there is none of that name, or it cannot be loaded.
 */
export async function findStrategy(
  dataDir: string,
  name: string,
  load: LoadFile = loadFile,
): Promise<FoundStrategy & { readonly module: StrategyModule }> {
  const house = HOUSE.find((each) => each.name === name);
  if (house !== undefined) return house;
  const names = await ownNames(dataDir);
  if (!names.includes(name)) {
    throw new UserError({
      code: 'no-strategy',
      field: 'NAME',
      value: name,
      message: 'is no strategy',
      remedy: `There are ${[...HOUSE.map((each) => each.name), ...names].join(', ')}; "strategy new ${name}" makes one of that name.`,
    });
  }
  const found = await loadOwn(lookAt(strategiesFolder(dataDir), name), load);
  const { module, fault = '' } = found;
  if (module === undefined) {
    throw new UserError({
      code: 'bad-strategy',
      field: 'NAME',
      value: name,
      message: `cannot be used: ${fault.replace(/\.$/, '')}`,
      remedy: `Correct ${found.file ?? 'it'}.`,
    });
  }
  return { ...found, module };
}

async function ownNames(dataDir: string): Promise<readonly string[]> {
  const folder = strategiesFolder(dataDir);
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UserError({
      code: 'folder-unreadable',
      field: folder,
      message: `cannot be read (${error.code})`,
      remedy: 'Check its permissions.',
    });
  });
  // A link is followed: a trader's code may lie in a repository of its own.
  return entries
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
    .slice(0, MAX_FOLDERS);
}

/** What can be said of a folder without running its code. */
function lookAt(folder: string, name: string): FoundStrategy {
  const file = FILES.map((each) => join(folder, name, each)).find(
    (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  const say = (fault: string | undefined): FoundStrategy => ({
    name,
    place: 'own',
    file,
    module: undefined,
    fault,
  });
  if (statSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() !== true)
    return say('it is a link that leads to no folder');
  if (file === undefined) return say(`its folder has none of ${FILES.join(', ')}`);
  if (!STRATEGY_NAME.test(name)) return say('its folder’s name must be lower case with hyphens');
  if (HOUSE.some((each) => each.name === name)) return say('the house has a strategy of that name');
  const odd = irregularity(file);
  return say(odd === undefined ? undefined : `${file} ${odd}`);
}

async function loadOwn(seen: FoundStrategy, load: LoadFile = loadFile): Promise<FoundStrategy> {
  const { name, file, fault } = seen;
  if (file === undefined || fault !== undefined) return seen;
  try {
    // A file that has changed is another module: the platform keeps each address that it has loaded.
    const { mtimeMs, size } = statSync(file);
    const address = `${pathToFileURL(file).href}?${mtimeMs}-${size}`;
    const loaded = await load(address);
    const module = ownModuleOf(loaded.default, name);
    if (module.manifest.name !== name)
      return { ...seen, fault: `manifest.name is "${module.manifest.name}" and its folder "${name}"` };
    return { ...seen, module };
  } catch (error) {
    return {
      ...seen,
      fault: error instanceof Error ? error.message : 'its file threw a value that is no error',
    };
  }
}
