/** What was trained on the same data: the number of trials, and the Sharpe ratios net of costs of those that traded. */
import { countTrial, hashOf, trialsOn } from '../backtest/strategy/trial-ledger.ts';
import type { Tried } from './judgement.ts';

const ledgers = (dataSha256: string) => ({
  trials: hashOf('train', dataSha256),
  sharpes: hashOf('train-net', dataSha256),
});

/** Counts a training where it is new. @param trial its hash. @param sharpe of one return net of costs; null: it did not trade. */
export async function countTraining(
  dataDir: string,
  dataSha256: string,
  { trial, t, sharpe }: { readonly trial: string; readonly t: number; readonly sharpe: number | null },
): Promise<Tried> {
  const { trials, sharpes } = ledgers(dataSha256);
  const counted = await countTrial(dataDir, { data: trials, trial, sharpe: t });
  return {
    trials: counted.length,
    sharpes: await countTrial(dataDir, { data: sharpes, trial, sharpe: sharpe ?? 0 }),
  };
}

export async function triedOn(dataDir: string, dataSha256: string): Promise<Tried> {
  const { trials, sharpes } = ledgers(dataSha256);
  const counted = await trialsOn(dataDir, trials);
  return { trials: Math.max(1, counted.length), sharpes: await trialsOn(dataDir, sharpes) };
}
