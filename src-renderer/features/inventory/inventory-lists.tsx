/** Below the board: moves of the chosen row, transfers, withdrawal terms, and stablecoins beside their pegs. */
import { groupThousands } from '../../lib/decimal-text.ts';
import type {
  InventoryRow,
  InventoryView,
  PegStanding,
  Transfer,
  TransferTerms,
} from '../../../src-engine/domain/inventory-schemas.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Amount } from '../../components/exact.tsx';
import { Time } from '../../components/time.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { readableText } from '../../lib/readable-text.ts';
import { moveCost, moveTitle, transferWord } from './inventory-words.ts';

export function Moves({ row, homeAsset }: { readonly row: InventoryRow; readonly homeAsset: string }) {
  const { coin, venue, moves, missedHome } = row;
  return (
    <section aria-label="Moves">
      <h3>
        {coin} at {venueTitle(venue)}
      </h3>
      {missedHome !== '0' && (
        <p className="dim">
          Missed in this session for lack of it: <Amount text={missedHome} places={2} /> {homeAsset}
        </p>
      )}
      {moves.length === 0 ? (
        <p className="dim">
          {row.state === 'dry'
            ? 'No other venue holds more of it than its target: buy it, or lower the target.'
            : 'Nothing to move.'}
        </p>
      ) : (
        <ul className="rules" aria-label={`Moves for ${coin} at ${venueTitle(venue)}`}>
          {moves.map((move) => (
            <li key={`${move.kind} ${move.network ?? ''}`} className="rule">
              <div className="rule-text">
                <p>{moveTitle(move)}</p>
                <p className="dim rule-more">
                  {[moveCost(move, homeAsset), readableText(move.note)]
                    .filter((text) => text !== '')
                    .join(' · ')}
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function TransferList({ transfers }: Pick<InventoryView, 'transfers'>) {
  const session = useSession();
  if (transfers.length === 0) return null;
  return (
    <section>
      <h3>Transfers</h3>
      <ul className="rules" aria-label="Transfers">
        {transfers.map((one) => (
          <li key={one.transferId} className="rule">
            <div className="rule-text">
              <p>
                <strong>
                  {one.amount} {one.coin}
                </strong>{' '}
                {venueTitle(one.from)} → {venueTitle(one.to)} <Word {...transferWord(one)} />
              </p>
              <p className="dim rule-more">
                {transferDetail(one)} <Time atUs={one.endedUs ?? one.expectedUs} withMs={false} />
              </p>
            </div>
            {one.endedUs === null && (
              <ConfirmButton
                label="Cancel"
                name={`transfer of ${one.amount} ${one.coin}`}
                confirm="Really cancel"
                onConfirm={() =>
                  session.run('The transfer was not canceled', 'cancelTransfer', {
                    transferId: one.transferId,
                  })
                }
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function transferDetail({ network, fee, coin, state, arrived }: Transfer): string {
  const common = `network ${network} · fee at most ${fee} ${coin}`;
  if (state === 'arrived') return `${common} · ${arrived} ${coin} arrived`;
  return state === 'canceled' ? `${common} · canceled` : `${common} · expected`;
}

export function TermsList({ terms }: { readonly terms: readonly TransferTerms[] }) {
  const session = useSession();
  if (terms.length === 0) return null;
  return (
    <section>
      <h3>Withdrawals, as you entered them</h3>
      <ul className="rules" aria-label="Withdrawal terms">
        {terms.map(({ coin, venue, network, fee, minimum, minutes }) => (
          <li key={`${coin} ${venue} ${network}`} className="rule">
            <div className="rule-text">
              <p>
                <strong>{coin}</strong> from {venueTitle(venue)} over {network}
              </p>
              <p className="dim rule-more">
                fee {fee ?? 'unknown'} · minimum {minimum ?? 'unknown'} · {minutes ?? 'unknown'} min
              </p>
            </div>
            <ConfirmButton
              label="Remove"
              name={`${coin} from ${venueTitle(venue)} over ${network}`}
              confirm="Really remove"
              onConfirm={() =>
                session.run('It was not removed', 'removeTransferTerms', { coin, venue, network })
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function PegList({ pegs }: { readonly pegs: readonly PegStanding[] }) {
  if (pegs.length === 0) return null;
  return (
    <section>
      <h3>Stablecoins</h3>
      <ul className="rules" aria-label="Stablecoins">
        {pegs.map(({ coin, peg, bandPct, price, source, reason }) => (
          <li key={coin} className="rule">
            <div className="rule-text">
              <p>
                <strong>{coin}</strong>{' '}
                <span className="num">
                  {price === null ? 'price unknown' : `${groupThousands(String(price))} ${peg}`}
                </span>{' '}
                {reason !== '' && <Word tone="bad" label="Stopped" explain={readableText(reason)} />}
              </p>
              <p className="dim rule-more">
                {reason === ''
                  ? `Band ${bandPct} % around 1 ${peg}${source === '' ? ': no live book prices it' : ` · by ${readableText(source)}`}`
                  : `${readableText(reason)}. Cycles and routes through it are not begun until it is back within half of its band.`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
