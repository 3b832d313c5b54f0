/** The registry of models for a session: as rows for people, and as strategies. Manifests are read for the rows; a model itself only when it is set or promoted. */
import { join } from 'node:path';
import { z } from 'zod';
import { MAX_MODELS, MAX_VERSIONS, type ModelRow, type ModelVersion } from '../contract/model-records.ts';
import { NOTHING_TRIED, type Tried } from '../backtest/strategy/tried-data.ts';
import { UserError } from '../domain/errors.ts';
import type {
  FoundScorer,
  ModelAliases,
  ModelLibrary,
  ScorerTraining,
} from '../engine/strategies/model-library.ts';
import { findScorer, readTrial, registerScorer } from './scorer-shelf.ts';
import { modelEnsemble } from '../training/model-ensemble.ts';
import type { OnnxDesk, OnnxEntry, OnnxStanding } from '../onnx/onnx-desk.ts';
import { ONNX_FILE } from '../training/onnx-predictor.ts';
import { modelStrategy } from '../training/model-strategy.ts';
import { type Evidence, evidenceOf, gatesBy, promoteModel } from '../training/promotion.ts';
import { ModelRegistry } from '../training/registry.ts';
import { stampOf, TriedCache } from '../training/tried-cache.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';

const MAX_STEPS = 50;
/** All that one answer lists. */
const MAX_KEPT = MAX_MODELS * MAX_VERSIONS;
const SHORT = 12;
/** How a strategy that is a model is called: `model:NAME`, with `@champion`, `@challenger`, or the beginning of a hash. */
export const MODEL_PREFIX = 'model:';
/** How an ensemble is called whose agent `model` is one: `ensemble:NAME`, with a version as above. */
export const ENSEMBLE_PREFIX = 'ensemble:';

const number = z.number().nullish();
/** What is shown of a manifest; whatever else it says is left out. */
const MANIFEST = z.object({
  kind: z.string().max(40).optional(),
  provider: z.string().max(40).optional(),
  market: z.string().max(200).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  epochs: z
    .array(z.object({ epoch: z.number(), loss: number, validationLoss: number, sharpe: number }))
    .max(300)
    .optional(),
  judgement: z
    .object({
      verdict: z.string().max(60),
      text: z.string().max(500),
      trials: z.number(),
      trialsElsewhere: number,
      rows: z.number(),
      logLoss: number,
      baseLogLoss: number,
      netBps: z.number(),
      buyAndHoldBps: z.number(),
      deflatedSharpe: number,
      reliability: z
        .array(z.object({ said: z.number(), came: z.number(), count: z.number() }))
        .max(20)
        .optional(),
      rolls: z
        .array(
          z.object({
            fitRows: z.number(),
            calibrateRows: z.number().optional(),
            judgeRows: z.number(),
            judgeFrom: z.string().max(40),
            judgeTo: z.string().max(40),
            logLoss: number,
            baseLogLoss: number,
            netBps: number,
          }),
        )
        .max(60),
    })
    .optional(),
});

/** What is read of a version once, as long as its files are the same; its gates depend on what was tried since. */
type Kept = {
  readonly stamp: string;
  readonly version: Omit<ModelVersion, 'gates'>;
  readonly evidence: Evidence;
  gates: { readonly tried: Tried | undefined; readonly list: ModelVersion['gates'] } | undefined;
};

export class ModelShelf implements ModelLibrary {
  readonly #dataDir: string;
  readonly #registry: ModelRegistry;
  readonly #onnx: OnnxDesk | undefined;
  readonly #versions = new Map<string, Kept>();
  readonly #tried: TriedCache;
  #listing: Promise<ModelRow[]> | undefined;

  constructor(dataDir: string, now: () => string, onnx?: OnnxDesk) {
    this.#onnx = onnx;
    this.#dataDir = dataDir;
    this.#registry = new ModelRegistry(dataDir, now);
    this.#tried = new TriedCache(dataDir);
  }

  /** Who asks while it is being read gets the same answer: each window asks every few seconds. */
  list(): Promise<ModelRow[]> {
    this.#listing ??= this.#read().finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  /** Reads no version. */
  async aliases(): Promise<readonly ModelAliases[]> {
    const found: ModelAliases[] = [];
    for (const name of (await this.#registry.names()).slice(0, MAX_MODELS)) {
      const none = { champion: null, challenger: null, previous: null };
      const aliases = await this.#registry.aliases(name).catch((error: unknown) => {
        if (error instanceof UserError) return none;
        throw error;
      });
      found.push({ name, ...aliases });
    }
    return found;
  }

  async #read(): Promise<ModelRow[]> {
    const names = await this.#registry.names();
    const rows: ModelRow[] = [];
    for (const name of names.slice(0, MAX_MODELS)) rows.push(await this.#row(name));
    return rows;
  }

