/**
 * Whether the best of a sweep is to be believed, in words for a person who trades.
 *
 * A sweep is flagged unless its data says that the edge is there: choosing by train alone must have earned in test,
 * and the best must be better than the best of as many lucky ones. Noise passes each of the two at most five times
 * in a hundred, and both together less often (sweep/error-rates.test.ts counts them). Too little data proves
 * nothing, and is flagged too. The other figures are given as cautions: each of them can be bad where the edge is
 * real, as when all settings earn alike, or a single one of many.
 */
import type { Evidence } from './evidence.ts';

/** Certainty that is asked for: the usual one time in twenty. */
export const CONFIDENCE = 0.95;
/** Choosing that does no better than a coin in the other half, and its choice losing there this often. */
export const COIN = 0.5;
export const OFTEN_LOSES = 0.25;
/** Fewer trades of the best, or in the tests of what was chosen, prove nothing: the ratios need many returns. */
export const FEW_TRADES = 30;
export const FEW_TEST_TRADES = 10;
/** Returns that are worth so many times less than their number are worth a word. */
export const FOLLOWING = 1.5;
/** Neighbours that keep less than this share of the best's score make it a needle. */
export const NEEDLE = 0.5;

export type Verdict = {
  readonly flagged: boolean;
  /** Why it is flagged; empty when it is not. */
  readonly reasons: readonly string[];
  /** What else speaks against it, without flagging it. */
  readonly cautions: readonly string[];
};

export type CheckName =
  | 'chosen'
  | 'deflatedSharpe'
  | 'deflatedSharpeStrict'
  | 'pbo'
  | 'probabilityOfLoss'
  | 'rankCorrelation'
  | 'neighbours'
  | 'degradationSlope';

export function judge(evidence: Evidence): Verdict {
  const reasons = [...tooLittle(evidence), ...isLuck(evidence), ...choosingIsChance(evidence)];
  return {
    flagged: reasons.length > 0,
    reasons,
    cautions: cautions(evidence),
  };
}

/** Figures that fail their check: while there is one, no edge is claimed. One that could not be computed fails where the verdict depends on it. */
export function failedChecks(evidence: Evidence): CheckName[] {
  const { chosen, deflatedSharpe, deflatedSharpeStrict, pbo, probabilityOfLoss } = evidence;
  const { rankCorrelation, neighbours, degradationSlope } = evidence;
  const checks: readonly (readonly [CheckName, boolean])[] = [
    ['chosen', chosen.psr !== null && chosen.psr >= CONFIDENCE],
    ['deflatedSharpe', deflatedSharpe !== null && deflatedSharpe >= CONFIDENCE],
    ['deflatedSharpeStrict', deflatedSharpeStrict === null || deflatedSharpeStrict >= CONFIDENCE],
    ['pbo', pbo === null || pbo < COIN],
    ['probabilityOfLoss', probabilityOfLoss === null || probabilityOfLoss < OFTEN_LOSES],
    ['rankCorrelation', rankCorrelation === null || rankCorrelation > 0],
    ['neighbours', neighbours === null || neighbours.retention >= NEEDLE],
    ['degradationSlope', degradationSlope === null || degradationSlope > 0],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => name);
}

function tooLittle({ best, chosen }: Evidence): string[] {
  const reasons: string[] = [];
  if (best.trades < FEW_TRADES) {
    reasons.push(
      `The best trial made ${best.trades} trades; below ${FEW_TRADES} luck and skill cannot be distinguished.`,
    );
  }
  if (chosen.trades < FEW_TEST_TRADES) {
    reasons.push(
      `The best setting in train made ${chosen.trades} trades in test; below ${FEW_TEST_TRADES} the test proves nothing.`,
    );
  }
  return reasons;
}

