/** Below the registry: a model's versions, what training says of the chosen one, its steps, and how it holds in the session. */
import { useState } from 'react';
import type { ModelRow, ModelVersion, RunningModel } from '../../../src-engine/contract/model-records.ts';
import { Choice } from '../../components/choice.tsx';
import { Signed } from '../../components/exact.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { ABSENT, profitPlaces } from '../../lib/decimal-text.ts';
import { fixedText, formatBps } from '../../lib/figures.ts';
import { StrategyForm } from '../strategies/strategy-form.tsx';
import { EpochChart } from './epoch-chart.tsx';
import { GateList, Promotion } from './gate-list.tsx';
import { ReliabilityCurve } from './reliability-curve.tsx';
import { RetrainSection } from './retrain-section.tsx';
import { WalkForwardStrip } from './walk-forward-strip.tsx';
import { missWords } from '../strategies/strategy-words.ts';
import { aliasOf, leading, LEVEL_WORDS, providerName, shortHash, verdictWord } from './model-words.ts';

const SHOWN_FEATURES = 8;
const SHOWN_STEPS = 10;

export function ModelDetails({
  row,
  running,
  onChanged,
}: {
  readonly row: ModelRow;
  readonly running: readonly RunningModel[];
  readonly onChanged: () => Promise<unknown>;
}) {
  const [which, setWhich] = useState(leading(row)?.sha256 ?? '');
  const [isSetting, setIsSetting] = useState(false);
  const isViewer = useIsViewer();
  const version = row.versions.find(({ sha256 }) => sha256 === which) ?? leading(row);
  const alias = version === undefined ? '' : aliasOf(row, version.sha256);
  const isScorer = version?.kind === 'scorer';
  const runs = !isScorer && (alias === 'champion' || alias === 'challenger');
  return (
    <section className="strategy-details" aria-label={`Model ${row.name}`}>
      <h3>{row.name}</h3>
      {row.fault !== '' && (
        <Notice tone="problem" title="Its registry is damaged">
          <p>{row.fault}</p>
        </Notice>
      )}
      {row.versions.length > 1 && (
        <Choice
          label="Version"
          value={version?.sha256 ?? ''}
          values={row.versions.map(({ sha256 }) => sha256)}
          text={(sha256) =>
            [shortHash(sha256), aliasOf(row, sha256)].filter((text) => text !== '').join(' · ')
          }
          onChoose={setWhich}
        />
      )}
      {version !== undefined && <Judged version={version} />}
      {isScorer ? null : running.length === 0 ? (
        <p className="dim">
          It does not run in this session. In shadow it decides on the live market and sends no order;
          champion and challenger may run beside each other on one market.
        </p>
      ) : (
        running.map((one) => <Running key={one.strategy} one={one} />)
      )}
      {!isViewer && runs && (
        <div className="alert-buttons">
          <button type="button" className="button" onClick={() => setIsSetting(true)}>
            Run the {alias} in shadow…
          </button>
        </div>
      )}
      {isSetting && (
        <StrategyForm
          hasPaper={false}
          initial={`model:${row.name}@${alias}`}
          onClose={() => setIsSetting(false)}
        />
      )}
      {version !== undefined && version.judgement !== null && !isScorer && <RetrainSection name={row.name} />}
      {version !== undefined && <GateList gates={version.gates} />}
      {version !== undefined && !isViewer && alias !== 'champion' && (
        <Promotion key={version.sha256} name={row.name} version={version} onChanged={onChanged} />
      )}
      <Steps row={row} onChanged={onChanged} />
    </section>
  );
}

function Judged({ version }: { readonly version: ModelVersion }) {
  const { judgement, kind, market, from, to } = version;
  if (kind === 'scorer')
    return (
      <p className="dim">
        A scorer of opportunities, fitted on {market} from {from.slice(0, 10)} to {to.slice(0, 10)}. As
        challenger it is asked in shadow, as long as there is no champion; as champion it may gate, where the
        setting “Gate by the scorer” is on.
      </p>
    );
  if (judgement === null)
    return (
      <p className="dim">
        No training is recorded of this version ({kind}
        {version.provider !== '' && `, imported on ${providerName(version.provider)}`}). An imported model
        runs in a session where its features, horizon and bars were named (“model import” with --features,
        --horizon and --bar).
      </p>
    );
  const { logLoss, baseLogLoss, netBps, buyAndHoldBps, trials, trialsElsewhere, rows, rolls, reliability } =
    judgement;
  return (
    <>
      <p>
        <Word {...verdictWord(version)} /> {judgement.text}
      </p>
      <Facts>
        <Fact name="Trained on" title="Market, and the time that its rows cover">
          {market} {from.slice(0, 10)} – {to.slice(0, 10)}
        </Fact>
        <Fact name="Judged rows" title="Rows out of sample, of all folds">
          {rows}
        </Fact>
        <Fact
          name="Trials"
          title="Trainings and runs of strategies on this market and time up to then, also on other files that share a tenth of the time: the verdict allows for the best of so many being lucky"
        >
          {trials}
          {trialsElsewhere > 0 && `, ${trialsElsewhere} on other files`}
        </Fact>
        {logLoss !== null && (
          <Fact name="Log loss" title="Out of sample, beside that of always saying the share of rises">
            {fixedText(logLoss, 4)} / {baseLogLoss === null ? ABSENT : fixedText(baseLogLoss, 4)}
          </Fact>
        )}
        <Fact name="Net" title="After costs, out of sample, in bps of the stake">
          {formatBps(netBps, 1)} bps
        </Fact>
        <Fact
          name="Deflated Sharpe"
          title="Probability of more than the best of so many trials shows without skill; 0.95 is asked"
        >
          {judgement.deflatedSharpe === null ? ABSENT : fixedText(judgement.deflatedSharpe, 3)}
        </Fact>
        <Fact name="Buy and hold" title="Of the same rows">
          {formatBps(buyAndHoldBps, 1)} bps
        </Fact>
        <Fact name="Doing nothing" title="Every model must beat it">
          {fixedText(0, 1)} bps
        </Fact>
      </Facts>
      <WalkForwardStrip rolls={rolls} />
      <EpochChart epochs={version.epochs} />
      <ReliabilityCurve label="Reliability in training, out of sample" bins={reliability} />
    </>
  );
}

