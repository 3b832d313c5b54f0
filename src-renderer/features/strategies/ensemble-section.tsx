/** Of an ensemble: the regime, how each agent voted and what its votes were worth, and the gates with their values, which say why it did not trade. */
import type { EnsembleReport } from '../../../src-engine/contract/ensemble-records.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { Word } from '../../components/word.tsx';
import { ABSENT, shownSentence } from '../../lib/decimal-text.ts';
import { fixedText } from '../../lib/figures.ts';
import { GATE_STATE, regimeText, VOTE_WORDS, voteText } from './ensemble-words.ts';

export function EnsembleSection({ report }: { readonly report: EnsembleReport }) {
  const { regime, regimeSinceUs, regimes, votes, probability, gates, hits } = report;
  return (
    <section className="strategy-details" aria-label="Last vote">
      <h3>Last vote: {voteText(report)}</h3>
      <Facts>
        <Fact name="Rises with" title="Probability of a rise over the horizon, by all agents that count">
          {probability === null ? ABSENT : percent(probability)}
        </Fact>
        <Fact
          name="Hit rate of the gate"
          title="Of the votes that passed the gate of probability, traded or not: how many came true, and the 95 % interval of the share"
        >
          {hits.count === 0
            ? 'none passed yet'
            : `${hits.right} / ${hits.count} (${percent(hits.low)} to ${percent(hits.high)})`}
        </Fact>
        <Fact
          name="Regime"
          title="By a filter over closed bars; another one holds once it was clear for three bars"
        >
          {regimeText(regime)}
        </Fact>
        <Fact name="Regime since" title="When it was recognised">
          {regimeSinceUs === 0 ? 'the first bar' : <Time atUs={regimeSinceUs} withMs={false} />}
        </Fact>
      </Facts>
      <ul className="gates" aria-label="Gates of a trade">
        {gates.map(({ gate, value, bound, passes }) => (
          <li key={gate}>
            <Word {...GATE_STATE[passes ? 'open' : 'shut']} />
            <span>{gate}</span>
            <span className="num">{shownSentence(value)}</span>
            <span className="dim">{shownSentence(bound)}</span>
          </li>
        ))}
      </ul>
      <h3>Agents</h3>
      <ul className="gates" aria-label="Votes of the agents">
        {votes.map(({ agent, state, probability: p, gain, outcomes, needed }) => (
          <li key={agent}>
            <Word {...VOTE_WORDS[state]} />
            <span>{agent}</span>
            <span className="num">{p === null ? ABSENT : `${percent(p)} up`}</span>
            <span className="dim">{worthText(state, gain, outcomes, needed)}</span>
          </li>
        ))}
      </ul>
      <h3>Regimes</h3>
      <ul className="gates" aria-label="Probabilities of the regimes">
        {regimes.map((each) => (
          <li key={each.regime}>
            <span>{each.regime === regime ? 'holds' : ''}</span>
            <span>{regimeText(each.regime)}</span>
            <span className="num">{percent(each.probability)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function worthText(
  state: EnsembleReport['votes'][number]['state'],
  gain: number | null,
  outcomes: number,
  needed: number,
): string {
  if (state === 'no-input') return 'no feed here';
  const seen = outcomes < needed ? `${outcomes} of ${needed} outcomes` : `${outcomes} outcomes`;
  return gain === null ? seen : `gain ${fixedText(gain, 3)} nats, ${seen}`;
}

const percent = (share: number): string => `${fixedText(share * 100, 1)} %`;
