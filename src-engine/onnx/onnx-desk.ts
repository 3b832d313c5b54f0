/**
 * The ONNX models of an engine's sessions: each loaded into a process of its own as it is set, asked by strategies, and shown. So a model that crashes, hangs or loads for long takes nothing of another.
 * What is not answered has a code; a process that ended is started again, ever later until it answers, and its model is loaded again.
 */
import { dirname, sep } from 'node:path';
import {
  type Answer,
  type AnswerFault,
  checkedAnswer,
  type Prediction,
  type PredictionRequest,
} from '../domain/prediction.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { errorWords } from '../lib/error-words.ts';
import type { ModelFile } from '../training/model-file.ts';
import type { OnnxPredictor } from '../training/onnx-predictor.ts';
import { questionOf, smokeFault } from './import-onnx.ts';
import { ONNX_VERSION, runtimeRoot } from './installed.ts';
import { Inference, type LoadedModel } from './inference.ts';
import { type LaunchOnnx, onnxLauncher } from './launch.ts';

export type OnnxEntry = {
  /** SHA-256 of the model in the registry. */
  readonly model: string;
  readonly path: string;
  readonly predictor: OnnxPredictor;
  readonly smoke: ModelFile['smoke'];
};

/** What is shown of a model that runs outside. */
export type OnnxStanding = {
  readonly provider: string;
  readonly wanted: string;
  /** Why it runs on another provider, or on none; empty: it runs where it was asked to. */
  readonly why: string;
  readonly runtime: string;
  readonly backends: string[];
  readonly asked: number;
  readonly answered: number;
  readonly faults: Record<string, number>;
  /** Of the last answer, from question to answer, in µs; null: there was none. */
  readonly tookUs: number | null;
};

type Known = {
  readonly entry: OnnxEntry;
  readonly inference: Inference;
  takenUs: number;
  /** It was loaded once, or a strategy runs it: what fails is tried again. */
  isKept: boolean;
  loaded: LoadedModel | undefined;
  loading: Promise<LoadedModel> | undefined;
  /** Ends the wait for the next load; undefined: none is waited for. */
  cancelAgain: (() => void) | undefined;
  /** Loads that failed, and ends of its process, since it answered a strategy last. */
  failures: number;
  fault: string;
  asked: number;
  answered: number;
  readonly faults: Map<AnswerFault, number>;
  tookUs: number | null;
};

type OnnxDeskParts = {
  readonly dataDir: string;
  readonly clock: Clock;
  /** Models that strategies of the session run. */
  readonly inUse: () => ReadonlySet<string>;
  /** Starts a process for a model; absent: the runtime that is installed. */
  readonly launch?: LaunchOnnx | undefined;
  /** @throws UserError where there is no runtime. Absent: that of the data folder is looked for. */
  readonly demandRuntime?: (() => void) | undefined;
};

/** Models that are kept loaded at most, each with a process of its own of about a hundred megabytes. */
const MAX_LOADED = 16;
/** One that no strategy runs may be about to be set for so long after it was taken. */
const SETTING_US = 120 * US_PER_SECOND;
const FIRST_WAIT_US = US_PER_SECOND;
const MAX_WAIT_US = 600 * US_PER_SECOND;
const MAX_FAULT = 300;

export class OnnxDesk {
  readonly #parts: OnnxDeskParts;
  readonly #known = new Map<string, Known>();
  #isStopped = false;

  constructor(parts: OnnxDeskParts) {
    this.#parts = parts;
  }

  /**
   * Loads a model, and holds it to its stored answers.
   * @param isSet a strategy runs it already: it is tried again later. Else what is refused is forgotten.
   * @throws UserError where it cannot be loaded, or too many are.
   */
  async take(entry: OnnxEntry, isSet: boolean): Promise<LoadedModel> {
    const known = this.#known.get(entry.model) ?? this.#added(entry);
    known.takenUs = this.#parts.clock.nowUs();
    known.isKept ||= isSet;
    if (known.loaded !== undefined) return known.loaded;
    try {
      return await this.#load(known);
    } catch (error) {
      if (!known.isKept) this.#forget(known);
      throw error;
    }
  }

  /** Answers later, never within this call. */
  ask(request: PredictionRequest, report: (prediction: Prediction) => void): void {
    const { strategy, model, askedUs, row } = request;
    // Made into a line after the step that asks: what the kernel does in a tick does not pay for it.
    setImmediate(() => {
      void this.#answer(model, row).then((answer) => report({ strategy, model, askedUs, answer }));
    });
  }

  /** Undefined: it is none of them. */
  standing(model: string): OnnxStanding | undefined {
    const known = this.#known.get(model);
    if (known === undefined) return undefined;
    const { entry, inference, loaded, fault, asked, answered, faults, tookUs } = known;
    return {
      provider: loaded?.provider ?? '',
      wanted: entry.predictor.provider,
      why: loaded?.instead ?? fault,
      runtime: ONNX_VERSION,
      backends: [...inference.state.backends],
      asked,
      answered,
      faults: Object.fromEntries(faults),
      tookUs,
    };
  }

