/** The way to champion: every gate is looked at as it stands now, and who passes over one types a word and gives a reason, which the list of steps keeps. */
import { NOTHING_TRIED, type Tried, TriedData } from '../backtest/strategy/tried-data.ts';
import { failedWords, isOverridden } from '../domain/gate-override.ts';
import { GATE_EVIDENCE, type GateEvidence, gatesOf, type ModelGate } from './gates.ts';
import type { Aliases, ModelRegistry } from './registry.ts';
import { SCORER_EVIDENCE, type ScorerEvidence, scorerGates } from './scorer-gates.ts';

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
  const isOver = isOverridden(gates, {
    field: 'version',
    value: sha256.slice(0, SHORT),
    what: 'model',
    instead: 'Train it on more or other data.',
    override,
    why,
  });
  if (!isOver) return registry.promote(name, sha256, why === '' ? `passed ${gates.length} gates` : why);
  return registry.promote(
    name,
    sha256,
    `gates overridden: ${why.trim().slice(0, 200)} (${failedWords(gates)})`,
  );
}
