/** How votes, gates and regimes of an ensemble are put into words. Pure. */
import type { EnsembleReport } from '../../../src-engine/contract/ensemble-records.ts';
import type { Word } from '../../lib/words.ts';

type VoteState = EnsembleReport['votes'][number]['state'];

export const VOTE_WORDS: Readonly<Record<VoteState, Word>> = {
  votes: {
    label: 'Votes',
    explain: 'Its probabilities gained over the base rate, beyond luck.',
    tone: 'good',
  },
  'no-skill': {
    label: 'No skill',
    explain: 'Its probabilities gained nothing beyond luck: it counts nothing.',
    tone: 'quiet',
  },
  learning: {
    label: 'Learning',
    explain: 'Too few outcomes to make its number a probability.',
    tone: 'info',
  },
  unknown: { label: 'Not known', explain: 'Its input is not known yet.', tone: 'info' },
  late: {
    label: 'Late',
    explain: 'What it rests on is older than a bar and a half, or, of news, past the time that it holds.',
    tone: 'warn',
  },
  'bad-answer': { label: 'Bad answer', explain: 'It answered no number that can be.', tone: 'bad' },
  killed: { label: 'Killed', explain: 'It threw, and is not asked any more.', tone: 'bad' },
  'no-input': { label: 'No feed', explain: 'There is nothing here that it could look at.', tone: 'quiet' },
};

export const GATE_STATE: Readonly<Record<'open' | 'shut', Word>> = {
  open: { label: 'Open', explain: 'Its value is within the bound.', tone: 'good' },
  shut: { label: 'Shut', explain: 'Nothing is begun.', tone: 'warn' },
};

/** Whether there was one, what it is held for, or what it did not pass. */
export function voteText({ atUs, holdsBars, shut }: EnsembleReport): string {
  if (atUs === 0) return 'none yet';
  if (holdsBars > 0) return `holds for ${holdsBars} more ${holdsBars === 1 ? 'bar' : 'bars'}`;
  return shut === '' ? 'all gates open' : `not traded, gate ${shut}`;
}

export const regimeText = (regime: string): string => regime.replace('-', ' ');