  stop(): void {
    this.#isStopped = true;
    for (const known of this.#known.values()) end(known);
  }

  /** @throws UserError where all places are taken by models that strategies run. */
  #added(entry: OnnxEntry): Known {
    if (this.#known.size >= MAX_LOADED) this.#makePlace(entry);
    const { clock, dataDir, launch } = this.#parts;
    const known: Known = {
      entry,
      inference: new Inference(launch ?? onnxLauncher(dataDir, [entry.path]), clock, () =>
        this.#ended(known),
      ),
      takenUs: clock.nowUs(),
      isKept: false,
      loaded: undefined,
      loading: undefined,
      cancelAgain: undefined,
      failures: 0,
      fault: '',
      asked: 0,
      answered: 0,
      faults: new Map(),
      tookUs: null,
    };
    this.#known.set(entry.model, known);
    return known;
  }

  #makePlace(entry: OnnxEntry): void {
    const inUse = this.#parts.inUse();
    const beforeUs = this.#parts.clock.nowUs() - SETTING_US;
    const idle = [...this.#known.values()]
      .filter(({ entry: { model }, takenUs }) => !inUse.has(model) && takenUs < beforeUs)
      .toSorted((a, b) => a.takenUs - b.takenUs)[0];
    if (idle === undefined)
      throw new UserError({
        code: 'too-many-models',
        field: 'model',
        value: entry.model.slice(0, 12),
        message: `would be ONNX model ${MAX_LOADED + 1} of the engine, and at most ${MAX_LOADED} run at once`,
        remedy: 'Remove a strategy on another one first.',
      });
    this.#forget(idle);
  }

  #forget(known: Known): void {
    if (this.#known.get(known.entry.model) === known) this.#known.delete(known.entry.model);
    end(known);
  }

  /** One load at a time: two who take it wait for the same. */
  #load(known: Known): Promise<LoadedModel> {
    known.loading ??= this.#loadOnce(known).finally(() => {
      known.loading = undefined;
    });
    return known.loading;
  }

  async #loadOnce(known: Known): Promise<LoadedModel> {
    const { entry, inference } = known;
    const { model, path, predictor, smoke } = entry;
    const { dataDir, demandRuntime } = this.#parts;
    try {
      if (demandRuntime === undefined) {
        runtimeRoot(dataDir);
      } else demandRuntime();
      const { sha256 } = predictor.file;
      const loaded = await inference.load({ model, path, sha256, provider: predictor.provider });
      const differs = await smokeFault(inference, model, predictor, smoke, loaded);
      if (differs !== undefined) throw new Error(differs);
      [known.loaded, known.fault, known.isKept] = [loaded, '', true];
      return loaded;
    } catch (error) {
      known.fault = this.#withoutFolders(known, errorWords(error));
      this.#again(known);
      throw error;
    }
  }

  async #answer(model: string, row: Float64Array): Promise<Answer> {
    const known = this.#known.get(model);
    if (known === undefined) return { fault: 'model-not-loaded', detail: 'it was not set in this engine' };
    known.asked++;
    const { clock } = this.#parts;
    const beganUs = clock.nowUs();
    const answer =
      known.loaded === undefined
        ? notLoaded(known)
        : await known.inference.answer(model, questionOf(known.entry.predictor, row));
    if ('fault' in answer) {
      known.faults.set(answer.fault, (known.faults.get(answer.fault) ?? 0) + 1);
      return { fault: answer.fault, detail: answer.detail };
    }
    known.answered++;
    known.failures = 0;
    known.inference.proved();
    known.tookUs = clock.nowUs() - beganUs;
    // What JSON has no number for would not come back from a session log.
    return checkedAnswer({ values: answer.values });
  }

  #ended(known: Known): void {
    known.loaded = undefined;
    known.fault = this.#withoutFolders(known, `its process ended: ${known.inference.state.fault}`);
    this.#again(known);
  }

  /** Viewers read it, whom the folders of the machine do not concern. */
  #withoutFolders({ entry }: Known, words: string): string {
    const folders = [dirname(entry.path), this.#parts.dataDir];
    return folders
      .reduce((text, folder) => text.replaceAll(`${folder}${sep}`, '').replaceAll(folder, '.'), words)
      .slice(0, MAX_FAULT);
  }

  /** Later, as often as it takes: each failure since it answered last makes it wait longer. */
  #again(known: Known): void {
    const isKnown = this.#known.get(known.entry.model) === known;
    if (this.#isStopped || !isKnown || known.cancelAgain !== undefined) return;
    const { clock } = this.#parts;
    const waitUs = Math.min(MAX_WAIT_US, FIRST_WAIT_US * 2 ** Math.min(known.failures, 30));
    known.failures++;
    const atUs = Math.max(known.inference.notBeforeUs, clock.nowUs() + waitUs);
    known.cancelAgain = clock.schedule(atUs, () => {
      known.cancelAgain = undefined;
      if (known.loaded === undefined) void this.#load(known).catch(() => undefined);
    });
  }
}

function end(known: Known): void {
  known.cancelAgain?.();
  known.inference.stop();
}

function notLoaded({ fault, inference }: Known): Answer {
  const { starts, state } = inference.state;
  const hasEnded = starts > 0 && state !== 'running';
  return { fault: hasEnded ? 'model-process-ended' : 'model-not-loaded', detail: fault };
}
