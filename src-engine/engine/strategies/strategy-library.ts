/** What strategies can be run, of the house and in the trader's own folder. */
import type { StrategyModule } from '../../strategies/strategy-port.ts';

/** The code of strategies that are part of Parallax: their versions say the rest. */
export const HOUSE_CODE = 'house';

export type LibraryStrategy = {
  readonly name: string;
  readonly place: 'house' | 'own' | 'model';
  readonly file: string | undefined;
  /** Undefined: not loaded, or it cannot be used. */
  readonly module: StrategyModule | undefined;
  readonly fault: string | undefined;
};

export type StrategyLibrary = {
  /** Without running code that was not run before. */
  list(): Promise<readonly LibraryStrategy[]>;
  /** Runs its code as it lies there now. @throws UserError where there is none of that name, or it cannot be used. */
  load(name: string): Promise<
    LibraryStrategy & {
      readonly module: StrategyModule;
      readonly code: string;
      /** The only bars that it may be asked about, as a model is; absent or null: any. */
      readonly barSeconds?: number | null;
    }
  >;
  /** Of what was loaded. */
  find(name: string, code: string): StrategyModule | undefined;
};
