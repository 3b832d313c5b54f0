/** Codes that may stand for two coins: why, at which prices, and the button that takes one for one coin again. */
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { Word } from '../../components/word.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

const NONE: EngineStatus['doubtedCoins'] = [];

export function DoubtedCoins() {
  const doubts = useReplica(({ status }) => status.doubtedCoins) ?? NONE;
  const session = useSession();
  if (doubts.length === 0) return null;
  return (
    <ul className="rules" aria-label="Quarantined coins">
      {doubts.map(({ coin, venues, prices, unit, reason, sinceUs }) => (
        <li key={coin} className="rule">
          <div className="rule-text">
            <p>
              <strong>{coin}</strong> <Word tone="bad" label="Quarantined" explain={reason} />{' '}
              <span className="dim">
                <AgeSince atUs={sinceUs} /> ago
              </span>
            </p>
            <p>{prices.map(({ venue, price }) => `${price} ${unit} at ${venueTitle(venue)}`).join(', ')}</p>
            <p className="dim rule-more">
              It may not be one coin at {venues.join(', ')}: {reason}. Each venue’s is valued by its own
              books, and not at all where these do not price it.
            </p>
          </div>
          <ConfirmButton
            label="Trust"
            name={coin}
            confirm="Really trust"
            onConfirm={() => session.run(`${coin} was not trusted`, 'trustCoin', { coin })}
          />
        </li>
      ))}
    </ul>
  );
}
