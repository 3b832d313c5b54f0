/** What each figure of a sweep's verdict means, for a trader who is not a statistician. */

export type EvidenceKey =
  | 'pbo'
  | 'probabilityOfLoss'
  | 'deflatedSharpe'
  | 'deflatedSharpeStrict'
  | 'luckySharpe'
  | 'rankCorrelation'
  | 'degradationSlope'
  | 'chosen'
  | 'neighbours'
  | 'serialInflation'
  | 'trials';

export type EvidenceWord = {
  readonly label: string;
  readonly explain: string;
  /** The value that would be good, shown beside the figure. */
  readonly wanted: string;
};

export const EVIDENCE_WORDS: Readonly<Record<EvidenceKey, EvidenceWord>> = {
  pbo: {
    label: 'Overfitting probability',
    explain:
      'The data is split into halves in every way. How often the best setting of one half ranks below the median in the other. Chance alone gives 50 %.',
    wanted: 'below 50 %',
  },
  probabilityOfLoss: {
    label: 'Loss probability of the best',
    explain: 'How often the best setting of one half of the data loses money in the other half.',
    wanted: 'below 25 %',
  },
  deflatedSharpe: {
    label: 'Deflated Sharpe ratio',
    explain:
      'The more settings are tried, the better the best of them looks by luck. This is the probability that the best is better than the best of as many settings without an edge.',
    wanted: 'at least 95 %',
  },
  deflatedSharpeStrict: {
    label: 'Deflated Sharpe, strict',
    explain:
      'The same as published: every difference between settings counts as luck. It is too strict for a sweep that also tries settings that must lose.',
    wanted: 'for information',
  },
  luckySharpe: {
    label: 'Expected max Sharpe (null)',
    explain: 'The Sharpe ratio of one period that the best of as many settings without an edge would show.',
    wanted: 'well below the best',
  },
  rankCorrelation: {
    label: 'Rank correlation',
    explain:
      'Correlation of the ranking in train with the ranking in test. 1: the same ranking. 0: train does not predict test. Below 0: what ranked high in train ranked low in test.',
    wanted: 'above 0',
  },
  degradationSlope: {
    label: 'Performance kept',
    explain:
      'Slope of the result in one half of the data on the result in the other. 1: all of it was kept; 0: none; below 0: it reversed.',
    wanted: 'above 0',
  },
  chosen: {
    label: 'Walk-forward profit',
    explain:
      'In each fold the best setting of train is traded in the test that follows it. The probability that its return is above zero: one choice per fold, however many settings were tried.',
    wanted: 'at least 95 %',
  },
  neighbours: {
    label: 'Parameter stability',
    explain:
      'The score of the neighbouring settings as a share of the best score. With a real edge the neighbours score well too; a single high value is luck.',
    wanted: 'at least 50 %',
  },
  serialInflation: {
    label: 'Serial correlation factor',
    explain:
      'Consecutive returns are correlated. How many periods carry the information of one independent period.',
    wanted: 'near 1',
  },
  trials: {
    label: 'Settings tried',
    explain:
      'Those of this sweep, and those of other sweeps over the same data: with more trials, a good result by luck is more likely.',
    wanted: 'few',
  },
};

/** A share as a person reads it. Cut, not rounded: what is below a limit must not read as if it were at it. */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : `${Math.floor(share * 1_000) / 10} %`;
}
