import type { RunReview } from '../../../src-engine/contract/lab-records.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Signed } from '../../components/exact.tsx';
import { formatCount } from '../../lib/figures.ts';
import { denialLabel } from '../../lib/code-words.ts';
import { captureWord } from './lab-words.ts';
import { metricText } from './metric-text.ts';

type CountTableProps = {
  readonly title: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Decisions and denials have words of their own. */
  readonly kind: 'decision' | 'denial' | 'plain';
};

/** How often each reason came up, the most frequent first; nothing where there was none. */
export function CountTable({ title, counts, kind }: CountTableProps) {
  const rows = Object.entries(counts)
    .filter(([reason, count]) => count > 0 && reason !== 'taken')
    .toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <PlainTable className="lab-table" label={title}>
        <thead className="visually-hidden">
          <tr>
            <ColumnHead>Reason</ColumnHead>
            <ColumnHead>Times</ColumnHead>
            <ColumnHead>Meaning</ColumnHead>
          </tr>
        </thead>
        <tbody>
          {rows.map(([reason, count]) => {
            const label = kind === 'denial' ? denialLabel(reason) : reason;
            const word = kind === 'decision' ? captureWord(reason) : { label, explain: '' };
            return (
              <tr key={reason}>
                <th scope="row">{word.label}</th>
                <td className="num right">{formatCount(count)}</td>
                <td className="dim">{word.explain}</td>
              </tr>
            );
          })}
        </tbody>
      </PlainTable>
    </section>
  );
}

type GroupTableProps = {
  readonly title: string;
  /** What a row is. */
  readonly rows: string;
  readonly groups: RunReview['byCycle'];
  readonly home: string;
};

/** Most rows of one breakdown on the page. */
const SHOWN = 30;

export function GroupTable({ title, rows, groups, home }: GroupTableProps) {
  if (groups.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <PlainTable className="lab-table" label={title}>
        <thead>
          <tr>
            <ColumnHead>{rows}</ColumnHead>
            <ColumnHead className="right">Trades</ColumnHead>
            <ColumnHead className="right">Profit {home}</ColumnHead>
            <ColumnHead className="right">Hit rate</ColumnHead>
          </tr>
        </thead>
        <tbody>
          {groups.slice(0, SHOWN).map(({ key, trades, profit, hitRate }) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              <td className="num right">{formatCount(trades)}</td>
              <td className="right">
                <Signed text={profit} places={4} />
              </td>
              <td className="num right">{metricText({ format: 'share' }, hitRate)}</td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
      {groups.length > SHOWN && <p className="dim">and {groups.length - SHOWN} more in the export</p>}
    </section>
  );
}
