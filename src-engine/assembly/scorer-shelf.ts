/** The scorer of a profile in the registry of models: found for a session, and stored with its trial and the record that its gates read. */
import { join } from 'node:path';
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import { UserError } from '../domain/errors.ts';
import { formatTimeUs } from '../domain/time.ts';
import type { FoundScorer, ScorerTraining } from '../engine/strategies/model-library.ts';
import { parseModel } from '../training/model-file.ts';
import type { ModelRegistry } from '../training/registry.ts';
import { captureModelOf } from '../training/scorer/scorer-model.ts';
import { scorerName } from '../training/scorer-names.ts';
import { stampOf } from '../training/tried-cache.ts';

/** Of a scorer: a few weights, and its calibrator. */
const MAX_SCORER_BYTES = 1_000_000;
const NONE = '-';

/** @param known stamp of the look before. @returns undefined: neither the steps nor the file are others since; without a model: why. @throws Error where they could not be read now, and may be at the next look. */
export async function findScorer(
  registry: ModelRegistry,
  profile: string,
  known: string | undefined,
): Promise<FoundScorer | undefined> {
  const name = scorerName(profile);
  const folder = join(registry.folder, name);
  const steps = await stampOf([join(folder, 'events.jsonl')]);
  // With its file: one that was restored is read again.
  const stampWith = async (version: string): Promise<string> =>
    `${version} ${steps} ${version === NONE ? '' : await stampOf([join(folder, version, 'model.json')])}`;
  const [before = NONE] = known?.split(' ', 1) ?? [];
  if (known !== undefined && (await stampWith(before)) === known) return undefined;
  let stamp = await stampWith(NONE);
  try {
    const { champion, challenger } = await registry.aliases(name);
    const chosen = champion ?? challenger;
    if (chosen === null) return { stamp, model: undefined, why: `no ${name} is registered` };
    stamp = await stampWith(chosen);
    const { model, sha256 } = await registry.load(name, chosen, MAX_SCORER_BYTES);
    return { stamp, model: captureModelOf(model, { name, sha256, mayGate: champion !== null }), why: '' };
  } catch (error) {
    // What is refused is refused again: it is not read anew on the thread that trades before something of it has changed.
    if (error instanceof UserError || (error as NodeJS.ErrnoException | null)?.code === 'EIRREGULAR')
      return { stamp, model: undefined, why: (error as Error).message };
    throw error;
  }
}

/** @throws UserError where there were too few executions. */
export async function registerScorer(
  registry: ModelRegistry,
  dataDir: string,
  profile: string,
  { report, model, threshold, dataSha256, fromUs, toUs }: ScorerTraining,
): Promise<{ readonly name: string; readonly sha256: string }> {
  if (model === null) {
    throw new UserError({
      code: 'too-few-records',
      field: 'executions',
      value: String(report.records),
      message: 'are too few to fit a scorer',
      remedy: report.text,
    });
  }
  const name = scorerName(profile);
  // Counted before anything is stored. Each training on other executions looks anew for one that is worth it.
  const seen = { markets: [`executions@${profile}`], fromUs, toUs, prices: [] };
  const { value = 0 } = report.difference ?? {};
  const trial = hashOf('scorer', dataSha256);
  const tried = await new TriedData(dataDir).count('training', dataSha256, seen, { trial, sharpe: value });
  const { sha256 } = await registry.register(name, parseModel(model, name), {
    kind: 'scorer',
    market: `executions of ${profile}`,
    from: formatTimeUs(fromUs),
    to: formatTimeUs(toUs),
    dataSha256,
    threshold,
    trials: tried.trials,
    report,
  });
  return { name, sha256 };
}
