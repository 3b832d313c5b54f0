/** The registry of models as the engine sees it. */
import type { ModelRow, RunningModel } from '../../contract/model-records.ts';

/** What is asked of a strategy that is a model. */
export type WatchedStrategy = {
  readonly watch?: {
    state(): Omit<RunningModel, 'strategy' | 'name' | 'sha256' | 'mode' | 'quote' | 'net' | 'sinceUs'>;
  };
};

/** All reject with a UserError that names the model. */
export type ModelLibrary = {
  list(): Promise<ModelRow[]>;
  promote(name: string, version: string, why: string): Promise<ModelRow>;
  rollBack(name: string, why: string): Promise<ModelRow>;
};
