/**
 * The trader's own strategies: `strategies/NAME/strategy.ts` (or .js, .mjs) in the data folder. They run in this process with all of its rights: a
 * folder holds code that its owner trusts. One that cannot be loaded is listed with its fault and keeps no other from running.
 */
import { readdir } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { irregularity } from '../../lib/regular-file.ts';
import { STRATEGY_NAME } from '../../strategies/check-manifest.ts';
import { HOUSE_STRATEGIES } from '../../strategies/house/house-strategies.ts';
import type { StrategyModule } from '../../strategies/strategy-port.ts';
import { moduleOf } from './strategy-trial.ts';

const FILES = ['strategy.ts', 'strategy.mjs', 'strategy.js'] as const;
const MAX_FOLDERS = 500;

export type FoundStrategy = {
  readonly name: string;
  readonly place: 'house' | 'own';
  /** The file of one of the trader's own. */
  readonly file: string | undefined;
  readonly module: StrategyModule | undefined;
  readonly fault: string | undefined;
};

export function strategiesFolder(dataDir: string): string {
  return join(dataDir, 'strategies');
}

/** Those of the house first, then the trader's own by name. */
export async function findStrategies(dataDir: string): Promise<readonly FoundStrategy[]> {
  const house = HOUSE_STRATEGIES.map((module) => ({
    name: module.manifest.name,
    place: 'house' as const,
    file: undefined,
    module,
    fault: undefined,
  }));
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
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const own: FoundStrategy[] = [];
  for (const name of names.slice(0, MAX_FOLDERS)) own.push(await loadOwn(folder, name));
  return [...house, ...own];
}

/** @throws UserError where there is none of that name, or it cannot be loaded. */
export async function findStrategy(
  dataDir: string,
  name: string,
): Promise<FoundStrategy & { readonly module: StrategyModule }> {
  const all = await findStrategies(dataDir);
  const found = all.find((each) => each.name === name);
  if (found === undefined) {
    throw new UserError({
      code: 'no-strategy',
      field: 'NAME',
      value: name,
      message: 'is no strategy',
      remedy: `There are ${all.map((each) => each.name).join(', ')}; "strategy new ${name}" makes one of that name.`,
    });
  }
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

async function loadOwn(folder: string, name: string): Promise<FoundStrategy> {
  const file = FILES.map((each) => join(folder, name, each)).find(
    (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  );
  const common = { name, place: 'own' as const, file };
  const fail = (fault: string): FoundStrategy => ({ ...common, module: undefined, fault });
  if (file === undefined) return fail(`its folder has none of ${FILES.join(', ')}`);
  if (!STRATEGY_NAME.test(name)) return fail('its folder’s name must be lower case with hyphens');
  if (HOUSE_STRATEGIES.some(({ manifest }) => manifest.name === name))
    return fail('the house has a strategy of that name');
  const odd = irregularity(file);
  if (odd !== undefined) return fail(`${file} ${odd}`);
  try {
    const loaded = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      readonly default?: unknown;
    };
    const module = moduleOf(loaded.default, name);
    if (module.manifest.name !== name)
      return fail(`manifest.name is "${module.manifest.name}" and its folder "${name}"`);
    return { ...common, module, fault: undefined };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}
