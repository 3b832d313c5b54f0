/** How models are put into words. Pure. */
import type { ModelRow, ModelVersion, RunningModel } from '../../../src-engine/contract/model-records.ts';
import type { Word } from '../../lib/words.ts';

const SHORT = 12;

/** The first digits of a SHA-256, enough to distinguish versions. */
export const shortHash = (sha256: string | null): string => sha256?.slice(0, SHORT) ?? '';

const VERDICTS: Readonly<Record<string, Word>> = {
  'too-few-rows': { label: 'Too few rows', explain: 'Its training decides nothing.', tone: 'quiet' },
  chance: { label: 'Chance', explain: 'Out of sample it was not better than chance.', tone: 'warn' },
  'better-but-does-not-earn': {
    label: 'Does not earn',
    explain: 'Better than chance, and less than its costs.',
    tone: 'warn',
  },
  'below-buy-and-hold': {
    label: 'Below holding',
    explain: 'It earned no more than buying once and holding.',
    tone: 'warn',
  },
  luck: {
    label: 'May be luck',
    explain: 'It earned after costs, but no more than luck may bring after so many trials.',
    tone: 'warn',
  },
  earns: { label: 'Earned', explain: 'It earned after costs, out of sample.', tone: 'good' },
};

export const SCORER_WORDS: Readonly<Record<'too-few-records' | 'does-not-raise' | 'raises', Word>> = {
  'too-few-records': { label: 'Too few records', explain: 'Nothing can be said yet.', tone: 'quiet' },
  'does-not-raise': {
    label: 'Does not raise it',
    explain: 'What a gate would have left did not lose beyond chance.',
    tone: 'warn',
  },
  raises: {
    label: 'Raises it',
    explain: 'Without what the scorer would have left, more of what was promised came home.',
    tone: 'good',
  },
};

export const GATE_STATE_WORDS: Readonly<Record<'off' | 'no-scorer' | 'shadow' | 'gate', Word>> = {
  off: { label: 'Off', explain: 'No opportunity is scored: all are taken.', tone: 'quiet' },
  'no-scorer': {
    label: 'No scorer',
    explain: 'There is none that can be asked, or that answers with a probability: all are taken.',
    tone: 'warn',
  },
  shadow: { label: 'Shadow', explain: 'Opportunities are scored, and all are taken.', tone: 'info' },
  gate: {
    label: 'Gates',
    explain: 'What is below the threshold is not taken, but for one in five as a control.',
    tone: 'good',
  },
};

export const GATE_WORDS: Readonly<Record<'pass' | 'fail', Word>> = {
  pass: { label: 'Passes', explain: 'Within its bound.', tone: 'good' },
  fail: { label: 'Not passed', explain: 'Outside its bound, or not known.', tone: 'bad' },
};

export function verdictWord(version: ModelVersion | undefined): Word {
  const known = VERDICTS[version?.judgement?.verdict ?? ''];
  return known ?? { label: 'Not judged', explain: 'No training of it is recorded here.', tone: 'quiet' };
}

export const LEVEL_WORDS: Readonly<Record<RunningModel['drift'], Word>> = {
  ok: { label: 'In line', explain: 'As in training, as far as the rows show.', tone: 'good' },
  look: { label: 'Look', explain: 'Away from its training: have a look.', tone: 'warn' },
  act: {
    label: 'Holds nothing',
    explain: 'Too far from its training: it holds nothing while this lasts.',
    tone: 'bad',
  },
  'too-few-rows': { label: 'Too few rows', explain: 'Nothing can be said yet.', tone: 'quiet' },
};

const PROVIDERS: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  webgpu: 'WebGPU',
  tensorrt: 'TensorRT',
  coreml: 'Core ML',
};

export const providerName = (provider: string): string => PROVIDERS[provider] ?? provider;

/** What a version is called: `champion`, `challenger`, `previous`, or nothing. */
export function aliasOf({ champion, challenger, previous }: ModelRow, sha256: string): string {
  if (sha256 === champion) return 'champion';
  if (sha256 === challenger) return 'challenger';
  return sha256 === previous ? 'previous' : '';
}

/** What to look at first: the champion, else the challenger, else the first. */
export function leading({ champion, challenger, versions }: ModelRow): ModelVersion | undefined {
  const named = champion ?? challenger;
  return versions.find(({ sha256 }) => sha256 === named) ?? versions[0];
}
