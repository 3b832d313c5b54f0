import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { signClass } from '../../components/exact.tsx';
import { betterOf, metricDifference, metricText, type MetricValue } from './metric-text.ts';
import type { MetricWord } from './metric-words.ts';

type MetricComparisonProps = {
  readonly words: readonly MetricWord[];
  readonly a: (key: string) => MetricValue;
  readonly b: (key: string) => MetricValue;
};

const SAYS: Readonly<Record<-1 | 0 | 1, string>> = { [-1]: 'worse', 0: '', 1: 'better' };

/** Figures of two runs side by side; the difference is B less A, and says in a word which is better. */
export function MetricComparison({ words, a, b }: MetricComparisonProps) {
  return (
    <PlainTable className="lab-compare">
      <caption className="visually-hidden">Figures of both runs</caption>
      <thead>
        <tr>
          <ColumnHead>Figure</ColumnHead>
          <ColumnHead className="right">A</ColumnHead>
          <ColumnHead className="right">B</ColumnHead>
          <ColumnHead className="right">B − A</ColumnHead>
          <ColumnHead>B is</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {words.map((word) => {
          const [from, to] = [a(word.key), b(word.key)];
          const better = betterOf(word, from, to);
          return (
            <tr key={word.key} title={word.explain}>
              <th scope="row">{word.label}</th>
              <td className="num right">{metricText(word, from)}</td>
              <td className="num right">{metricText(word, to)}</td>
              <td className={`num right ${signClass(better)}`}>{metricDifference(word, from, to)}</td>
              <td className={signClass(better)}>{SAYS[better]}</td>
            </tr>
          );
        })}
      </tbody>
    </PlainTable>
  );
}
