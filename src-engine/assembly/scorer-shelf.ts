/** The scorer of a profile in the registry of models: found for a session, and stored with its count of trials and the record that its gates read. Beside it lies what a trial on a simulated market found. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { UserError } from '../domain/errors.ts';
import { type ScorerTrial, scorerTrial } from '../contract/scorer-operations.ts';
import { formatTimeUs } from '../domain/time.ts';
import { plainText } from '../lib/regular-file.ts';
import { PRIVATE_FOLDER, writeWhole } from '../lib/whole-file.ts';
import type { FoundScorer, ScorerTraining } from '../engine/strategies/model-library.ts';
import { parseModel } from '../training/model-file.ts';
import type { ModelRegistry } from '../training/registry.ts';
import { captureModelOf } from '../training/scorer/scorer-model.ts';
import { scorerName } from '../training/scorer-names.ts';
import { stampOf } from '../training/tried-cache.ts';

/** Of a scorer: a few weights, and its calibrator. */
const MAX_SCORER_BYTES = 1_000_000;
const NONE = '-';

/** @param known stamp of the look before. @returns undefined: neither the steps nor the files are others since; without a model: why. @throws Error where they could not be read now, and may be at the next look. */
export async function findScorer(
  registry: ModelRegistry,
  profile: string,
  known: string | undefined,
): Promise<FoundScorer | undefined> {
  const name = scorerName(profile);
  const folder = join(registry.folder, name);
  const steps = await stampOf([join(folder, 'events.jsonl')]);
  // With their files: one that was restored is read again.
  const stampWith = async (versions: string): Promise<string> => {
    const files = versions === NONE ? [] : versions.split(',');
    const stamps = await stampOf(files.map((version) => join(folder, version, 'model.json')));
    return `${versions} ${steps} ${stamps}`;
  };
  const [before = NONE] = known?.split(' ', 1) ?? [];
  if (known !== undefined && (await stampWith(before)) === known) return undefined;
  let stamp = await stampWith(NONE);
  const load = async (version: string, mayGate: boolean): Promise<CaptureModel> => {
    const { model, sha256 } = await registry.load(name, version, MAX_SCORER_BYTES);
    return captureModelOf(model, { name, sha256, mayGate });
  };
  try {
    const { champion, challenger } = await registry.aliases(name);
    const chosen = champion ?? challenger;
    if (chosen === null) return { stamp, model: undefined, why: `no ${name} is registered` };
    const beside = champion === null || challenger === champion ? null : challenger;
    stamp = await stampWith([chosen, ...(beside === null ? [] : [beside])].join(','));
    const model = await load(chosen, champion !== null);
    if (beside === null) return { stamp, model, why: '' };
    // A challenger that cannot be asked keeps no champion from its place.
    return await load(beside, false).then(
      (asked) => ({ stamp, model, why: '', challenger: asked }),
      (error: unknown) => ({ stamp, model, why: '', whyNoChallenger: refusal(error) }),
    );
  } catch (error) {
    // What is refused is refused again: it is not read anew on the thread that trades before something of it has changed.
    return { stamp, model: undefined, why: refusal(error) };
  }
}

/** @throws what is no refusal: it may be read at the next look. */
function refusal(error: unknown): string {
  if (error instanceof UserError || (error as NodeJS.ErrnoException | null)?.code === 'EIRREGULAR')
    return (error as Error).message;
  throw error;
}

const MAX_TRIAL_BYTES = 100_000;
const trialFile = (dataDir: string, profile: string): string =>
  join(dataDir, 'models', `${scorerName(profile)}.trial.json`);

/** @returns null where none was stored, or what is stored is none. */
export async function readTrial(dataDir: string, profile: string): Promise<ScorerTrial | null> {
  const text = await plainText(trialFile(dataDir, profile), MAX_TRIAL_BYTES).catch(() => undefined);
  if (text === undefined) return null;
  try {
    return scorerTrial.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** In the place of the one before. @throws UserError where it cannot be written. */
export async function storeTrial(dataDir: string, trial: ScorerTrial): Promise<void> {
  await mkdir(join(dataDir, 'models'), { recursive: true, mode: PRIVATE_FOLDER });
  await writeWhole(trialFile(dataDir, trial.profile), `${JSON.stringify(trial, undefined, 2)}\n`);
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
