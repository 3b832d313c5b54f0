/** The registry of models as the engine sees it. */
import type { ModelRow, RunningModel } from '../../contract/model-records.ts';

/** What is asked of a strategy that is a model. */
export type WatchedStrategy = {
  readonly watch?: {
    state(): Omit<RunningModel, 'strategy' | 'name' | 'sha256' | 'mode' | 'quote' | 'net' | 'sinceUs'>;
  };
};

export type ModelAliases = Pick<ModelRow, 'name' | 'champion' | 'challenger' | 'previous'>;

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
};
