import { useMemo } from 'react';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { StoryDetail } from '../story/story-detail.tsx';
import { useAnswer } from './use-answer.ts';

type TradeDetailProps = { readonly runId: string; readonly executionId: string };

/** The story of a trade of a stored run. */
export function TradeDetail({ runId, executionId }: TradeDetailProps) {
  const { data, problem } = useAnswer('getRunTrade', { runId, executionId });
  const story = useMemo(
    () =>
      data === undefined
        ? undefined
        : {
            ...data,
            receivedUs: null,
            times: data.times ?? [],
            fillBooks: data.fillBooks ?? [],
            isKept: true,
          },
    [data],
  );
  if (problem !== null) return <ProblemNotice title="The trade could not be read" problem={problem} />;
  return story === undefined ? (
    <div className="lab-trade" />
  ) : (
    <StoryDetail story={story} label="Selected trade" />
  );
}
