/** What a strategy in a trader's own folder is given, as it lies outside of this project and can import nothing of it by name. */
import { z } from 'zod';
import { exp, log, logistic, tanh } from '../lib/elementary.ts';
import type { StrategyModule } from './strategy-port.ts';

export type StrategyKit = {
  /** For the parameters of the manifest. */
  readonly z: typeof z;
  /** The same on every machine, which those of `Math` are not. */
  readonly exp: typeof exp;
  readonly log: typeof log;
  readonly tanh: typeof tanh;
  readonly logistic: typeof logistic;
};

export const STRATEGY_KIT: StrategyKit = { z, exp, log, tanh, logistic };

/** What a strategy's file exports as its default. */
export type StrategyFile = (kit: StrategyKit) => StrategyModule<never>;
