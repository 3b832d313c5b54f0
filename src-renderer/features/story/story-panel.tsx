/** The story of one execution of the live history; the lab shows the trades of a run by the same component. */
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Time } from '../../components/time.tsx';
import { Word } from '../../components/word.tsx';
import { OUTCOME_WORDS } from '../../lib/words.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { NoteSection } from '../notes/note-form.tsx';
import { TraceButton } from '../trace/trace-dialog.tsx';
import { StoryDetail } from './story-detail.tsx';
import { useStory } from './story-store.ts';

export function StoryPanel() {
  const executionId = useStory((story) => story.executionId);
  const { data, problem } = useAnswer('getExecution', executionId === null ? null : { executionId });
  if (executionId === null) {
    return (
      <Panel title="Execution story">
        <EmptyState title="No execution selected">
          Press one in Activity or Executions, or Enter on it: its orders are shown here step by step, with
          the books that they were decided on.
        </EmptyState>
      </Panel>
    );
  }
  const outcome = data === undefined ? undefined : OUTCOME_WORDS[data.execution.outcome];
  return (
    <Panel
      title="Execution story"
      note={
        data !== undefined &&
        outcome !== undefined && (
          <>
            <Word tone={outcome.tone} label={outcome.label} explain={outcome.explain} />{' '}
            <Time atUs={data.execution.startedUs} />
          </>
        )
      }
      actions={<TraceButton id={executionId} what="execution" />}
    >
      <div className="story-frame">
        {problem !== null && <ProblemNotice title="The execution could not be read" problem={problem} />}
        {data !== undefined && <NoteSection about="execution" id={data.execution.executionId} />}
        {data !== undefined && (
          <StoryDetail key={data.execution.executionId} story={data} label="Selected execution" />
        )}
      </div>
    </Panel>
  );
}
