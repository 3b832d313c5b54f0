/** What risk refused, the same thing once: rule, figure against limit, how often and when. */
import { EmptyState } from '../../components/empty-state.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Time } from '../../components/time.tsx';
import { type Denial, groupDenials } from '../../engine/denials.ts';
import { useReplica } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { denialLabel } from '../../lib/code-words.ts';
import { useLinks } from '../../workspace/links.ts';
import { useWanted } from '../../workspace/wanted.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { readableText } from '../../lib/readable-text.ts';
import { denialText } from './risk-words.ts';

const SHOWN = 40;
const NONE: readonly Denial[] = [];

export function DenialsTable() {
  const denials = useReplica((replica) => replica.denials) ?? NONE;
  const groups = groupDenials(denials);
  if (groups.length === 0) {
    return (
      <section aria-label="Denials">
        <EmptyState title="No denials yet">
          Orders and cycles that a limit denies are listed here, with the requested and the allowed amount.
        </EmptyState>
      </section>
    );
  }
  return (
    <PlainTable className="health-table">
      <caption>
        Latest denials <small>the last {formatCount(denials.length)} of this engine, repeats grouped</small>
      </caption>
      <tbody>
        {groups.slice(0, SHOWN).map(({ latest, count, firstUs }) => (
          <tr key={latest.seq}>
            <th scope="row">
              {denialLabel(latest.code)}
              <small>
                <Subject denial={latest} />
              </small>
            </th>
            <td className="denial-detail">
              {latest.numbers === undefined ? (
                readableText(latest.detail)
              ) : (
                <>
                  <span className="num">{denialText(latest.numbers)}</span>
                  <small>{readableText(latest.detail)}</small>
                </>
              )}
            </td>
            <td>
              <Time atUs={latest.atUs} withMs={false} />
              {count > 1 && (
                <small className="num">
                  {formatCount(count)} times, since <Time atUs={firstUs} withMs={false} />
                </small>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}

/** What was refused; an instrument leads to its book. */
function Subject({ denial: { subject, symbol, venue } }: { readonly denial: Denial }) {
  const choose = useLinks((state) => state.choose);
  const want = useWanted((state) => state.want);
  if (symbol === '') return `${readableText(subject)}, ${venueTitle(venue)}`;
  return (
    <button
      type="button"
      className="link-button"
      title={`Open the book of ${symbol}`}
      onClick={() => {
        choose('A', `${venue} ${symbol}`);
        want('book');
      }}
    >
      {readableText(subject)}, {venueTitle(venue)}
    </button>
  );
}