  async promote(
    name: string,
    version: string,
    given: { readonly why: string; readonly override: string },
  ): Promise<ModelRow> {
    await promoteModel(this.#registry, this.#dataDir, name, version, given);
    return this.#row(name);
  }

  async rollBack(name: string, why: string): Promise<ModelRow> {
    await this.#registry.rollback(name, why);
    return this.#row(name);
  }

  /** What runs outside of the kernel, as it stands; null: it is no such model. */
  outside(model: string): OnnxStanding | null {
    return this.#onnx?.standing(model) ?? null;
  }

  scorer(profile: string, known: string | undefined): Promise<FoundScorer | undefined> {
    return findScorer(this.#registry, profile, known);
  }

  scorerTrial(profile: string) {
    return readTrial(this.#dataDir, profile);
  }

  registerScorer(profile: string, trained: ScorerTraining) {
    return registerScorer(this.#registry, this.#dataDir, profile, trained);
  }

  /** @param text `model:NAME` or `ensemble:NAME`, or with a version. @returns the strategy under a name that says which version it is. @throws UserError as the registry does. */
  async strategy(text: string): Promise<{
    readonly module: StrategyModule;
    readonly sha256: string;
    readonly barSeconds: number | null;
    /** Of one that runs outside of the kernel. */
    readonly onnx: OnnxEntry | undefined;
  }> {
    const prefix = text.startsWith(ENSEMBLE_PREFIX) ? ENSEMBLE_PREFIX : MODEL_PREFIX;
    const [name = '', which = 'champion'] = text.slice(prefix.length).split('@');
    const { model, sha256 } = await this.#registry.load(name, which);
    const pinned = `${prefix}${name}@${sha256.slice(0, SHORT)}`;
    const module =
      prefix === ENSEMBLE_PREFIX ? modelEnsemble(pinned, model) : modelStrategy(pinned, 1, model);
    const { predictor, smoke } = model;
    const path = join(this.#registry.folder, name, sha256, ONNX_FILE);
    const onnx = predictor.kind === 'onnx' ? { model: sha256, path, predictor, smoke } : undefined;
    return { module, sha256, barSeconds: model.barSeconds, onnx };
  }

  async #row(name: string): Promise<ModelRow> {
    const all = await this.#registry.versions(name);
    const none = { champion: null, challenger: null, previous: null };
    try {
      const events = await this.#registry.events(name);
      const aliases = events.at(-1)?.aliases ?? (await this.#registry.aliases(name));
      const named = new Set(Object.values(aliases));
      // Those with a name are always among them.
      const shown = all
        .toSorted((a, b) => Number(named.has(b)) - Number(named.has(a)))
        .slice(0, MAX_VERSIONS);
      const versions: ModelVersion[] = [];
      for (const sha256 of shown) versions.push(await this.#version(name, sha256));
      const steps = events
        .slice(-MAX_STEPS)
        .toReversed()
        .map(({ at, action, sha256, why }) => ({ at, action, sha256, why }));
      return { name, ...aliases, versions, more: all.length - shown.length, fault: '', steps };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { name, ...none, versions: [], more: all.length, fault: error.message, steps: [] };
    }
  }

  async #version(name: string, sha256: string): Promise<ModelVersion> {
    const kept = await this.#kept(name, sha256);
    const { found } = kept.evidence;
    const tried = found === undefined ? undefined : await this.#tried.on(found.dataSha256);
    if (kept.gates === undefined || kept.gates.tried !== tried) {
      const list = await gatesBy(kept.evidence, () => Promise.resolve(tried ?? NOTHING_TRIED));
      kept.gates = { tried, list };
    }
    return { ...kept.version, gates: kept.gates.list };
  }

  /** Read again once its manifest, or the list of steps that vouches for it, is another one. */
  async #kept(name: string, sha256: string): Promise<Kept> {
    const key = `${name} ${sha256}`;
    const folder = join(this.#registry.folder, name);
    const stamp = await stampOf([join(folder, 'events.jsonl'), join(folder, sha256, 'manifest.json')]);
    const known = this.#versions.get(key);
    if (known?.stamp === stamp) return known;
    const kept: Kept = {
      stamp,
      version: await this.#readVersion(name, sha256),
      evidence: evidenceOf(await this.#registry.record(name, sha256)),
      gates: undefined,
    };
    if (this.#versions.size >= MAX_KEPT) this.#versions.clear();
    this.#versions.set(key, kept);
    return kept;
  }

  async #readVersion(name: string, sha256: string): Promise<Kept['version']> {
    const { data } = MANIFEST.safeParse(await this.#registry.manifest(name, sha256));
    const { judgement } = data ?? {};
    return {
      sha256,
      kind: data?.kind ?? 'unknown',
      provider: data?.provider ?? '',
      market: data?.market ?? '',
      from: data?.from ?? '',
      to: data?.to ?? '',
      epochs: (data?.epochs ?? []).map(({ epoch, loss, validationLoss, sharpe }) => ({
        epoch,
        loss: loss ?? null,
        validationLoss: validationLoss ?? null,
        sharpe: sharpe ?? null,
      })),
      judgement:
        judgement === undefined
          ? null
          : {
              verdict: judgement.verdict,
              text: judgement.text,
              trials: judgement.trials,
              trialsElsewhere: judgement.trialsElsewhere ?? 0,
              rows: judgement.rows,
              logLoss: judgement.logLoss ?? null,
              baseLogLoss: judgement.baseLogLoss ?? null,
              netBps: judgement.netBps,
              buyAndHoldBps: judgement.buyAndHoldBps,
              deflatedSharpe: judgement.deflatedSharpe ?? null,
              reliability: judgement.reliability ?? [],
              rolls: judgement.rolls.map(({ calibrateRows, logLoss, baseLogLoss, netBps, ...roll }) => ({
                ...roll,
                calibrateRows: calibrateRows ?? 0,
                gain: netBps ?? (baseLogLoss ?? 0) - (logLoss ?? 0),
              })),
            },
    };
  }
}
