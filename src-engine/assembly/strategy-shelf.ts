/**
 * The strategies that a data folder's sessions may run. The trader's own are loaded when they are named, and those that a session before had set at its start: nothing else in the folder is run. Each
 * load reads the file as it is now, on a thread of its own, which can be ended where the file or a call of it never ends; what runs already goes on with the code that it began with.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { findStrategies, findStrategy } from '../backtest/strategy/own-strategies.ts';
import type { StrategySetup } from '../domain/strategy-schemas.ts';
import {
  HOUSE_CODE,
  type LibraryStrategy,
  type StrategyLibrary,
} from '../engine/strategies/strategy-library.ts';
import { OwnModule } from './own-strategy/own-module.ts';
import { OwnThread, type OwnThreadOptions } from './own-strategy/own-thread.ts';
import { ENSEMBLE_PREFIX, MODEL_PREFIX, ModelShelf } from './model-shelf.ts';
import type { Clock } from '../lib/clock.ts';
import { errorWords } from '../lib/error-words.ts';
import { formatTimeUs } from '../domain/time.ts';
import { VOTING_KINDS } from '../training/model-ensemble.ts';
import { SCORER_PREFIX } from '../training/scorer-names.ts';
import type { Prediction, PredictionRequest } from '../domain/prediction.ts';
import type { OnnxDesk } from '../onnx/onnx-desk.ts';
import { HOUSE_STRATEGIES } from '../strategies/house/house-strategies.ts';
import { MAX_STRATEGIES } from '../strategies/session/strategy-desk.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';

/** Threads of the trader's own strategies: those of a session, and one that is looked at. Those that nothing calls any longer are ended first. */
const MAX_OWN_THREADS = MAX_STRATEGIES + 1;

export class StrategyShelf implements StrategyLibrary {
  readonly #dataDir: string;
  readonly #clock: Clock;
  readonly #onnx: OnnxDesk | undefined;
  readonly #threads: OwnThreadOptions;
  /** Models, by name and code. */
  readonly #loaded = new Map<string, StrategyModule>();
  /** The trader's own, by name and code. */
  readonly #own = new Map<string, OwnModule>();
  /** Of the trader's own, by name: what was loaded last. */
  readonly #newest = new Map<string, OwnModule>();
  readonly models: ModelShelf;

  /** @param onnx runs models outside of the kernel; absent: a replay, which has their answers. @param threads of the trader's own. */
  constructor(dataDir: string, clock: Clock, onnx?: OnnxDesk, threads: OwnThreadOptions = {}) {
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#onnx = onnx;
    this.#threads = threads;
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
    return [...found.map((one) => ({ ...one, ...this.#standing(one.name) })), ...models];
  }

  /** Of one of the trader's own that was loaded. */
  #standing(name: string): Partial<Pick<LibraryStrategy, 'module' | 'fault'>> {
    const own = this.#newest.get(name);
    if (own === undefined) return {};
    const { over } = own.thread;
    return over === undefined ? { module: own.module } : { fault: over };
  }

  async load(name: string): ReturnType<StrategyLibrary['load']> {
    if (isModel(name)) return this.#loadModel(name);
    let code = HOUSE_CODE;
    const found = await findStrategy(this.#dataDir, name, async (address) => {
      code = await codeOf(address);
      const own = await this.#loadOwn(name, code, address);
      return { default: own.module };
    });
    return { ...found, code };
  }

  /** Of one name and code there is one thread, as long as it can be called. */
  async #loadOwn(name: string, code: string, address: string): Promise<OwnModule> {
    const key = `${name} ${code}`;
    const known = this.#own.get(key);
    if (known !== undefined && known.thread.over === undefined) {
      this.#newest.set(name, known);
      return known;
    }
    const own = new OwnModule(await OwnThread.load(address, this.#clock, this.#threads));
    this.#own.delete(key);
    this.#own.set(key, own);
    this.#newest.set(name, own);
    this.#endUnused();
    return own;
  }

  /** Those whose file has changed since; and of the others, where there are too many, those that were loaded first. */
  #endUnused(): void {
    const newest = new Set(this.#newest.values());
    const unused = [...this.#own].filter(([, { isUsed }]) => !isUsed);
    const last = [...this.#own.values()].at(-1);
    for (const [key, own] of unused.toSorted(([, one], [, other]) => +newest.has(one) - +newest.has(other))) {
      if (own === last || (newest.has(own) && this.#own.size <= MAX_OWN_THREADS)) continue;
      own.thread.end('others were loaded since, and it was not set');
      this.#own.delete(key);
      const [name = ''] = key.split(' ');
      if (this.#newest.get(name) === own) this.#newest.delete(name);
    }
  }

  /** Ends the threads of the trader's own. */
  close(): void {
    for (const { thread } of this.#own.values()) thread.end('the engine ends');
  }

  find(name: string, code: string): StrategyModule | undefined {
    const key = `${name} ${code}`;
    if (code !== HOUSE_CODE) return this.#loaded.get(key) ?? this.#own.get(key)?.module;
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

/** @param address of a file, as it is imported. */
async function codeOf(address: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(fileURLToPath(address)))
    .digest('hex');
}

const isModel = (name: string): boolean => name.startsWith(MODEL_PREFIX) || name.startsWith(ENSEMBLE_PREFIX);
