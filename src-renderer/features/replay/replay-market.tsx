/** The market of the replay: the book that is watched, and what was decided on last. */
import { groupThousands } from '../../lib/decimal-text.ts';
import type { ReplayView } from '../../../src-engine/contract/replay-operations.ts';
import { SideWord } from '../../components/side-word.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { shownReason } from '../../lib/code-words.ts';
import { formatBps } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { BOOK_WORDS, cycleText, DECISION_WORDS } from '../../lib/words.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { KeptBook } from '../story/kept-book.tsx';

export function ReplayMarket({ replay }: { readonly replay: ReplayView }) {
  const session = useSession();
  const isViewer = useIsViewer();
  const { replayId, instruments, book, bookState, open } = replay;
  const watched = instruments.find(({ venue, symbol }) => symbol === book?.symbol && venue === book.venue);
  const state = BOOK_WORDS[bookState ?? 'unknown'];
  return (
    <div className="replay-market">
      <div className="lab-row">
        <select
          className="input lab-picker"
          aria-label="Book that is watched"
          value={watched?.instrumentId ?? 0}
          disabled={isViewer}
          onChange={(event) =>
            void session.run('The book was not changed', 'controlReplay', {
              replayId,
              instrumentId: Number(event.target.value),
            })
          }
        >
          {instruments.map(({ instrumentId, venue, symbol }) => (
            <option key={instrumentId} value={instrumentId}>
              {symbol} {venueTitle(venue)}
            </option>
          ))}
        </select>
        <Word tone={state.tone} label={state.label} explain={state.explain} />
      </div>
      {book !== null && (
        <KeptBook
          symbol={book.symbol}
          ageUs={book.ageUs}
          bids={book.bids.map(([price, qty]) => ({ price, qty }))}
          asks={book.asks.map(([price, qty]) => ({ price, qty }))}
          taken={takenOf(replay)}
        />
      )}
      <Decision replay={replay} />
      <p className="field-help">
        {open.length === 0
          ? 'No opportunity is open at this moment.'
          : `${open.length} open: ${open
              .slice(0, 3)
              .map(({ path, waterfall }) => `${cycleText(path)} ${formatBps(waterfall.netBps)} bps`)
              .join(', ')}`}
      </p>
    </div>
  );
}

/** What the decision meant to take of the book that is watched. */
function takenOf({ decision, book }: ReplayView) {
  if (decision === null || book === null) return null;
  const { legs, venue } = decision.opportunity;
  const leg = legs.find((one) => one.symbol === book.symbol && (one.venue ?? venue) === book.venue);
  if (leg === undefined) return null;
  const { side, limitPrice, qty } = leg;
  return { side, limitPrice, qty };
}

function Decision({ replay: { decision, atUs } }: { readonly replay: ReplayView }) {
  const zone = usePrefs((prefs) => prefs.zone);
  if (decision === null) return <p className="field-help">Nothing was decided yet.</p>;
  const { opportunity } = decision;
  const word = DECISION_WORDS[opportunity.decision];
  return (
    <section aria-label="Last decision">
      <h3>
        {decision.atUs === atUs
          ? 'Decided now'
          : `Decided last, at ${formatClock(decision.atUs, zone, true)}`}
      </h3>
      <p className="lab-row">
        <strong className="symbol">{cycleText(opportunity.path, ' → ')}</strong>
        <Word tone={word.tone} label={word.label} explain={word.explain} />
        <span className="num">{formatBps(opportunity.waterfall.netBps)} bps</span>
      </p>
      <ul className="lab-sentences">
        {opportunity.legs.map((leg) => (
          <li key={`${leg.venue ?? ''} ${leg.symbol} ${leg.side}`}>
            <SideWord side={leg.side} /> <span className="num">{groupThousands(leg.qty)}</span> {leg.symbol}{' '}
            up to <span className="num">{groupThousands(leg.limitPrice)}</span>
          </li>
        ))}
      </ul>
      {opportunity.decisionDetail !== '' && (
        <p className="field-help">{shownReason(opportunity.decisionDetail)}</p>
      )}
    </section>
  );
}