function Running({ one }: { readonly one: RunningModel }) {
  const { strategy, mode, drift, calibration, features, outcomes, calibrationError, brier, net, quote } = one;
  return (
    <section className="strategy-details" aria-label={`In the session: ${strategy}`}>
      <h3>In the session: {strategy}</h3>
      <Facts>
        <Fact name="Mode" title="Shadow sends no order; paper sends simulated ones">
          {mode}
        </Fact>
        <Fact name="Net" title="Gained after all fees, and what selling the rest now would gain">
          {net === null ? ABSENT : <Signed text={net} places={profitPlaces(quote)} />} {quote}
        </Fact>
        <Fact name="Drift" title="Its features beside the deciles of its training">
          <Word {...LEVEL_WORDS[drift]} />
        </Fact>
        <Fact name="Calibration" title="What it said beside what came; from 200 outcomes on">
          <Word {...LEVEL_WORDS[calibration]} />
        </Fact>
        <Fact name="Outcomes" title="Forecasts whose time is over">
          {outcomes}
        </Fact>
        <Fact
          name="Calibration error"
          title="Mean distance of what it said from what came; above 0.1 it holds nothing"
        >
          {calibrationError === null ? ABSENT : fixedText(calibrationError, 3)}
        </Fact>
        <Fact name="Brier score" title="Mean square of that distance; 0.25 is a coin">
          {brier === null ? ABSENT : fixedText(brier, 3)}
        </Fact>
      </Facts>
      {one.outside !== null && <Outside outside={one.outside} />}
      <ReliabilityCurve label="Reliability in this session" bins={one.reliability} />
      {features.length > 0 && <h3>Features beside their training</h3>}
      <ul className="rules" aria-label="Features beside their training">
        {features.slice(0, SHOWN_FEATURES).map(({ feature, rows, psi }) => (
          <li key={feature} className="rule">
            <div className="rule-text">
              <p>{feature}</p>
            </div>
            <span className="num" title="Population stability index: 0.1 have a look, 0.25 it holds nothing">
              {psi === null ? `${rows} of 500 rows` : fixedText(psi, 3)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where an ONNX model runs, and what became of its questions. */
function Outside({ outside }: { readonly outside: NonNullable<RunningModel['outside']> }) {
  const { provider, wanted, why, runtime, backends, asked, answered, faults, tookUs } = outside;
  return (
    <>
      <Facts>
        <Fact
          name="Provider"
          title="Where it really runs: the runtime leaves out what is absent without a word"
        >
          {provider === '' ? 'none' : providerName(provider)}
        </Fact>
        <Fact name="Asked for" title="Chosen when it was imported">
          {providerName(wanted)}
        </Fact>
        <Fact name="Runtime" title="ONNX Runtime, and the providers that it offers on the engine’s machine">
          {runtime}
          {backends.length > 0 && `: ${backends.map(providerName).join(', ')}`}
        </Fact>
        <Fact name="Answers" title="Answers of all questions since the engine began">
          {answered} of {asked}
        </Fact>
        <Fact name="Last answer" title="From the question to the answer">
          {tookUs === null ? ABSENT : `${fixedText(tookUs / 1_000, 1)} ms`}
        </Fact>
        {Object.entries(faults).map(([code, count]) => (
          <Fact key={code} name={code} title={missWords(code)}>
            {count}
          </Fact>
        ))}
      </Facts>
      {why !== '' && (
        <Notice
          tone={provider === '' ? 'problem' : 'warn'}
          title={provider === '' ? 'It answers nothing' : `It runs on ${providerName(provider)}`}
        >
          <p>{why}</p>
        </Notice>
      )}
    </>
  );
}

function Steps({ row, onChanged }: { readonly row: ModelRow; readonly onChanged: () => Promise<unknown> }) {
  const { client } = useSession();
  const isViewer = useIsViewer();
  const { name, previous, steps } = row;
  return (
    <>
      {!isViewer && previous !== null && (
        <TypedConfirm
          word="ROLL BACK"
          action="Roll back"
          purpose={`to make ${shortHash(previous)} the champion again.`}
          onConfirm={() => client.call('rollBackModel', { name }).then(onChanged)}
        />
      )}
      <h3>Steps</h3>
      <ul className="rules" aria-label="Steps">
        {steps.slice(0, SHOWN_STEPS).map(({ at, action, sha256, why }) => (
          <li key={`${at} ${action} ${sha256}`} className="rule">
            <div className="rule-text">
              <p>
                {action} <span className="num">{shortHash(sha256)}</span>
              </p>
              <p className="dim rule-more">
                {[at.slice(0, 19), why].filter((text) => text !== '').join(' · ')}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
