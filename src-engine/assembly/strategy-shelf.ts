/**
 * The strategies that a data folder's sessions may run. The trader's own are loaded when they are named, and those that a session before had set at its start: nothing else in the folder is run. Each
 * load reads the file as it is now, on a thread of its own first, which can be ended where the file never ends; what runs already goes on with the code that it began with.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { findStrategies, findStrategy } from '../backtest/strategy/own-strategies.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import {
  HOUSE_CODE,
  type LibraryStrategy,
  type StrategyLibrary,
} from '../engine/strategies/strategy-library.ts';
import { boundedStrategy } from './bounded-strategy.ts';
import { loadInTime } from './load-in-time.ts';
import { ENSEMBLE_PREFIX, MODEL_PREFIX, ModelShelf } from './model-shelf.ts';
import type { Clock } from '../lib/clock.ts';
import { errorWords } from '../lib/error-words.ts';
import { formatTimeUs } from '../domain/time.ts';
import { VOTING_KINDS } from '../training/model-ensemble.ts';
import { SCORER_PREFIX } from '../training/scorer-names.ts';
import type { Prediction, PredictionRequest } from '../domain/prediction.ts';
import type { OnnxDesk } from '../onnx/onnx-desk.ts';
import { HOUSE_STRATEGIES } from '../strategies/house/house-strategies.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';

export class StrategyShelf implements StrategyLibrary {
  readonly #dataDir: string;
  readonly #clock: Clock;
  readonly #onnx: OnnxDesk | undefined;
  /** The trader's own, by name and code. */
  readonly #loaded = new Map<string, StrategyModule>();
  readonly #newest = new Map<string, StrategyModule>();
  readonly models: ModelShelf;

  /** @param onnx runs models outside of the kernel; absent: a replay, which has their answers. */
  constructor(dataDir: string, clock: Clock, onnx?: OnnxDesk) {
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#onnx = onnx;
    this.models = new ModelShelf(dataDir, () => formatTimeUs(clock.nowUs()), onnx);
  }

  async list(): Promise<readonly LibraryStrategy[]> {
    const found = await findStrategies(this.#dataDir, false);
    const models = (await this.models.list()).flatMap(({ name, champion, challenger, fault, versions }) => {
      // A scorer says how likely an opportunity is to be captured: it wants no position.
      const runs = (sha256: string | null): boolean =>
        sha256 !== null &&
        !name.startsWith(SCORER_PREFIX) &&
        versions.find((one) => one.sha256 === sha256)?.kind !== 'scorer';
      const offered = [...(runs(champion) ? ['champion'] : []), ...(runs(challenger) ? ['challenger'] : [])];
      const kind = versions.find(({ sha256 }) => sha256 === champion)?.kind ?? '';
      const names = [
        ...offered.map((version) => `${MODEL_PREFIX}${name}@${version}`),
        ...(VOTING_KINDS.includes(kind) ? [`${ENSEMBLE_PREFIX}${name}@champion`] : []),
      ];
      return names.map((each) => ({
        name: each,
        place: 'model' as const,
        file: undefined,
        module: undefined,
        fault: fault === '' ? undefined : fault,
      }));
    });
    return [...found.map((one) => ({ ...one, module: one.module ?? this.#newest.get(one.name) })), ...models];
  }

  async load(name: string): ReturnType<StrategyLibrary['load']> {
    if (isModel(name)) return this.#loadModel(name);
    const found = await findStrategy(this.#dataDir, name, (address) => loadInTime(address, this.#clock));
    if (found.file === undefined) return { ...found, code: HOUSE_CODE };
    const code = createHash('sha256')
      .update(await readFile(found.file))
      .digest('hex');
    const module = boundedStrategy(found.module);
    this.#loaded.set(`${name} ${code}`, module);
    this.#newest.set(name, module);
    return { ...found, module, code };
  }

  find(name: string, code: string): StrategyModule | undefined {
    if (code !== HOUSE_CODE) return this.#loaded.get(`${name} ${code}`);
    return HOUSE_STRATEGIES.find(({ manifest }) => manifest.name === name);
  }

  /** What a strategy asks a model outside; the answer comes later. */
  ask(request: PredictionRequest, report: (prediction: Prediction) => void): void {
    this.#onnx?.ask(request, report);
  }

  /**
   * A model is pinned: what is set goes on with the version that it had, whatever becomes champion.
   * @param note hears later why one that runs outside cannot be loaded: a session does not wait for it as it begins.
   */
  async #loadModel(text: string, note?: (text: string) => void): ReturnType<StrategyLibrary['load']> {
    const { module, sha256, barSeconds, onnx } = await this.models.strategy(text);
    const { name } = module.manifest;
    this.#loaded.set(`${name} ${sha256}`, module);
    // One that cannot be loaded now is tried again: a session that goes on with it holds nothing meanwhile.
    const taken = onnx === undefined ? undefined : this.#onnx?.take(onnx, note !== undefined);
    if (note === undefined) await taken;
    else taken?.catch((error: unknown) => note(`${text}: ${errorWords(error)}`));
    return {
      name: text,
      place: 'model',
      file: undefined,
      module,
      fault: undefined,
      code: sha256,
      barSeconds,
    };
  }

  /** What was set before, so that a session goes on with it. One that is gone or has changed is reported by the session itself. */
  async prepare(setups: readonly StrategySetup[], note: (text: string) => void): Promise<void> {
    const own = setups.filter(({ code }) => code !== HOUSE_CODE);
    for (const name of new Set(own.map((setup) => setup.name))) {
      try {
        await (isModel(name) ? this.#loadModel(name, note) : this.load(name));
      } catch (error) {
        note(`the strategy ${name} is not run: ${errorWords(error)}`);
      }
    }
  }
}

const isModel = (name: string): boolean => name.startsWith(MODEL_PREFIX) || name.startsWith(ENSEMBLE_PREFIX);
