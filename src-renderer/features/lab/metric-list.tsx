import { signClass } from '../../components/exact.tsx';
import { signOf } from '../../lib/decimal-text.ts';
import { type MetricValue, metricText } from './metric-text.ts';
import type { MetricWord } from './metric-words.ts';

type MetricListProps = {
  readonly title: string;
  readonly words: readonly MetricWord[];
  readonly valueOf: (key: string) => MetricValue;
  /** The home currency, for figures of money. */
  readonly home: string;
};

/** Figures with their conventions as tooltips; what is not a figure is a dash. */
export function MetricList({ title, words, valueOf, home }: MetricListProps) {
  return (
    <section className="lab-metrics" aria-label={title}>
      <h3>{title}</h3>
      <dl>
        {words.map((word) => {
          const value = valueOf(word.key);
          const text = metricText(word, value);
          const isResult = word.format === 'home' || word.format === 'percent' || word.format === 'bps';
          const isMoney = word.format === 'home' || word.format === 'amount';
          const exact = value === null || value === undefined ? 'No figure' : `Exactly ${value}`;
          return (
            <div key={word.key} title={`${word.explain}\n${exact}${isMoney ? ` ${home}` : ''}`}>
              <dt>{word.label}</dt>
              <dd className={`num ${isResult ? signClass(signOf(text)) : ''}`}>
                {text}
                {isMoney && value != null && <span className="unit"> {home}</span>}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
