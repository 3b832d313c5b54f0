/** The scorer of a profile in the registry of models: found for a session, and stored with its trial and the record that its gates read. */
import { join } from 'node:path';
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import { UserError } from '../domain/errors.ts';
import { formatTimeUs } from '../domain/time.ts';
import type { FoundScorer, ScorerTraining } from '../engine/strategies/model-library.ts';
import { parseModel } from '../training/model-file.ts';
import type { ModelRegistry } from '../training/registry.ts';
import { captureModelOf, scorerName } from '../training/scorer/scorer-model.ts';
import { stampOf } from '../training/tried-cache.ts';

/** @throws UserError where its steps or its file were altered. */
export async function findScorer(
  registry: ModelRegistry,
  profile: string,
  known: string | undefined,
): Promise<FoundScorer | undefined> {
  const name = scorerName(profile);
  const stamp = await stampOf([join(registry.folder, name, 'events.jsonl')]);
  if (stamp === known) return undefined;
  const { champion, challenger } = await registry.aliases(name);
  const chosen = champion ?? challenger;
  if (chosen === null) return { stamp, model: undefined, why: `no ${name} is registered` };
  const { model, sha256 } = await registry.load(name, chosen);
  return { stamp, model: captureModelOf(model, { name, sha256, mayGate: champion !== null }), why: '' };
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
