/** Whether a module that was found in a folder is a strategy, and its parameters as they hold. */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { issueWords } from '../lib/zod-words.ts';
import { STRATEGY_KIT, type StrategyKit } from './strategy-kit.ts';
import {
  MOST_MARKETS,
  type StrategyManifest,
  type StrategyModule,
  type StrategyParameters,
} from './strategy-port.ts';

export const STRATEGY_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const MANIFEST = z.strictObject({
  name: z.string().max(60).regex(STRATEGY_NAME, 'must be lower case with hyphens, such as my-strategy'),
  version: z.int().min(1).max(1_000_000),
  summary: z.string().min(1).max(300),
  markets: z.union([z.literal(1), z.literal(2)]),
  mostMarkets: z.int().min(1).max(MOST_MARKETS).optional(),
  account: z.literal(true).optional(),
  fits: z
    .custom(
      (value) => typeof value === 'function',
      'must be a function of the parameters and the number of markets',
    )
    .optional(),
  input: z.enum(['bars', 'book']),
  may: z.enum(['signal', 'position']),
  parameters: z.custom(
    (value) => value instanceof z.ZodObject || isZodObject(value),
    'must be z.object({…})',
  ),
  features: z.custom((value) => typeof value === 'function', 'must be a function of the parameters'),
});

/** A trader's own folder may bring another copy of zod. */
function isZodObject(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { safeParse?: unknown }).safeParse === 'function' &&
    typeof (value as { shape?: unknown }).shape === 'object'
  );
}

/** @param place what the module came from, for errors. @throws UserError that names the first field at fault. */
export function checkModule(found: unknown, place: string): StrategyModule {
  const { manifest, create } = (found ?? {}) as { readonly manifest?: unknown; readonly create?: unknown };
  const refuse = (field: string, message: string): UserError =>
    new UserError({
      code: 'bad-strategy',
      field: `${place}: ${field}`,
      message,
      remedy: 'See "Your first strategy" in CONTRIBUTING.md.',
    });
  if (typeof create !== 'function') throw refuse('create', 'must be a function of the parameters');
  const checked = MANIFEST.safeParse(manifest);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw refuse(['manifest', ...(issue?.path ?? [])].join('.'), issueWords(issue));
  }
  const usual = checked.data.parameters as StrategyManifest['parameters'];
  if (!usual.safeParse({}).success) throw refuse('manifest.parameters', 'must all have a default');
  return found as StrategyModule;
}

/** A strategy's file exports a strategy, or a function of the kit that makes one. */
export function moduleOf(found: unknown, place: string): StrategyModule {
  return checkModule(
    typeof found === 'function' ? (found as (kit: StrategyKit) => unknown)(STRATEGY_KIT) : found,
    place,
  );
}

/** Of a file of the trader's own. What bounds an account by its cash is known of the house's alone. @throws UserError also where it keeps an account. */
export function ownModuleOf(found: unknown, place: string): StrategyModule {
  const module = moduleOf(found, place);
  for (const field of ['account', 'fits'] as const) {
    if (module.manifest[field] === undefined) continue;
    throw new UserError({
      code: 'bad-strategy',
      field: `${place}: manifest.${field}`,
      message: 'is of a strategy that keeps an account, which strategies of files do not',
      remedy: `Leave ${field} out: what is wanted of each market is bounded by the stake.`,
    });
  }
  return module;
}

/**
 * @param given texts by name, as they were typed. @param fieldOf what a parameter is called in an error. @returns parameters with defaults, in the order of the manifest.
 * @throws UserError that names the parameter, its value, and what it may be.
 */
export function parametersOf(
  { name, parameters }: StrategyManifest,
  given: Readonly<Record<string, string>>,
  fieldOf = (parameter: string) => `--param ${parameter}`,
): StrategyParameters {
  const known = Object.keys(parameters.shape);
  const refuse = (field: string, value: string, message: string, remedy: string): UserError =>
    new UserError({ code: 'bad-option', field: fieldOf(field), value, message, remedy });
  const typed: Record<string, unknown> = {};
  for (const [field, text] of Object.entries(given)) {
    if (!known.includes(field)) {
      const has = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`;
      throw refuse(field, text, `is not a parameter of ${name}`, has);
    }
    typed[field] = /^-?\d+(?:\.\d+)?(?:e-?\d+)?$/i.test(text)
      ? Number(text)
      : text === 'true' || text === 'false'
        ? text === 'true'
        : text;
  }
  const checked = parameters.safeParse(typed);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const field = String(issue?.path[0] ?? known[0]);
  throw refuse(
    field,
    given[field] ?? 'the default',
    issueWords(issue),
    `"strategy list" shows the parameters of ${name}.`,
  );
}
