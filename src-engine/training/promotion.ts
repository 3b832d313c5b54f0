/** The way to champion: every gate is looked at as it stands now, and who passes over one types a word and gives a reason, which the list of steps keeps. */
import { NOTHING_TRIED, type Tried, TriedData } from '../backtest/strategy/tried-data.ts';
import { UserError } from '../domain/errors.ts';
import { failedWords, GATE_EVIDENCE, type GateEvidence, gatesOf, type ModelGate } from './gates.ts';
import type { Aliases, ModelRegistry } from './registry.ts';
import { SCORER_EVIDENCE, type ScorerEvidence, scorerGates } from './scorer-gates.ts';

/** What is typed to promote a model that does not pass. */
export const OVERRIDE_WORD = 'OVERRIDE';
const SHORT = 12;

/** @param record as the registry vouches for it. */
export function gatesNow(dataDir: string, record: unknown): Promise<ModelGate[]> {
  const data = new TriedData(dataDir);
  return gatesBy(evidenceOf(record), async (sha256) => data.on('training', sha256, await data.alike(sha256)));
}

/** What gates read of a record, or why there is nothing to read. */
export type Evidence = { readonly found: GateEvidence | ScorerEvidence | undefined; readonly why: string };

/** @param record as the registry vouches for it. */
export function evidenceOf(record: unknown): Evidence {
  if (record === undefined)
    return { found: undefined, why: 'its record was altered, or is of an older version' };
  const found = SCORER_EVIDENCE.safeParse(record).data ?? GATE_EVIDENCE.safeParse(record).data;
  return { found, why: found === undefined ? 'no such training is recorded' : '' };
}

/** @param tried what was tried on the data of this hash. */
export async function gatesBy(
  { found, why }: Evidence,
  tried: (dataSha256: string) => Promise<Tried>,
): Promise<ModelGate[]> {
  const trials = found === undefined ? NOTHING_TRIED : await tried(found.dataSha256);
  return found !== undefined && 'threshold' in found
    ? scorerGates(found, trials)
    : gatesOf(found, trials, why);
}

/** @throws UserError that names each gate which does not pass, with its value and bound. */
export async function promoteModel(
  registry: ModelRegistry,
  dataDir: string,
  name: string,
  which: string,
  { why, override }: { readonly why: string; readonly override: string },
): Promise<Aliases> {
  const sha256 = await registry.find(name, which);
  const gates = await gatesNow(dataDir, await registry.record(name, sha256));
  const failed = gates.filter(({ passes }) => !passes);
  if (failed.length === 0)
    return registry.promote(name, sha256, why === '' ? `passed ${gates.length} gates` : why);
  const words = failedWords(gates);
  if (override === '') {
    throw new UserError({
      code: 'gates-not-passed',
      field: 'version',
      value: sha256.slice(0, SHORT),
      message: `does not pass ${failed.length} of ${gates.length} gates: ${words}`,
      remedy: `Train it on more or other data. Whoever promotes it all the same types ${OVERRIDE_WORD} as override and gives a reason; both are kept in its list of steps.`,
    });
  }
  if (override !== OVERRIDE_WORD) {
    throw new UserError({
      code: 'bad-override',
      field: 'override',
      value: override,
      message: `is not the word ${OVERRIDE_WORD}`,
      remedy: `Type ${OVERRIDE_WORD}, or leave it out.`,
    });
  }
  if (why.trim() === '') {
    throw new UserError({
      code: 'reason-missing',
      field: 'why',
      message: 'is missing: a model that does not pass is promoted for a reason alone',
      remedy: 'Give the reason.',
    });
  }
  return registry.promote(name, sha256, `gates overridden: ${why.trim().slice(0, 200)} (${words})`);
}
