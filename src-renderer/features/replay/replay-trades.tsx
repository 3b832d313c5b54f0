/** What the replay has traded so far, and the story of one of its executions. */
import { codeOf } from '../../lib/venue-asset-text.ts';
import { useMemo, useState } from 'react';
import type { ReplayView } from '../../../src-engine/contract/replay-operations.ts';
import { coinsText } from '../../../src-engine/domain/day-texts.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Signed } from '../../components/exact.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { formatCount } from '../../lib/figures.ts';
import { TRADE_COLUMNS } from '../lab/trade-columns.tsx';
import { useAnswer } from '../lab/use-answer.ts';
import { StoryDetail } from '../story/story-detail.tsx';

export function ReplayTrades({ replay }: { readonly replay: ReplayView }) {
  const { replayId, executions, executionCount, profitHome, homeAsset, equity } = replay;
  const [chosen, setChosen] = useState<string | null>(null);
  const isThere = executions.some(({ executionId }) => executionId === chosen);
  return (
    <div className="replay-trades">
      <p className="lab-row">
        <span>
          {formatCount(executionCount)} executions, profit <Signed text={profitHome} places={4} />{' '}
          {codeOf(homeAsset)}
        </span>
        {equity !== null && (
          <span className="num dim">
            equity {equity.equity} {codeOf(homeAsset)}
            {(equity.withoutPrice ?? 0) > 0 && ` and ${coinsText(equity.withoutPrice ?? 0)}`}
          </span>
        )}
      </p>
      <VirtualTable
        label="Executions of the replay"
        columns={TRADE_COLUMNS}
        rows={executions}
        rowKey={({ executionId }) => executionId}
        selectedKey={chosen}
        onSelect={({ executionId }) => setChosen(executionId)}
        empty={
          <EmptyState title="Nothing traded yet">
            Play on, or go to the next decision: executions are listed here.
          </EmptyState>
        }
      />
      {chosen !== null && isThere && <Story replayId={replayId} executionId={chosen} />}
    </div>
  );
}

function Story({ replayId, executionId }: { readonly replayId: string; readonly executionId: string }) {
  const { data } = useAnswer('getReplayTrade', { replayId, executionId });
  const story = useMemo(
    () =>
      data && {
        ...data,
        receivedUs: null,
        times: data.times ?? [],
        fillBooks: data.fillBooks ?? [],
        isKept: true,
      },
    [data],
  );
  return story === undefined ? null : (
    <div className="replay-story">
      <StoryDetail key={executionId} story={story} label="Selected execution of the replay" />
    </div>
  );
}
