/** Kinds of models, and what a form suggests. Pure. */
import type { OperationInput } from '../../../src-engine/contract/operations.ts';

type Kind = OperationInput<'startTraining'>['kind'];

/** Lengths of bars that are offered, in s. */
export const BARS = ['1', '5', '15', '60', '300', '900', '3600'] as const;

export const KINDS: Readonly<
  Record<
    Kind,
    {
      readonly label: string;
      readonly about: string;
      /** Instead of the named sets: a table takes four features at most. */
      readonly features?: readonly string[];
    }
  >
> = {
  logistic: {
    label: 'Logistic regression',
    about: 'Weights for each feature. Quick, hard to overfit: begin with it.',
  },
  trees: { label: 'Boosted trees', about: 'Finds thresholds and what acts together; takes missing values.' },
  lstm: {
    label: 'LSTM',
    about:
      'Reads the last 20 bars one after the other; at most 10 epochs, and stops where rows held back no longer gain.',
  },
  q: {
    label: 'Q-learning, a table',
    about: 'Flat, long or short by the return after costs of each choice, from few features.',
    features: ['return:1', 'return:1 z-score:20', 'z-score:20 rsi:14 return:5'],
  },
  dqn: { label: 'Deep Q-network', about: 'The same choice by a network, from all features.' },
};

/** Bars so short that a recording has some 2,000 of them. @param seconds it covers; null: not known. */
export function usualBar(seconds: number | null): (typeof BARS)[number] {
  if (seconds === null) return '60';
  return BARS.findLast((bar) => seconds / Number(bar) >= 2_000) ?? BARS[0];
}

/** A name as the registry takes it, such as `btc-usd-logistic`. */
export function nameFor(what: string, kind: Kind): string {
  const plain = what
    .toLowerCase()
    .replace(/@.*$|\.(?:csv|tsv|txt|jsonl).*$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 40);
  return `${plain === '' ? 'model' : plain}-${kind}`;
}
