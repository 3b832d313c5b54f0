/** Below the registry: whether a model of the profile's own executions would have kept more by taking less. */
import { Fact, Facts } from '../../components/facts.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { fixedText, formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { SCORER_WORDS } from './model-words.ts';
import { ReliabilityCurve } from './reliability-curve.tsx';
import { ScorerGate } from './scorer-gate.tsx';

const EVERY_US = 60_000_000;
const NOTHING = {};
const SHOWN_WEIGHTS = 6;

export function ScorerSection() {
  const session = useSession();
  const round = useTicking(() => Math.floor(session.nowUs() / EVERY_US));
  const { data, problem } = useAnswer('getScorer', NOTHING, round);
  if (problem !== null) return <ProblemNotice title="The scorer could not be asked" problem={problem} />;
  if (data === null || data === undefined) return null;
  const { verdict, text, judged, captured, takeAll, gated, difference, skipped, reliability, weights } = data;
  return (
    <section className="strategy-details" aria-label="Scorer of opportunities">
      <h3>Scorer of opportunities</h3>
      <p>
        <Word {...SCORER_WORDS[verdict]} /> {text}
      </p>
      <p className="dim">
        A model that was fitted on earlier executions estimates for each whether it completes with a profit.
        The scorer of the registry is below.
      </p>
      {judged > 0 && (
        <>
          <Facts>
            <Fact name="Judged" title="Executions that were scored by a model of earlier ones">
              {formatCount(judged)}, {formatCount(captured)} captured
            </Fact>
            <Fact name="Taking all" title="Share of what they promised that came home">
              {percent(takeAll)}
            </Fact>
            <Fact name="With the gate" title="The same sum, without what the scorer would not have taken">
              {percent(gated)}, {formatCount(skipped)} not taken
            </Fact>
            <Fact
              name="Difference"
              title="In percentage points, with a 95 % interval: a bootstrap over blocks of 20 executions"
            >
              {difference === null
                ? ABSENT
                : `${points(difference.value)} points (${points(difference.low)} to ${points(difference.high)})`}
            </Fact>
          </Facts>
          <ReliabilityCurve label="Reliability of the scorer, out of sample" bins={reliability} />
          {weights.length > 0 && (
            <p className="dim">
              Strongest weights:{' '}
              {weights
                .slice(0, SHOWN_WEIGHTS)
                .map(({ feature, weight }) => `${feature} ${fixedText(weight, 2)}`)
                .join(', ')}
              .
            </p>
          )}
        </>
      )}
      <ScorerGate round={round} />
    </section>
  );
}

const points = (share: number): string => fixedText(share * 100, 1);
const percent = (share: number | null): string =>
  share === null ? ABSENT : `${fixedText(share * 100, 1)} %`;
