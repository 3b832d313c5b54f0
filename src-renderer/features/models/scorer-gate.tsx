/** How the scorer stands before the session's opportunities, what became of those that it doubted, and its training. */
import { useState } from 'react';
import type { ScorerGate as Gate } from '../../../src-engine/contract/scorer-operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Word } from '../../components/word.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { fixedText, formatCount } from '../../lib/figures.ts';
import { useAnswer } from '../lab/use-answer.ts';
import { GATE_STATE_WORDS, SCORER_WORDS, shortHash } from './model-words.ts';

const NOTHING = {};
/** Fitting takes seconds, and longer on a busy machine. */
const TRAINING_MS = 120_000;

export function ScorerGate({ round }: { readonly round: number }) {
  const { data, problem, again } = useAnswer('getScorerGate', NOTHING, round);
  const isViewer = useIsViewer();
  if (problem !== null)
    return <ProblemNotice title="The scorer’s gate could not be read" problem={problem} />;
  if (data === undefined) return null;
  const { state, why, model } = data;
  return (
    <section aria-label="Gate of the scorer">
      <h3>Gate of the scorer</h3>
      <p>
        <Word {...GATE_STATE_WORDS[state]} /> {why !== '' && `${why}.`}
      </p>
      {model !== null && (
        <Facts>
          <Fact name="Scorer" title="In the registry, with the beginning of its SHA-256">
            {model.name} {shortHash(model.sha256)}, {model.isChampion ? 'champion' : 'challenger'}
          </Fact>
          <Fact name="Threshold" title="Probability below which a gate does not take">
            {fixedText(model.threshold, 3)}
          </Fact>
          <Fact
            name="Asked"
            title="How often in this session: each time that every other gate let an opportunity pass"
          >
            {formatCount(data.asked)}
          </Fact>
          <Fact
            name="Not taken"
            title="Opportunities of this session that the gate did not take, or not again"
          >
            {formatCount(data.refused)}
          </Fact>
          <Fact
            name="Without an answer"
            title="Opportunities for which the scorer gave no probability: they were taken"
          >
            {formatCount(data.unanswered)}
          </Fact>
        </Facts>
      )}
      <Effect effect={data.effect} />
      <Challenger gate={data} />
      <Trial trial={data.trial} />
      {!isViewer && <Training onTrained={again} />}
    </section>
  );
}

function Challenger({ gate }: { readonly gate: Gate }) {
  const { challenger, whyNoChallenger, challenged } = gate;
  if (challenger === null && whyNoChallenger === '' && challenged === null) return null;
  return (
    <section aria-label="Challenger of the scorer">
      <h4>Challenger, in shadow</h4>
      {whyNoChallenger !== '' && <p>It is not asked: {whyNoChallenger}.</p>}
      {challenger !== null && (
        <p className="dim">
          {challenger.name} {shortHash(challenger.sha256)}, with a threshold of{' '}
          {fixedText(challenger.threshold, 3)}: asked beside the champion of what is about to be taken, and
          decides nothing.
        </p>
      )}
      {challenged !== null && <Effect effect={challenged} />}
    </section>
  );
}

function Trial({ trial }: { readonly trial: Gate['trial'] }) {
  if (trial === null) return null;
  const home = (value: number): string => `${fixedText(value, 2)} ${trial.homeAsset}`;
  const { difference, profitPerHour } = trial;
  return (
    <section aria-label="Trial of a scorer on a simulated market">
      <h4>Trial on a simulated market</h4>
      <p>
        <Word {...SCORER_WORDS[trial.verdict]} /> {trial.text}
      </p>
      <Facts>
        <Fact name="Taking all" title="Share of what was promised, in whole backtests of the judged hours">
          {shareText(trial.takeAll)}, {formatCount(trial.taken)} executions
        </Fact>
        <Fact name="Behind the gate" title="Backtests of the same market, with the scorer’s gate">
          {shareText(trial.gated)}, {formatCount(trial.refused)} opportunities left
        </Fact>
        {difference !== null && (
          <Fact
            name="Difference"
            title="In percentage points, with a 95 % interval over stretches of ten minutes"
          >
            {pointsText(difference.value)} ({pointsText(difference.low)} to {pointsText(difference.high)})
          </Fact>
        )}
        {profitPerHour !== null && (
          <Fact name="Profit an hour" title="Behind the gate less taking all, with a 95 % interval">
            {home(profitPerHour.value)} ({home(profitPerHour.low)} to {home(profitPerHour.high)})
          </Fact>
        )}
      </Facts>
    </section>
  );
}

const pointsText = (share: number): string => fixedText(share * 100, 2);
const shareText = (share: number | null): string =>
  share === null ? ABSENT : `${fixedText(share * 100, 1)} %`;

function Effect({ effect }: { readonly effect: Gate['effect'] }) {
  const { homeAsset, above, shadow, control, refused, refusedHome, said, came } = effect;
  const home = (value: number): string => `${fixedText(value, 2)} ${homeAsset}`;
  const words = ({ count, captured, profitHome }: Gate['effect']['above']): string =>
    `${formatCount(count)}, ${formatCount(captured)} captured, ${home(profitHome)}`;
  if (above.count + shadow.count + control.count + refused === 0) return null;
  return (
    <Facts>
      <Fact
        name="At or above the threshold"
        title="Executions, those that were captured, and what all brought"
      >
        {words(above)}
      </Fact>
      <Fact name="Below, in shadow" title="A gate would not have taken them: what they brought all the same">
        {words(shadow)}
      </Fact>
      <Fact name="Below, as a control" title="One in five that the gate takes to know what it leaves">
        {words(control)}
      </Fact>
      <Fact
        name="What was not taken would have earned"
        title="Of the scorer that was asked last, by the opportunities taken as controls, with a 95 % interval; from 10 of them on"
      >
        {refused === 0
          ? 'nothing was left out'
          : refusedHome === null
            ? `${formatCount(refused)} not taken, not known yet`
            : `${home(refusedHome.value)} (${home(refusedHome.low)} to ${home(refusedHome.high)}), ${formatCount(refused)} not taken`}
      </Fact>
      {said !== null && came !== null && (
        <Fact
          name="Forecast and outcome"
          title="Mean probability of those that were taken, and the share that was captured"
        >
          {fixedText(said * 100, 1)} % and {fixedText(came * 100, 1)} %
        </Fact>
      )}
    </Facts>
  );
}

function Training({ onTrained }: { readonly onTrained: () => void }) {
  const { client } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const train = (): void => {
    setIsBusy(true);
    setProblem(null);
    client
      .call('trainScorer', NOTHING, TRAINING_MS)
      .then(onTrained, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setIsBusy(false));
  };
  return (
    <>
      {problem !== null && <ProblemNotice title="The scorer was not trained" problem={problem} />}
      <div className="alert-buttons">
        <button type="button" className="button" disabled={isBusy} onClick={train}>
          {isBusy ? 'Training…' : 'Train the scorer'}
        </button>
      </div>
    </>
  );
}
