import { Word } from '../../components/word.tsx';
import { EVIDENCE_WORDS, type EvidenceKey, percentText } from './evidence-words.ts';
import { shortNumber } from './trial-points.ts';

/** The evidence for and against the best of a sweep; what could not be computed is missing or null. */
export type Evidence = {
  readonly flagged: boolean;
  readonly reasons: readonly string[];
  readonly cautions: readonly string[];
  readonly failed?: readonly string[] | undefined;
  readonly trials?: number | undefined;
  readonly triedBefore?: number | undefined;
  readonly pbo?: number | null | undefined;
  readonly probabilityOfLoss?: number | null | undefined;
  readonly deflatedSharpe?: number | null | undefined;
  readonly deflatedSharpeStrict?: number | null | undefined;
  readonly luckySharpe?: number | null | undefined;
  readonly rankCorrelation?: number | null | undefined;
  readonly degradationSlope?: number | null | undefined;
  readonly serialInflation?: number | undefined;
  readonly chosen?: { readonly psr: number | null } | undefined;
  readonly neighbours?: { readonly retention: number } | null | undefined;
};

/** Whether to trust the sweep, the reasons, and every figure with its meaning. */
export function SweepVerdict({ evidence }: { readonly evidence: Evidence }) {
  const { flagged, reasons, cautions } = evidence;
  return (
    <section className="lab-verdict" aria-label="Verdict">
      <p className="lab-verdict-head">
        <Word {...verdictHead(evidence)} />
      </p>
      <ul className="lab-sentences">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
        {cautions.map((caution) => (
          <li key={caution} className="dim">
            Caution: {caution}
          </li>
        ))}
        {!flagged && cautions.length === 0 && <li className="dim">No further concerns.</li>}
      </ul>
      <dl className="lab-evidence">
        {figuresOf(evidence).map(([key, text]) => {
          const { label, explain, wanted } = EVIDENCE_WORDS[key];
          const isFailed = evidence.failed?.includes(key) === true;
          return (
            <div key={key} title={explain}>
              <dt>{label}</dt>
              <dd>
                <span className="num">{text}</span>{' '}
                {isFailed ? (
                  <span className="loss">not {wanted}</span>
                ) : (
                  <span className="dim">{wanted}</span>
                )}
              </dd>
              <dd className="lab-evidence-explain">{explain}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

/** An edge is reported only when every check holds. */
export function verdictHead({ flagged, failed, cautions }: Evidence): {
  readonly tone: 'bad' | 'warn' | 'good';
  readonly label: string;
} {
  if (flagged) return { tone: 'bad', label: 'Do not trust the best of this sweep' };
  // Sweeps of older versions name no checks: their cautions are counted instead.
  const count = failed?.length ?? cautions.length;
  if (count > 0) {
    return {
      tone: 'warn',
      label: `Not proven: ${count} ${count === 1 ? 'check does' : 'checks do'} not hold`,
    };
  }
  return { tone: 'good', label: 'The data supports an edge' };
}

function figuresOf(evidence: Evidence): [EvidenceKey, string][] {
  const number = (value: number | null | undefined) => (value == null ? '—' : shortNumber(value));
  const tried = evidence.triedBefore ?? 0;
  return [
    ['chosen', percentText(evidence.chosen?.psr)],
    ['deflatedSharpe', percentText(evidence.deflatedSharpe)],
    ['pbo', percentText(evidence.pbo)],
    ['probabilityOfLoss', percentText(evidence.probabilityOfLoss)],
    ['rankCorrelation', number(evidence.rankCorrelation)],
    ['neighbours', percentText(evidence.neighbours?.retention)],
    ['degradationSlope', number(evidence.degradationSlope)],
    ['luckySharpe', number(evidence.luckySharpe)],
    ['deflatedSharpeStrict', percentText(evidence.deflatedSharpeStrict)],
    ['serialInflation', number(evidence.serialInflation)],
    ['trials', `${evidence.trials ?? 0}${tried > 0 ? ` and ${tried} before` : ''}`],
  ];
}