function isLuck({ best, chosen, deflatedSharpe, luckySharpe, trials, triedBefore }: Evidence): string[] {
  const reasons: string[] = [];
  if (chosen.psr === null) {
    reasons.push('The returns of the best setting in train do not vary in test: it cannot be judged.');
  } else if (chosen.psr < CONFIDENCE) {
    reasons.push(
      `The best setting in train is not clearly profitable in test: its Sharpe ratio is above zero with a probability of ${percent(chosen.psr)}; ${percent(CONFIDENCE)} is required.`,
    );
  }
  if (deflatedSharpe === null) {
    reasons.push('The returns of the best trial do not vary: it cannot be judged.');
  } else if (deflatedSharpe < CONFIDENCE) {
    const ratios = `${figure(best.sharpe)} a period, expected from luck alone ${figure(luckySharpe)}`;
    const tried = `${trials} trials${triedBefore > 0 ? `, after ${triedBefore} on the same data before,` : ''}`;
    reasons.push(
      `The best of ${tried} is hardly better than the best of as many random ones (Sharpe ratio ${ratios}): it is truly better with a probability of ${percent(deflatedSharpe)}; ${percent(CONFIDENCE)} is required.`,
    );
  }
  return reasons;
}

function choosingIsChance({ pbo, probabilityOfLoss }: Evidence): string[] {
  if (pbo === null || probabilityOfLoss === null || pbo < COIN || probabilityOfLoss < OFTEN_LOSES) return [];
  return [
    `Settings that are best in one half of the data are below the median in the other half ${percent(pbo)} of the time, and lose money there ${percent(probabilityOfLoss)} of the time.`,
  ];
}

function cautions(evidence: Evidence): string[] {
  const { pbo, probabilityOfLoss, rankCorrelation, neighbours, trials, triedBefore } = evidence;
  const { deflatedSharpe, deflatedSharpeStrict } = evidence;
  const lines: string[] = [];
  if (triedBefore > 0) {
    lines.push(
      `${triedBefore} other ${triedBefore === 1 ? 'setting was' : 'settings were'} tested on the same data before: the best is compared with the luck of ${trials + triedBefore} trials.`,
    );
  }
  if (trials === 1) lines.push('One trial is not a sweep: there was nothing to compare.');
  if (pbo !== null && pbo >= COIN && probabilityOfLoss !== null && probabilityOfLoss < OFTEN_LOSES) {
    lines.push(
      `Which of these settings is best is random (${percent(pbo)} of choices end below the median), though most of them are profitable.`,
    );
  }
  if (pbo !== null && pbo < COIN && probabilityOfLoss !== null && probabilityOfLoss >= OFTEN_LOSES) {
    lines.push(
      `The best setting in one half of the data loses money in the other half ${percent(probabilityOfLoss)} of the time.`,
    );
  }
  if (evidence.degradationSlope !== null && evidence.degradationSlope <= 0) {
    lines.push(
      `A better result in one half of the data does not mean a better one in the other: the slope is ${figure(evidence.degradationSlope)}.`,
    );
  }
  if (rankCorrelation !== null && rankCorrelation <= 0) {
    lines.push(
      `Settings that did well in train did not do better in test: the rank correlation is ${figure(rankCorrelation)}.`,
    );
  }
  if (neighbours !== null && neighbours.retention < NEEDLE) {
    lines.push(
      `The best setting is isolated: its ${neighbours.neighbours} nearest neighbours keep ${percent(Math.max(0, neighbours.retention))} of its score.`,
    );
  }
  if (evidence.serialInflation >= FOLLOWING) {
    const worth = Math.round(evidence.periods / evidence.serialInflation);
    lines.push(
      `Returns are serially correlated: ${evidence.periods} periods count as ${worth} independent ones.`,
    );
  }
  const isSure = deflatedSharpe !== null && deflatedSharpe >= CONFIDENCE;
  if (isSure && deflatedSharpeStrict !== null && deflatedSharpeStrict < CONFIDENCE) {
    lines.push(
      `Counting every difference between settings as luck, the best would be truly better with a probability of only ${percent(deflatedSharpeStrict)}; most of these differences recur in every part of the data.`,
    );
  }
  return lines;
}

/** Cut and not rounded: what is below a limit must not read as if it were at it. */
function percent(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}

function figure(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(3);
}
