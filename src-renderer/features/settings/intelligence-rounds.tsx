/** What the market intelligence agent read of each subject, and what was asked and answered last. */
import {
  INTELLIGENCE_CODES,
  type IntelligenceCode,
  type IntelligenceRound,
  type IntelligenceStanding,
  subjectText,
} from '../../../src-engine/contract/intelligence-operations.ts';
import { Time } from '../../components/time.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { useSession } from '../../engine/use-session.ts';
import { fixedText, formatCount } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatDuration } from '../../lib/time-text.ts';

export const CODE_LABELS: Readonly<Record<IntelligenceCode, string>> = {
  answered: 'Answered',
  'nothing-new': 'Nothing new',
  'no-text': 'No text',
  'budget-spent': 'Budget spent',
  'key-absent': 'Key not set',
  'key-unreadable': 'Key cannot be read',
  'not-durable': 'Not stored',
  'key-refused': 'Key refused',
  'rate-limited': 'Asked to wait',
  'bad-status': 'Refused by the endpoint',
  redirected: 'Redirect refused',
  'tls-refused': 'Certificate refused',
  unreachable: 'Not reached',
  'no-answer': 'No answer',
  'too-long': 'Answer too long',
  'not-json': 'Not an answer',
  'cut-off': 'Answer cut off',
  declined: 'Declined',
  'out-of-schema': 'Answer refused',
  'worker-ended': 'Ended early',
  'feed-unreadable': 'Not a feed',
  'feed-doctype': 'Document type refused',
  'feed-too-deep': 'Nested too deep',
  'feed-failed': 'Feed not reached',
};

export function Readings({ standing: { readings } }: { readonly standing: IntelligenceStanding }) {
  return readings.map(({ about, score, confidence, answeredUs, validUntilUs }) => (
    <p key={about}>
      Sentiment of {subjectText(about)}: <strong className="num">{fixedText(score, 2)}</strong>, confidence{' '}
      <span className="num">{fixedText(confidence, 2)}</span>,{' '}
      <span className="dim">
        <AgeSince atUs={answeredUs} /> old, <Validity untilUs={validUntilUs} />
      </span>
    </p>
  ));
}

/** By the engine's clock, which says when a reading loses its vote. */
function Validity({ untilUs }: { readonly untilUs: number }) {
  const session = useSession();
  return (
    <>
      {useTicking(() => {
        const leftUs = untilUs - session.nowUs();
        return leftUs > 0 ? `holds for ${formatAge(leftUs)} more` : 'over: it has no vote';
      })}
    </>
  );
}

export function Rounds({ standing: { rounds } }: { readonly standing: IntelligenceStanding }) {
  return rounds.map((round) => <Round key={round.about} round={round} />);
}

function Round({ round }: { readonly round: IntelligenceRound }) {
  const { about, atUs, code, titles, answer, tokens, tookMs } = round;
  const cost = tokens === null ? 'cost not known' : `${formatCount(tokens)} tokens`;
  return (
    <details>
      <summary>
        Asked last about {subjectText(about)}: {CODE_LABELS[code]}, <Time atUs={atUs} withMs={false} />
      </summary>
      <p className="field-help">
        {INTELLIGENCE_CODES[code]} It took {formatDuration(tookMs * 1_000)}, {cost}.
      </p>
      {answer !== null && (
        <p>
          Answer: <code>{answer}</code>
        </p>
      )}
      {titles.length > 0 && <p className="dim">Texts of the feeds:</p>}
      <ul>
        {titles.map((title) => (
          <li key={title}>{title}</li>
        ))}
      </ul>
    </details>
  );
}
