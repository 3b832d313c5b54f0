/** What was trained on the same data: the number of trials, and the Sharpe ratios net of costs of those that traded. */
import { countTrial, hashOf, hasTrial, ledgerPath, trialsOn } from '../backtest/strategy/trial-ledger.ts';
import type { Tried } from './judgement.ts';

const ledgers = (dataSha256: string) => ({
  trials: hashOf('train', dataSha256),
  sharpes: hashOf('train-net', dataSha256),
});

/** The files that `triedOn` reads. */
export function ledgersOf(dataDir: string, dataSha256: string): readonly string[] {
  return Object.values(ledgers(dataSha256)).map((data) => ledgerPath(dataDir, data));
}

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

/** Counts a training that begins, with no result yet: one that is canceled was tried as well. */
export async function countBegun(dataDir: string, dataSha256: string, trial: string): Promise<void> {
  for (const data of Object.values(ledgers(dataSha256)))
    if (!(await hasTrial(dataDir, data, trial))) await countTrial(dataDir, { data, trial, sharpe: 0 });
}

export async function triedOn(dataDir: string, dataSha256: string): Promise<Tried> {
  const { trials, sharpes } = ledgers(dataSha256);
  const counted = await trialsOn(dataDir, trials);
  return { trials: Math.max(1, counted.length), sharpes: await trialsOn(dataDir, sharpes) };
}
