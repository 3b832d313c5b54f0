/**
 * The ONNX models of an engine's sessions: loaded into one process as they are set, asked by strategies, and shown. What is not answered has a code; a process that ended is started again
 * after a wait, and the models are loaded again.
 */
import type { Answer, AnswerFault, Prediction, PredictionRequest } from '../domain/prediction.ts';
import type { Clock } from '../lib/clock.ts';
import type { ModelFile } from '../training/model-file.ts';
import type { OnnxPredictor } from '../training/onnx-predictor.ts';
import { questionOf, smokeFault } from './import-onnx.ts';
import { ONNX_VERSION, runtimeRoot } from './installed.ts';
import { Inference, type LoadedModel } from './inference.ts';
import { demandSources, type LaunchOnnx, onnxLauncher } from './launch.ts';

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
  loaded: LoadedModel | undefined;
  fault: string;
  asked: number;
  answered: number;
  readonly faults: Map<AnswerFault, number>;
  tookUs: number | null;
};

/** Models that are kept loaded at most. */
const MAX_LOADED = 32;

export class OnnxDesk {
  readonly #dataDir: string;
  readonly #clock: Clock;
  readonly #inference: Inference;
  readonly #known = new Map<string, Known>();
  #cancelAgain: () => void = () => undefined;
  #isStopped = false;

  /** @param models folder that their files lie in. */
  constructor(dataDir: string, models: string, clock: Clock, launch?: LaunchOnnx) {
    this.#dataDir = dataDir;
    this.#clock = clock;
    this.#inference = new Inference(launch ?? onnxLauncher(dataDir, [`${models}/*`]), clock, () =>
      this.#ended(),
    );
  }

  /** Loads a model, and holds it to its stored answers. @throws UserError where that fails; it is tried again later then. */
  async take(entry: OnnxEntry): Promise<LoadedModel> {
    let known = this.#known.get(entry.model);
    if (known === undefined) {
      if (this.#known.size >= MAX_LOADED) this.#known.delete([...this.#known.keys()][0] as string);
      known = { entry, loaded: undefined, fault: '', asked: 0, answered: 0, faults: new Map(), tookUs: null };
      this.#known.set(entry.model, known);
    }
    return known.loaded ?? (await this.#load(known));
  }

  /** Answers later, never within this call. */
  ask(request: PredictionRequest, tell: (prediction: Prediction) => void): void {
    const { strategy, model, askedUs, row } = request;
    void this.#answer(model, row).then((answer) => tell({ strategy, model, askedUs, answer }));
  }

  /** Undefined: it is none of them. */
  standing(model: string): OnnxStanding | undefined {
    const known = this.#known.get(model);
    if (known === undefined) return undefined;
    const { entry, loaded, fault, asked, answered, faults, tookUs } = known;
    return {
      provider: loaded?.provider ?? '',
      wanted: entry.predictor.provider,
      why: loaded?.instead ?? fault,
      runtime: ONNX_VERSION,
      backends: [...this.#inference.state.backends],
      asked,
      answered,
      faults: Object.fromEntries(faults),
      tookUs,
    };
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelAgain();
    this.#inference.stop();
  }

  async #load(known: Known): Promise<LoadedModel> {
    const { entry } = known;
    const { model, path, predictor, smoke } = entry;
    try {
      demandSources();
      runtimeRoot(this.#dataDir);
      const { sha256 } = predictor.file;
      const loaded = await this.#inference.load({ model, path, sha256, provider: predictor.provider });
      const differs = await smokeFault(this.#inference, model, predictor, smoke, loaded);
      if (differs !== undefined) throw new Error(differs);
      [known.loaded, known.fault] = [loaded, ''];
      return loaded;
    } catch (error) {
      known.fault = (error instanceof Error ? error.message : String(error)).slice(0, 300);
      this.#again();
      throw error;
    }
  }

  async #answer(model: string, row: Float64Array): Promise<Answer> {
    const known = this.#known.get(model);
    if (known === undefined) return { fault: 'model-not-loaded', detail: 'it was not set in this engine' };
    known.asked++;
    const beganUs = this.#clock.nowUs();
    const answer =
      known.loaded === undefined
        ? this.#notLoaded(known)
        : await this.#inference.answer(model, questionOf(known.entry.predictor, row));
    if ('fault' in answer) {
      known.faults.set(answer.fault, (known.faults.get(answer.fault) ?? 0) + 1);
      return { fault: answer.fault, detail: answer.detail };
    }
    known.answered++;
    known.tookUs = this.#clock.nowUs() - beganUs;
    return withoutOdd(answer.values);
  }

  #notLoaded({ fault }: Known): Answer {
    const { starts, state } = this.#inference.state;
    const hasEnded = starts > 0 && state !== 'running';
    return { fault: hasEnded ? 'model-process-ended' : 'model-not-loaded', detail: fault };
  }

  #ended(): void {
    for (const known of this.#known.values()) {
      known.loaded = undefined;
      known.fault = `its process ended: ${this.#inference.state.fault}`.slice(0, 300);
    }
    this.#again();
  }

  /** Later, as often as it takes: each failed start waits longer. */
  #again(): void {
    this.#cancelAgain();
    if (this.#isStopped) return;
    const atUs = Math.max(this.#inference.notBeforeUs, this.#clock.nowUs() + 1_000_000);
    this.#cancelAgain = this.#clock.schedule(atUs, () => void this.#loadAll());
  }

  async #loadAll(): Promise<void> {
    for (const known of this.#known.values())
      if (known.loaded === undefined) await this.#load(known).catch(() => undefined);
  }
}

/** What JSON has no number for would not come back from a session log. */
function withoutOdd(values: readonly number[]): Answer {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return { values };
  return {
    fault: 'answer-not-finite',
    detail: `value ${at + 1} of ${values.length} is ${String(values[at])}`,
  };
}
