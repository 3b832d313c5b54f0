/** The registry of models as the engine sees it. */
import type { ModelRow, RunningModel } from '../../contract/model-records.ts';
import type { ScorerReport, ScorerTrial } from '../../contract/scorer-operations.ts';
import type { CaptureModel } from '../../domain/capture-model.ts';
import type { TimeUs } from '../../domain/time.ts';

/** What is asked of a strategy that is a model. */
export type WatchedStrategy = {
  readonly watch?: {
    state(): Omit<
      RunningModel,
      'strategy' | 'name' | 'sha256' | 'mode' | 'quote' | 'net' | 'sinceUs' | 'outside'
    >;
  };
};

export type ModelAliases = Pick<ModelRow, 'name' | 'champion' | 'challenger' | 'previous'>;

/** As the reader fitted it; `model` null: the report says why there is none. */
export type ScorerTraining = {
  readonly report: ScorerReport;
  readonly model: string | null;
  readonly threshold: number;
  readonly dataSha256: string;
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs;
};

/** A profile's scorer; without a model `why` says the reason. */
export type FoundScorer = {
  readonly stamp: string | undefined;
  readonly model: CaptureModel | undefined;
  readonly why: string;
  /** Beside a champion: asked in shadow. */
  readonly challenger?: CaptureModel | undefined;
  /** Why a challenger that is registered beside a champion is not among them; absent: it is, or there is none. */
  readonly whyNoChallenger?: string | undefined;
};

/** All reject with a UserError that names the model. */
export type ModelLibrary = {
  list(): Promise<ModelRow[]>;
  /** Without what is known of their versions; all null where the list of steps cannot be read. */
  aliases(): Promise<readonly ModelAliases[]>;
  /** @param override the word that promotes a model which does not pass its gates; empty: none. */
  promote(
    name: string,
    version: string,
    given: { readonly why: string; readonly override: string },
  ): Promise<ModelRow>;
  rollBack(name: string, why: string): Promise<ModelRow>;
  /** Of a model that runs outside of the kernel, by its hash; null: it is none that was set here. */
  outside(model: string): RunningModel['outside'];
  /** The champion of a profile's scorer with its challenger, else the challenger alone. @param known stamp of an answer; undefined is answered while the registry is as it was then. */
  scorer(profile: string, known: string | undefined): Promise<FoundScorer | undefined>;
  /** The last trial that was stored for the profile; null: none. */
  scorerTrial(profile: string): Promise<ScorerTrial | null>;
  /** Makes it the challenger of its name, and counts the training as a trial. */
  registerScorer(
    profile: string,
    trained: ScorerTraining,
  ): Promise<{ readonly name: string; readonly sha256: string }>;
};
