/** What each figure of a sweep's verdict means, for a person who trades and has no time for statistics. */

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
  /** What would be good, said beside the figure. */
  readonly wanted: string;
};

export const EVIDENCE_WORDS: Readonly<Record<EvidenceKey, EvidenceWord>> = {
  pbo: {
    label: 'Overfitting probability',
    explain:
      'The data is cut in halves in every way. How often the setting that was best in one half ends below the middle in the other. Half the time is what chance does.',
    wanted: 'below 50 %',
  },
  probabilityOfLoss: {
    label: 'Best of one half loses in the other',
    explain: 'How often the setting that was best in one half of the data loses money in the other half.',
    wanted: 'below 25 %',
  },
  deflatedSharpe: {
    label: 'Deflated Sharpe ratio',
    explain:
      'The more settings you try, the better the luckiest of them looks. This is the probability that the best is truly better than the luckiest of as many worthless ones.',
    wanted: 'at least 95 %',
  },
  deflatedSharpeStrict: {
    label: 'Deflated, strictly',
    explain:
      'The same, with every difference between settings counted as luck, as published. A sweep that also tries settings that must lose is judged too hard by it.',
    wanted: 'a caution only',
  },
  luckySharpe: {
    label: 'Luck alone would show',
    explain: 'The Sharpe ratio of one period that the best of as many worthless settings would show.',
    wanted: 'well below the best',
  },
  rankCorrelation: {
    label: 'Train and test agree',
    explain:
      'Correlation of the order of the settings in train with their order in test. 1: the same order. 0: train says nothing of test. Below 0: what did well in train did worse in test.',
    wanted: 'above 0',
  },
  degradationSlope: {
    label: 'Kept from one half to the other',
    explain:
      'What one unit of the measure in one half of the data was worth in the other. 1: all of it; 0: none; below 0: it turned around.',
    wanted: 'above 0',
  },
  chosen: {
    label: 'Choosing by train earned in test',
    explain:
      'In each fold the setting that was best in train is traded in the test that follows it. The probability that this earns more than nothing: one choice, one judgement, however many settings were tried.',
    wanted: 'at least 95 %',
  },
  neighbours: {
    label: 'Kept by the neighbours',
    explain:
      'The share of the best score that the settings next to it keep. A real edge is a hill; a needle that falls off on all sides is luck.',
    wanted: 'at least 50 %',
  },
  serialInflation: {
    label: 'Periods worth one',
    explain:
      'Returns that follow each other tell less than their number. How many periods are worth one independent one.',
    wanted: 'near 1',
  },
  trials: {
    label: 'Settings tried',
    explain:
      'Those of this sweep, and those of other sweeps over the same data: who looks often enough finds something.',
    wanted: 'few',
  },
};

/** A share as a person reads it. Cut, not rounded: what is below a limit must not read as if it were at it. */
export function percentText(share: number | null | undefined): string {
  return share === null || share === undefined ? '—' : `${Math.floor(share * 1_000) / 10} %`;
}
